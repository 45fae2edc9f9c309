package workload

import (
	"strconv"
	"time"

	"github.com/outcropdb/outcrop/bench"
)

// bsky is events as Bluesky's stream has them: nested, of a dozen shapes, with a field (record.subject) that
// is a string in some and an object in others. The questions are JSONBench's, in our wording. A day has a
// million events.
var bsky = bench.Workload{
	Name:  "bsky",
	About: "Bluesky-like events, nested and varying; the five questions of JSONBench",
	Scales: []bench.Scale{
		{Name: "tiny", Size: 2_000, Checksums: map[string]string{"bsky": "57687e3ee8b73f1d"}},
		{Name: "quick", Size: 100_000, Checksums: map[string]string{"bsky": "842c87c84db47096"}},
		{Name: "full", Size: 1_000_000, Checksums: map[string]string{"bsky": "bd636c68dab3da7f"}},
		{Name: "large", Size: 10_000_000, Checksums: map[string]string{"bsky": "ae8e69cb346a736a"}},
	},
	Tables: []bench.Table{{
		Name: "bsky", Generate: generateBsky,
		Sort: []string{"kind", "commit.operation", "commit.collection", "did", "time_us"},
		Columns: []bench.Column{
			{Name: "did", Type: text},
			{Name: "time_us", Type: integer},
			{Name: "kind", Type: text},
			{Name: "commit", Type: structOf(
				bench.Column{Name: "rev", Type: text}, bench.Column{Name: "operation", Type: text},
				bench.Column{Name: "collection", Type: text}, bench.Column{Name: "rkey", Type: text},
				bench.Column{Name: "record", Type: varying}, bench.Column{Name: "cid", Type: text},
			)},
			{Name: "identity", Type: varying},
			{Name: "account", Type: varying},
		},
	}},
	Queries: []bench.Query{
		{
			Name: "q1", About: "events by collection", Ordered: true,
			SQL: `SELECT b.commit.collection AS event, count(*) AS n FROM bsky b GROUP BY 1 ORDER BY n DESC, event NULLS LAST`,
			For: map[string]string{
				"duckdb-json":     `SELECT doc->>'$.commit.collection' AS event, count(*) AS n FROM bsky GROUP BY 1 ORDER BY n DESC, event NULLS LAST`,
				"clickhouse":      `SELECT nullIf(commit.collection, '') AS event, count() AS n FROM bsky GROUP BY event ORDER BY n DESC, event NULLS LAST`,
				"clickhouse-json": `SELECT doc.commit.collection::Nullable(String) AS event, count() AS n FROM bsky GROUP BY event ORDER BY n DESC, event NULLS LAST`,
				"postgres":        `SELECT doc->'commit'->>'collection' AS event, count(*) AS n FROM bsky GROUP BY 1 ORDER BY n DESC, event NULLS LAST`,
			},
		},
		{
			Name: "q2", About: "events created, and how many users created them, by collection", Ordered: true,
			SQL: `SELECT b.commit.collection AS event, count(*) AS n, count(DISTINCT b.did) AS users FROM bsky b
				WHERE b.kind = 'commit' AND b.commit.operation = 'create' GROUP BY 1 ORDER BY n DESC, event`,
			For: map[string]string{
				"duckdb-json": `SELECT doc->>'$.commit.collection' AS event, count(*) AS n, count(DISTINCT doc->>'$.did') AS users FROM bsky
					WHERE doc->>'$.kind' = 'commit' AND doc->>'$.commit.operation' = 'create' GROUP BY 1 ORDER BY n DESC, event`,
				"clickhouse": `SELECT commit.collection AS event, count() AS n, uniqExact(did) AS users FROM bsky
					WHERE kind = 'commit' AND commit.operation = 'create' GROUP BY event ORDER BY n DESC, event`,
				"clickhouse-json": `SELECT doc.commit.collection::String AS event, count() AS n, uniqExact(doc.did::String) AS users FROM bsky
					WHERE doc.kind::String = 'commit' AND doc.commit.operation::String = 'create' GROUP BY event ORDER BY n DESC, event`,
				"postgres": `SELECT doc->'commit'->>'collection' AS event, count(*) AS n, count(DISTINCT did) AS users FROM bsky
					WHERE doc @> '{"kind": "commit", "commit": {"operation": "create"}}' GROUP BY 1 ORDER BY n DESC, event`,
			},
		},
		{
			Name: "q3", About: "posts, reposts and likes by hour of the day", Ordered: true,
			SQL: `SELECT b.commit.collection AS event, EXTRACT(HOUR FROM TIMESTAMP_MICROS(b.time_us)) AS hour, count(*) AS n FROM bsky b
				WHERE b.kind = 'commit' AND b.commit.operation = 'create'
				AND b.commit.collection IN ('app.bsky.feed.post', 'app.bsky.feed.repost', 'app.bsky.feed.like')
				GROUP BY 1, 2 ORDER BY hour, event`,
			For: map[string]string{
				"duckdb": `SELECT b.commit.collection AS event, hour(make_timestamp(time_us)) AS hour, count(*) AS n FROM bsky b
					WHERE b.kind = 'commit' AND b.commit.operation = 'create'
					AND b.commit.collection IN ('app.bsky.feed.post', 'app.bsky.feed.repost', 'app.bsky.feed.like')
					GROUP BY 1, 2 ORDER BY hour, event`,
				"duckdb-json": `SELECT doc->>'$.commit.collection' AS event, hour(make_timestamp((doc->>'$.time_us')::BIGINT)) AS hour, count(*) AS n FROM bsky
					WHERE doc->>'$.kind' = 'commit' AND doc->>'$.commit.operation' = 'create'
					AND doc->>'$.commit.collection' IN ('app.bsky.feed.post', 'app.bsky.feed.repost', 'app.bsky.feed.like')
					GROUP BY 1, 2 ORDER BY hour, event`,
				"clickhouse": `SELECT commit.collection AS event, toHour(fromUnixTimestamp64Micro(time_us, 'UTC')) AS hour, count() AS n FROM bsky
					WHERE kind = 'commit' AND commit.operation = 'create'
					AND commit.collection IN ('app.bsky.feed.post', 'app.bsky.feed.repost', 'app.bsky.feed.like')
					GROUP BY event, hour ORDER BY hour, event`,
				"clickhouse-json": `SELECT doc.commit.collection::String AS event, toHour(fromUnixTimestamp64Micro(doc.time_us::Int64, 'UTC')) AS hour, count() AS n FROM bsky
					WHERE doc.kind::String = 'commit' AND doc.commit.operation::String = 'create'
					AND doc.commit.collection::String IN ('app.bsky.feed.post', 'app.bsky.feed.repost', 'app.bsky.feed.like')
					GROUP BY event, hour ORDER BY hour, event`,
				"postgres": `SELECT doc->'commit'->>'collection' AS event, extract(hour FROM to_timestamp(time_us / 1000000) AT TIME ZONE 'UTC') AS hour, count(*) AS n FROM bsky
					WHERE doc @> '{"kind": "commit", "commit": {"operation": "create"}}'
					AND doc->'commit'->>'collection' IN ('app.bsky.feed.post', 'app.bsky.feed.repost', 'app.bsky.feed.like')
					GROUP BY 1, 2 ORDER BY hour, event`,
				"datafusion": `SELECT b.commit.collection AS event, EXTRACT(HOUR FROM to_timestamp_micros(b.time_us)) AS hour, count(*) AS n FROM bsky b
					WHERE b.kind = 'commit' AND b.commit.operation = 'create'
					AND b.commit.collection IN ('app.bsky.feed.post', 'app.bsky.feed.repost', 'app.bsky.feed.like')
					GROUP BY 1, 2 ORDER BY hour, event`,
				"polars": `SELECT b.commit.collection AS event, EXTRACT(HOUR FROM CAST(b.time_us AS TIMESTAMP)) AS hour, count(*) AS n FROM bsky b
					WHERE b.kind = 'commit' AND b.commit.operation = 'create'
					AND b.commit.collection IN ('app.bsky.feed.post', 'app.bsky.feed.repost', 'app.bsky.feed.like')
					GROUP BY 1, 2 ORDER BY hour, event`,
			},
		},
		{
			Name: "q4", About: "the three users who posted first", Ordered: true,
			SQL: `SELECT b.did AS user_id, min(b.time_us) AS first_post FROM bsky b
				WHERE b.kind = 'commit' AND b.commit.operation = 'create' AND b.commit.collection = 'app.bsky.feed.post'
				GROUP BY 1 ORDER BY first_post, user_id LIMIT 3`,
			For: map[string]string{
				"duckdb-json": `SELECT doc->>'$.did' AS user_id, min((doc->>'$.time_us')::BIGINT) AS first_post FROM bsky
					WHERE doc->>'$.kind' = 'commit' AND doc->>'$.commit.operation' = 'create' AND doc->>'$.commit.collection' = 'app.bsky.feed.post'
					GROUP BY 1 ORDER BY first_post, user_id LIMIT 3`,
				"clickhouse": `SELECT did AS user_id, min(time_us) AS first_post FROM bsky
					WHERE kind = 'commit' AND commit.operation = 'create' AND commit.collection = 'app.bsky.feed.post'
					GROUP BY user_id ORDER BY first_post, user_id LIMIT 3`,
				"clickhouse-json": `SELECT doc.did::String AS user_id, min(doc.time_us::Int64) AS first_post FROM bsky
					WHERE doc.kind::String = 'commit' AND doc.commit.operation::String = 'create' AND doc.commit.collection::String = 'app.bsky.feed.post'
					GROUP BY user_id ORDER BY first_post, user_id LIMIT 3`,
				"postgres": `SELECT did AS user_id, min(time_us) AS first_post FROM bsky
					WHERE doc @> '{"kind": "commit", "commit": {"operation": "create", "collection": "app.bsky.feed.post"}}'
					GROUP BY 1 ORDER BY first_post, user_id LIMIT 3`,
			},
		},
		{
			Name: "q5", About: "the three users with the longest time between first and last post", Ordered: true,
			SQL: `SELECT b.did AS user_id, max(b.time_us) - min(b.time_us) AS span FROM bsky b
				WHERE b.kind = 'commit' AND b.commit.operation = 'create' AND b.commit.collection = 'app.bsky.feed.post'
				GROUP BY 1 ORDER BY span DESC, user_id LIMIT 3`,
			For: map[string]string{
				"duckdb-json": `SELECT doc->>'$.did' AS user_id, max((doc->>'$.time_us')::BIGINT) - min((doc->>'$.time_us')::BIGINT) AS span FROM bsky
					WHERE doc->>'$.kind' = 'commit' AND doc->>'$.commit.operation' = 'create' AND doc->>'$.commit.collection' = 'app.bsky.feed.post'
					GROUP BY 1 ORDER BY span DESC, user_id LIMIT 3`,
				"clickhouse": `SELECT did AS user_id, max(time_us) - min(time_us) AS span FROM bsky
					WHERE kind = 'commit' AND commit.operation = 'create' AND commit.collection = 'app.bsky.feed.post'
					GROUP BY user_id ORDER BY span DESC, user_id LIMIT 3`,
				"clickhouse-json": `SELECT doc.did::String AS user_id, max(doc.time_us::Int64) - min(doc.time_us::Int64) AS span FROM bsky
					WHERE doc.kind::String = 'commit' AND doc.commit.operation::String = 'create' AND doc.commit.collection::String = 'app.bsky.feed.post'
					GROUP BY user_id ORDER BY span DESC, user_id LIMIT 3`,
				"postgres": `SELECT did AS user_id, max(time_us) - min(time_us) AS span FROM bsky
					WHERE doc @> '{"kind": "commit", "commit": {"operation": "create", "collection": "app.bsky.feed.post"}}'
					GROUP BY 1 ORDER BY span DESC, user_id LIMIT 3`,
			},
		},
	},
}

