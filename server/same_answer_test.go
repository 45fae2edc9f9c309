package server

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/outcropdb/outcrop/catalog"
	"github.com/outcropdb/outcrop/exec/instance"
	"github.com/outcropdb/outcrop/index"
	"github.com/outcropdb/outcrop/ingest"
	"github.com/outcropdb/outcrop/plan/bind"
	"github.com/outcropdb/outcrop/plan/sql"
	"github.com/outcropdb/outcrop/plan/substrait"
	"github.com/outcropdb/outcrop/vec"
	"github.com/outcropdb/outcrop/vec/simd"
)

// sameDocs is more than one batch in each shard.
const sameDocs, sameOthers = 6000, 300

// sameQueries are run under every switch that must not change an answer. $docs and $others are
// collections, $hint is a hint of an access path.
var sameQueries = []string{
	"SELECT * EXCEPT (_event_time) FROM $docs",
	"SELECT _id, mixed, typeof(mixed) FROM $docs",
	"SELECT n, s, f, b, deep.a.b, tags FROM $docs $hint WHERE n < 50",
	"SELECT _id FROM $docs $hint WHERE n = 17",
	"SELECT _id FROM $docs $hint WHERE n = 17.0",
	"SELECT _id FROM $docs $hint WHERE n IN (3, 17, 4000.0, 'x', NULL)",
	"SELECT _id FROM $docs $hint WHERE n >= 100 AND n < 120 AND s LIKE 'k1%'",
	"SELECT count(*) FROM $docs $hint WHERE s = 'k7'",
	"SELECT count(*) FROM $docs $hint WHERE s > 'k7' AND b",
	"SELECT count(*) FROM $docs $hint WHERE s LIKE 'k%3' OR n = 5",
	"SELECT count(*) FROM $docs $hint WHERE mixed = 3",
	"SELECT count(*) FROM $docs $hint WHERE mixed = '3'",
	"SELECT count(*) FROM $docs $hint WHERE mixed > 2 AND mixed <= 6.5",
	"SELECT count(*) FROM $docs $hint WHERE mixed IS NULL",
	"SELECT count(*) FROM $docs $hint WHERE mixed IS UNDEFINED",
	"SELECT count(*) FROM $docs $hint WHERE mixed IS NOT NULL AND n % 2 = 0",
	"SELECT count(*) FROM $docs $hint WHERE NOT (mixed = 3)",
	"SELECT count(*) FROM $docs $hint WHERE deep.a.b = 4",
	"SELECT count(*) FROM $docs $hint WHERE deep.a.b IS UNDEFINED",
	"SELECT _id, n FROM $docs $hint WHERE _id IN ('d0001', 'd2999', 'none', 'd0300')",
	"SELECT _id, n FROM $docs $hint WHERE _id = 'd0042' AND n > 0",
	"SELECT _id, n FROM $docs $hint WHERE _id = 'd0042' AND n < 0",
	"SELECT count(*) FROM $docs $hint WHERE d = DATE '2024-01-05'",
	"SELECT count(*) FROM $docs $hint WHERE ts >= TIMESTAMP '2024-01-02T00:00:00Z' AND ts < TIMESTAMP '2024-01-03T00:00:00Z'",
	"SELECT count(*) FROM $docs $hint WHERE tags[1] = 't1'",
	"SELECT count(*) FROM $docs $hint WHERE array_contains(tags, 't2')",
	"SELECT _id FROM $docs $hint WHERE array_contains(tags, 't2') AND array_contains(tags, 't0')",
	"SELECT _id FROM $docs $hint WHERE array_contains(tags, 3) OR n = 4",
	"SELECT _id FROM $docs $hint WHERE array_contains(items, 93)",
	"SELECT _id FROM $docs $hint WHERE array_contains(items, 93.0)",
	"SELECT _id FROM $docs $hint WHERE array_contains(items, 2.5)",
	"SELECT _id FROM $docs $hint WHERE array_contains(items, 'w17')",
	"SELECT _id, i.e.sku FROM $docs d $hint, UNNEST(d.items AS e) AS i WHERE i.e.sku = 77",
	"SELECT _id, i.e.sku FROM $docs d $hint, UNNEST(d.items AS e) AS i WHERE i.e.sku > 40 AND i.e.sku <= 44",
	"SELECT _id, i.e.a FROM $docs d $hint, UNNEST(d.items AS e) AS i WHERE i.e.a.b = 'x12' AND i.e.sku = 12",
	"SELECT count(*) FROM $docs d $hint, UNNEST(d.items AS e) AS i WHERE i.e.none = 'x12'",
	"SELECT _id, i.e FROM $docs d $hint, UNNEST(d.items AS e) AS i WHERE i.e > 20 AND i.e < 31",
	"SELECT _id FROM $docs $hint WHERE body LIKE '%Word17%'",
	"SELECT _id FROM $docs $hint WHERE body ILIKE '%ord70, WORD8%' AND body LIKE '%of_doc%'",
	"SELECT count(*) FROM $docs $hint WHERE body LIKE '%nothing of this%' OR body LIKE 'word1%'",
	"SELECT _id FROM $docs $hint WHERE search(contains(body, 'Word70 Doc'), has_term(body, 'word80'))",
	"SELECT _id FROM $docs $hint WHERE has_term(tags, 't2') AND contains(tags, 'T3, t2')",
	"SELECT d._id, t.tag FROM $docs d $hint, UNNEST(d.tags AS tag) AS t WHERE t.tag = 't1' AND d.n < 900",
	"SELECT d._id, t.tag FROM $docs d $hint, UNNEST(d.tags AS tag) AS t WHERE t.tag >= 't1' AND t.tag < 't3'",
	"SELECT d._id, t.tag, u.tag FROM $docs d $hint, UNNEST(d.tags AS tag) AS t, UNNEST(d.tags AS tag) AS u WHERE t.tag IN ('t0', 'none') AND u.tag LIKE 't3%'",
	"SELECT d._id, t.tag FROM $docs d $hint LEFT JOIN UNNEST(d.tags AS tag) AS t ON TRUE WHERE t.tag = 't4'",
	"SELECT count(*) FROM $docs WHERE n BETWEEN 10 AND 20 OR f > 1000",
	"SELECT count(*), count(mixed), count(DISTINCT mixed), count(DISTINCT s) FROM $docs",
	"SELECT sum(n), avg(n), min(n), max(n), sum(f), avg(f), min(f), max(f) FROM $docs",
	"SELECT min(s), max(s), min(d), max(ts) FROM $docs",
	"SELECT s, count(*), sum(n) FROM $docs GROUP BY s",
	"SELECT s, b, count(*), min(f) FROM $docs GROUP BY s, b",
	"SELECT mixed, count(*) FROM $docs GROUP BY mixed",
	"SELECT typeof(mixed), count(*), max(n) FROM $docs GROUP BY typeof(mixed)",
	"SELECT n, count(*) FROM $docs GROUP BY n HAVING count(*) > 1",
	"SELECT deep.a, count(*) FROM $docs GROUP BY deep.a",
	"SELECT tags, count(*) FROM $docs GROUP BY tags",
	"SELECT d, count(*), array_agg(n ORDER BY n LIMIT 3) FROM $docs GROUP BY d",
	"SELECT date_trunc('day', ts), round(stddev(n), 6), round(variance(f), 6) FROM $docs GROUP BY 1",
	"SELECT s, min_by(_id, n), max_by(n, _id), string_agg(DISTINCT typeof(mixed), ',' ORDER BY typeof(mixed)) FROM $docs GROUP BY s",
	"SELECT s, median(n), mode(b), count_if(b), bool_or(b), count(*) FILTER (WHERE n > 3000) FROM $docs GROUP BY s",
	"SELECT s, n, count(*) FROM $docs WHERE n < 20 GROUP BY ROLLUP (s, n)",
	"SELECT DISTINCT s, b FROM $docs",
	"SELECT DISTINCT mixed FROM $docs",
	"SELECT n, _id FROM $docs ORDER BY n DESC, _id LIMIT 20",
	"SELECT n, _id FROM $docs ORDER BY n DESC NULLS LAST, _id LIMIT 7 OFFSET 3000",
	"SELECT mixed, _id FROM $docs ORDER BY mixed, _id",
	"SELECT s, f, _id FROM $docs ORDER BY s DESC, f NULLS FIRST, _id LIMIT 100",
	"SELECT s, count(*) AS c FROM $docs GROUP BY s ORDER BY c DESC, s LIMIT 5",
	"SELECT count(*) FROM (SELECT n FROM $docs LIMIT 2500)",
	"SELECT o.name, count(*), sum(d.n) FROM $docs d JOIN $others o ON d.n = o.n GROUP BY o.name",
	"SELECT d._id, o._id FROM $docs d $hint JOIN $others o ON d.mixed = o.key WHERE d.n < 300",
	"SELECT count(*) FROM $docs d LEFT JOIN $others o ON d.n = o.n AND o.name <> 'm1' WHERE o.n IS NULL",
	"SELECT count(*) FROM $others o LEFT JOIN $docs d ON d.s = o.name AND d.n < o.n",
	"SELECT a.name, b.name, count(*) FROM $others a JOIN $others b ON a.n < b.n AND b.n < a.n + 3 GROUP BY a.name, b.name",
	"SELECT d._id FROM $docs d $hint WHERE d.n IN (SELECT n FROM $others WHERE name = 'm2')",
	"SELECT count(*) FROM $docs d WHERE d.n NOT IN (SELECT n FROM $others WHERE n IS NOT NULL)",
	"SELECT count(*) FROM $docs d WHERE d.n NOT IN (SELECT n FROM $others)",
	"SELECT _id FROM $docs WHERE f = (SELECT max(f) FROM $docs)",
	"SELECT t.tag, count(*) FROM $docs d, UNNEST(d.tags AS tag) AS t GROUP BY t.tag",
	"SELECT d._id, t.tag, t.o FROM $docs d, UNNEST(d.tags AS tag WITH ORDINALITY AS o) AS t WHERE d.n < 100 AND t.o > 1",
	"WITH x AS (SELECT s, sum(n) AS total FROM $docs GROUP BY s) SELECT d._id, x.total FROM $docs d JOIN x ON d.s = x.s WHERE d.n < 30",
	"SELECT s AS k FROM $docs WHERE n < 100 UNION ALL SELECT name FROM $others",
	"SELECT mixed AS k FROM $docs UNION SELECT key FROM $others",
	"SELECT upper(s) || '-' || n::string, CASE WHEN n % 3 = 0 THEN n WHEN n % 3 = 1 THEN s END FROM $docs WHERE n < 200",
	"SELECT _id, TRY_CAST(mixed AS int), TRY(mixed + 1), COALESCE(mixed, s, 0) FROM $docs",
	"SELECT sum(CASE WHEN typeof(mixed) IN ('int', 'float') THEN mixed END) FROM $docs",
	"SELECT regexp_extract(s, '\\d+'), length(s), n / 7, n % 7, f * 2 + n FROM $docs WHERE b",
	"SELECT deep.a.b + 1, {'n': n, 's': [s, mixed]} FROM $docs WHERE deep.a.b > 2",
}

