package primary

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
)

func ids(from, to int) (hashes []uint64, docs []uint32) {
	for i := from; i < to; i++ {
		hashes = append(hashes, Hash([]byte("id-"+strconv.Itoa(i))))
		docs = append(docs, uint32(3*i))
	}
	return hashes, docs
}

func find(t Table, hash uint64) (docs []uint32) {
	if !t.May(hash) {
		return nil
	}
	p := t.Find(hash)
	for doc, ok := p.Next(); ok; doc, ok = p.Next() {
		docs = append(docs, doc)
	}
	return docs
}

func TestTable(t *testing.T) {
	for _, n := range []int{0, 1, 5, 6, 7, 100, 10_000} {
		hashes, docs := ids(0, n)
		table, err := Open(Build(hashes, docs))
		if err != nil {
			t.Fatal(err)
		}
		if table.Keys() != n {
			t.Errorf("%d keys: got %d", n, table.Keys())
		}
		for i, h := range hashes {
			if got := find(table, h); !slices.Contains(got, docs[i]) {
				t.Fatalf("%d keys: doc %d not among %d", n, docs[i], got)
			}
		}
		absent, _ := ids(n, n+10_000)
		wrong := 0
		for _, h := range absent {
			wrong += len(find(table, h))
		}
		if wrong > 10 {
			t.Errorf("%d keys: %d of 10000 absent ids are found", n, wrong)
		}
	}
}

// TestTableRepeats has more docs of one hash than a bucket holds, and a tag that would be 0.
func TestTableRepeats(t *testing.T) {
	for _, hash := range []uint64{0, 1 << 40, ^uint64(0)} {
		hashes, docs := ids(0, 40)
		want := []uint32{}
		for i := range uint32(25) {
			hashes, docs, want = append(hashes, hash), append(docs, 1000+i), append(want, 1000+i)
		}
		table, err := Open(Build(hashes, docs))
		if err != nil {
			t.Fatal(err)
		}
		got := find(table, hash)
		got = slices.DeleteFunc(got, func(doc uint32) bool { return doc < 1000 })
		if !slices.Equal(got, want) {
			t.Errorf("hash %x: got %d, want %d", hash, got, want)
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	whole := Build(ids(0, 20))
	with := func(at int, value uint32) []byte {
		changed := slices.Clone(whole)
		binary.LittleEndian.PutUint32(changed[at:], value)
		return changed
	}
	for name, section := range map[string][]byte{
		"empty": nil, "header": whole[:8], "short": whole[:len(whole)-1], "no buckets": with(4, 0), "long filter": with(8, 1<<20), "no filter": with(8, 0),
		"filter's length": with(24, 3), "long segments": with(24, 64), "no segments": with(28, 0), "many segments": with(28, 1<<31),
	} {
		if _, err := Open(section); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// TestBytes holds what docs/shard.md says of the memory that a million documents take.
func TestBytes(t *testing.T) {
	const table, inMemory = 9.5, 32.0
	for _, n := range []int{70_000, 100_000, 131_073} {
		hashes, docs := ids(0, n)
		m := NewMap()
		for _, hash := range hashes {
			m.Add(hash)
		}
		if got := float64(len(Build(hashes, docs))) / float64(n); got > table {
			t.Errorf("%d keys: a table takes %.1f bytes a document", n, got)
		}
		if got := float64(m.Bytes()) / float64(n); got > inMemory {
			t.Errorf("%d keys: a map takes %.1f bytes a document", n, got)
		}
	}
	text, err := os.ReadFile("../../docs/shard.md")
	if err != nil {
		t.Fatal(err)
	}
	if want := fmt.Sprintf("%g MB in the file for a million documents, at most %g MB in a memtable", table, inMemory); !strings.Contains(strings.Join(strings.Fields(string(text)), " "), want) {
		t.Errorf("docs/shard.md lacks: %s", want)
	}
}

func FuzzTable(f *testing.F) {
	f.Add(Build(ids(0, 20)), uint64(7))
	f.Fuzz(func(t *testing.T, section []byte, hash uint64) {
		if table, err := Open(section); err == nil {
			find(table, hash)
		}
	})
}

func TestMap(t *testing.T) {
	m := NewMap()
	model := map[uint64][]uint32{}
	random := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		hash := Hash([]byte(strconv.Itoa(random.IntN(5_000))))
		model[hash] = append(model[hash], m.Add(hash))
	}
	for hash, want := range model {
		var got []uint32
		for doc, ok := m.First(hash); ok; doc, ok = m.Next(doc) {
			got = append(got, doc)
			if m.Hashes(20_000)[doc] != hash {
				t.Fatalf("doc %d has another hash", doc)
			}
		}
		slices.Reverse(got)
		if !slices.Equal(got, want) {
			t.Fatalf("got %d, want %d", got, want)
		}
	}
	if _, ok := m.First(1); ok {
		t.Error("a hash that was not added is found")
	}
}

// BenchmarkAbsent asks some segments of 125,000 documents each for new _ids, as a batch of writes does.
func BenchmarkAbsent(b *testing.B) {
	const tables, keys = 8, 125_000
	var all [tables]Table
	bytes := 0
	for i := range all {
		section := Build(ids(i*keys, (i+1)*keys))
		all[i], _ = Open(section)
		bytes += len(section)
	}
	absent, _ := ids(tables*keys, 2*tables*keys)
	for _, by := range []struct {
		name string
		find func(t *Table, hash uint64) bool
	}{
		{"filter", func(t *Table, hash uint64) bool { return t.May(hash) }},
		{"table", func(t *Table, hash uint64) bool { p := t.Find(hash); _, ok := p.Next(); return ok }},
	} {
		b.Run(by.name, func(b *testing.B) {
			wrong, at := 0, 0
			for b.Loop() {
				batch := absent[at : at+1000]
				at = (at + 1000) % len(absent)
				for i := range all {
					for _, hash := range batch {
						if by.find(&all[i], hash) {
							wrong++
						}
					}
				}
			}
			probes := float64(b.N) * 1000 * tables
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/probes, "ns/probe")
			b.ReportMetric(1e6*float64(wrong)/probes, "wrong/M")
			b.ReportMetric(float64(bytes)/tables/keys, "B/key")
		})
	}
}

// BenchmarkBuild is the section of a segment.
func BenchmarkBuild(b *testing.B) {
	hashes, docs := ids(0, 100_000)
	for b.Loop() {
		Build(hashes, docs)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(hashes)), "ns/key")
}

func BenchmarkMapAdd(b *testing.B) {
	hashes, _ := ids(0, 100_000)
	for b.Loop() {
		m := NewMap()
		for _, h := range hashes {
			m.Add(h)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(hashes)), "ns/key")
}
