package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/outcropdb/outcrop/index"
	"github.com/outcropdb/outcrop/index/fs"
	"github.com/outcropdb/outcrop/vec"
)

// TestCheckAndInspect makes a data folder, changes bytes of its files one after the other, and asks what is wrong.
func TestCheckAndInspect(t *testing.T) {
	dir := t.TempDir()
	s, err := index.OpenStore(fs.Disk{}, filepath.Join(dir, "index"), index.Options{})
	if err != nil {
		t.Fatal(err)
	}
	shard, err := s.Shard("events", 0)
	if err != nil {
		t.Fatal(err)
	}
	for sequence := range uint64(2) {
		var writes []index.Write
		for i := range 200 {
			id := fmt.Sprint("id-", i)
			b, mark := vec.BeginObject(nil)
			b = vec.AppendContent(vec.AppendKey(b, "_id"), vec.String, id)
			b = vec.AppendContent(vec.AppendKey(b, "kind"), vec.String, []string{"a", "b"}[i%2])
			b = vec.AppendInt(vec.AppendKey(b, "n"), vec.Int, int64(i*i%1000))
			writes = append(writes, index.Write{Op: index.Upsert, ID: []byte(id), Document: vec.EndObject(b, mark)})
		}
		if err := shard.Apply(sequence+1, writes); err != nil {
			t.Fatal(err)
		}
		if err := shard.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if status, out, errs := command(t, "check", dir); status != 1 || !strings.Contains(errs, "is in use") {
		t.Errorf("while it is in use: status %d: %s%s", status, out, errs)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if status, out, errs := command(t, "check", dir); status != 0 || !strings.Contains(out, "all is well") {
		t.Errorf("sound folder: status %d: %s%s", status, out, errs)
	}
	files, err := filepath.Glob(filepath.Join(dir, "index", "collections", "events", "0", "*"))
	if err != nil || len(files) < 2 {
		t.Fatalf("files %v, %v", files, err)
	}
	for _, name := range files {
		good, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, at := range []int{9, len(good) / 3, len(good) / 2, len(good) - 20} {
			bad := append([]byte{}, good...)
			bad[at] ^= 4
			if err := os.WriteFile(name, bad, 0o644); err != nil {
				t.Fatal(err)
			}
			if status, out, errs := command(t, "check", dir); status != 1 || !strings.Contains(out, filepath.Base(name)) {
				t.Errorf("%s, byte %d changed: status %d: %s%s", name, at, status, out, errs)
			}
		}
		if err := os.WriteFile(name, good, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	segment := files[len(files)-1]
	if filepath.Ext(segment) != ".segment" {
		segment = files[0]
	}
	if status, out, errs := command(t, "inspect", segment); status != 0 || !strings.Contains(out, "dictionary") || !strings.Contains(out, "terms") {
		t.Errorf("inspect: status %d: %s%s", status, out, errs)
	}
	status, out, errs := command(t, "inspect", dir, "--json", "--fields")
	var shown segmentJSON
	if err := json.Unmarshal([]byte(strings.Split(out, "\n")[0]), &shown); err != nil || status != 0 || shown.Collection != "events" || len(shown.Columns) != 4 {
		t.Errorf("inspect --json: status %d, %v: %s%s", status, err, out, errs)
	}
}
