// Package manifest answers: which segments are live, which of their rows, and how far into the stream?
package manifest

import (
	"encoding/binary"
	"errors"
	"fmt"
	iofs "io/fs"
	"math"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/cespare/xxhash/v2"

	"github.com/outcropdb/outcrop/index/fs"
)

// Manifest is the state of a shard on disk.
type Manifest struct {
	Sequence uint64 // every write up to here is in Segments
	Next     uint64 // ids from here on have not been used by a segment
	Segments []Segment
}

// Segment is one live segment.
type Segment struct {
	ID     uint64
	Rows   int   // doc ids, dead ones included
	Bytes  int64 // of the file
	Raw    int64 // of the documents, encoded, dead ones included
	Newest int64 // _event_time of the newest document, in microseconds; Forever when that is not known
	Dead   *roaring.Bitmap

	// Suspect: damage was found in the file, as MarkSuspect wrote down. Replace does not write it.
	Suspect bool
}

// File is the name of the manifest in the shard's folder.
const File = "manifest"

// firstID is that of a shard's first segment, which a crash may leave without a manifest: its commit was to be the
// shard's first. A later one was never without.
const firstID = 1

// Forever is the Newest of a segment that does not expire.
const Forever = math.MaxInt64

const (
	temporary = "manifest.temporary"
	removed   = "manifest.removed"
	extension = ".segment"
	suspected = ".suspect" // in the place of extension

	// version of the format; the only one so far:
	//
	//	magic, uint32 version
	//	uvarint sequence, next, number of segments
	//	per segment: uvarint id, rows, bytes, raw; varint newest; uvarint length of dead, dead (roaring's portable format)
	//	uint64 xxhash of all before
	version = 1
	magic   = "outcropM"
)

// Name of a segment's file.
func Name(id uint64) string { return fmt.Sprintf("%08d", id) + extension }

// suspectName is that of the file that says what was found wrong with a segment.
func suspectName(id uint64) string { return fmt.Sprintf("%08d", id) + suspected }

// MarkSuspect writes down, beside a segment, what damage was found in it, for those who Load it.
func MarkSuspect(f fs.FS, dir string, id uint64, damage error) error {
	if err := writeSynced(f, path.Join(dir, suspectName(id)), []byte(damage.Error()+"\n")); err != nil {
		return err
	}
	return f.SyncDir(dir)
}

// ClearSuspect takes MarkSuspect back.
func ClearSuspect(f fs.FS, dir string, id uint64) error {
	if err := f.Remove(path.Join(dir, suspectName(id))); err != nil && !errors.Is(err, iofs.ErrNotExist) {
		return err
	}
	return f.SyncDir(dir)
}

// Remove deletes the shard in the folder, and the folder. After a crash in the midst of it the shard is as it was,
// or an empty one, which Remove takes, too.
func Remove(f fs.FS, dir string) error {
	if err := f.Rename(path.Join(dir, File), path.Join(dir, removed)); err != nil && !errors.Is(err, iofs.ErrNotExist) {
		return err
	}
	names, err := f.List(dir)
	if errors.Is(err, iofs.ErrNotExist) {
		return nil
	}
	for _, last := range []bool{false, true} { // without its manifest, removed says that this is how it should be
		if err == nil {
			err = f.SyncDir(dir)
		}
		for _, name := range names {
			if err == nil && last == (name == removed) {
				err = f.Remove(path.Join(dir, name))
			}
		}
	}
	if err == nil {
		err = f.Remove(dir)
	}
	return err
}

// writeSynced writes a file and syncs it.
func writeSynced(f fs.FS, name string, data []byte) error {
	file, err := f.Create(name)
	if err != nil {
		return err
	}
	_, err = file.Write(data)
	if err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	return nil
}

// Replace makes m the state of the shard in the folder: a crash leaves the state before or m, whole. It is
// the only commit. The segments' files are to be synced before, and none may be removed when it fails, since
// either state may be what the disk has.
func Replace(f fs.FS, dir string, m Manifest) error {
	data, err := m.encode()
	if err != nil {
		return err
	}
	name := path.Join(dir, temporary)
	if err := writeSynced(f, name, data); err != nil {
		return err
	}
	if err := f.Rename(name, path.Join(dir, File)); err != nil {
		return err
	}
	return f.SyncDir(dir)
}

// Load reads the state of the shard in the folder and removes the files that it does not know: what a
// flush or a compaction left that did not come to its Replace. A folder without manifest, or no folder, is
// an empty shard. What is damaged, or not there, gives an *fs.DamageError.
func Load(f fs.FS, dir string) (Manifest, error) {
	names, err := f.List(dir)
	if errors.Is(err, iofs.ErrNotExist) {
		return Manifest{Next: firstID}, nil
	}
	if err != nil {
		return Manifest{}, err
	}
	m := Manifest{Next: firstID}
	if slices.Contains(names, File) {
		if m, err = read(f, path.Join(dir, File)); err != nil {
			return Manifest{}, err
		}
	} else if !slices.Contains(names, removed) && slices.ContainsFunc(names, func(name string) bool { return strings.HasSuffix(name, extension) && name > Name(firstID) }) {
		return Manifest{}, &fs.DamageError{File: path.Join(dir, File), Err: errors.New("is not there, but segments are")}
	}
	known := map[string]bool{}
	for _, s := range m.Segments {
		known[Name(s.ID)] = true
		if !slices.Contains(names, Name(s.ID)) {
			return Manifest{}, &fs.DamageError{File: path.Join(dir, Name(s.ID)), Err: errors.New("is in the manifest and not in the folder")}
		}
	}
	for i := range m.Segments {
		s := &m.Segments[i]
		s.Suspect = slices.Contains(names, suspectName(s.ID))
		known[suspectName(s.ID)] = true
	}
	for _, name := range names {
		ours := name == temporary || name == removed || strings.HasSuffix(name, extension) || strings.HasSuffix(name, suspected)
		if ours && !known[name] {
			if err := f.Remove(path.Join(dir, name)); err != nil {
				return Manifest{}, err
			}
		}
	}
	return m, nil
}

