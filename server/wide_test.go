package server

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/outcropdb/outcrop/catalog"
	"github.com/outcropdb/outcrop/index"
	"github.com/outcropdb/outcrop/ingest"
	"github.com/outcropdb/outcrop/vec"
)

// wide is documents of many fields, of many more distinct ones in all.
type wide struct {
	documents   int
	common      int // fields, of which each document has half
	rare        int // fields, of which each document has one in step
	step        int
	writeMemory int64
}

// wideCollection is what the suite has time for. With OUTCROP_WIDE=50000 that many documents have 2,000 fields each,
// of 121,000.
func wideCollection(t *testing.T) wide {
	w := wide{documents: 400, common: 300, rare: 14_000, step: 20, writeMemory: 16 << 20}
	if text := os.Getenv("OUTCROP_WIDE"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil {
			t.Fatal(err)
		}
		w = wide{documents: n, common: 1000, rare: 120_000, step: 80, writeMemory: 256 << 20}
	}
	return w
}

// fields calls f with the numbers of a document's fields, ascending.
func (w wide) fields(doc int, f func(k int)) {
	r := rand.New(rand.NewPCG(uint64(doc), 1))
	for k := range w.common {
		if r.IntN(2) == 0 {
			f(k)
		}
	}
	for k := w.common + r.IntN(w.step); k < w.common+w.rare; k += 1 + r.IntN(2*w.step-1) {
		f(k)
	}
}

func (w wide) value(doc, k int) vec.Value {
	switch n := int64(doc*31+k*7) % 50; {
	case k%11 == 0:
		return vec.StringValue(fmt.Sprint("text-", n))
	case k%13 == 0:
		return vec.FloatValue(float64(n) / 4)
	default:
		return vec.IntValue(vec.Int, n)
	}
}

func (w wide) document(doc int) vec.Value {
	b, mark := vec.BeginObject(nil)
	b = vec.AppendContent(vec.AppendKey(b, "_id"), vec.String, fmt.Sprint("id-", doc))
	w.fields(doc, func(k int) {
		b = w.value(doc, k).Append(vec.AppendKey(b, fmt.Sprint("f", k)))
	})
	return vec.EndObject(b, mark)
}

// residentBytes is the process's memory: now, and at its most.
func residentBytes(t *testing.T) (now, most int64) {
	t.Helper()
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0, 0 // not on Linux
	}
	for line := range strings.Lines(string(text)) {
		var kb int64
		if _, err := fmt.Sscanf(line, "VmHWM: %d kB", &kb); err == nil {
			most = kb << 10
		}
		if _, err := fmt.Sscanf(line, "RssAnon: %d kB", &kb); err == nil {
			now = kb << 10
		}
	}
	return now, most
}

