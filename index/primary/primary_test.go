package primary

import (
	"encoding/binary"
	"math/rand/v2"
	"slices"
	"strconv"
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
	zero := slices.Clone(whole)
	binary.LittleEndian.PutUint32(zero[4:], 0)
	for name, section := range map[string][]byte{"empty": nil, "header": whole[:8], "short": whole[:len(whole)-1], "no buckets": zero} {
		if _, err := Open(section); err == nil {
			t.Errorf("%s: no error", name)
		}
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

func BenchmarkTableAbsent(b *testing.B) {
	table, _ := Open(Build(ids(0, 1_000_000)))
	absent, _ := ids(1_000_000, 1_100_000)
	for i := 0; b.Loop(); i++ {
		p := table.Find(absent[i%len(absent)])
		p.Next()
	}
	b.ReportMetric(float64(len(table.buckets))/1e6, "B/key")
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
