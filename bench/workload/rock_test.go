package workload

import (
	"encoding/json"
	"testing"
)

func TestRockSize(t *testing.T) {
	const documents = 2_000
	r, bytes := NewRock(1, 0, 0), 0
	for i := range documents {
		bytes += len(r.Next(rockBegin + int64(i)))
	}
	if mean := bytes / documents; mean < 1_280 || mean > 1_300 {
		t.Errorf("a document has %d bytes, want 1290", mean)
	}
	if got := len(rock.Tables[0].Columns); got != 15 {
		t.Errorf("%d fields, want 15", got)
	}
}

// TestRockPatches tells inserts from patches by the _id, and looks at what a patch leaves alone.
func TestRockPatches(t *testing.T) {
	type document struct {
		ID                       string `json:"_id"`
		Stamp, Version           int64
		Company, About, Greeting string
	}
	const there, documents = 500, 2_000
	for _, share := range []float64{0, 0.5, 1} {
		known := map[string]document{}
		first := NewRock(1, 0, 0)
		read := func(text []byte) (d document) {
			if err := json.Unmarshal(text, &d); err != nil {
				t.Fatal(err)
			}
			return d
		}
		for i := range there {
			d := read(first.Next(rockBegin + int64(i)))
			known[d.ID] = d
		}
		r, patches := NewRock(2, there, share), 0
		for i := range documents {
			stamp := rockBegin + there + int64(i)
			d := read(r.Next(stamp))
			if before, ok := known[d.ID]; ok {
				patches++
				if before.Company != d.Company || before.About != d.About || before.Greeting != d.Greeting || before.Version >= d.Version {
					t.Fatalf("share %v: %+v patched to %+v", share, before, d)
				}
			}
			if d.Stamp != stamp {
				t.Fatalf("stamp %d, want %d", d.Stamp, stamp)
			}
			known[d.ID] = d
		}
		if got := float64(patches) / documents; got < share-0.05 || got > share+0.05 {
			t.Errorf("share of patches %v, want %v", got, share)
		}
		if r.Known() != len(known) || r.Known() != there+documents-patches {
			t.Errorf("share %v: %d known, want %d", share, r.Known(), len(known))
		}
	}
}

func BenchmarkRock(b *testing.B) {
	r := NewRock(1, 0, 0)
	b.SetBytes(int64(len(r.Next(rockBegin))))
	for b.Loop() {
		r.Next(rockBegin)
	}
}
