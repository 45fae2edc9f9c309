package bench

import (
	"os"
	"path/filepath"
	"testing"
)

func TestScratch(t *testing.T) {
	work := t.TempDir()
	// Process 1 is alive; no process has the largest id.
	for _, name := range []string{"run-1", "run-2147483647", "bsky-tiny"} {
		if err := os.Mkdir(filepath.Join(work, name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	dir, err := scratch(work)
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]bool{dir: true, filepath.Join(work, "run-1"): true, filepath.Join(work, "bsky-tiny"): true, filepath.Join(work, "run-2147483647"): false} {
		if _, err := os.Stat(path); (err == nil) != want {
			t.Errorf("%s: got %v, want it there: %v", path, err, want)
		}
	}
}

func TestAlone(t *testing.T) {
	work := t.TempDir()
	release, err := alone(work)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := alone(work); err == nil {
		t.Error("two at once: got no error")
	}
	if err := release(); err != nil {
		t.Fatal(err)
	}
	release, err = alone(work)
	if err != nil {
		t.Fatalf("after the first: %v", err)
	}
	release()
}
