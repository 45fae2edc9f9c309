package column

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/outcropdb/outcrop/vec"
)

// TestUUIDsAlone: one text that 16 bytes would not give back makes a sub-column of contents.
func TestUUIDsAlone(t *testing.T) {
	const good = "0123abcd-4567-89ef-0000-ffffffffffff"
	for text, want := range map[string]bool{
		good: true, strings.ToUpper(good): false, good[:35]: false, good + "0": false, "{" + good[1:]: false,
		strings.ReplaceAll(good, "-", "0"): false, strings.Replace(good, "a", "g", 1): false, strings.Replace(good, "0", "/", 1): false, "": false,
		"0123abcd-4567-89ef-0000:ffffffffffff": false,
	} {
		v := newValues(vec.String)
		for i, s := range []string{good, text} {
			v.Docs = append(v.Docs, uint32(i))
			v.addContent([]byte(s))
		}
		if got := sizeUUIDs(&study{Values: v}) != math.MaxInt; got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
		for _, data := range [][]byte{EncodePlain(nil, v, 2), encodeBest(v)} {
			s, err := Decode(data, vec.String, 2, 2)
			if err != nil {
				t.Fatal(err)
			}
			var out vec.Vector
			if err := s.Read(&out, Selection{To: 2}); err != nil || string(out.Content(1)) != text {
				t.Errorf("%q: got %q, %v", text, out.Content(1), err)
			}
		}
	}
}

func encodeBest(v *Values) []byte {
	data, _ := Encode(nil, v, v.Count())
	return data
}

// TestUUIDsHaveTheOrderOfTheirTexts is what zones rely on.
func TestUUIDsHaveTheOrderOfTheirTexts(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for range 1000 {
		a, b := uuid(r), uuid(r)
		same := r.IntN(uuidText)
		b = a[:same] + b[same:]
		x, _ := parseUUID([]byte(a))
		y, ok := parseUUID([]byte(b))
		if !ok || slices.Compare(x[:], y[:]) != strings.Compare(a, b) {
			t.Fatalf("%s and %s have another order as bytes", a, b)
		}
	}
}

func BenchmarkReadUUIDs(b *testing.B) {
	const rows = 16 * BlockRows
	r := rand.New(rand.NewPCG(1, 1))
	v := newValues(vec.String)
	for i := range uint32(rows) {
		v.Docs = append(v.Docs, i)
		v.addContent([]byte(uuid(r)))
	}
	for _, e := range []Encoding{uuids, contents} {
		s := stored(b, v, rows, e)
		if e == contents { // as they stood before
			plain, err := Decode(writeBlocks(encodeHead(nil, v, rows, contents), v, codecNone), vec.String, rows, rows)
			if err != nil {
				b.Fatal(err)
			}
			s = plain
		}
		b.Run(e.String(), func(b *testing.B) {
			var out vec.Vector
			for b.Loop() {
				for from := 0; from < rows; from += BlockRows {
					if err := s.Read(&out, Selection{From: from, To: from + BlockRows}); err != nil {
						b.Fatal(err)
					}
				}
			}
			b.ReportMetric(float64(b.N)*rows/b.Elapsed().Seconds()/1e6, "Mrows/s")
		})
	}
}
