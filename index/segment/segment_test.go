package segment_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/cespare/xxhash/v2"

	"github.com/outcropdb/outcrop/index/column"
	"github.com/outcropdb/outcrop/index/fs"
	"github.com/outcropdb/outcrop/index/row"
	"github.com/outcropdb/outcrop/index/segment"
	"github.com/outcropdb/outcrop/vec"
)

// documents are whole documents by id.
type documents []vec.Value

func (d documents) Document(doc uint32) (vec.Value, error) { return d[doc], nil }

// built is a segment of docs, its file, and the view it was built from.
func built(t testing.TB, docs documents, extra ...segment.Section) (*segment.Segment, []byte, *column.View) {
	t.Helper()
	shredder := column.NewShredder()
	for _, doc := range docs {
		if err := shredder.Append(doc); err != nil {
			t.Fatal(err)
		}
	}
	view := shredder.Publish(docs)
	var out bytes.Buffer
	info, err := segment.Build(&out, view, segment.Options{Extra: extra})
	if err != nil {
		t.Fatal(err)
	}
	if info.Bytes != int64(out.Len()) || info.Rows != len(docs) {
		t.Fatalf("info %+v of %d bytes", info, out.Len())
	}
	s, err := segment.Open(out.Bytes(), "test", row.NewCache(1<<20))
	if err != nil {
		t.Fatal(err)
	}
	return s, out.Bytes(), view
}

func TestSegmentReadsWhatTheViewReads(t *testing.T) {
	for seed, n := range []int{1, 130, 5000} {
		docs := randomDocuments(uint64(seed), n)
		s, _, view := built(t, docs)
		r := rand.New(rand.NewPCG(uint64(seed), 1))
		got, want := new(vec.Vector), new(vec.Vector)
		same := func(path vec.Path) {
			t.Helper()
			if got.Rows != want.Rows {
				t.Fatalf("%s: %d rows, want %d", path, got.Rows, want.Rows)
			}
			for i := range got.Rows {
				if !got.Value(i).Same(want.Value(i)) {
					t.Fatalf("%s row %d: got %v, want %v", path, i, got.Value(i), want.Value(i))
				}
			}
		}
		for _, path := range paths() {
			if got, want := s.Types(path), view.Types(path); got != want {
				t.Fatalf("types of %s: %v, want %v", path, got.Types(), want.Types())
			}
			for from := 0; from < n; from += 2048 {
				to := min(n, from+2048)
				if err := s.Column(got, path, from, to); err != nil {
					t.Fatal(err)
				}
				if err := view.Column(want, path, from, to); err != nil {
					t.Fatal(err)
				}
				same(path)
			}
			var ids []uint32
			for id := r.IntN(9); id < n; id += 1 + r.IntN(400) {
				ids = append(ids, uint32(id))
			}
			if err := s.Gather(got, path, ids); err != nil {
				t.Fatal(err)
			}
			if err := view.Gather(want, path, ids); err != nil {
				t.Fatal(err)
			}
			same(path)
		}
		for id, doc := range docs {
			if got, err := s.Document(uint32(id)); err != nil || !got.Same(doc) {
				t.Fatalf("document %d: %v, %v", id, got, err)
			}
		}
		if got, want := fmt.Sprint(s.Fields()), fmt.Sprint(view.Fields()); got != want {
			t.Errorf("fields:\n%s\nwant:\n%s", got, want)
		}
	}
}

