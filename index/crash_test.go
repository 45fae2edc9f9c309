package index

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/outcropdb/outcrop/index/fs"
)

// small makes a stream of a few kilobytes flush often and merge a few times.
var small = Options{MemtableBytes: 24 << 10, FlushAge: time.Second}

// consume applies what a shard has not seen of a stream, with flushes on the way, up to message last.
func consume(s *Shard, stream [][]Write, last int) error {
	for i := int(s.Durable()); i < last; i++ {
		if err := s.Apply(uint64(i+1), stream[i]); err != nil {
			return err
		}
		if i%3 == 0 { // each Tick is a second after the last: writes get flushed that are one or two old
			s.Tick(time.Unix(int64(i), 0), 0)
		}
		if failed := s.Stats(); failed.FlushError != nil || failed.MergeError != nil {
			return errors.Join(failed.FlushError, failed.MergeError)
		}
	}
	return nil
}

// TestCrash: one stream, a crash at every file operation of its consumption, and another one some operations
// after the restart. What is on disk is always the stream up to Durable, exactly, and Durable never goes
// back; the rest of the stream leads to the same documents, live bits and lookups as without a crash.
func TestCrash(t *testing.T) {
	stream := func() [][]Write { return testStream(1, 45, 8, 45) }
	operations := crashAt(t, small, stream(), 0)
	if operations < 200 {
		t.Errorf("%d operations are too few to be sure", operations)
	}
	const side = 2 // crashes are tried side by side
	for first := range side {
		t.Run(fmt.Sprint("from ", 1+first), func(t *testing.T) {
			t.Parallel()
			stream := stream() // Apply writes to it
			for at := 1 + first; at <= operations; at += side {
				crashAt(t, small, stream, at)
			}
		})
	}
}

// TestCrashForWantOfMemory is TestCrash where it is memory that brings flushes about.
func TestCrashForWantOfMemory(t *testing.T) {
	memory := &allowance{limit: memoryStep}
	o := Options{Memory: memory}
	stream := testStream(1, 60, 8, 45)
	for at := crashAt(t, o, stream, 0); at > 0; at -= 2 {
		crashAt(t, o, stream, at)
		if memory.used != 0 {
			t.Fatalf("crash at %d: %d bytes are still taken after Close", at, memory.used)
		}
	}
	if memory.refused < 100 {
		t.Errorf("memory was refused %d times, too few to be sure", memory.refused)
	}
}

// crashAt consumes a stream with a first crash at an operation; 0: none. It returns the number of
// operations when there was no crash.
func crashAt(t *testing.T, o Options, stream [][]Write, at int) (operations int) {
	disk := fs.NewCrash(uint64(at), at)
	durable := uint64(0)
	for life := 0; ; life++ {
		s, err := Open(disk, "shard", o)
		if err == nil {
			if s.Durable() < durable {
				t.Fatalf("crash at %d, life %d: durable %d, was %d before", at, life, s.Durable(), durable)
			}
			verifyShard(t, s, after(stream, int(s.Durable())))
			err = consume(s, stream, len(stream))
			durable = s.Durable()
		}
		if err == nil {
			verifyShard(t, s, after(stream, len(stream)))
			if stats := s.Stats(); at == 0 && (stats.Flushes < 7 || stats.Merges < 10) {
				t.Errorf("too little happens: %+v", stats)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			return disk.Operations()
		}
		if !disk.Crashed() {
			t.Fatalf("crash at %d, life %d: %v\n%s", at, life, err, disk)
		}
		if s != nil {
			s.Close()
		}
		disk = disk.Restart()
		if life < 3 {
			disk.CrashAt(1 + (at*7+life*13)%40)
		}
	}
}

// fullDisk fails to create files while it is full.
type fullDisk struct {
	fs.FS
	full bool
}

var errFull = errors.New("no space left on device")

func (d *fullDisk) Create(name string) (fs.File, error) {
	if d.full {
		return nil, errFull
	}
	return d.FS.Create(name)
}

// TestFailedFlush: a disk that fails loses nothing that was applied. Apply refuses before memory is full;
// when the disk works again, the next Tick brings everything there.
func TestFailedFlush(t *testing.T) {
	disk := &fullDisk{FS: fs.NewCrash(1, 0)}
	s, err := Open(disk, "shard", Options{MemtableBytes: 1, Memtables: 2})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	stream := make([][]Write, 5)
	for i := range stream {
		stream[i] = []Write{upsert(fmt.Sprint("id-", i), int64(i+1))}
	}
	apply := func(sequence int) error { return s.Apply(uint64(sequence), stream[sequence-1]) }
	if err := apply(1); err != nil {
		t.Fatal(err)
	}
	disk.full = true
	for sequence := 2; sequence <= 3; sequence++ {
		if err := apply(sequence); err != nil {
			t.Fatal(err)
		}
	}
	if err := apply(4); !errors.Is(err, errFull) {
		t.Fatalf("third apply on a full disk: got %v", err)
	}
	if err := s.Flush(t.Context()); !errors.Is(err, errFull) {
		t.Fatalf("flush on a full disk: got %v", err)
	}
	if stats := s.Stats(); stats.FlushError == nil || stats.Waiting != 2 || s.Applied() != 3 || s.Durable() != 1 {
		t.Errorf("got %+v, applied %d, durable %d", stats, s.Applied(), s.Durable())
	}
	verifyShard(t, s, after(stream, 3))
	disk.full = false
	s.Tick(time.Unix(0, 0), 0)
	if stats := s.Stats(); stats.FlushError != nil || stats.Waiting != 0 || s.Durable() != 3 {
		t.Errorf("with space again: %+v, durable %d", stats, s.Durable())
	}
	for sequence := 4; sequence <= 5; sequence++ {
		if err := apply(sequence); err != nil {
			t.Fatal(err)
		}
	}
	verifyShard(t, s, after(stream, 5))
}