// TestVeryWideDocuments loads documents that have more distinct fields than get columns, in little memory, and
// asks for frequent and rare ones.
func TestVeryWideDocuments(t *testing.T) {
	w := wideCollection(t)
	s := openTest(t, Options{WriteMemory: w.writeMemory, Memory: 1 << 30, Shards: 1})
	ctx := context.Background()
	c, err := s.CreateCollection(ctx, catalog.Collection{Workspace: "commons", Name: "wide"}, catalog.By{})
	if err != nil {
		t.Fatal(err)
	}
	begun, most, bytes := time.Now(), int64(0), 0
	const request = 50
	for from := 0; from < w.documents; from += request {
		var changes []ingest.Change
		for doc := from; doc < min(from+request, w.documents); doc++ {
			document := w.document(doc)
			bytes += len(document)
			changes = append(changes, ingest.Change{Op: index.Upsert, Document: document})
		}
		if err := write(s, c, changes); err != nil {
			t.Fatal(err)
		}
		now, _ := residentBytes(t)
		most = max(most, now)
	}
	if err := s.Flush(ctx, c); err != nil {
		t.Fatal(err)
	}
	stats := s.Stats().Index
	t.Logf("%d documents of %d bytes in all, encoded: loaded in %s; at most %d MiB of anonymous memory; %d flushes, %d merges, %d segments of %d bytes",
		w.documents, bytes, time.Since(begun).Round(time.Millisecond), most>>20, stats.Flushes, stats.Merges, stats.Segments, stats.FileBytes)
	if stats.Segments < 2 || stats.FileBytes > 2*int64(bytes) {
		t.Errorf("%d segments of %d bytes for %d bytes of documents", stats.Segments, stats.FileBytes, bytes)
	}

	rare, common := w.common+w.rare*2/3, w.common/2
	var rareGroups, rareFound, commonRows int
	some := -1 // a document that has the rare field
	groups := map[string]int{}
	for doc := range w.documents {
		w.fields(doc, func(k int) {
			switch k {
			case common:
				commonRows++
			case rare:
				some = doc
				groups[fmt.Sprint(w.value(doc, k))]++
			}
		})
	}
	rareGroups, rareFound = len(groups), groups[fmt.Sprint(w.value(some, rare))]
	literal := string(vec.AppendJSON(nil, w.value(some, rare)))
	literal = strings.ReplaceAll(literal, `"`, `'`)
	for _, q := range []struct {
		sql  string
		rows int
		cell string // of the first row and column
	}{
		{"SELECT COUNT(*) FROM wide", 1, fmt.Sprint(w.documents)},
		{fmt.Sprintf("SELECT COUNT(f%d) FROM wide", common), 1, fmt.Sprint(commonRows)},
		{fmt.Sprintf("SELECT f%d FROM wide WHERE _id = 'id-%d'", rare, some), 1, ""},
		{fmt.Sprintf("SELECT _id FROM wide WHERE f%d = %s", rare, literal), rareFound, ""},
		{fmt.Sprintf("SELECT f%d, COUNT(*) FROM wide WHERE f%d IS NOT NULL GROUP BY 1", rare, rare), rareGroups, ""},
		{fmt.Sprintf("SELECT f%d, COUNT(*) FROM wide GROUP BY 1", rare), rareGroups + 1, ""},
		{fmt.Sprintf("SELECT * FROM wide WHERE _id = 'id-%d'", some), 1, string(vec.AppendJSON(nil, w.document(some)))},
		{"SELECT * FROM wide LIMIT 3", 3, ""},
	} {
		begun := time.Now()
		got, err := answer(s, Request{SQL: q.sql})
		if err != nil {
			t.Errorf("%s: %v", q.sql, err)
			continue
		}
		t.Logf("%s: %s", q.sql, time.Since(begun).Round(time.Microsecond))
		if len(got.rows) != q.rows {
			t.Errorf("%s: %d rows, want %d", q.sql, len(got.rows), q.rows)
			continue
		}
		if cell := ""; q.cell != "" {
			if cell = withoutTime(got.rows[0][0]); cell != q.cell {
				t.Errorf("%s: got %.200s, want %.200s", q.sql, cell, q.cell)
			}
		}
	}
	begun = time.Now()
	described, err := answer(s, Request{SQL: "DESCRIBE wide"})
	t.Logf("DESCRIBE: %s, %d rows", time.Since(begun).Round(time.Microsecond), len(described.rows))
	if err != nil || len(described.rows) < w.common+w.rare {
		t.Errorf("DESCRIBE: %d rows, %v; want %d at least", len(described.rows), err, w.common+w.rare)
	}
	debug.FreeOSMemory()
	now, high := residentBytes(t)
	t.Logf("%d MiB of anonymous memory afterwards; %d MiB resident at most, mapped files included", now>>20, high>>20)
	// The log and the Go runtime take memory of their own.
	if limit := 3*w.writeMemory + 600<<20; most > limit {
		t.Errorf("%d MiB of memory, want at most %d", most>>20, limit>>20)
	}
}

// withoutTime is a value as JSON; a document is without its _event_time.
func withoutTime(v vec.Value) string {
	if v.Type() != vec.Object {
		return string(vec.AppendJSON(nil, v))
	}
	b, mark := vec.BeginObject(nil)
	for key, value := range v.Fields() {
		if string(key) != "_event_time" {
			b = value.Append(vec.AppendKey(b, string(key)))
		}
	}
	return string(vec.AppendJSON(nil, vec.EndObject(b, mark)))
}