// bskyEvent is a kind of event: how often, and what its record holds.
type bskyEvent struct {
	collection string
	weight     float64
	record     func(*bskyWriter)
}

var bskyEvents = []bskyEvent{
	{"app.bsky.feed.like", 44, (*bskyWriter).toPost},
	{"app.bsky.graph.follow", 33, (*bskyWriter).toUser},
	{"app.bsky.feed.post", 10, (*bskyWriter).post},
	{"app.bsky.feed.repost", 7, (*bskyWriter).toPost},
	{"app.bsky.graph.block", 2.5, (*bskyWriter).toUser},
	{"app.bsky.graph.listitem", 1.5, (*bskyWriter).listItem},
	{"app.bsky.actor.profile", 1, (*bskyWriter).profile},
	{"app.bsky.feed.threadgate", 0.3, (*bskyWriter).gate},
	{"app.bsky.feed.postgate", 0.2, (*bskyWriter).gate},
	{"app.bsky.graph.list", 0.1, (*bskyWriter).profile},
	{"chat.bsky.actor.declaration", 0.1, (*bskyWriter).declaration},
}

const (
	bskyBegin  = 1_732_147_200_000_000 // 2024-11-21
	bskyStep   = 86_400                // us between two events, on average: a million a day
	bskyPeople = 7                     // events a user, on average
	bskyWords  = 5_000
)

