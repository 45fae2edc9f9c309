package memtable

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/outcropdb/outcrop/index/primary"
	"github.com/outcropdb/outcrop/vec"
)

// interesting values of all types that are compared.
var interesting = []vec.Value{
	vec.IntValue(vec.Int, 0), vec.IntValue(vec.Int, 1), vec.IntValue(vec.Int, -7), vec.IntValue(vec.Int, 1<<53+1), vec.IntValue(vec.Int, 1<<53),
	vec.IntValue(vec.Int, math.MaxInt64), vec.IntValue(vec.Int, math.MinInt64),
	vec.FloatValue(0.5), vec.FloatValue(math.Copysign(0, -1)), vec.FloatValue(1), vec.FloatValue(-7.5), vec.FloatValue(1 << 53),
	vec.FloatValue(math.Inf(1)), vec.FloatValue(math.Inf(-1)), vec.FloatValue(math.NaN()), vec.FloatValue(1 << 63), vec.FloatValue(-1 << 63),
	vec.StringValue(""), vec.StringValue("a"), vec.StringValue("ab"), vec.StringValue("b"),
	vec.BoolValue(false), vec.BoolValue(true), vec.NullValue(), nil,
	vec.IntValue(vec.Timestamp, 1), vec.IntValue(vec.Date, 1), vec.Value(vec.AppendContent(nil, vec.Bytes, "a")),
}

func document(id string, x vec.Value) vec.Value {
	b, mark := vec.BeginObject(nil)
	b = vec.StringValue(id).Append(vec.AppendKey(b, "_id"))
	b = x.Append(vec.AppendKey(b, "x"))
	return vec.EndObject(b, mark)
}

func array(elements ...vec.Value) vec.Value {
	b, mark := vec.BeginArray(nil)
	for _, e := range elements {
		b = e.Append(b)
	}
	return vec.EndArray(b, mark, len(elements))
}

// satisfies is what a Predicate means.
func satisfies(v vec.Value, p vec.Predicate) bool {
	same := func(w vec.Value) bool {
		return v.Type() == w.Type() || v.Type().IsNumber() && w.Type().IsNumber()
	}
	switch {
	case v.IsNull():
		return false
	case p.Op == vec.OpExists:
		return true
	case p.Op == vec.OpPrefix:
		return v.Type() == vec.String && bytes.HasPrefix(v.Content(), p.Values[0].Content())
	case p.Op == vec.OpIn:
		for _, w := range p.Values {
			if same(w) && vec.Equal(v, w) {
				return true
			}
		}
		return false
	}
	if p.Low != nil && (!same(p.Low) || vec.Compare(p.Low, v) > 0 || p.LowOpen && vec.Equal(p.Low, v)) {
		return false
	}
	return p.High == nil || same(p.High) && vec.Compare(v, p.High) <= 0 && !(p.HighOpen && vec.Equal(v, p.High))
}

func predicates() []vec.Predicate {
	x := vec.Path{"x"}
	list := []vec.Predicate{
		{Path: x, Op: vec.OpExists},
		{Path: x, Op: vec.OpRange},
		{Path: vec.Path{"y"}, Op: vec.OpExists},
		{Path: x, Op: vec.OpPrefix, Values: []vec.Value{vec.StringValue("a")}},
		{Path: x, Op: vec.OpIn, Values: []vec.Value{array(vec.StringValue("a"))}},
	}
	for _, a := range interesting {
		if a.IsNull() {
			continue
		}
		list = append(list, vec.Predicate{Path: x, Op: vec.OpIn, Values: []vec.Value{a}})
		for _, open := range []bool{false, true} {
			list = append(list, vec.Predicate{Path: x, Op: vec.OpRange, Low: a, LowOpen: open}, vec.Predicate{Path: x, Op: vec.OpRange, High: a, HighOpen: open})
		}
		for _, b := range interesting {
			if b.IsNull() {
				continue
			}
			list = append(list, vec.Predicate{Path: x, Op: vec.OpIn, Values: []vec.Value{a, b}},
				vec.Predicate{Path: x, Op: vec.OpRange, Low: a, High: b, LowOpen: true})
		}
	}
	return list
}

// TestLookup compares with the meaning of every predicate, on documents of all types, of each type alone,
// and of none.
func TestLookup(t *testing.T) {
	sets := [][]vec.Value{interesting, append(interesting[:len(interesting):len(interesting)], array(vec.StringValue("a")), document("nested", nil)), nil}
	for _, v := range interesting {
		sets = append(sets, []vec.Value{v, nil, v})
	}
	answered := 0
	for _, set := range sets {
		m := New()
		for i, v := range set {
			if err := m.Append(uint64(i), document("d", v)); err != nil {
				t.Fatal(err)
			}
		}
		view := m.Publish()
		for _, p := range predicates() {
			docs, exact, err := view.Lookup(p)
			if err != nil {
				t.Fatal(err)
			}
			want := 0
			for i, v := range set {
				is := satisfies(v, p) && p.Path[0] == "x"
				if is {
					want++
				}
				if docs == nil {
					continue
				}
				if has := docs.Contains(uint32(i)); is && !has || exact && has && !is {
					t.Errorf("%s on %s: found %v, satisfies %v, exact %v", name(p), text(v), has, is, exact)
				}
			}
			if docs != nil {
				answered++
				want = max(want, int(docs.GetCardinality()))
			}
			if got := view.Estimate(p); got < want {
				t.Errorf("%s: estimate %d of %d docs", name(p), got, want)
			}
			if want > 0 && view.Skips(p, 0, view.Rows()) {
				t.Errorf("%s: skips %d docs", name(p), want)
			}
		}
	}
	if all := len(sets) * len(predicates()); answered < all*9/10 {
		t.Errorf("%d of %d lookups are answered", answered, all)
	}
}

