package index

import (
	"bytes"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"sort"
	"strings"

	"github.com/outcropdb/outcrop/vec"
	"github.com/outcropdb/outcrop/vec/jsonio"
)

// tester is a test of any kind.
type tester interface {
	Helper()
	Fatal(...any)
}

// model is what a shard is to be: for each _id, n of its document.
type model map[string]int64

// patchedOnce is what a patch adds to n of a document, which begins below it.
const patchedOnce = 1 << 32

// testDocument has mixed types, an array and an object. Everything follows from id and n.
func testDocument(id string, n int64) vec.Value {
	all, patches := n, int(n/patchedOnce)
	n %= patchedOnce
	b, mark := vec.BeginObject(nil)
	b = vec.AppendContent(vec.AppendKey(b, "_id"), vec.String, id)
	b = vec.AppendInt(vec.AppendKey(b, "_event_time"), vec.Timestamp, n*1_000_000)
	b = vec.AppendInt(vec.AppendKey(b, "n"), vec.Int, all)
	b = vec.AppendContent(vec.AppendKey(b, "tag"), vec.String, tag(n))
	b = vec.AppendKey(b, "mixed")
	switch n % 4 {
	case 0:
		b = vec.AppendInt(b, vec.Int, n)
	case 1:
		b = vec.AppendFloat(b, float64(n)/2)
	case 2:
		b = vec.AppendContent(b, vec.String, fmt.Sprint("text ", n))
	case 3:
		b = vec.AppendNull(b)
	}
	b, inner := vec.BeginObject(vec.AppendKey(b, "inner"))
	b = vec.AppendBool(vec.AppendKey(b, "odd"), n%2 == 1)
	b, list := vec.BeginArray(vec.AppendKey(b, "list"))
	for i := range n % 3 {
		b = vec.AppendInt(b, vec.Int, i)
	}
	for range patches {
		b = vec.AppendContent(b, vec.String, "patched")
	}
	b = vec.EndArray(b, list, int(n%3)+patches)
	b = vec.EndObject(b, inner)
	return vec.EndObject(b, mark)
}

func tag(n int64) string { return fmt.Sprint("tag", n%patchedOnce%5) }

func upsert(id string, n int64) Write {
	return Write{Op: Upsert, ID: []byte(id), Document: testDocument(id, n)}
}

func remove(id string) Write { return Write{Op: Delete, ID: []byte(id)} }

// patchOf makes the next of a document's patches; with fails, a patch that no document lets pass.
func patchOf(id string, fails bool) Write {
	text := `[{"op":"increment","path":"/n","value":4294967296},{"op":"add","path":"/inner/list/-","value":"patched"}]`
	if fails {
		text = `[{"op":"increment","path":"/n","value":4294967296},{"op":"test","path":"/n","value":-1}]`
	}
	var r jsonio.Reader
	wrapped, _, err := r.Document(nil, []byte(`{"patch":`+text+`}`))
	if err != nil {
		panic(err)
	}
	return Write{Op: Patch, ID: []byte(id), Document: vec.Value(wrapped).Field("patch")}
}

// failing is what a patch of patchOf is refused for.
const failing = `patch: operation 2, test "/n": the value is another one`

// apply does to the model what Shard.Apply does to the shard, and tells of each write whether there was a
// document of its _id.
func (m model) apply(writes []Write) (existed []bool) {
	for _, w := range writes {
		_, there := m[string(w.ID)]
		existed = append(existed, there)
		switch {
		case w.Op == Delete:
			delete(m, string(w.ID))
		case w.Op == Patch:
			if there && bytes.Equal(w.Document, patchOf("", false).Document) {
				m[string(w.ID)] += patchedOnce
			}
		default:
			m[string(w.ID)] = w.Document.Field("n").Int()
		}
	}
	return existed
}

// testStream is messages of random writes; message i has sequence i+1.
func testStream(seed uint64, messages, writes, ids int) (stream [][]Write) {
	random := rand.New(rand.NewPCG(seed, 1))
	n := int64(0)
	for range messages {
		var message []Write
		for range random.IntN(writes + 1) {
			id := fmt.Sprint("id-", random.IntN(ids))
			n++
			switch kind := random.IntN(20); {
			case kind < 4:
				message = append(message, remove(id))
			case kind < 8:
				message = append(message, patchOf(id, kind == 4))
			default:
				message = append(message, upsert(id, n))
			}
		}
		stream = append(stream, message)
	}
	return stream
}

// after is the model after some messages of a stream.
func after(stream [][]Write, messages int) model {
	m := model{}
	for _, message := range stream[:messages] {
		m.apply(message)
	}
	return m
}

// verify compares everything a snapshot answers with a model.
func verify(t tester, s *Snapshot, want model) {
	t.Helper()
	if err := check(s, want); err != nil {
		t.Fatal(err)
	}
}

func check(s *Snapshot, want model) error {
	got := model{}
	for at, p := range s.Parts() {
		if err := checkPart(p, got); err != nil {
			return fmt.Errorf("part %d of %d: %v", at, len(s.Parts()), err)
		}
	}
	if !maps.Equal(got, want) {
		return fmt.Errorf("documents: got %s\nwant %s", got, want)
	}
	if s.Rows() != int64(len(want)) {
		return fmt.Errorf("rows: got %d, want %d", s.Rows(), len(want))
	}
	for id, n := range want {
		p, doc, ok, err := s.Get([]byte(id))
		if err != nil || !ok {
			return fmt.Errorf("get %s: %v, %v", id, ok, err)
		}
		document, err := p.Document(doc)
		if err != nil || !document.Same(testDocument(id, n)) {
			return fmt.Errorf("get %s: document %x, %v", id, document, err)
		}
	}
	for _, id := range []string{"", "absent", "id-99999"} {
		if _, _, ok, err := s.Get([]byte(id)); err != nil || ok != (want[id] != 0) {
			return fmt.Errorf("get %q: %v, %v", id, ok, err)
		}
	}
	if err := checkIDs(s, want); err != nil {
		return err
	}
	return checkLookup(s, want)
}

