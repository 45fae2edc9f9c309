package workload

import (
	"encoding/json"
	"testing"
)

func TestRockSize(t *testing.T) {
	const documents = 2_000
	bytes := 0
	if err := generateRock(documents, rockMix{}, func(d []byte) error { bytes += len(d); return nil }); err != nil {
		t.Fatal(err)
	}
	if mean := bytes / documents; mean < 1_280 || mean > 1_300 {
		t.Errorf("a document has %d bytes, want 1290", mean)
	}
	if got := len(rockColumns); got != 15 {
		t.Errorf("%d fields, want 15", got)
	}
}

// TestRockPatches tells inserts from patches by the _id, and looks at what a patch leaves alone.
func TestRockPatches(t *testing.T) {
	const documents = 2_000
	for _, test := range []struct {
		mix  rockMix
		want float64
	}{
		{rockMix{}, 0},
		{rockMix{patches: 0.5}, 0.5},
		{rockMix{inserts: 0.2, patches: 1}, 0.8},
	} {
		type document struct {
			ID                       string `json:"_id"`
			Stamp, Version           int64
			Company, About, Greeting string
		}
		known, patches, last := map[string]document{}, 0, int64(0)
		err := generateRock(documents, test.mix, func(text []byte) error {
			var d document
			if err := json.Unmarshal(text, &d); err != nil {
				return err
			}
			if before, ok := known[d.ID]; ok {
				patches++
				if before.Company != d.Company || before.About != d.About || before.Greeting != d.Greeting || before.Version >= d.Version {
					t.Errorf("%+v patched to %+v", before, d)
				}
			}
			if d.Stamp <= last {
				t.Errorf("stamp %d after %d", d.Stamp, last)
			}
			known[d.ID], last = d, d.Stamp
			return nil
		})
		if got := float64(patches) / documents; err != nil || got < test.want-0.05 || got > test.want+0.05 {
			t.Errorf("%+v: share of patches %v, want %v; %v", test.mix, got, test.want, err)
		}
	}
}

func BenchmarkRock(b *testing.B) {
	r := rockWriter{random: newRandom(1)}
	r.document(1, rockBegin, 1)
	b.SetBytes(int64(len(r.out)))
	for b.Loop() {
		r.document(1, rockBegin, 1)
	}
}