// bskyWriter makes one event after the other.
type bskyWriter struct {
	*random
	out    []byte
	micros int64
	users  weighted
	words  weighted
	kinds  weighted
}

func generateBsky(size float64, emit func([]byte) error) error {
	rows := int(size)
	w := &bskyWriter{random: newRandom(1), micros: bskyBegin, users: newZipf(max(1, rows/bskyPeople), 0.7), words: newZipf(bskyWords, 1)}
	var weights []float64
	for _, e := range bskyEvents {
		weights = append(weights, e.weight)
	}
	w.kinds = newWeighted(weights...)
	for range rows {
		w.micros += 1 + int64(w.intn(2*bskyStep-1))
		w.out = w.out[:0]
		w.event()
		if err := emit(w.out); err != nil {
			return err
		}
	}
	return nil
}

func (w *bskyWriter) add(parts ...string) {
	for _, part := range parts {
		w.out = append(w.out, part...)
	}
}

func (w *bskyWriter) event() {
	w.add(`{"did":"`)
	did := len(w.out)
	w.did(w.users.pick(w.random))
	user := string(w.out[did:])
	w.add(`","time_us":`, strconv.FormatInt(w.micros, 10))
	switch p := w.float(); {
	case p < 0.004:
		w.add(`,"kind":"identity","identity":{"did":"`, user, `","handle":"`)
		w.word()
		w.add(`.bsky.social","seq":`, strconv.Itoa(w.intn(1<<31)), `,"time":"`)
		w.time(0)
		w.add(`"}}`)
	case p < 0.007:
		w.add(`,"kind":"account","account":{"active":`, strconv.FormatBool(w.chance(0.6)), `,"did":"`, user, `","seq":`, strconv.Itoa(w.intn(1<<31)), `,"time":"`)
		w.time(0)
		w.add(`"}}`)
	default:
		w.commit()
	}
}