// hints are the ways to reach documents that a query may ask for.
var hints = []string{"", "HINT(access_path=column_scan)", "HINT(access_path=index_filter)"}

// variant is one way in which the same documents come to lie in a collection.
type variant struct {
	name   string
	shards int
	load   func(t *testing.T, s *Server, c *catalog.Collection, docs []vec.Value)
}

var variants = []variant{
	{"memtable", 1, func(t *testing.T, s *Server, c *catalog.Collection, docs []vec.Value) { upsert(t, s, c, docs) }},
	{"segment", 1, loadFlushed(1)},
	{"4 shards", 4, loadFlushed(1)},
	{"half in memory", 2, func(t *testing.T, s *Server, c *catalog.Collection, docs []vec.Value) {
		loadFlushed(1)(t, s, c, docs[:len(docs)/2])
		upsert(t, s, c, docs[len(docs)/2:])
	}},
	{"merged segments", 1, loadFlushed(20)},
	{"overwritten and deleted", 2, func(t *testing.T, s *Server, c *catalog.Collection, docs []vec.Value) {
		// Every document was another one before, half of them in a segment, and others are gone.
		old := make([]vec.Value, len(docs))
		for i, doc := range docs {
			changed := docs[(i+1)%len(docs)]
			old[i] = withID(changed, doc.Field("_id"))
		}
		extra := make([]vec.Value, len(docs)/2)
		for i := range extra {
			extra[i] = withID(docs[i], vec.StringValue(fmt.Sprintf("extra%d", i)))
		}
		loadFlushed(2)(t, s, c, old[:len(old)/2])
		upsert(t, s, c, extra)
		upsert(t, s, c, old[len(old)/2:])
		upsert(t, s, c, docs)
		var deletes []ingest.Change
		for _, doc := range extra {
			deletes = append(deletes, ingest.Change{Op: index.Delete, ID: doc.Field("_id")})
		}
		if err := write(s, c, deletes); err != nil {
			t.Fatal(err)
		}
	}},
}

