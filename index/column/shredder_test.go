package column_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"github.com/outcropdb/outcrop/index/column"
	"github.com/outcropdb/outcrop/vec"
)

func shred(t testing.TB, docs documents) *column.View {
	s := column.NewShredder()
	for _, doc := range docs {
		if err := s.Append(doc); err != nil {
			t.Fatal(err)
		}
	}
	return s.Publish(docs)
}

func TestViewReadsWhatWasAppended(t *testing.T) {
	for seed := range uint64(4) {
		docs := randomDocuments(seed, 300)
		view := shred(t, docs)
		r := rand.New(rand.NewPCG(seed, 1))
		out := new(vec.Vector)
		for _, path := range paths() {
			for _, ranged := range [][2]int{{0, 300}, {64, 65}, {128, 300}, {0, 0}} {
				if err := view.Column(out, path, ranged[0], ranged[1]); err != nil {
					t.Fatal(err)
				}
				checkVector(t, out, docs, path, upTo(ranged[0], ranged[1]))
			}
			var ids []uint32
			for id := r.IntN(9); id < 300; id += 1 + r.IntN(40) {
				ids = append(ids, uint32(id))
			}
			if err := view.Gather(out, path, ids); err != nil {
				t.Fatal(err)
			}
			checkVector(t, out, docs, path, ids)

			var types vec.TypeSet
			for _, doc := range docs {
				types = types.With(doc.At(path).Type())
			}
			if got := view.Types(path); got != types {
				t.Errorf("types of %s: %v, want %v", path, got.Types(), types.Types())
			}
			for _, typ := range types.Types() {
				count := 0
				for _, doc := range docs {
					if typ != vec.Undefined && doc.At(path).Type() == typ {
						count++
					}
				}
				if got := view.Count(path, typ); got != count {
					t.Errorf("%s: %d of type %s, want %d", path, got, typ, count)
				}
			}
		}
	}
}

func TestViewStaysWhileDocumentsAreAppended(t *testing.T) {
	docs := randomDocuments(9, 600)
	s := column.NewShredder()
	var readers sync.WaitGroup
	all := paths()[:80]
	for i, doc := range docs {
		if err := s.Append(doc); err != nil {
			t.Fatal(err)
		}
		if i%50 != 7 {
			continue
		}
		view := s.Publish(docs)
		if view.Rows() != i+1 {
			t.Fatalf("%d rows, want %d", view.Rows(), i+1)
		}
		readers.Go(func() {
			out := new(vec.Vector)
			for _, path := range all {
				if err := view.Column(out, path, 0, view.Rows()); err != nil {
					t.Error(err)
					return
				}
				for row := range out.Rows {
					if want := docs[row].At(path); !out.Value(row).Same(want) {
						t.Errorf("%s of document %d: got %v, want %v", path, row, out.Value(row), want)
						return
					}
				}
			}
		})
	}
	readers.Wait()
}

func object(fields ...any) vec.Value {
	dst, mark := vec.BeginObject(nil)
	for i := 0; i < len(fields); i += 2 {
		dst = vec.AppendKey(dst, fields[i].(string))
		dst = fields[i+1].(vec.Value).Append(dst)
	}
	return vec.EndObject(dst, mark)
}

func TestFieldsBeyondTheLimitsAreRead(t *testing.T) {
	one := vec.IntValue(vec.Int, 1)
	deep := object("leaf", one)
	var deepPath vec.Path
	for range column.MaxDepth {
		deep = object("d", deep)
		deepPath = append(deepPath, "d")
	}
	deepPath = append(deepPath, "leaf")
	docs := documents{deep}
	for i := range 12 {
		var fields []any
		for j := range 1000 {
			fields = append(fields, fmt.Sprintf("k%d", i*1000+j), one)
		}
		docs = append(docs, object(fields...))
	}
	docs = append(docs, object("k3", vec.StringValue("three"), "k11999", vec.StringValue("late")))
	view := shred(t, docs)
	subs := 0
	for range view.Subs() {
		subs++
	}
	if subs > column.MaxPaths+10 {
		t.Errorf("%d sub-columns", subs)
	}
	out := new(vec.Vector)
	for path, types := range map[string]vec.TypeSet{
		"k3":                  vec.SetOf(vec.Undefined, vec.Int, vec.String),
		"k11999":              column.AnyType,
		"no":                  vec.SetOf(vec.Undefined),
		"d.no":                vec.SetOf(vec.Undefined),
		deepPath.String():     column.AnyType,
		deepPath[1:].String(): vec.SetOf(vec.Undefined),
	} {
		p, err := vec.ParsePath(path)
		if err != nil {
			t.Fatal(err)
		}
		if got := view.Types(p); got != types {
			t.Errorf("types of %s: %v", path, got.Types())
		}
		if got := view.InRest(p); got != (types == column.AnyType) {
			t.Errorf("%s in rest: %t", path, got)
		}
		if err := view.Column(out, p, 0, len(docs)); err != nil {
			t.Fatal(err)
		}
		checkVector(t, out, docs, p, upTo(0, len(docs)))
		if err := view.Gather(out, p, []uint32{0, 2, 13}); err != nil {
			t.Fatal(err)
		}
		checkVector(t, out, docs, p, []uint32{0, 2, 13})
	}
}

