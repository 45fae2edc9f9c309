package segment_test

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/outcropdb/outcrop/index/column"
	"github.com/outcropdb/outcrop/index/segment"
	"github.com/outcropdb/outcrop/vec"
)

// storageGoal is the size of a segment, all its indexes included, that events may take of their JSON text.
const storageGoal = 0.6

func TestEventsTakeLessThanTheirJSON(t *testing.T) {
	docs := events(20_000)
	text := 0
	for _, doc := range docs {
		text += len(vec.AppendJSON(nil, doc)) + 1
	}
	var out bytes.Buffer
	info, err := segment.Build(&out, shredded(t, docs), segment.Options{})
	if err != nil {
		t.Fatal(err)
	}
	ratio := float64(info.Bytes) / float64(text)
	t.Logf("%d bytes of JSON a document, %.3f of that in the segment", text/len(docs), ratio)
	for name, bytes := range info.Sections {
		t.Logf("%s: %.3f", name, float64(bytes)/float64(text))
	}
	if ratio > storageGoal {
		t.Errorf("%.3f of the JSON, want %.1f", ratio, storageGoal)
	}
}

func shredded(t testing.TB, docs documents) *column.View {
	shredder := column.NewShredder()
	for _, doc := range docs {
		if err := shredder.Append(doc); err != nil {
			t.Fatal(err)
		}
	}
	return shredder.Publish(docs)
}

func object(fields ...any) vec.Value {
	dst, mark := vec.BeginObject(nil)
	for i := 0; i < len(fields); i += 2 {
		dst = fields[i+1].(vec.Value).Append(vec.AppendKey(dst, fields[i].(string)))
	}
	return vec.EndObject(dst, mark)
}

var words = strings.Fields("the sky is blue today and we all think that rain may come over some hills where people read their news in the morning with coffee or tea before they go out to work again")

// events are like those of a social network's event stream: who, when, what, and a record with a text.
func events(n int) documents {
	r := rand.New(rand.NewPCG(11, 3))
	token := func(alphabet string, length int) string {
		b := make([]byte, length)
		for i := range b {
			b[i] = alphabet[r.IntN(len(alphabet))]
		}
		return string(b)
	}
	const base32 = "abcdefghijklmnopqrstuvwxyz234567"
	people := make([]string, n/8)
	for i := range people {
		people[i] = "did:plc:" + token(base32, 24)
	}
	docs := make(documents, n)
	for i := range docs {
		at := 1_732_206_349_000_000 + int64(i)*1000 + r.Int64N(900)
		kind := []string{"app.bsky.feed.post", "app.bsky.feed.like", "app.bsky.graph.follow", "app.bsky.feed.repost"}[min(3, int(r.ExpFloat64()*1.3))]
		var record vec.Value
		if kind == "app.bsky.feed.post" {
			var text []string
			for range 5 + r.IntN(40) {
				text = append(text, words[r.IntN(len(words))])
			}
			langs, mark := vec.BeginArray(nil)
			langs = vec.EndArray(vec.StringValue([]string{"en", "pt", "ja"}[r.IntN(3)]).Append(langs), mark, 1)
			record = object("$type", vec.StringValue(kind), "createdAt", vec.StringValue(fmt.Sprintf("2024-11-21T16:%02d:%02d.%03dZ", i/60%60, i%60, r.IntN(1000))),
				"langs", vec.Value(langs), "text", vec.StringValue(strings.Join(text, " ")))
		} else {
			record = object("$type", vec.StringValue(kind), "createdAt", vec.StringValue(fmt.Sprintf("2024-11-21T16:%02d:%02d.%03dZ", i/60%60, i%60, r.IntN(1000))),
				"subject", object("cid", vec.StringValue("bafyrei"+token(base32, 52)), "uri", vec.StringValue("at://"+people[r.IntN(len(people))]+"/app.bsky.feed.post/3l"+token(base32, 11))))
		}
		docs[i] = object(
			"_id", vec.StringValue(fmt.Sprintf("%08x-%04x-%04x-%04x-%012x", r.Uint32(), r.IntN(1<<16), r.IntN(1<<16), r.IntN(1<<16), r.Int64N(1<<48))),
			"_event_time", vec.IntValue(vec.Timestamp, at),
			"did", vec.StringValue(people[r.IntN(len(people))]),
			"time_us", vec.IntValue(vec.Int, at+r.Int64N(5_000_000)),
			"kind", vec.StringValue("commit"),
			"commit", object("rev", vec.StringValue("3lbh"+token(base32, 9)), "operation", vec.StringValue([]string{"create", "create", "delete", "update"}[r.IntN(4)]),
				"collection", vec.StringValue(kind), "rkey", vec.StringValue("3lbh"+token(base32, 9)), "record", record,
				"cid", vec.StringValue("bafyrei"+token(base32, 52))),
		)
	}
	return docs
}

func BenchmarkBuild(b *testing.B) {
	docs := events(20_000)
	size := 0
	for _, doc := range docs {
		size += len(doc)
	}
	view := shredded(b, docs)
	b.SetBytes(int64(size))
	for b.Loop() {
		if _, err := segment.Build(io.Discard, view, segment.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkColumn(b *testing.B) {
	s, _, _ := built(b, events(40_960))
	for _, path := range []vec.Path{{"time_us"}, {"did"}, {"kind"}, {"commit", "collection"}, {"commit", "rkey"}, {"commit", "record", "text"}} {
		b.Run(path.String(), func(b *testing.B) {
			out := new(vec.Vector)
			for b.Loop() {
				for from := 0; from < s.Rows(); from += vec.BatchRows {
					if err := s.Column(out, path, from, from+vec.BatchRows); err != nil {
						b.Fatal(err)
					}
				}
			}
			b.ReportMetric(float64(b.N)*float64(s.Rows())/b.Elapsed().Seconds()/1e6, "Mrows/s")
			b.ReportMetric(0, "ns/op")
		})
	}
}

func BenchmarkLookup(b *testing.B) {
	docs := events(40_960)
	s, _, _ := built(b, docs)
	for _, path := range []vec.Path{{"time_us"}, {"did"}, {"commit", "collection"}, {"commit", "rkey"}} {
		b.Run(path.String(), func(b *testing.B) {
			p := vec.Predicate{Path: path, Op: vec.OpIn, Values: []vec.Value{docs[77].At(path)}}
			for b.Loop() {
				found, _, err := s.Lookup(p)
				if err != nil || !found.Contains(77) {
					b.Fatal(found, err)
				}
			}
		})
	}
}