// TestLookupFindsWhatAScanFinds asks for values that documents have, and bounds between them.
func TestLookupFindsWhatAScanFinds(t *testing.T) {
	const n = 5000
	docs := randomDocuments(1, n)
	s, _, _ := built(t, docs)
	r := rand.New(rand.NewPCG(5, 5))
	answered, skipped := 0, 0
	for _, path := range paths()[:60] {
		for range 12 {
			a, b := someValue(r, docs, path), someValue(r, docs, path)
			if a == nil || b == nil {
				continue
			}
			if a.Type() == vec.Int && r.IntN(2) == 0 {
				a = vec.FloatValue(float64(a.Int()))
			}
			predicates := []vec.Predicate{
				{Path: path, Op: vec.OpIn, Values: []vec.Value{a}},
				{Path: path, Op: vec.OpIn, Values: []vec.Value{a, b, vec.StringValue("none")}},
				{Path: path, Op: vec.OpRange, Low: a, High: b, LowOpen: r.IntN(2) == 0, HighOpen: r.IntN(2) == 0},
				{Path: path, Op: vec.OpRange, High: b, HighOpen: true},
				{Path: path, Op: vec.OpRange},
				{Path: path, Op: vec.OpExists},
			}
			if a.Type() == vec.String {
				prefix := a.Content()[:r.IntN(len(a.Content()))]
				predicates = append(predicates, vec.Predicate{Path: path, Op: vec.OpPrefix, Values: []vec.Value{vec.StringValue(string(prefix))}})
			}
			for _, p := range predicates {
				found, exact, err := s.Lookup(p)
				if err != nil {
					t.Fatal(err)
				}
				if found != nil {
					answered++
					if estimate := s.Estimate(p); int(found.GetCardinality()) > estimate {
						t.Errorf("%s: %d found, estimate %d", p, found.GetCardinality(), estimate)
					}
				} else if s.Estimate(p) != n && p.Op != vec.OpExists {
					t.Errorf("%s: no index, estimate %d", p, s.Estimate(p))
				}
				for from := 0; from < n; from += 2048 {
					to := min(n, from+2048)
					skips := s.Skips(p, from, to)
					if skips {
						skipped++
					}
					for id := from; id < to; id++ {
						want := satisfies(docs[id].At(path), p)
						if want && skips {
							t.Fatalf("%s: document %d is skipped", p, id)
						}
						if found == nil {
							continue
						}
						if got := found.Contains(uint32(id)); got != want && (want || exact) {
							t.Fatalf("%s: document %d: %t, want %t, exact %t", p, id, got, want, exact)
						}
					}
				}
			}
		}
	}
	if answered < 1000 || skipped < 20 {
		t.Errorf("%d lookups answered, %d ranges skipped", answered, skipped)
	}
}

// someValue is that of a document that has one at path; nil if such are few.
func someValue(r *rand.Rand, docs documents, path vec.Path) vec.Value {
	for range 100 {
		if v := docs[r.IntN(len(docs))].At(path); !v.IsNull() {
			return v
		}
	}
	return nil
}

func satisfies(v vec.Value, p vec.Predicate) bool {
	order := func(bound vec.Value) (int, bool) {
		a, b := v.Type(), bound.Type()
		return vec.Compare(v, bound), a == b || a.IsNumber() && b.IsNumber()
	}
	if v.IsNull() {
		return false
	}
	switch p.Op {
	case vec.OpIn:
		for _, x := range p.Values {
			if o, ok := order(x); ok && o == 0 {
				return true
			}
		}
		return false
	case vec.OpPrefix:
		return v.Type() == vec.String && bytes.HasPrefix(v.Content(), p.Values[0].Content())
	case vec.OpRange:
		if p.Low != nil {
			if o, ok := order(p.Low); !ok || o < 0 || o == 0 && p.LowOpen {
				return false
			}
		}
		if p.High != nil {
			if o, ok := order(p.High); !ok || o > 0 || o == 0 && p.HighOpen {
				return false
			}
		}
	}
	return true
}

