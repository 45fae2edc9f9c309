package workload

import (
	"encoding/binary"
	"slices"
	"strconv"

	"github.com/outcropdb/outcrop/bench"
)

// The workloads of RockBench-like documents: 15 nested fields, about 1,290 bytes. A patch changes some of a
// document's fields (stamp, version, active, age, balance). It is written as the whole document, since no system
// here takes a part of one over an interface that all have.
var (
	rock        = rockWorkload("rock", "RockBench-like documents: 15 nested fields, 1,290 bytes; all new", rockMix{})
	rockMixed   = rockWorkload("rock-mixed", "the same, half of what is written patches of earlier documents", rockMix{patches: 0.5})
	rockPatches = rockWorkload("rock-patches", "the same, a fifth documents and then patches of them", rockMix{inserts: 0.2, patches: 1})
)

// rockMix is what is written: first a share of inserts, then patches with the given chance.
type rockMix struct{ inserts, patches float64 }

// rockChecksums of the tables, by workload and scale.
var rockChecksums = map[string]map[string]string{
	"rock":         {"tiny": "652d9abfdbe2cbb8", "quick": "c563e50e71f9cbee", "full": "567fd280f555e5de"},
	"rock-mixed":   {"tiny": "55f069a192b6315c", "quick": "d76f18004a7e5abe", "full": "2c2ccdcb67bc7d14"},
	"rock-patches": {"tiny": "d7cb4de43bc1bcc7", "quick": "595a0bda93a914ae", "full": "596baa8aba9574b6"},
}

func rockWorkload(name, about string, mix rockMix) bench.Workload {
	w := bench.Workload{Name: name, About: about, Tables: []bench.Table{{
		Name: "rock", Key: "_id", InOrder: mix.patches > 0, Sort: []string{"_id"}, Columns: rockColumns,
		Generate: func(size float64, emit func([]byte) error) error { return generateRock(int(size), mix, emit) },
	}}}
	for _, s := range []bench.Scale{{Name: "tiny", Size: 1_000}, {Name: "quick", Size: 50_000}, {Name: "full", Size: 500_000}} {
		s.Checksums = map[string]string{"rock": rockChecksums[name][s.Name]}
		w.Scales = append(w.Scales, s)
	}
	w.Queries = slices.Concat(rockFlat, rockNested)
	if mix.patches > 0 {
		w.Queries = overwritten(&w.Tables[0], rockFlat)
	}
	return w
}

var rockColumns = []bench.Column{
	{Name: "_id", Type: text},
	{Name: "stamp", Type: integer},
	{Name: "version", Type: integer},
	{Name: "active", Type: boolean},
	{Name: "age", Type: integer},
	{Name: "balance", Type: real},
	{Name: "company", Type: text},
	{Name: "about", Type: text},
	{Name: "name", Type: structOf(bench.Column{Name: "first", Type: text}, bench.Column{Name: "last", Type: text})},
	{Name: "address", Type: structOf(
		bench.Column{Name: "street", Type: text}, bench.Column{Name: "city", Type: text}, bench.Column{Name: "country", Type: text},
		bench.Column{Name: "at", Type: structOf(bench.Column{Name: "lat", Type: real}, bench.Column{Name: "lon", Type: real})},
	)},
	{Name: "favorites", Type: structOf(bench.Column{Name: "color", Type: text}, bench.Column{Name: "fruit", Type: text}, bench.Column{Name: "number", Type: integer})},
	{Name: "friends", Type: listOf(structOf(bench.Column{Name: "id", Type: integer}, bench.Column{Name: "name", Type: text}))},
	{Name: "tags", Type: listOf(text)},
	{Name: "picture", Type: text},
	{Name: "greeting", Type: text},
}

// rockFlat are the questions of fields at the top, rockNested those of others.
var (
	rockFlat = []bench.Query{
		{
			Name: "count", About: "all documents", SQL: `SELECT count(*) AS n FROM rock`, Ordered: true,
			For: map[string]string{"duckdb-json": `SELECT count(*) AS n FROM rock`, "clickhouse-json": `SELECT count(*) AS n FROM rock`},
		},
		{
			Name: "newest", About: "the greatest stamp, which tells what is visible", SQL: `SELECT max(stamp) AS newest FROM rock`, Ordered: true,
			For: map[string]string{
				"duckdb-json":     `SELECT max((doc->>'$.stamp')::BIGINT) AS newest FROM rock`,
				"clickhouse-json": `SELECT max(doc.stamp::Int64) AS newest FROM rock`,
			},
		},
		{
			Name: "versions", About: "what is left after patches", Ordered: true,
			SQL: `SELECT count(*) AS n, count(DISTINCT _id) AS ids, sum(version) AS versions, sum(age) AS ages FROM rock WHERE active`,
			For: map[string]string{
				"duckdb-json": `SELECT count(*) AS n, count(DISTINCT doc->>'$._id') AS ids, sum((doc->>'$.version')::BIGINT) AS versions, sum((doc->>'$.age')::BIGINT) AS ages
					FROM rock WHERE (doc->>'$.active')::BOOLEAN`,
			},
		},
	}
	rockNested = []bench.Query{
		{
			Name: "one", About: "a document by its _id", Ordered: true,
			SQL: `SELECT r._id, r.name.last AS last, r.address.city AS city, r.stamp FROM rock r WHERE r._id = '` + rockID(777) + `'`,
			For: map[string]string{
				"duckdb-json": `SELECT doc->>'$._id', doc->>'$.name.last' AS last, doc->>'$.address.city' AS city, (doc->>'$.stamp')::BIGINT AS stamp
					FROM rock WHERE doc->>'$._id' = '` + rockID(777) + `'`,
				"postgres":   `SELECT _id, name->>'last' AS last, address->>'city' AS city, stamp FROM rock WHERE _id = '` + rockID(777) + `'`,
				"clickhouse": `SELECT _id, name.last AS last, address.city AS city, stamp FROM rock WHERE _id = '` + rockID(777) + `'`,
				"clickhouse-json": `SELECT doc._id::String, doc.name.last::String AS last, doc.address.city::String AS city, doc.stamp::Int64 AS stamp
					FROM rock WHERE doc._id::String = '` + rockID(777) + `'`,
			},
		},
		{
			Name: "countries", About: "groups of a nested field", Ordered: true,
			SQL: `SELECT r.address.country AS country, count(*) AS n, avg(r.age) AS age FROM rock r WHERE r.active GROUP BY 1 ORDER BY n DESC, country`,
			For: map[string]string{
				"duckdb-json": `SELECT doc->>'$.address.country' AS country, count(*) AS n, avg((doc->>'$.age')::BIGINT) AS age
					FROM rock WHERE (doc->>'$.active')::BOOLEAN GROUP BY 1 ORDER BY n DESC, country`,
				"postgres":   `SELECT address->>'country' AS country, count(*) AS n, avg(age) AS age FROM rock WHERE active GROUP BY 1 ORDER BY n DESC, country`,
				"clickhouse": `SELECT address.country AS country, count(*) AS n, avg(age) AS age FROM rock WHERE active GROUP BY 1 ORDER BY n DESC, country`,
				"clickhouse-json": `SELECT doc.address.country::String AS country, count(*) AS n, avg(doc.age::Int64) AS age
					FROM rock WHERE doc.active::Bool GROUP BY 1 ORDER BY n DESC, country`,
			},
		},
	}
)

