//go:build !unix

package stream

// dirLock does nothing where files cannot be locked by advice; the server guards its whole
// data folder by other means.
type dirLock struct{}

func lockDir(string) (*dirLock, error) { return &dirLock{}, nil }

func (*dirLock) release() {}
