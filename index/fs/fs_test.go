package fs

import (
	"errors"
	iofs "io/fs"
	"path"
	"strconv"
	"strings"
	"testing"
)

// write makes a file; sync says whether it is to last.
func write(t *testing.T, f FS, name, content string, sync bool) {
	t.Helper()
	file, err := f.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := file.Write([]byte(content)); err != nil {
		t.Fatal(err)
	}
	if sync {
		if err := file.Sync(); err != nil {
			t.Fatal(err)
		}
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
}

// content of a file; "-" when there is none.
func content(t *testing.T, f FS, name string) string {
	t.Helper()
	m, err := f.Map(name)
	if errors.Is(err, iofs.ErrNotExist) {
		return "-"
	}
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	return string(m.Bytes)
}

// TestFS runs the same steps on every file system.
func TestFS(t *testing.T) {
	for name, f := range map[string]FS{"disk": Disk{}, "crash": NewCrash(1, 0)} {
		t.Run(name, func(t *testing.T) {
			dir := path.Join(t.TempDir(), "a", "b")
			for range 2 {
				if err := f.MakeDir(dir); err != nil {
					t.Fatal(err)
				}
			}
			write(t, f, dir+"/one", "first", true)
			write(t, f, dir+"/one", "second", true)
			write(t, f, dir+"/two", "", true)
			old, err := f.Map(dir + "/one")
			if err != nil {
				t.Fatal(err)
			}
			if err := f.Rename(dir+"/two", dir+"/one"); err != nil {
				t.Fatal(err)
			}
			if err := f.SyncDir(dir); err != nil {
				t.Fatal(err)
			}
			if got := string(old.Bytes); got != "second" {
				t.Errorf("a mapping after its file is replaced: got %q", got)
			}
			for range 2 {
				if err := old.Close(); err != nil {
					t.Fatal(err)
				}
			}
			if got := content(t, f, dir+"/one") + content(t, f, dir+"/two"); got != "-" {
				t.Errorf("after rename: got %q, want an empty file and none", got)
			}
			write(t, f, dir+"/three", "3", false)
			names, err := f.List(dir)
			if got := strings.Join(names, " "); err != nil || got != "one three" {
				t.Errorf("list: got %q, %v", got, err)
			}
			if err := f.Remove(dir); err == nil {
				t.Error("a folder with files in it is removed")
			}
			for _, n := range []string{dir + "/one", dir + "/three", dir} {
				if err := f.Remove(n); err != nil {
					t.Error(err)
				}
			}
			for op, err := range map[string]error{
				"remove": f.Remove(dir + "/one"), "remove folder": f.Remove(dir), "rename": f.Rename(dir+"/one", dir+"/two"),
				"list": second(f.List(dir)), "create": second(f.Create(dir + "/one")), "map": second(f.Map(dir + "/one")),
			} {
				if !errors.Is(err, iofs.ErrNotExist) {
					t.Errorf("%s what is not there: got %v, want ErrNotExist", op, err)
				}
			}
		})
	}
}

func second[T any](_ T, err error) error { return err }

func TestLock(t *testing.T) {
	for name, f := range map[string]FS{"disk": Disk{}, "crash": NewCrash(1, 0)} {
		t.Run(name, func(t *testing.T) {
			file := path.Join(t.TempDir(), "lock")
			held, err := f.Lock(file)
			if err != nil {
				t.Fatal(err)
			}
			_, err = f.Lock(file)
			var locked *LockedError
			if !errors.As(err, &locked) || locked.Name != file || locked.Owner == "" {
				t.Fatalf("second lock: got %v, want a LockedError with name and owner", err)
			}
			if err := held.Close(); err != nil {
				t.Fatal(err)
			}
			again, err := f.Lock(file)
			if err != nil {
				t.Fatalf("after the owner closed it: %v", err)
			}
			again.Close()
		})
	}
}

// TestCrashKeepsWhatIsSynced crashes a file's atomic replacement at every operation, many times over: the
// name holds the old content or the new, whole, and the new for certain once the last sync is through.
func TestCrashKeepsWhatIsSynced(t *testing.T) {
	seen := map[string]bool{}
	for seed := range uint64(200) {
		for at := 1; ; at++ {
			c := NewCrash(seed, 0)
			if err := c.MakeDir("d"); err != nil {
				t.Fatal(err)
			}
			write(t, c, "d/f", "old", true)
			if err := c.SyncDir("d"); err != nil {
				t.Fatal(err)
			}
			c.CrashAt(at)
			err := replace(c, "d/f", "the new one")
			done := !c.Crashed()
			if done != (err == nil) {
				t.Fatalf("crash at %d: error %v", at, err)
			}
			r := c.Restart()
			got := content(t, r, "d/f")
			if got != "the new one" && (done || got != "old") {
				t.Fatalf("seed %d, crash at %d, done %v: got %q", seed, at, done, got)
			}
			temporary := content(t, r, "d/temporary")
			if strings.HasSuffix(temporary, "\x00") {
				temporary = "unwritten"
			}
			seen[strconv.FormatBool(done)+" "+got+" temporary "+temporary] = true
			if _, err := c.List("d"); err != ErrCrashed {
				t.Fatalf("list after the crash: got %v", err)
			}
			if done {
				break
			}
		}
	}
	for _, want := range []string{ // chance has to reach all kinds of loss
		"false old temporary -", "false old temporary ", "false old temporary the new one", "false old temporary the",
		"false old temporary unwritten", "false the new one temporary -", "true the new one temporary -",
	} {
		if !seen[want] {
			t.Errorf("no crash ended in %q; seen: %v", want, seen)
		}
	}
}

func replace(f FS, name, content string) error {
	file, err := f.Create(path.Join(path.Dir(name), "temporary"))
	if err != nil {
		return err
	}
	for _, part := range []string{content[:4], content[4:]} {
		if _, err := file.Write([]byte(part)); err != nil {
			return err
		}
	}
	if err := file.Sync(); err != nil {
		return err
	}
	if err := f.Rename(path.Join(path.Dir(name), "temporary"), name); err != nil {
		return err
	}
	return f.SyncDir(path.Dir(name))
}
