package index

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/outcropdb/outcrop/index/fs"
	"github.com/outcropdb/outcrop/vec"
)

// event is a document of some 15 fields, nested, about 500 bytes of JSON.
func event(id []byte, n int64) vec.Value {
	random := rand.New(rand.NewPCG(uint64(n), 0))
	b, mark := vec.BeginObject(nil)
	b = vec.AppendContent(vec.AppendKey(b, "_id"), vec.String, id)
	b = vec.AppendInt(vec.AppendKey(b, "_event_time"), vec.Timestamp, 1_700_000_000_000_000+n*1000)
	b = vec.AppendContent(vec.AppendKey(b, "did"), vec.String, fmt.Sprintf("did:plc:%024x", random.IntN(50_000)))
	b = vec.AppendInt(vec.AppendKey(b, "time_us"), vec.Int, 1_700_000_000_000_000+n*1000)
	b = vec.AppendContent(vec.AppendKey(b, "kind"), vec.String, []string{"commit", "identity", "account"}[random.IntN(3)])
	b, commit := vec.BeginObject(vec.AppendKey(b, "commit"))
	b = vec.AppendContent(vec.AppendKey(b, "operation"), vec.String, []string{"create", "delete"}[random.IntN(2)])
	b = vec.AppendContent(vec.AppendKey(b, "collection"), vec.String, fmt.Sprint("app.bsky.feed.", random.IntN(12)))
	b = vec.AppendContent(vec.AppendKey(b, "rkey"), vec.String, fmt.Sprintf("%013x", random.Uint64()>>12))
	b, record := vec.BeginObject(vec.AppendKey(b, "record"))
	b = vec.AppendContent(vec.AppendKey(b, "text"), vec.String, fmt.Sprintf("some words %x and %x more of them", random.Uint64(), random.Uint64()))
	b = vec.AppendFloat(vec.AppendKey(b, "score"), random.Float64())
	b = vec.AppendBool(vec.AppendKey(b, "reply"), random.IntN(2) == 0)
	b = vec.EndObject(b, record)
	b = vec.EndObject(b, commit)
	return vec.EndObject(b, mark)
}

func eventID(n int) []byte {
	return fmt.Appendf(nil, "%016x-%04d", uint64(n)*0x9e3779b97f4a7c15, n%10000)
}

// message is count upserts of ids that follow from the numbers of next.
func message(count int, next func() int) []Write {
	writes := make([]Write, count)
	for i := range writes {
		n := next()
		writes[i] = Write{Op: Upsert, ID: eventID(n)}
		writes[i].Document = event(writes[i].ID, int64(n))
	}
	return writes
}

const messageDocuments = 300 // some 128 KiB

// BenchmarkApply is documents with all indexes, flushes and merges included, of which a share overwrites.
func BenchmarkApply(b *testing.B) {
	for _, overwrites := range []int{0, 25} {
		b.Run(fmt.Sprintf("overwrites=%d%%", overwrites), func(b *testing.B) {
			s, err := OpenStore(fs.Disk{}, b.TempDir(), Options{})
			if err != nil {
				b.Fatal(err)
			}
			defer s.Close()
			shard, err := s.Shard("c", 0)
			if err != nil {
				b.Fatal(err)
			}
			random := rand.New(rand.NewPCG(1, 1))
			ids, bytes := 0, 0
			for sequence := uint64(1); b.Loop(); sequence++ {
				b.StopTimer()
				writes := message(messageDocuments, func() int {
					if random.IntN(100) < overwrites {
						return random.IntN(ids + 1)
					}
					ids++
					return ids
				})
				for _, w := range writes {
					bytes += len(w.Document)
				}
				b.StartTimer()
				if err := shard.Apply(sequence, writes); err != nil {
					b.Fatal(err)
				}
			}
			b.SetBytes(int64(bytes / b.N))
			b.ReportMetric(float64(b.N*messageDocuments)/b.Elapsed().Seconds(), "docs/s")
			if stats := shard.Stats(); stats.Flushes > 0 {
				b.ReportMetric(float64(stats.FlushBytes+stats.MergeBytes)/float64(stats.FlushBytes), "written/flushed")
			}
			snapshot, err := shard.Snapshot()
			if err != nil {
				b.Fatal(err)
			}
			defer snapshot.Close()
			if overwrites == 0 && snapshot.Rows() != int64(b.N*messageDocuments) {
				b.Fatalf("%d rows of %d", snapshot.Rows(), b.N*messageDocuments)
			}
		})
	}
}

