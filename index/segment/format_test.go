package segment

import (
	"bytes"
	"encoding/binary"
	"testing"

	"github.com/cespare/xxhash/v2"

	"github.com/outcropdb/outcrop/index/column"
	"github.com/outcropdb/outcrop/index/row"
	"github.com/outcropdb/outcrop/vec"
)

type documents []vec.Value

func (d documents) Document(doc uint32) (vec.Value, error) { return d[doc], nil }

// small is the file of a few documents.
func small(t testing.TB) []byte {
	var docs documents
	shredder := column.NewShredder()
	for i := range 5 {
		inner, in := vec.BeginObject(nil)
		inner = vec.EndObject(vec.AppendBool(vec.AppendKey(inner, "c"), true), in)
		list, l := vec.BeginArray(nil)
		list = vec.EndArray(append(list, inner...), l, 1)
		dst, mark := vec.BeginObject(nil)
		dst = vec.AppendInt(vec.AppendKey(dst, "a"), vec.Int, int64(i*i))
		dst = append(vec.AppendKey(dst, "b"), inner...)
		docs = append(docs, vec.EndObject(append(vec.AppendKey(dst, "l"), list...), mark))
		if err := shredder.Append(docs[i]); err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	if _, err := Build(&out, shredder.Publish(docs), Options{}); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// withFields is a file with other fields, all checksums right.
func withFields(file, fields []byte) []byte {
	_, places, err := readTable(file)
	if err != nil {
		panic(err)
	}
	end := places[sectionFields].offset
	out := append(bytes.Clone(file[:end]), fields...)
	var sections []section
	for name, p := range places {
		if name == sectionFields {
			p = place{end, uint64(len(fields)), xxhash.Sum64(fields)}
		}
		sections = append(sections, section{name, p})
	}
	table := appendTable(nil, sections)
	tail := binary.LittleEndian.AppendUint64(nil, uint64(len(out)))
	tail = binary.LittleEndian.AppendUint64(tail, uint64(len(table)))
	tail = binary.LittleEndian.AppendUint64(tail, xxhash.Sum64(table))
	return append(append(append(out, table...), tail...), magic...)
}

func TestOtherVersionsAreRefused(t *testing.T) {
	file := small(t)
	for version, want := range map[byte]string{
		Version + 1: "segment new.seg: is of format version 4, this program reads 3: use a later one",
		Version - 1: "segment new.seg: is of format version 2, this program reads 3: load the documents again, into another data folder",
	} {
		file[len(magic)] = version
		if _, err := Open(file, "new.seg", row.NewCache(0)); err == nil || err.Error() != want {
			t.Errorf("version %d: %v, want %s", version, err, want)
		}
	}
}

func TestAnyAddressWillDo(t *testing.T) {
	file := small(t)
	shifted := append(make([]byte, 3, len(file)+3), file...)[3:]
	s, err := Open(shifted, "shifted", row.NewCache(0))
	if err != nil {
		t.Fatal(err)
	}
	out := new(vec.Vector)
	if err := s.Column(out, vec.Path{"a"}, 0, 5); err != nil || out.I64[3] != 9 {
		t.Error(out.I64, err)
	}
}

// FuzzFields goes where a checksum keeps FuzzOpen from: fields that say anything of a sound file.
func FuzzFields(f *testing.F) {
	file := small(f)
	_, places, err := readTable(file)
	if err != nil {
		f.Fatal(err)
	}
	p := places[sectionFields]
	f.Add(file[p.offset:][:p.size])
	f.Fuzz(func(t *testing.T, fields []byte) {
		s, err := Open(withFields(file, fields), "fuzz", row.NewCache(0))
		if err != nil {
			return
		}
		out := new(vec.Vector)
		for path := range s.Subs() {
			_ = s.Column(out, path, 0, s.View.Rows())
			_, _, _ = s.Lookup(vec.Predicate{Path: path, Op: vec.OpIn, Values: []vec.Value{vec.IntValue(vec.Int, 4)}})
			_, _, _ = s.Lookup(vec.Predicate{Path: path, Op: vec.OpExists})
		}
		s.Fields()
		s.Verify(func(error) {})
	})
}

// TestEveryBitIsCovered flips every bit of a small file: Open or Verify finds it.
func TestEveryBitIsCovered(t *testing.T) {
	good := small(t)
	for bit := range 8 * len(good) {
		bad := bytes.Clone(good)
		bad[bit/8] ^= 1 << (bit % 8)
		s, err := Open(bad, "bad", row.NewCache(0))
		found := err != nil
		if err == nil {
			s.Verify(func(error) { found = true })
		}
		if !found {
			t.Fatalf("bit %d of byte %d of %d goes unnoticed", bit%8, bit/8, len(good))
		}
	}
}