// rockWords of each document's about make it 1,290 bytes long, on average.
const rockWords = 88

// rockBegin is the stamp of the first document of the files, in microseconds since 1970; the others' follow
// it one by one.
const rockBegin = 1_750_000_000_000_000

func generateRock(rows int, mix rockMix, emit func([]byte) error) error {
	r := rockWriter{random: newRandom(30)}
	there := 0
	for row := range rows {
		number, version := there, int64(row)+1
		if there > 0 && row >= int(mix.inserts*float64(rows)) && r.chance(mix.patches) {
			number = r.intn(there)
		} else {
			there++
		}
		r.document(number, rockBegin+int64(row), version)
		if err := emit(r.out); err != nil {
			return err
		}
	}
	return nil
}

// rockWriter writes documents.
type rockWriter struct {
	*random
	out []byte
}

// rockID is the _id of a document.
func rockID(number int) string {
	var id [8]byte
	binary.BigEndian.PutUint64(id[:], scatter(uint64(number), 31))
	out := []byte("rock-")
	for _, b := range id {
		out = append(out, hex[b>>4], hex[b&15])
	}
	return string(out)
}

// document writes one. What a patch leaves alone follows from the number only.
func (r *rockWriter) document(number int, stamp, version int64) {
	body := random{scatter(uint64(number), 32)}
	r.out = r.out[:0]
	r.add(`{"_id":"`, rockID(number), `","stamp":`)
	r.number(stamp)
	r.add(`,"version":`)
	r.number(version)
	r.add(`,"active":`, strconv.FormatBool(r.chance(0.6)), `,"age":`)
	r.number(18 + int64(r.intn(70)))
	r.add(`,"balance":`)
	r.number(int64(r.intn(100_000)))
	r.add(`.`, string(rune('1'+r.intn(9))), `,"company":"`, body.word(), ` `, body.word(), ` Ltd","about":"`)
	for range rockWords {
		r.add(body.word(), ` `)
	}
	r.add(`","name":{"first":"`, body.word(), `","last":"`, body.word(), `"},"address":{"street":"`)
	r.number(int64(1 + body.intn(400)))
	r.add(` `, body.word(), ` Street","city":"`, body.word(), body.word(), `","country":"`, hitsCountries.values[body.intn(len(hitsCountries.values))], `","at":{"lat":`)
	r.degrees(body.intn(179_000_000) - 90_000_000)
	r.add(`,"lon":`)
	r.degrees(body.intn(359_000_000) - 180_000_000)
	r.add(`}},"favorites":{"color":"`, body.word(), `","fruit":"`, body.word(), `","number":`)
	r.number(int64(body.intn(1_000)))
	r.add(`},"friends":[`)
	for i := range 4 {
		if i > 0 {
			r.add(`,`)
		}
		r.add(`{"id":`)
		r.number(int64(i))
		r.add(`,"name":"`, body.word(), ` `, body.word(), `"}`)
	}
	r.add(`],"tags":["`, body.word(), `","`, body.word(), `","`, body.word(), `","`, body.word(), `","`, body.word(), `"],"picture":"https://pictures.example/`, body.word(), `/`)
	r.number(int64(body.intn(1 << 30)))
	r.add(`.jpg","greeting":"Hello, `, body.word(), `! You have `)
	r.number(int64(body.intn(100)))
	r.add(` unread messages."}`)
}

// word is one of the words that hits are made of, too.
func (r *random) word() string { return hitsWords[r.uint64()%uint64(len(hitsWords))] }

func (r *rockWriter) add(parts ...string) {
	for _, part := range parts {
		r.out = append(r.out, part...)
	}
}

func (r *rockWriter) number(n int64) { r.out = strconv.AppendInt(r.out, n, 10) }

// degrees writes millionths of a degree.
func (r *rockWriter) degrees(millionths int) {
	r.out = strconv.AppendFloat(r.out, float64(millionths)/1e6, 'f', 6, 64)
}
