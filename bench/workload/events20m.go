package workload

import (
	"strconv"

	"github.com/outcropdb/outcrop/bench"
)

// events20m is one operation of an engine a question, on flat events: 20 million of them at the full scale.
// The names of questions are what report's targets go by.
var events20m = bench.Workload{
	Name:  "events20m",
	About: "one operation a question: scan, group, top-k, AND, join, substring, lookup",
	Scales: []bench.Scale{
		{Name: "tiny", Size: 2_000, Checksums: map[string]string{"events": "08e71ddb109777b2", "users": "da016f73e1cca072"}},
		{Name: "quick", Size: 200_000, Checksums: map[string]string{"events": "7a54a1151b14783d", "users": "77a8334dc8656b31"}},
		{Name: "medium", Size: 2_000_000, Checksums: map[string]string{"events": "e7ac8385d3c10c25", "users": "b5595e63d8bbd54f"}},
		{Name: "full", Size: 20_000_000, Checksums: map[string]string{"events": "44a7fc8bb39102a4", "users": "51320f0ae24b12fd"}},
	},
	Except: map[string]string{
		"postgres":        "a row store takes longer for these than all the rest of the run",
		"clickhouse-json": "flat documents: what it has to show, bsky shows",
	},
	Tables: []bench.Table{
		{
			Name: "events", Key: "id", Sort: []string{"ts"}, Generate: generateEvents,
			Columns: []bench.Column{
				{Name: "id", Type: text},
				{Name: "ts", Type: integer},
				{Name: "kind", Type: text},
				{Name: "region", Type: text},
				{Name: "user", Type: integer},
				{Name: "session", Type: integer},
				{Name: "quantity", Type: integer},
				{Name: "amount", Type: real},
				{Name: "url", Type: text},
			},
		},
		{
			Name: "users", Key: "user", Sort: []string{"user"}, Generate: generateUsers,
			Columns: []bench.Column{{Name: "user", Type: integer}, {Name: "country", Type: text}, {Name: "plan", Type: text}},
		},
	},
	Queries: []bench.Query{
		{
			Name: "sum", About: "scan, filter one row in two, sum",
			SQL: `SELECT sum(e.quantity) AS q, count(*) AS n FROM events e WHERE e.amount < 500`,
		},
		{
			Name: "group_string", About: "group by a string of 200 values", Ordered: true,
			SQL: `SELECT e.kind, count(*) AS n, sum(e.quantity) AS q FROM events e GROUP BY e.kind ORDER BY n DESC, e.kind LIMIT 20`,
		},
		{
			Name: "group_int_1m", About: "group by an int64 of size/20 values: 1M", Ordered: true,
			SQL: `SELECT e."user", count(*) AS n, sum(e.quantity) AS q FROM events e GROUP BY e."user" ORDER BY n DESC, e."user" LIMIT 10`,
		},
		{
			Name: "group_int_10m", About: "group by an int64 of about 0.55 size values: 11M", Ordered: true,
			SQL: `SELECT e.session, count(*) AS n, sum(e.quantity) AS q FROM events e GROUP BY e.session ORDER BY n DESC, e.session LIMIT 10`,
		},
		{
			Name: "count_distinct", About: "exact count of distinct users and sessions",
			SQL: `SELECT count(DISTINCT e."user") AS users, count(DISTINCT e.session) AS sessions FROM events e`,
		},
		{
			Name: "top_k", About: "the ten largest amounts", Ordered: true,
			SQL: `SELECT e.id, e.amount, e.ts FROM events e ORDER BY e.amount DESC, e.id LIMIT 10`,
		},
		{
			Name: "selective_and", About: "three conditions that one row in 30,000 or so meets",
			SQL: `SELECT count(*) AS n, sum(e.quantity) AS q FROM events e WHERE e.kind = 'kind-007' AND e.region = 'region-031' AND e.quantity = 3`,
		},
		{
			Name: "join", About: "join to a dimension of size/20 rows (1M), group by a string of it", Ordered: true,
			SQL: `SELECT u.country, count(*) AS n, sum(e.quantity) AS q FROM events e JOIN users u ON e."user" = u."user"
				GROUP BY u.country ORDER BY n DESC, u.country LIMIT 20`,
		},
		{
			Name: "substring", About: "substring of strings of 45 bytes",
			SQL: `SELECT count(*) AS n FROM events e WHERE e.url LIKE '%/q7%'`,
		},
		{
			Name: "lookup", About: "one document by its key", Ordered: true,
			SQL: `SELECT e.id, e.kind, e.amount FROM events e WHERE e.id = '` + eventsLookup + `'`,
			For: map[string]string{
				"outcrop": `SELECT e.id, e.kind, e.amount FROM events e WHERE e._id = '` + eventsLookup + `'`,
			},
		},
	},
}