func upsert(t *testing.T, s *Server, c *catalog.Collection, docs []vec.Value) {
	t.Helper()
	if err := write(s, c, upserts(docs)); err != nil {
		t.Fatal(err)
	}
}

func upserts(docs []vec.Value) (changes []ingest.Change) {
	for _, doc := range docs {
		changes = append(changes, ingest.Change{Op: index.Upsert, Document: doc})
	}
	return changes
}

// loadFlushed writes documents in pieces, each of which becomes a segment of each shard. With many, merges go
// on while queries run.
func loadFlushed(pieces int) func(*testing.T, *Server, *catalog.Collection, []vec.Value) {
	return func(t *testing.T, s *Server, c *catalog.Collection, docs []vec.Value) {
		t.Helper()
		for piece := range slices.Chunk(docs, (len(docs)+pieces-1)/pieces) {
			upsert(t, s, c, piece)
			if err := s.Flush(context.Background(), c); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// withID is doc under another _id.
func withID(doc, id vec.Value) vec.Value {
	out, mark := vec.BeginObject(nil)
	out = id.Append(vec.AppendKey(out, "_id"))
	for key, value := range doc.Fields() {
		if string(key) != "_id" {
			out = value.Append(vec.AppendKey(out, key))
		}
	}
	return vec.EndObject(out, mark)
}

// sameDocuments are the first n.
func sameDocuments(n int) (docs []vec.Value) {
	r := rand.New(rand.NewPCG(1, 2))
	for i := range n {
		docs = append(docs, sameDocument(r, i))
	}
	return docs
}

// sameDocument is document i: fields of one type, fields of many, missing ones, nested ones. Floats are
// such that no sum of them is rounded.
func sameDocument(r *rand.Rand, i int) vec.Value {
	doc, mark := vec.BeginObject(nil)
	key := func(name string) { doc = vec.AppendKey(doc, name) }
	key("_id")
	doc = vec.AppendContent(doc, vec.String, fmt.Sprintf("d%04d", i))
	if r.IntN(20) > 0 {
		key("n")
		doc = vec.AppendInt(doc, vec.Int, int64(i*7919%5003))
	}
	key("s")
	doc = vec.AppendContent(doc, vec.String, fmt.Sprintf("k%d", r.IntN(40)))
	key("f")
	if doc = vec.AppendFloat(doc, float64(r.IntN(10000))/4-100); r.IntN(30) == 0 {
		key("b")
		doc = vec.AppendNull(doc)
	} else {
		key("b")
		doc = vec.AppendBool(doc, r.IntN(3) == 0)
	}
	if mixed := sameMixed(r); mixed != nil {
		key("mixed")
		doc = mixed.Append(doc)
	}
	if i%3 == 0 {
		key("deep")
		deep, outer := vec.BeginObject(nil)
		deep, inner := vec.BeginObject(vec.AppendKey(deep, "a"))
		if i%2 == 0 {
			deep = vec.AppendInt(vec.AppendKey(deep, "b"), vec.Int, int64(i%10))
		}
		deep = vec.EndObject(vec.EndObject(deep, inner), outer)
		doc = append(doc, deep...)
	}
	key("tags")
	array, at := vec.BeginArray(nil)
	count := r.IntN(4)
	for range count {
		array = vec.AppendContent(array, vec.String, fmt.Sprintf("t%d", r.IntN(5)))
	}
	doc = append(doc, vec.EndArray(array, at, count)...)
	key("items")
	doc = append(doc, sameItems(i)...)
	key("body")
	doc = vec.AppendContent(doc, vec.String, fmt.Sprintf("Word%d, word%d and word%d are the first words of doc %d", i%97, i%89, i%1009, i))
	key("d")
	doc = vec.AppendInt(doc, vec.Date, 19723+int64(i%30))
	key("ts")
	doc = vec.AppendInt(doc, vec.Timestamp, 1704067200_000000+int64(i)*61_000_001)
	return vec.EndObject(doc, mark)
}

// sameItems is an array of ints, strings, objects and now and then a float.
func sameItems(i int) []byte {
	array, at := vec.BeginArray(nil)
	array = vec.AppendInt(array, vec.Int, int64(i*31%1700))
	array = vec.AppendContent(array, vec.String, fmt.Sprintf("w%d", i%900))
	item, mark := vec.BeginObject(nil)
	item = vec.AppendInt(vec.AppendKey(item, "sku"), vec.Int, int64(i%2300))
	item, inner := vec.BeginObject(vec.AppendKey(item, "a"))
	item = vec.AppendContent(vec.AppendKey(item, "b"), vec.String, fmt.Sprintf("x%d", i%600))
	item = vec.EndObject(vec.EndObject(item, inner), mark)
	array = append(array, item...)
	if i%50 == 0 {
		array = vec.AppendFloat(array, float64(i%4)+0.5)
		return vec.EndArray(array, at, 4)
	}
	return vec.EndArray(array, at, 3)
}

// sameMixed is a value of some type; nil is undefined.
func sameMixed(r *rand.Rand) vec.Value {
	switch n := int64(r.IntN(8)); r.IntN(8) {
	case 0, 1:
		return vec.IntValue(vec.Int, n)
	case 2:
		return vec.FloatValue(float64(n) / 2)
	case 3:
		return vec.StringValue(fmt.Sprint(n))
	case 4:
		return vec.BoolValue(n%2 == 0)
	case 5:
		return vec.NullValue()
	case 6:
		array, mark := vec.BeginArray(nil)
		return vec.EndArray(vec.AppendInt(array, vec.Int, n), mark, 1)
	}
	return nil
}

// sameServer has the documents in one workspace for each variant.
func sameServer(t *testing.T) *Server {
	t.Helper()
	s := openTest(t, Options{})
	docs := sameDocuments(sameDocs)
	r := rand.New(rand.NewPCG(2, 2))
	var others []vec.Value
	for i := range sameOthers {
		doc, mark := vec.BeginObject(nil)
		doc = vec.AppendContent(vec.AppendKey(doc, "_id"), vec.String, fmt.Sprintf("o%d", i))
		if i%50 > 0 {
			doc = vec.AppendInt(vec.AppendKey(doc, "n"), vec.Int, int64(i*13%700))
		}
		doc = vec.AppendContent(vec.AppendKey(doc, "name"), vec.String, fmt.Sprintf("m%d", i%5))
		if key := sameMixed(r); key != nil {
			doc = key.Append(vec.AppendKey(doc, "key"))
		}
		others = append(others, vec.EndObject(doc, mark))
	}
	for i, v := range variants {
		for name, list := range map[string][]vec.Value{"docs": docs, "others": others} {
			c, err := testCollection(s, fmt.Sprintf("v%d.%s", i, name), fmt.Sprint(v.shards))
			if err != nil {
				t.Fatal(err)
			}
			v.load(t, s, c, list)
		}
	}
	return s
}

// inVariant is a query's text for the collections of variant n.
func inVariant(query string, n int, hint string) string {
	return strings.NewReplacer("$docs", fmt.Sprintf("v%d.docs", n), "$others", fmt.Sprintf("v%d.others", n), "$hint", hint).Replace(query)
}

// sameRows runs a query; its rows are sorted unless it sorts them itself.
func sameRows(s *Server, request Request) ([]string, error) {
	got, err := answer(s, request)
	if err != nil {
		return nil, err
	}
	return got.comparable(request.SQL), nil
}

// comparable is the rows as text, sorted unless the query ends in an ORDER BY. Of equal values, such as 1
// and 1.0, any may stand for a group, so that whole numbers are written alike.
func (r *result) comparable(query string) []string {
	for _, row := range r.rows {
		for i, v := range row {
			if v.Type() == vec.Float && v.Float() == math.Trunc(v.Float()) {
				row[i] = vec.IntValue(vec.Int, int64(v.Float()))
			}
		}
	}
	if at := strings.LastIndex(query, "ORDER BY"); at >= 0 && !strings.Contains(query[at:], ")") {
		return r.text("")
	}
	return r.text("rowsort")
}

type setting struct {
	level   simd.Level
	workers *instance.Instance
}

// TestSameAnswer runs queries under every SIMD level and number of workers, on documents in memory and in
// segments, by every access path, with the plan from the cache and from elsewhere. All answers are one.
func TestSameAnswer(t *testing.T) {
	s := sameServer(t)
	want := make([][]string, len(sameQueries))
	one := instance.New(instance.Options{Name: "one", CPUs: []int{0}}, s.memory)
	defer one.Close()
	main := s.instances.groups[catalog.DefaultInstanceID]
	all := main.Instance
	defer func() { main.Instance = all }()
	defer func() {
		if err := simd.SetLevel(simd.Best()); err != nil {
			t.Error(err)
		}
	}()
	// One worker with the portable kernels, all workers with each other level.
	settings := []setting{{simd.Generic, one}, {simd.Best(), all}}
	for level := simd.Generic + 1; level < simd.Best(); level++ {
		settings = append(settings, setting{level, all})
	}
	for _, at := range settings {
		if err := simd.SetLevel(at.level); err != nil {
			t.Fatal(err)
		}
		main.Instance = at.workers
		for v, variant := range variants {
			for i, query := range sameQueries {
				for _, hint := range hints {
					if hint != "" && !strings.Contains(query, "$hint") {
						continue
					}
					request := Request{SQL: inVariant(query, v, hint)}
					got, err := sameRows(s, request)
					if err == nil && want[i] == nil {
						want[i] = got
					}
					if err == nil {
						err = sameText(got, want[i])
					}
					if err != nil {
						t.Errorf("%s, %s, %s: %v\n%s", variant.name, at.level, at.workers.Name(), err, request.SQL)
					}
				}
			}
		}
	}
	for i, query := range sameQueries {
		request := Request{SQL: inVariant(query, 1, "")}
		encoded, err := encodedPlan(s, request.SQL)
		if err != nil {
			t.Errorf("%v\n%s", err, request.SQL)
			continue
		}
		got, err := answer(s, Request{Substrait: encoded})
		if err != nil {
			t.Errorf("as Substrait: %v\n%s", err, request.SQL)
			continue
		}
		if err := sameText(got.comparable(query), want[i]); err != nil {
			t.Errorf("as Substrait: %v\n%s", err, request.SQL)
		}
	}
	empty := 0
	for _, rows := range want {
		if len(rows) == 0 {
			empty++
		}
	}
	if empty > 2 {
		t.Errorf("%d queries have no answer to be the same", empty)
	}
}

func sameText(got, want []string) error {
	for i := range max(len(got), len(want)) {
		switch {
		case i >= len(got):
			return fmt.Errorf("%d rows, want %d, the next of them %s", len(got), len(want), want[i])
		case i >= len(want):
			return fmt.Errorf("%d rows, want %d, the next one is %s", len(got), len(want), got[i])
		case got[i] != want[i]:
			return fmt.Errorf("row %d is %s, want %s", i, got[i], want[i])
		}
	}
	return nil
}

// encodedPlan is a query as another producer would send it.
func encodedPlan(s *Server, text string) ([]byte, error) {
	statement, err := sql.Parse(text)
	if err != nil {
		return nil, err
	}
	query, ok := statement.(*sql.Query)
	if !ok {
		return nil, errors.New("not a query")
	}
	sees := s.snapshots(s.catalog.QueryInstance(), func(string) error { return nil })
	defer sees.Close()
	root, err := bind.Query(context.Background(), query, sees, sees, bind.Options{})
	if err != nil {
		return nil, err
	}
	return substrait.Marshal(root)
}

// TestTernaryLogic checks that every row passes exactly one of p, NOT p and p IS NULL, for random
// conditions p.
func TestTernaryLogic(t *testing.T) {
	const seed, conditions = 3, 60
	s := sameServer(t)
	r := rand.New(rand.NewPCG(seed, 0))
	count := func(query string) int64 {
		got, err := answer(s, Request{SQL: query})
		if err != nil {
			t.Fatalf("%v\n%s", err, query)
		}
		return got.rows[0][0].Int()
	}
	for i := range conditions {
		p := randomCondition(r, 3)
		from := inVariant("SELECT count(*) FROM $docs WHERE ", i%len(variants), "")
		yes, no, null := count(from+p), count(from+"NOT ("+p+")"), count(from+"("+p+") IS NULL")
		if yes+no+null != sameDocs {
			t.Errorf("%d rows with, %d without and %d unknown are not %d: %s%s", yes, no, null, sameDocs, from, p)
		}
		other := inVariant("SELECT count(*) FROM $docs WHERE ", (i+1)%len(variants), "")
		if n := count(other + p); n != yes {
			t.Errorf("%d rows, and %d from elsewhere: %s%s", yes, n, from, p)
		}
		split := inVariant("SELECT count(*) FILTER (WHERE "+p+") FROM $docs", i%len(variants), "")
		if n := count(split); n != yes {
			t.Errorf("%d rows by FILTER, %d by WHERE: %s%s", n, yes, from, p)
		}
		computed := inVariant("SELECT count_if(x) FROM (SELECT ("+p+") AS x FROM $docs)", i%len(variants), "")
		if n := count(computed); n != yes {
			t.Errorf("%d rows computed, %d by WHERE: %s%s", n, yes, from, p)
		}
	}
}

// randomCondition is a condition over the fields of sameDocument, nested at most so deep. It fails for no row.
func randomCondition(r *rand.Rand, depth int) string {
	pick := func(list ...string) string { return list[r.IntN(len(list))] }
	value := func() string {
		return pick("n", "s", "f", "b", "mixed", "mixed", "deep.a.b", "tags[1]", "d", "ts", "deep.nothing")
	}
	constant := func() string {
		return pick("NULL", "3", "100", "2.5", "'3'", "'k1'", "true", "DATE '2024-01-09'", "[1]", "TIMESTAMP '2024-01-02T00:00:00Z'", "deep.a.b", "n")
	}
	if depth > 0 && r.IntN(3) > 0 {
		a, b := randomCondition(r, depth-1), randomCondition(r, depth-1)
		switch r.IntN(5) {
		case 0, 1:
			return "(" + a + " AND " + b + ")"
		case 2, 3:
			return "(" + a + " OR " + b + ")"
		}
		return "(NOT " + a + ")"
	}
	switch r.IntN(9) {
	case 0:
		return value() + pick(" IS NULL", " IS NOT NULL", " IS UNDEFINED", " IS NOT UNDEFINED")
	case 1:
		return value() + pick(" IN ", " NOT IN ") + "(" + constant() + ", " + constant() + ", " + constant() + ")"
	case 2:
		return value() + pick(" BETWEEN ", " NOT BETWEEN ") + constant() + " AND " + constant()
	case 3:
		return "s" + pick(" LIKE ", " NOT LIKE ", " ILIKE ") + pick("'k1%'", "'%3'", "'k_'", "NULL")
	case 4:
		return value() + pick(" IS DISTINCT FROM ", " IS NOT DISTINCT FROM ") + constant()
	case 5:
		return "TRY(mixed + n > " + pick("100", "2000") + ")"
	case 6:
		return "b" + pick(" IS TRUE", " IS FALSE", " IS NOT TRUE", "", " = true")
	case 7:
		return "array_contains(tags, " + pick("'t1'", "'t9'", "s", "NULL") + ")"
	}
	return value() + pick(" = ", " <> ", " < ", " <= ", " > ", " >= ") + constant()
}