// name and text write values without naming their types' own notation.
func name(p vec.Predicate) string {
	out := fmt.Sprint(p.Path, " ", p.Op)
	for _, v := range p.Values {
		out += " " + text(v)
	}
	return out + fmt.Sprint(" low ", text(p.Low), p.LowOpen, " high ", text(p.High), p.HighOpen)
}

func text(v vec.Value) string { return fmt.Sprintf("%s:%x", v.Type(), []byte(v)) }

// TestWatermark reads views while the writer goes on: a view's documents, columns and ids never change.
func TestWatermark(t *testing.T) {
	m := New()
	views := make(chan *View, 8)
	var readers sync.WaitGroup
	for range 2 {
		readers.Go(func() {
			for view := range views {
				check(t, view)
			}
		})
	}
	random := rand.New(rand.NewPCG(1, 1))
	filler := bytes.Repeat([]byte("long "), 1000)
	for round := range 200 {
		for range random.IntN(20) {
			n := m.Rows()
			v := vec.IntValue(vec.Int, int64(n))
			if n%7 == 0 {
				v = array(v, vec.Value(vec.AppendContent(nil, vec.String, filler)))
			}
			id := fmt.Sprint(n % 50)
			if err := m.Append(primary.Hash([]byte(id)), document(id, v)); err != nil {
				t.Error(err)
			}
		}
		if round%2 == 0 {
			views <- m.Publish()
		}
	}
	close(views)
	readers.Wait()
}

func check(t *testing.T, view *View) {
	rows := view.Rows()
	var x, ids vec.Vector
	if err := view.Column(&x, vec.Path{"x"}, 0, rows); err != nil {
		t.Error(err)
	}
	if err := view.Column(&ids, vec.Path{"_id"}, 0, rows); err != nil {
		t.Error(err)
	}
	if x.Rows != rows || len(view.Hashes()) != rows {
		t.Errorf("%d rows of column, %d hashes, want %d", x.Rows, len(view.Hashes()), rows)
	}
	for i := range rows {
		doc, err := view.Document(uint32(i))
		if err != nil || !doc.Field("x").Same(x.Value(i)) || !bytes.Equal(doc.Field("_id").Content(), ids.Content(i)) {
			t.Errorf("document %d of %d: %v", i, rows, err)
		}
	}
	for id := range min(rows, 50) {
		want := id + (rows-1-id)/50*50 // the newest below the watermark
		doc, ok := view.First(primary.Hash([]byte(fmt.Sprint(id))))
		for ok && int(doc) >= rows {
			doc, ok = view.Next(doc)
		}
		if !ok || int(doc) != want {
			t.Errorf("_id %d of %d rows: got %d, %v, want %d", id, rows, doc, ok, want)
		}
	}
	if _, err := view.Document(uint32(rows)); err == nil {
		t.Error("a document behind the watermark is read")
	}
}

func TestAppendRefuses(t *testing.T) {
	m := New()
	before := m.Bytes()
	if err := m.Append(1, vec.StringValue("no object")); err == nil {
		t.Error("no error")
	}
	if m.Rows() != 0 || m.Bytes() != before || m.Publish().Rows() != 0 {
		t.Errorf("%d rows, %d bytes (were %d) after a refusal", m.Rows(), m.Bytes(), before)
	}
}

func BenchmarkAppend(b *testing.B) {
	docs := make([]vec.Value, 1000)
	hashes := make([]uint64, len(docs))
	for i := range docs {
		d, mark := vec.BeginObject(nil)
		d = vec.StringValue(fmt.Sprintf("id-%08d", i)).Append(vec.AppendKey(d, "_id"))
		for f := range 15 {
			d = vec.IntValue(vec.Int, int64(i*f)).Append(vec.AppendKey(d, fmt.Sprint("field", f)))
		}
		docs[i] = vec.EndObject(d, mark)
		hashes[i] = uint64(i) * 0x9e3779b97f4a7c15
	}
	b.SetBytes(int64(len(docs) * len(docs[0])))
	m := New()
	for b.Loop() {
		if m.Bytes() > 64<<20 {
			m = New()
		}
		for i, d := range docs {
			if err := m.Append(hashes[i], d); err != nil {
				b.Fatal(err)
			}
		}
		m.Publish()
	}
	b.ReportMetric(float64(b.N*len(docs))/b.Elapsed().Seconds(), "docs/s")
}
