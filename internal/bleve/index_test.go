package main

import (
	"math"
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
	if _, err := x.ask("body:quokka"); err == nil {
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
			if got, err := x.ask(query); err != nil || len(got.Rows) != 1 || got.Rows[0][0] != want {
				t.Errorf("%s: %s: got %v, %v, want %d", when, query, got, err, want)
			}
		}
		checkTop(t, when, &x)
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

// checkTop holds scores to the formula of BM25, of bodies with 2, 2 and 1 words.
func checkTop(t *testing.T, when string, x *index) {
	t.Helper()
	const k1, b, mean = 1.2, 0.75, 1 // bleve's mean length is a whole number, of 5/3 this one
	score := func(documents, found, length float64) float64 {
		idf := math.Log(1 + (documents-found+0.5)/(found+0.5))
		return idf * k1 / (1 + k1*(1-b+b*length/mean))
	}
	for query, want := range map[string][]any{
		`top 10: body:quokka`:           {"c", score(3, 3, 1), "a", score(3, 3, 2), "b", score(3, 3, 2)},
		`top 10: +body:silken +n:>1`:    {"b"},
		`top 10: body:quill`:            nil,
		`top 10: body:"silken quokka"`:  {"a"},
		`top 10: body:silken body:loud`: {"a"},
	} {
		got, err := x.ask(query)
		if err != nil || (want == nil) != (len(got.Rows) == 0) {
			t.Errorf("%s: %s: got %v, %v, want %v", when, query, got, err, want)
			continue
		}
		for i := range want {
			g := got.Rows[i/2][i%2]
			if w, ok := want[i].(float64); ok && math.Abs(g.(float64)-w) > 1e-4*w || !ok && g != want[i] {
				t.Errorf("%s: %s: got %v, want %v", when, query, got.Rows, want)
				break
			}
		}
	}
}