const (
	eventsBegin   = 1_700_000_000_000 // ms
	eventsKinds   = 200
	eventsRegions = 50
	eventsURL     = 45 // bytes
	// eventsPerUser is how many events a user has, on average.
	eventsPerUser = 20
	// eventsSessions is the number of session ids over that of events: of so many draws, three in four are of
	// an id not drawn before, hence about 0.55 sessions an event.
	eventsSessions = 0.75
	// eventsLookup is the id of event 1234.
	eventsLookup = "318d6a14e3d636c1"
)

// eventID is the id of event n, in no order.
func eventID(dst []byte, n int) []byte {
	id := scatter(uint64(n), 11)
	for shift := 60; shift >= 0; shift -= 4 {
		dst = append(dst, hex[id>>shift&15])
	}
	return dst
}

// eventUser is the number of a user, spread so that no range is dense.
func eventUser(n int) int64 { return int64(scatter(uint64(n), 12) >> 12) }

func generateEvents(size float64, emit func([]byte) error) error {
	r, rows := newRandom(10), int(size)
	users, sessions := max(1, rows/eventsPerUser), max(1, int(size*eventsSessions))
	kinds := newZipf(eventsKinds, 0.6)
	ts := int64(eventsBegin)
	var out []byte
	for i := range rows {
		ts += int64(r.intn(200))
		out = append(out[:0], `{"id":"`...)
		out = eventID(out, i)
		out = strconv.AppendInt(append(out, `","ts":`...), ts, 10)
		out = appendNumbered(append(out, `,"kind":"kind-`...), kinds.pick(r))
		out = appendNumbered(append(out, `","region":"region-`...), r.intn(eventsRegions))
		out = strconv.AppendInt(append(out, `","user":`...), eventUser(r.intn(users)), 10)
		out = strconv.AppendInt(append(out, `,"session":`...), int64(scatter(uint64(r.intn(sessions)), 13)>>12), 10)
		out = strconv.AppendInt(append(out, `,"quantity":`...), int64(1+r.intn(10)), 10)
		out = strconv.AppendFloat(append(out, `,"amount":`...), float64(r.intn(100_000))/100, 'f', 2, 64)
		out = append(out, `,"url":"https://`...)
		out = r.appendText(out, "abcdefgh", 6)
		out = append(out, ".example/q"...)
		out = strconv.AppendInt(out, int64(r.intn(100)), 10)
		out = append(out, '/')
		out = r.appendText(out, base32, eventsURL-len("https://abcdefgh.example/q00/")+2)
		if err := emit(append(out, `"}`...)); err != nil {
			return err
		}
	}
	return nil
}

// appendNumbered appends a number, of three digits up to 999.
func appendNumbered(dst []byte, n int) []byte {
	return append(dst, byte('0'+n/100%10), byte('0'+n/10%10), byte('0'+n%10))
}

var eventsPlans = []string{"free", "free", "free", "plus", "plus", "pro", "team"}

func generateUsers(size float64, emit func([]byte) error) error {
	r := newRandom(14)
	countries := newZipf(200, 0.8)
	var out []byte
	for i := range max(1, int(size)/eventsPerUser) {
		out = strconv.AppendInt(append(out[:0], `{"user":`...), eventUser(i), 10)
		out = appendNumbered(append(out, `,"country":"country-`...), countries.pick(r))
		out = append(append(out, `","plan":"`...), eventsPlans[r.intn(len(eventsPlans))]...)
		if err := emit(append(out, `"}`...)); err != nil {
			return err
		}
	}
	return nil
}
