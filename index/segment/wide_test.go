package segment_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/outcropdb/outcrop/index/column"
	"github.com/outcropdb/outcrop/index/row"
	"github.com/outcropdb/outcrop/index/segment"
	"github.com/outcropdb/outcrop/vec"
)

// wideDocuments have fields of many distinct keys, some of them in an object: the first documents each have their
// own, those of the later ones recur.
func wideDocuments(n int) documents {
	r := rand.New(rand.NewPCG(3, 9))
	docs := make(documents, n)
	for i := range docs {
		var fields, inner []any
		for k := range 40 {
			key := fmt.Sprintf("own-%d-%d", i, k)
			if i > n/2 {
				key = fmt.Sprintf("k%d", int(r.ExpFloat64()*300))
			}
			var value vec.Value
			switch r.IntN(4) {
			case 0:
				value = vec.StringValue(fmt.Sprint("text", r.IntN(9)))
			case 1:
				value = object("x", vec.IntValue(vec.Int, int64(i)), "y-"+key, vec.FloatValue(0.5))
			default:
				value = vec.IntValue(vec.Int, int64(r.IntN(50)))
			}
			if k%3 == 0 {
				inner = append(inner, key, value)
			} else {
				fields = append(fields, key, value)
			}
		}
		fields = append(fields, "_id", vec.StringValue(fmt.Sprint(i)), "in", object(inner...))
		docs[i] = object(fields...)
	}
	return docs
}

// TestWideDocumentsKeepFrequentPathsAsColumns builds a segment of more paths than get columns, and reads all kinds
// of fields from it.
func TestWideDocumentsKeepFrequentPathsAsColumns(t *testing.T) {
	docs := wideDocuments(900)
	shredder := column.NewShredder()
	for _, doc := range docs {
		if err := shredder.Append(doc); err != nil {
			t.Fatal(err)
		}
	}
	first := shredder.Publish(docs)
	view, err := first.Frequent()
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if _, err := segment.Build(&out, view, segment.Options{}); err != nil {
		t.Fatal(err)
	}
	s, err := segment.Open(out.Bytes(), "wide", row.NewCache(4<<20))
	if err != nil {
		t.Fatal(err)
	}
	s.Verify(func(err error) { t.Error(err) })
	if !first.InRest(vec.Path{"k3"}) || !first.InRest(vec.Path{"in", "k3"}) {
		t.Error("the paths of the later documents are not too many: the test tests nothing")
	}
	columns := 0
	for _, sub := range s.Subs() {
		if sub.Type() != column.Rest {
			columns++
		}
	}
	if columns < column.CommonPaths || columns > column.MaxPaths {
		t.Errorf("%d columns", columns)
	}
	for path, inRest := range map[string]bool{
		"_id": false, "in": false, "k3": false, "in.k3": false, "k3.x": false, "k3.\"y-k3\"": false, "in.k5.x": false,
		"\"own-7-1\"": true, "in.\"own-8-3\"": true, "\"own-7-1\".x": true, "none": false, "in.none.x": false, "k2000": false,
	} {
		p, err := vec.ParsePath(path)
		if err != nil {
			t.Fatal(err)
		}
		if got := s.InRest(p); got != inRest {
			t.Errorf("%s in rest: %t", path, got)
		}
		for _, part := range []interface {
			Column(out *vec.Vector, path vec.Path, from, to int) error
		}{first, view, s} {
			var got vec.Vector
			if err := part.Column(&got, p, 0, len(docs)); err != nil {
				t.Fatal(err)
			}
			for i, doc := range docs {
				if want := doc.At(p); !got.Value(i).Same(want) {
					t.Fatalf("%s of document %d: %v, want %v", path, i, got.Value(i), want)
				}
			}
		}
		checkWideLookup(t, s, docs, p, inRest)
	}
	names := map[string]uint64{}
	for _, f := range s.Fields() {
		names[f.Path.String()] += f.Count
	}
	if names["\"own-7-1\""] != 1 || names["_id"] != uint64(len(docs)) || names["in.\"own-8-3\""] != 1 {
		t.Errorf("fields count %d, %d, %d", names["\"own-7-1\""], names["_id"], names["in.\"own-8-3\""])
	}
}

// checkWideLookup looks each of a path's scalars up; what is in the rest is found among few documents.
func checkWideLookup(t *testing.T, s *segment.Segment, docs documents, path vec.Path, inRest bool) {
	t.Helper()
	for i, doc := range docs {
		value := doc.At(path)
		if value.IsNull() || value.Type() == vec.Object {
			continue
		}
		p := vec.Predicate{Path: path, Op: vec.OpIn, Values: []vec.Value{value}}
		found, exact, err := s.Lookup(p)
		if err != nil || found == nil || !found.Contains(uint32(i)) || inRest && (exact || found.GetCardinality() > 3) || s.Skips(p, i&^63, i&^63+64) || s.Estimate(p) < 1 {
			t.Fatalf("%s: found %v, exact %t, estimate %d, %v; want document %d", p, found, exact, s.Estimate(p), err, i)
		}
		if inRest && !s.Skips(p, (i&^63+128)%len(docs)&^63, (i&^63+128)%len(docs)&^63+64) {
			t.Errorf("%s: a range without the key is not skipped", p)
		}
	}
}
