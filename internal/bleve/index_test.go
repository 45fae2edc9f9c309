package main

import (
	"os"
	"path/filepath"
	"testing"
)

func TestIndex(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "t.ndjson")
	text := `{"_id":"a","body":"a silken quokka","n":1}
{"_id":"b","body":"a quokka, silken","n":2}
{"_id":"c","body":"Quokka"}
`
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	tables := []table{{Path: path, Columns: map[string]string{"_id": "id", "body": "text", "n": "number"}}}
	var x index
	if err := x.open(dir); err != nil {
		t.Fatal(err)
	}
	if _, err := x.count("body:quokka"); err == nil {
		t.Error("a count before anything was loaded: got no error")
	}
	if err := x.load(tables); err != nil {
		t.Fatal(err)
	}
	if x.load(tables) == nil {
		t.Error("a second load: got no error")
	}
	check := func(when string) {
		for query, want := range map[string]uint64{
			`body:quokka`: 3, `body:"silken quokka"`: 1, `+body:silken +n:>1`: 1, `body:quill`: 0, `quokka`: 0,
		} {
			if got, err := x.count(query); err != nil || got != want {
				t.Errorf("%s: %s: got %d, %v, want %d", when, query, got, err, want)
			}
		}
	}
	check("loaded")
	if err := x.merge(); err != nil {
		t.Fatal(err)
	}
	check("merged")
	if err := x.close(); err != nil {
		t.Fatal(err)
	}
	var again index
	if err := again.open(dir); err != nil {
		t.Fatal(err)
	}
	x = again
	check("opened again")
	if err := x.close(); err != nil {
		t.Fatal(err)
	}
}
