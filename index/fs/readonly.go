package fs

import (
	"fmt"
	"io"
)

// ReadOnly is the files of an FS for those who look at them: they stay as they are. Removing what is left over
// seems to work, everything else that would change a file is an error.
type ReadOnly struct{ FS }

var _ FS = ReadOnly{}

func (ReadOnly) MakeDir(dir string) error            { return refused(dir) }
func (ReadOnly) Create(name string) (File, error)    { return nil, refused(name) }
func (ReadOnly) Rename(from, _ string) error         { return refused(from) }
func (ReadOnly) Remove(string) error                 { return nil }
func (ReadOnly) SyncDir(string) error                { return nil }
func (ReadOnly) Lock(name string) (io.Closer, error) { return nil, refused(name) }

func refused(name string) error { return fmt.Errorf("%s: is only to be read", name) }
