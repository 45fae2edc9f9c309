// Package fs is the files that an index lives in: on a disk, or in memory that can crash.
package fs

import (
	"errors"
	"io"
)

// FS is what an index asks of a file system. Names are slash-separated. Any number of goroutines may call
// it at once, on different files.
//
// After a crash a file holds what its last Sync wrote, and any part of what was written since. A name made,
// renamed or removed since the last SyncDir of its folder may or may not have been; a rename is never half done.
type FS interface {
	// MakeDir makes a folder and those above it, and syncs them. One that exists is no error.
	MakeDir(dir string) error
	// Create makes an empty file, in place of one that is there. The caller closes it.
	Create(name string) (File, error)
	// Map gives the content of a file. It stays readable after the file is renamed or removed.
	Map(name string) (*Mapping, error)
	// Rename gives a file another name, in place of a file that has it.
	Rename(from, to string) error
	// Remove removes a file or an empty folder. One that is not there is io/fs.ErrNotExist.
	Remove(name string) error
	// List names what is in a folder, sorted; a folder that is not there is io/fs.ErrNotExist.
	List(dir string) ([]string, error)
	// SyncDir makes what was created, renamed and removed in the folder lasting.
	SyncDir(dir string) error
	// Lock makes name a file that one process holds until Close. When another holds it, the error is a
	// *LockedError.
	Lock(name string) (io.Closer, error)
}

// File is a file being written, from its beginning to its end.
type File interface {
	io.Writer
	Sync() error // makes what was written lasting
	Close() error
}

// Mapping is the content of a file, for reading only. Nothing may refer to Bytes after Close.
type Mapping struct {
	Bytes []byte
	close func() error
}

// Close lets go of the memory.
func (m *Mapping) Close() error {
	if m.close == nil {
		return nil
	}
	c := m.close
	m.close, m.Bytes = nil, nil
	return c()
}

// LockedError is the refusal of Lock.
type LockedError struct {
	Name  string // the lock's file
	Owner string // the process id of who holds it, if that could be read
}

func (e *LockedError) Error() string {
	return "lock " + e.Name + ": held by process " + e.Owner
}

// ErrCrashed is the error of every operation of Crash at and after its crash.
var ErrCrashed = errors.New("the file system has crashed")