func TestExtraSectionsComeBack(t *testing.T) {
	docs := randomDocuments(1, 10)
	s, data, view := built(t, docs, segment.Section{Name: "primary", Data: []byte("keys")}, segment.Section{Name: "empty"})
	for name, want := range map[string]string{"primary": "keys", "empty": "", "none": ""} {
		got, err := s.Section(name)
		if err != nil || string(got) != want || name == "none" != (got == nil) {
			t.Errorf("section %s: %q, %v", name, got, err)
		}
	}
	bad := bytes.Replace(data, []byte("keys"), []byte("kexs"), 1)
	s, err := segment.Open(bad, "bad.seg", row.NewCache(0))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Section("primary"); err == nil || !strings.Contains(err.Error(), "bad.seg: section primary: checksum") {
		t.Errorf("got %v", err)
	}
	_, err = segment.Build(new(bytes.Buffer), view, segment.Options{Extra: []segment.Section{{Name: "rows"}}})
	if err == nil || !strings.Contains(err.Error(), "two sections rows") {
		t.Errorf("got %v", err)
	}
}

// TestEqualColumnsAreWrittenOnce: a field that is the _id, too, takes nothing; one that differs in a single value does.
func TestEqualColumnsAreWrittenOnce(t *testing.T) {
	document := func(i int, keys ...string) vec.Value {
		dst, mark := vec.BeginObject(nil)
		for k, key := range keys {
			x := uint64(i + 1)
			if k > 1 && i == 700 {
				x++
			}
			dst = vec.AppendContent(vec.AppendKey(dst, key), vec.String, fmt.Sprintf("%016x", x*0x9e3779b97f4a7c15))
		}
		return vec.EndObject(dst, mark)
	}
	size := func(keys ...string) (int64, *segment.Segment) {
		var docs documents
		for i := range 3000 {
			docs = append(docs, document(i, keys...))
		}
		s, _, _ := built(t, docs)
		for i := 699; i < 702; i++ {
			if got, err := s.Document(uint32(i)); err != nil || !got.Same(docs[i]) {
				t.Fatalf("document %d: %v, %v", i, got, err)
			}
		}
		return s.Size("columns"), s
	}
	one, _ := size("_id")
	two, s := size("_id", "id")
	three, _ := size("_id", "id", "other")
	if two != one || three < 2*one-100 {
		t.Errorf("one column takes %d bytes, one twice %d, two %d", one, two, three)
	}
	var a, b vec.Vector
	if err := errors.Join(s.Column(&a, vec.Path{"_id"}, 0, 3000), s.Column(&b, vec.Path{"id"}, 0, 3000)); err != nil {
		t.Fatal(err)
	}
	for i := range 3000 {
		if !a.Value(i).Same(b.Value(i)) {
			t.Fatalf("document %d: %v and %v", i, a.Value(i), b.Value(i))
		}
	}
}

// readAll asks a segment everything and returns a hash of the answers, or the first error.
func readAll(s *segment.Segment) (uint64, error) {
	answers := xxhash.New()
	out := new(vec.Vector)
	rows := s.Rows()
	for path, sub := range s.Subs() {
		fmt.Fprint(answers, path, sub.Type(), sub.Count())
		if err := s.Column(out, path, 0, rows); err != nil {
			return 0, err
		}
		for i := range rows {
			fmt.Fprintf(answers, "%x", out.Value(i))
		}
		if sub.Type() == vec.Object {
			continue
		}
		value := out.Value(0)
		for i := range rows {
			if out.TypeAt(i) == sub.Type() {
				value = out.Value(i)
			}
		}
		for _, p := range []vec.Predicate{
			{Path: path, Op: vec.OpIn, Values: []vec.Value{value}},
			{Path: path, Op: vec.OpRange, Low: value},
			{Path: path, Op: vec.OpExists},
		} {
			s.Skips(p, 0, rows)
			s.Estimate(p)
			docs, exact, err := s.Lookup(p)
			if err != nil {
				return 0, err
			}
			fmt.Fprint(answers, docs, exact)
		}
	}
	for doc := range rows {
		document, err := s.Document(uint32(doc))
		if err != nil {
			return 0, err
		}
		fmt.Fprintf(answers, "%x", document)
	}
	return answers.Sum64(), nil
}

