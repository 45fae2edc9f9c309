//go:build unix

package stream

import (
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// dirLock keeps a second process, or a second Stream of this one, off the file store. The
// kernel drops it when the process dies.
type dirLock struct{ file *os.File }

func lockDir(dir string) (*dirLock, error) {
	file, err := os.OpenFile(filepath.Join(dir, "LOCK"), os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, fmt.Errorf("stream: %w", err)
	}
	if err := unix.Flock(int(file.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		file.Close()
		return nil, fmt.Errorf("stream: the log in %s is in use by another server (%w); stop it, or choose another folder", dir, err)
	}
	return &dirLock{file}, nil
}

func (l *dirLock) release() { l.file.Close() }