func (w *bskyWriter) commit() {
	kind := bskyEvents[w.kinds.pick(w.random)]
	operation := "create"
	switch p := w.float(); {
	case p < 0.05:
		operation = "delete"
	case p < 0.06 || kind.collection == "app.bsky.actor.profile" && p < 0.8:
		operation = "update"
	}
	w.add(`,"kind":"commit","commit":{"rev":"`)
	w.out = w.appendText(w.out, base32, 13)
	w.add(`","operation":"`, operation, `","collection":"`, kind.collection, `","rkey":"`)
	w.out = w.appendText(w.out, base32, 13)
	w.add(`"`)
	if operation != "delete" {
		w.add(`,"record":{"$type":"`, kind.collection, `","createdAt":"`)
		w.time(int64(w.intn(3_000_000)))
		w.add(`"`)
		kind.record(w)
		w.add(`},"cid":"`)
		w.cid()
		w.add(`"`)
	}
	w.add(`}}`)
}

func (w *bskyWriter) did(user int) {
	w.add("did:plc:")
	id := random{scatter(uint64(user), 2)}
	w.out = id.appendText(w.out, base32, 24)
}

func (w *bskyWriter) anyone() { w.did(w.users.pick(w.random)) }

func (w *bskyWriter) cid() {
	w.add("bafyrei")
	w.out = w.appendText(w.out, base32, 52)
}