// TestChangedBitsAreNoticed flips bits in every section: reading gives an error or what was written, and
// Verify finds every one. The error is of the file, and OnDamage is told.
func TestChangedBitsAreNoticed(t *testing.T) {
	s, good, _ := built(t, randomDocuments(2, 25), segment.Section{Name: "primary", Data: []byte("some keys")})
	want, err := readAll(s)
	if err != nil {
		t.Fatal(err)
	}
	s.Verify(func(err error) { t.Errorf("nothing was changed: %v", err) })
	step := max(1, len(good)/120)
	for i := 0; i < len(good); i += step {
		bad := bytes.Clone(good)
		bad[i] ^= 1 << (i / step % 8)
		s, err := segment.Open(bad, "bad", row.NewCache(1<<20))
		if err == nil {
			var told, found *fs.DamageError
			s.OnDamage(func(e *fs.DamageError) { told = e })
			var got uint64
			if got, err = readAll(s); err == nil && got != want {
				t.Fatalf("byte %d: other answers, and no error", i)
			}
			if err != nil && told == nil {
				t.Fatalf("byte %d: OnDamage was not told of %v", i, err)
			}
			s.Verify(func(err error) {
				if !errors.As(err, &found) {
					t.Errorf("byte %d: Verify finds %v, no DamageError", i, err)
				}
			})
			if found == nil || found.File != "bad" {
				t.Fatalf("byte %d of %d: Verify finds nothing", i, len(good))
			}
		}
		if damage, ok := errors.AsType[*fs.DamageError](err); err != nil && (!ok || damage.File != "bad") && !strings.Contains(err.Error(), "version") {
			t.Fatalf("byte %d: %v", i, err)
		}
	}
	for cut := 0; cut < len(good); cut += 1 + cut%97 {
		if _, err := segment.Open(good[:cut], "bad", row.NewCache(0)); err == nil {
			t.Fatalf("%d of %d bytes open", cut, len(good))
		}
	}
}

func FuzzOpen(f *testing.F) {
	_, data, _ := built(f, randomDocuments(2, 20))
	f.Add(data)
	_, data, _ = built(f, nil)
	f.Add(data)
	f.Fuzz(func(t *testing.T, data []byte) {
		if s, err := segment.Open(data, "fuzz", row.NewCache(0)); err == nil {
			_, _ = readAll(s)
			s.Verify(func(error) {})
		}
	})
}

// TestAscendingNumbersAreFoundByZones asks for values of a column that has no inverted list since it
// ascends with doc ids.
func TestAscendingNumbersAreFoundByZones(t *testing.T) {
	const n = 40_000
	docs := make(documents, n)
	for i := range docs {
		docs[i] = object("at", vec.IntValue(vec.Timestamp, int64(i)*1000))
	}
	s, _, _ := built(t, docs)
	at := func(i int64) vec.Value { return vec.IntValue(vec.Timestamp, i) }
	for _, test := range []struct {
		p    vec.Predicate
		want uint64
		few  bool
	}{
		{vec.Predicate{Path: vec.Path{"at"}, Values: []vec.Value{at(7_000_000)}}, 1, true},
		{vec.Predicate{Path: vec.Path{"at"}, Values: []vec.Value{at(7_000_001)}}, 0, true},
		{vec.Predicate{Path: vec.Path{"at"}, Op: vec.OpRange, Low: at(2_000_000), High: at(2_100_000), HighOpen: true}, 100, true},
		{vec.Predicate{Path: vec.Path{"at"}, Op: vec.OpRange, Low: at(2_000_000)}, 0, false},
	} {
		found, exact, err := s.Lookup(test.p)
		if err != nil || (found != nil) != test.few {
			t.Errorf("%s: found %v, %v", test.p, found, err)
			continue
		}
		if test.few && (found.GetCardinality() != test.want || !exact || s.Estimate(test.p) > 2*vec.BatchRows) {
			t.Errorf("%s: %d docs, exact %t, estimate %d; want %d", test.p, found.GetCardinality(), exact, s.Estimate(test.p), test.want)
		}
		if !test.few && s.Estimate(test.p) != n {
			t.Errorf("%s: estimate %d, want all", test.p, s.Estimate(test.p))
		}
	}
}