func TestFieldsCountThroughArrays(t *testing.T) {
	array := func(values ...vec.Value) vec.Value {
		dst, mark := vec.BeginArray(nil)
		for _, v := range values {
			dst = v.Append(dst)
		}
		return vec.EndArray(dst, mark, len(values))
	}
	one := vec.IntValue(vec.Int, 1)
	view := shred(t, documents{
		object("a", array(one, object("b", one), object("b", vec.NullValue()))),
		object("a", one, "o", object("x", one)),
		object("a", array(), "o", object()),
	})
	var lines []string
	for _, f := range view.Fields() {
		lines = append(lines, fmt.Sprintf("%s %s %d/%d", f.Path, f.Type, f.Count, f.Total))
	}
	want := `a int 1/3
a array 2/3
a."*" int 1/3
a."*" object 2/3
a."*".b null 1/2
a."*".b int 1/2
o object 2/3
o.x int 1/2`
	if got := strings.Join(lines, "\n"); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

func TestAppendRefusesWhatIsNoObject(t *testing.T) {
	s := column.NewShredder()
	err := s.Append(vec.StringValue("x"))
	if err == nil || !strings.Contains(err.Error(), "document 0 is string") || s.Rows() != 0 {
		t.Errorf("%v, %d rows", err, s.Rows())
	}
}

func TestKeyTwiceCountsOnce(t *testing.T) {
	docs := documents{object("a", vec.IntValue(vec.Int, 1), "a", vec.StringValue("x"))}
	view := shred(t, docs)
	if got := view.Types(vec.Path{"a"}); got != vec.SetOf(vec.Int) {
		t.Error(got.Types())
	}
}

func TestBounds(t *testing.T) {
	docs := documents{
		object("i", vec.IntValue(vec.Int, 5), "f", vec.FloatValue(-2.5)),
		object("i", vec.IntValue(vec.Int, -7), "f", vec.FloatValue(1e9)),
	}
	view := shred(t, docs)
	for path, want := range map[string][2]vec.Value{
		"i": {vec.IntValue(vec.Int, -7), vec.IntValue(vec.Int, 5)},
		"f": {vec.FloatValue(-2.5), vec.FloatValue(1e9)},
	} {
		for _, typ := range []vec.Type{vec.Int, vec.Float} {
			sub := view.Sub(vec.Path{path}, typ)
			if sub == nil {
				continue
			}
			if low, high := sub.(*column.Values).Bounds(); !low.Same(want[0]) || !high.Same(want[1]) {
				t.Errorf("%s: %v to %v", path, low, high)
			}
		}
	}
}

func TestAppendDoesNotAllocateForItsShape(t *testing.T) {
	docs := randomDocuments(3, 1)
	s := column.NewShredder()
	for range 5000 {
		if err := s.Append(docs[0]); err != nil {
			t.Fatal(err)
		}
	}
	// What remains is the growing of slices, ever rarer.
	if n := testing.AllocsPerRun(1000, func() { s.Append(docs[0]) }); n > 1 {
		t.Errorf("%v allocations a document", n)
	}
}

func BenchmarkAppend(b *testing.B) {
	docs := events(1, 10_000)
	bytes := 0
	for _, doc := range docs {
		bytes += len(doc)
	}
	b.SetBytes(int64(bytes))
	for b.Loop() {
		shred(b, docs)
	}
}

// events are documents as applications write them: 15 fields, three levels.
func events(seed uint64, n int) documents {
	r := rand.New(rand.NewPCG(seed, 3))
	docs := make(documents, n)
	for i := range docs {
		docs[i] = object(
			"_id", vec.StringValue(fmt.Sprintf("%016x", r.Uint64())),
			"_event_time", vec.IntValue(vec.Timestamp, 1_700_000_000_000_000+int64(i)*1000),
			"kind", vec.StringValue([]string{"commit", "identity", "account"}[r.IntN(3)]),
			"user", object("id", vec.IntValue(vec.Int, r.Int64N(5000)), "name", vec.StringValue(fmt.Sprintf("user%d", r.IntN(5000))),
				"geo", object("lat", vec.FloatValue(r.Float64()*180), "lon", vec.FloatValue(r.Float64()*360))),
			"tags", vec.Value(randomValue(r, nil, 1, 6)),
			"amount", vec.FloatValue(float64(r.IntN(100000))/100),
			"text", vec.StringValue(strings.Repeat("lorem ipsum ", r.IntN(10))),
			"ok", vec.BoolValue(r.IntN(5) > 0),
		)
	}
	return docs
}