// time is that of the event, less some us.
func (w *bskyWriter) time(before int64) {
	w.out = time.UnixMicro(w.micros-before).UTC().AppendFormat(w.out, "2006-01-02T15:04:05.000Z")
}

func (w *bskyWriter) word() {
	n := uint64(w.words.pick(w.random))
	letters := random{scatter(n, 3)}
	w.out = letters.appendText(w.out, "abcdefghijklmnoprstuvwyz", 2+int(n%9))
}

func (w *bskyWriter) sentence(words int) {
	for i := range words {
		if i > 0 {
			w.out = append(w.out, ' ')
		}
		w.word()
	}
}

// reference is another's post.
func (w *bskyWriter) reference() {
	w.add(`{"cid":"`)
	w.cid()
	w.add(`","uri":"at://`)
	w.anyone()
	w.add(`/app.bsky.feed.post/`)
	w.out = w.appendText(w.out, base32, 13)
	w.add(`"}`)
}

func (w *bskyWriter) toPost() {
	w.add(`,"subject":`)
	w.reference()
}

func (w *bskyWriter) toUser() {
	w.add(`,"subject":"`)
	w.anyone()
	w.add(`"`)
}

func (w *bskyWriter) listItem() {
	w.toUser()
	w.add(`,"list":"at://`)
	w.anyone()
	w.add(`/app.bsky.graph.list/`)
	w.out = w.appendText(w.out, base32, 13)
	w.add(`"`)
}

func (w *bskyWriter) profile() {
	w.add(`,"displayName":"`)
	w.word()
	w.add(`","description":"`)
	w.sentence(w.intn(15))
	w.add(`"`)
	if w.chance(0.8) {
		w.add(`,"avatar":`)
		w.blob()
	}
}

func (w *bskyWriter) blob() {
	w.add(`{"$type":"blob","ref":{"$link":"`)
	w.cid()
	w.add(`"},"mimeType":"image/jpeg","size":`, strconv.Itoa(10_000+w.intn(900_000)), `}`)
}

func (w *bskyWriter) gate() {
	w.add(`,"post":"at://`)
	w.anyone()
	w.add(`/app.bsky.feed.post/`)
	w.out = w.appendText(w.out, base32, 13)
	w.add(`","allow":[]`)
}

func (w *bskyWriter) declaration() { w.add(`,"allowIncoming":"all"`) }

// languages of posts, the likeliest first; the last has none.
var bskyLanguages = []string{`["en"]`, `["ja"]`, `["pt"]`, `["de"]`, `["es"]`, `["fr"]`, `["en","es"]`, `[]`}

func (w *bskyWriter) post() {
	w.add(`,"langs":`, bskyLanguages[min(w.intn(14), w.intn(8))%len(bskyLanguages)], `,"text":"`)
	w.sentence(1 + w.intn(40))
	w.add(`"`)
	if w.chance(0.45) {
		w.add(`,"reply":{"parent":`)
		w.reference()
		w.add(`,"root":`)
		w.reference()
		w.add(`}`)
	}
	switch p := w.float(); {
	case p < 0.2:
		w.add(`,"embed":{"$type":"app.bsky.embed.images","images":[`)
		for i := range 1 + w.intn(3) {
			if i > 0 {
				w.add(`,`)
			}
			w.add(`{"alt":"`)
			w.sentence(w.intn(8))
			w.add(`","aspectRatio":{"height":`, strconv.Itoa(500+w.intn(1500)), `,"width":`, strconv.Itoa(500+w.intn(1500)), `},"image":`)
			w.blob()
			w.add(`}`)
		}
		w.add(`]}`)
	case p < 0.3:
		w.add(`,"embed":{"$type":"app.bsky.embed.external","external":{"description":"`)
		w.sentence(w.intn(20))
		w.add(`","title":"`)
		w.sentence(1 + w.intn(8))
		w.add(`","uri":"https://`)
		w.word()
		w.add(`.com/`)
		w.word()
		w.add(`"}}`)
	case p < 0.35:
		w.add(`,"embed":{"$type":"app.bsky.embed.record","record":`)
		w.reference()
		w.add(`}`)
	}
}
