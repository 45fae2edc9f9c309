package bench

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/cespare/xxhash/v2"
)

// Dataset is a workload's data at one scale, as files.
type Dataset struct {
	Workload *Workload
	Scale    *Scale
	files    map[string]File // by table
}

// File is a table's documents, NDJSON.
type File struct {
	Path  string
	Bytes int64
	Rows  int64
}

// File of a table.
func (d *Dataset) File(table string) File { return d.files[table] }

// Bytes of all tables as JSON.
func (d *Dataset) Bytes() (total int64) {
	for _, f := range d.files {
		total += f.Bytes
	}
	return total
}

// Rows of all tables.
func (d *Dataset) Rows() (total int64) {
	for _, f := range d.files {
		total += f.Rows
	}
	return total
}

// ChecksumError tells that a generator does not make the rows that its workload promises.
type ChecksumError struct{ Workload, Scale, Table, Got, Want string }

func (e *ChecksumError) Error() string {
	return fmt.Sprintf("workload %s, scale %s: the generator of table %s makes rows of checksum %s, the workload says %q: if the rows were meant to change, write the new checksum there",
		e.Workload, e.Scale, e.Table, e.Got, e.Want)
}

// Generate makes the files of a workload in the folder cache, unless they are there. done, if not nil, is
// called now and then with the bytes that a table has so far.
func Generate(ctx context.Context, cache string, w *Workload, scale string, done func(table string, bytes int64)) (*Dataset, error) {
	s, err := w.Scale(scale)
	if err != nil {
		return nil, err
	}
	d := &Dataset{Workload: w, Scale: s, files: map[string]File{}}
	dir := filepath.Join(cache, w.Name+"-"+s.Name)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	for i := range w.Tables {
		f, err := generate(ctx, dir, w, s, &w.Tables[i], done)
		if err != nil {
			return nil, err
		}
		d.files[w.Tables[i].Name] = f
	}
	return d, nil
}

// generate makes one table. A finished file has its checksum and number of rows in its name, so that
// what is there needs no second look, and a changed generator makes another file.
func generate(ctx context.Context, dir string, w *Workload, s *Scale, t *Table, done func(string, int64)) (File, error) {
	want := s.Checksums[t.Name]
	found, err := filepath.Glob(filepath.Join(dir, t.Name+"."+want+".*.ndjson"))
	if err != nil {
		return File{}, err
	}
	for _, path := range found {
		f := File{Path: path}
		info, err := os.Stat(path)
		if _, scanned := fmt.Sscanf(filepath.Base(path), t.Name+"."+want+".%d.ndjson", &f.Rows); want == "" || scanned != nil || err != nil {
			continue
		}
		f.Bytes = info.Size()
		return f, nil
	}
	out, err := os.CreateTemp(dir, t.Name+".part*")
	if err != nil {
		return File{}, err
	}
	defer os.Remove(out.Name()) // fails when it has its name
	defer out.Close()
	f, sum, err := Checksum(out, t, s.Size, func(bytes int64) error {
		if done != nil {
			done(t.Name, bytes)
		}
		return ctx.Err()
	})
	if err != nil {
		return f, fmt.Errorf("workload %s: table %s: %w", w.Name, t.Name, err)
	}
	if sum != want {
		return f, &ChecksumError{w.Name, s.Name, t.Name, sum, want}
	}
	if err := out.Close(); err != nil {
		return f, err
	}
	f.Path = filepath.Join(dir, fmt.Sprintf("%s.%s.%d.ndjson", t.Name, sum, f.Rows))
	return f, os.Rename(out.Name(), f.Path)
}

// reportEvery is how many bytes lie between two calls of a Checksum's progress.
const reportEvery = 1 << 20

// Checksum writes a table's NDJSON to out and gives its xxhash, in 16 hex digits. progress, if not nil, is
// called with the bytes so far about every MiB; its error ends the generation.
func Checksum(out io.Writer, t *Table, size float64, progress func(bytes int64) error) (File, string, error) {
	var f File
	digest := xxhash.New()
	buffered := bufio.NewWriterSize(io.MultiWriter(out, digest), 1<<18)
	reported := int64(0)
	err := t.Generate(size, func(document []byte) error {
		buffered.Write(document)
		f.Bytes += int64(len(document)) + 1
		f.Rows++
		if f.Bytes-reported >= reportEvery && progress != nil {
			reported = f.Bytes
			if err := progress(f.Bytes); err != nil {
				return err
			}
		}
		return buffered.WriteByte('\n') // has Write's error, too
	})
	if err == nil {
		err = buffered.Flush()
	}
	return f, fmt.Sprintf("%016x", digest.Sum64()), err
}
