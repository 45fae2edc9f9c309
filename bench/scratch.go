package bench

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// scratchPrefix begins the names of folders that peers keep their data in, one a run; a process id ends them.
const scratchPrefix = "run-"

// scratch makes this run's folder in work, and removes those of runs that were killed.
func scratch(work string) (dir string, err error) {
	found, err := filepath.Glob(filepath.Join(work, scratchPrefix+"*"))
	if err != nil {
		return "", err
	}
	for _, path := range found {
		pid, err := strconv.Atoi(strings.TrimPrefix(filepath.Base(path), scratchPrefix))
		if err != nil || errors.Is(unix.Kill(pid, 0), unix.ESRCH) || pid == os.Getpid() {
			if err := os.RemoveAll(path); err != nil {
				return "", err
			}
		}
	}
	dir = filepath.Join(work, scratchPrefix+strconv.Itoa(os.Getpid()))
	return dir, os.MkdirAll(dir, 0o755)
}

// alone makes sure that no other run in work is timing anything, until release.
func alone(work string) (release func() error, err error) {
	f, err := os.OpenFile(filepath.Join(work, "lock"), os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, err
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		f.Close()
		if errors.Is(err, unix.EWOULDBLOCK) {
			return nil, errors.New("another run is timing something, and two at once would measure each other: wait for it, or compare answers only")
		}
		return nil, fmt.Errorf("%s: %w", f.Name(), err)
	}
	return f.Close, nil
}
