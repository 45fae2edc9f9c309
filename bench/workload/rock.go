package workload

import (
	"encoding/binary"
	"strconv"

	"github.com/outcropdb/outcrop/bench"
)

// rock is documents like RockBench's: 15 nested fields, about 1,290 bytes. The suites for latency and writing
// make theirs with NewRock.
var rock = bench.Workload{
	Name:  "rock",
	About: "RockBench-like documents: 15 nested fields, 1,290 bytes; what the latency and write suites send",
	Scales: []bench.Scale{
		{Name: "tiny", Size: 1_000, Checksums: map[string]string{"rock": "43ec2c13c442d517"}},
		{Name: "quick", Size: 50_000, Checksums: map[string]string{"rock": "90d415c09454f06b"}},
		{Name: "full", Size: 500_000, Checksums: map[string]string{"rock": "171f3724755ac251"}},
	},
	Tables: []bench.Table{{
		Name: "rock", Generate: generateRock, Key: "_id", Sort: []string{"_id"},
		Columns: []bench.Column{
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
		},
	}},
	Queries: []bench.Query{
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
	},
}

// rockWords of each document's about make it 1,290 bytes long, on average.
const rockWords = 88

// rockBegin is the stamp of the first document of the files, in microseconds since 1970; the others' follow
// it one by one.
const rockBegin = 1_750_000_000_000_000

func generateRock(size float64, emit func([]byte) error) error {
	r := NewRock(30, 0, 0)
	for i := range int(size) {
		if err := emit(r.Next(rockBegin + int64(i))); err != nil {
			return err
		}
	}
	return nil
}

// Rock makes documents of the workload rock, one after the other, the same for the same seed. It is for one
// goroutine.
type Rock struct {
	*random
	out     []byte
	known   int // documents 0 to known-1 are there
	patches float64
}

// NewRock continues after the documents that are there already. Of those that it makes, a share, from 0 to
// 1, patches one that is there, if any is: it has that one's _id, its body but for what a patch changes
// (stamp, version, active, age, balance), and is sent whole, since not every peer can take a part of a document.
// A share of 0 is RockBench's inserts, 1 its patches, and anything between is its mixed mode.
func NewRock(seed uint64, there int, patches float64) *Rock {
	return &Rock{random: newRandom(seed), known: there, patches: patches}
}

// Known is how many _ids there are, those of before NewRock included.
func (r *Rock) Known() int { return r.known }

// Next is the next document, JSON in one line, with a stamp in microseconds since 1970. It is r's until the
// next call.
func (r *Rock) Next(stamp int64) []byte {
	number, version := r.known, int64(1)
	if r.known > 0 && r.patches > 0 && r.chance(r.patches) {
		number, version = r.intn(r.known), stamp-rockBegin+1
	} else {
		r.known++
	}
	r.document(number, stamp, version)
	return r.out
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
func (r *Rock) document(number int, stamp, version int64) {
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

func (r *Rock) add(parts ...string) {
	for _, part := range parts {
		r.out = append(r.out, part...)
	}
}

func (r *Rock) number(n int64) { r.out = strconv.AppendInt(r.out, n, 10) }

// degrees writes millionths of a degree.
func (r *Rock) degrees(millionths int) {
	r.out = strconv.AppendFloat(r.out, float64(millionths)/1e6, 'f', 6, 64)
}