// BenchmarkUpsert is small documents, of which a share overwrites, over some segments; without flushes.
func BenchmarkUpsert(b *testing.B) {
	const segments, rows, messageRows = 8, 50_000, 1000
	small := func(n int) Write {
		w := Write{Op: Upsert, ID: eventID(n)}
		d, mark := vec.BeginObject(nil)
		d = vec.AppendContent(vec.AppendKey(d, "_id"), vec.String, w.ID)
		w.Document = vec.EndObject(vec.AppendInt(vec.AppendKey(d, "n"), vec.Int, int64(n)), mark)
		return w
	}
	for _, overwrites := range []int{0, 25} {
		b.Run(fmt.Sprintf("overwrites=%d%%", overwrites), func(b *testing.B) {
			flushes := func(kind Job, job func()) {
				if kind == FlushJob {
					job()
				}
			}
			s, err := Open(fs.Disk{}, b.TempDir(), Options{MemtableBytes: MaxMemtableBytes, Background: flushes})
			if err != nil {
				b.Fatal(err)
			}
			sequence, ids := uint64(0), 0
			random := rand.New(rand.NewPCG(1, 1))
			next := func(n, share int) []Write {
				writes := make([]Write, n)
				for i := range writes {
					if random.IntN(100) < share {
						writes[i] = small(random.IntN(segments * rows))
						continue
					}
					writes[i] = small(ids)
					ids++
				}
				sequence++
				return writes
			}
			for range segments {
				writes := next(rows, 0)
				err := s.Apply(sequence, writes)
				if err == nil {
					err = s.Flush(b.Context())
				}
				if err != nil {
					b.Fatal(err)
				}
			}
			for b.Loop() {
				b.StopTimer()
				writes := next(messageRows, overwrites)
				b.StartTimer()
				if err := s.Apply(sequence, writes); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*messageRows), "ns/doc")
			if got := s.Stats().Segments; got != segments {
				b.Fatalf("%d segments", got)
			}
		})
	}
}

// filled is a shard of many documents in several segments, or in a memtable.
func filled(b *testing.B, o Options, documents int) *Shard {
	s, err := Open(fs.Disk{}, b.TempDir(), o)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { s.Close() })
	n := 0
	for sequence := uint64(1); n < documents; sequence++ {
		if err := s.Apply(sequence, message(messageDocuments, func() int { n++; return n })); err != nil {
			b.Fatal(err)
		}
	}
	return s
}

// BenchmarkGet finds documents by _id and reads them.
func BenchmarkGet(b *testing.B) {
	const documents = 60_000
	for name, o := range map[string]Options{"memtable": {}, "segments": {MemtableBytes: 12 << 20}} {
		b.Run(name, func(b *testing.B) {
			snapshot, err := filled(b, o, documents).Snapshot()
			if err != nil {
				b.Fatal(err)
			}
			defer snapshot.Close()
			random := rand.New(rand.NewPCG(1, 1))
			for b.Loop() {
				id := eventID(1 + random.IntN(documents))
				part, doc, ok, err := snapshot.Get(id)
				if err != nil || !ok {
					b.Fatal(ok, err)
				}
				if document, err := part.Document(doc); err != nil || len(document) == 0 {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(len(snapshot.Parts())), "parts")
		})
	}
}

// BenchmarkSnapshot takes one and gives it back.
func BenchmarkSnapshot(b *testing.B) {
	s := filled(b, Options{MemtableBytes: 4 << 20}, 20_000)
	for b.Loop() {
		snapshot, err := s.Snapshot()
		if err != nil {
			b.Fatal(err)
		}
		snapshot.Close()
	}
}

// BenchmarkOpen opens a shard.
func BenchmarkOpen(b *testing.B) {
	s := filled(b, Options{MemtableBytes: 12 << 20}, 60_000)
	if err := s.Flush(b.Context()); err != nil {
		b.Fatal(err)
	}
	var bytes int64
	for b.Loop() {
		again, err := Open(fs.Disk{}, s.dir, Options{})
		if err != nil {
			b.Fatal(err)
		}
		bytes = again.Stats().FileBytes
		again.Close()
	}
	b.SetBytes(bytes)
}