func read(f fs.FS, name string) (Manifest, error) {
	file, err := f.Map(name)
	if err != nil {
		return Manifest{}, err
	}
	defer file.Close()
	m, err := decode(file.Bytes)
	if _, other := errors.AsType[versionError](err); other {
		return Manifest{}, fmt.Errorf("%s: %w", name, err)
	}
	if err != nil {
		return Manifest{}, &fs.DamageError{File: name, Err: err}
	}
	return m, nil
}

func (m Manifest) encode() ([]byte, error) {
	b := binary.LittleEndian.AppendUint32([]byte(magic), version)
	for _, n := range []uint64{m.Sequence, m.Next, uint64(len(m.Segments))} {
		b = binary.AppendUvarint(b, n)
	}
	for _, s := range m.Segments {
		b = binary.AppendUvarint(b, s.ID)
		b = binary.AppendUvarint(b, uint64(s.Rows))
		b = binary.AppendUvarint(b, uint64(s.Bytes))
		b = binary.AppendUvarint(b, uint64(s.Raw))
		b = binary.AppendVarint(b, s.Newest)
		var dead []byte
		if s.Dead != nil && !s.Dead.IsEmpty() {
			var err error
			if dead, err = s.Dead.ToBytes(); err != nil {
				return nil, fmt.Errorf("segment %d: dead rows: %w", s.ID, err)
			}
		}
		b = append(binary.AppendUvarint(b, uint64(len(dead))), dead...)
	}
	return binary.LittleEndian.AppendUint64(b, xxhash.Sum64(b)), nil
}

// versionError says that a manifest was written by another program.
type versionError uint32

func (v versionError) Error() string {
	return fmt.Sprintf("manifest of version %d; this program knows %d: use the one that wrote it", uint32(v), version)
}

func decode(b []byte) (m Manifest, err error) {
	if len(b) < len(magic)+4+8 || string(b[:len(magic)]) != magic {
		return m, errors.New("not a manifest")
	}
	if v := binary.LittleEndian.Uint32(b[len(magic):]); v != version {
		return m, versionError(v)
	}
	end := len(b) - 8
	if got, want := xxhash.Sum64(b[:end]), binary.LittleEndian.Uint64(b[end:]); got != want {
		return m, fmt.Errorf("checksum %016x, file says %016x", got, want)
	}
	d := decoder{b: b[len(magic)+4 : end]}
	m.Sequence, m.Next = d.uvarint(), d.uvarint()
	for range d.uvarint() {
		s := Segment{
			ID: d.uvarint(), Rows: int(d.limited(math.MaxUint32)),
			Bytes: int64(d.limited(math.MaxInt64)), Raw: int64(d.limited(math.MaxInt64)), Newest: d.varint(),
		}
		if dead := d.bytes(); len(dead) > 0 && d.err == nil {
			if s.Dead, err = decodeDead(dead, s.Rows); err != nil {
				return m, fmt.Errorf("segment %d: %w", s.ID, err)
			}
		}
		if d.err != nil {
			break
		}
		if s.ID >= m.Next {
			return m, fmt.Errorf("segment %d: the next is to be %d", s.ID, m.Next)
		}
		m.Segments = append(m.Segments, s)
	}
	if d.err == nil && len(d.b) > 0 {
		return m, fmt.Errorf("%d bytes left over", len(d.b))
	}
	return m, d.err
}

func decodeDead(b []byte, rows int) (*roaring.Bitmap, error) {
	dead := roaring.New()
	if n, err := dead.FromBuffer(slices.Clone(b)); err != nil || n != int64(len(b)) {
		return nil, fmt.Errorf("dead rows: %d of %d bytes are a bitmap: %w", n, len(b), err)
	}
	if err := dead.Validate(); err != nil {
		return nil, fmt.Errorf("dead rows: %w", err)
	}
	if !dead.IsEmpty() && int(dead.Maximum()) >= rows {
		return nil, fmt.Errorf("dead rows: row %d of %d", dead.Maximum(), rows)
	}
	return dead, nil
}

// decoder reads from the front of b; after its first error it reads zeros.
type decoder struct {
	b   []byte
	err error
}

func (d *decoder) take(k int) bool {
	if k <= 0 || d.err != nil {
		d.err = errors.Join(d.err, errors.New("cut short at "+strconv.Itoa(len(d.b))+" bytes before the end"))
		d.b = nil
		return false
	}
	d.b = d.b[k:]
	return true
}

func (d *decoder) uvarint() uint64 {
	n, k := binary.Uvarint(d.b)
	if !d.take(k) {
		return 0
	}
	return n
}

func (d *decoder) limited(limit uint64) uint64 {
	n := d.uvarint()
	if n > limit && d.err == nil {
		d.err = fmt.Errorf("number %d exceeds %d", n, limit)
	}
	return n
}

func (d *decoder) varint() int64 {
	n, k := binary.Varint(d.b)
	if !d.take(k) {
		return 0
	}
	return n
}

func (d *decoder) bytes() []byte {
	n, b := d.uvarint(), d.b
	if n > uint64(len(b)) {
		d.take(0)
		return nil
	}
	d.b = b[n:]
	return b[:n]
}