// checkIDs finds all documents by _id at once in every part.
func checkIDs(s *Snapshot, want model) error {
	p := Predicate{Path: idPath, Op: vec.OpIn, Values: []vec.Value{vec.IntValue(vec.Int, 7), vec.StringValue("absent")}}
	for id := range want {
		p.Values = append(p.Values, vec.StringValue(id), vec.StringValue(id))
	}
	found := model{}
	for _, part := range s.Parts() {
		docs, _, err := part.Lookup(p)
		if err != nil || docs == nil {
			return fmt.Errorf("lookup by _id: %v, %v", docs, err)
		}
		if estimate := part.Estimate(p); estimate < int(docs.GetCardinality()) {
			return fmt.Errorf("lookup by _id finds %d, estimate was %d", docs.GetCardinality(), estimate)
		}
		for _, doc := range docs.ToArray() {
			if live := part.Live(); live != nil && !vec.Bit(live, int(doc)) {
				continue
			}
			document, err := part.Document(doc)
			if err != nil {
				return err
			}
			found[string(document.Field("_id").Content())] = document.Field("n").Int()
		}
	}
	if !maps.Equal(found, want) {
		return fmt.Errorf("lookup by _id: got %s\nwant %s", found, want)
	}
	return nil
}

// checkPart adds the live documents of a part, read by document and by column, to got.
func checkPart(p Part, got model) error {
	rows, live := p.Rows(), p.Live()
	if live != nil && len(live) != vec.Words(rows) {
		return fmt.Errorf("%d words of live bits for %d rows", len(live), rows)
	}
	var n, odd, all vec.Vector
	for path, out := range map[string]*vec.Vector{"n": &n, "inner.odd": &odd} {
		at, err := vec.ParsePath(path)
		if err != nil {
			return err
		}
		if err := p.Column(out, at, 0, rows); err != nil {
			return err
		}
	}
	docs := []uint32{}
	for doc := range rows {
		if live == nil || vec.Bit(live, doc) {
			docs = append(docs, uint32(doc))
		}
	}
	if err := p.Gather(&all, nil, docs); err != nil {
		return err
	}
	for i, doc := range docs {
		document, err := p.Document(doc)
		if err != nil {
			return err
		}
		id, number := string(document.Field("_id").Content()), document.Field("n").Int()
		if !document.Same(testDocument(id, number)) || !all.Value(i).Same(document) {
			return fmt.Errorf("doc %d: %x", doc, document)
		}
		if !n.Value(int(doc)).Same(document.Field("n")) || !odd.Value(int(doc)).Same(document.Field("inner").Field("odd")) {
			return fmt.Errorf("doc %d: columns say n %x, odd %x", doc, n.Value(int(doc)), odd.Value(int(doc)))
		}
		if _, twice := got[id]; twice {
			return fmt.Errorf("doc %d: _id %s is live twice", doc, id)
		}
		got[id] = number
	}
	return nil
}

// checkLookup finds documents by tag in every part.
func checkLookup(s *Snapshot, want model) error {
	for k := range int64(6) {
		p := Predicate{Path: vec.Path{"tag"}, Op: vec.OpIn, Values: []vec.Value{vec.StringValue(fmt.Sprint("tag", k))}}
		var found, expected []string
		for _, part := range s.Parts() {
			docs, exact, err := part.Lookup(p)
			if err != nil || docs == nil {
				return fmt.Errorf("lookup: %v, %v", docs, err)
			}
			if estimate := part.Estimate(p); exact && estimate < int(docs.GetCardinality()) {
				return fmt.Errorf("lookup finds %d, estimate was %d", docs.GetCardinality(), estimate)
			}
			live := part.Live()
			for _, doc := range docs.ToArray() {
				if live != nil && !vec.Bit(live, int(doc)) {
					continue
				}
				document, err := part.Document(doc)
				if err != nil {
					return err
				}
				if document.Field("tag").Same(p.Values[0]) {
					found = append(found, string(document.Field("_id").Content()))
				} else if exact {
					return fmt.Errorf("exact lookup of %x finds %x", p.Values[0], document)
				}
			}
		}
		for id, n := range want {
			if tag(n) == fmt.Sprint("tag", k) {
				expected = append(expected, id)
			}
		}
		sort.Strings(found)
		sort.Strings(expected)
		if !slices.Equal(found, expected) {
			return fmt.Errorf("lookup tag%d: got %v, want %v", k, found, expected)
		}
	}
	return nil
}

func (m model) String() string {
	var list []string
	for id, n := range m {
		list = append(list, fmt.Sprint(id, "=", n))
	}
	sort.Strings(list)
	return strings.Join(list, " ")
}

// verifyShard takes a snapshot of a shard and verifies that.
func verifyShard(t tester, s *Shard, want model) {
	t.Helper()
	snapshot, err := s.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	defer snapshot.Close()
	verify(t, snapshot, want)
}
