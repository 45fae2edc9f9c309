package workload

import (
	"strconv"
	"strings"
	"time"

	"github.com/outcropdb/outcrop/bench"
)

// httplogs is the log of web servers in which a quarter of the documents written replace one that is there:
// same _id, another status, size and duration. httplogsUnique is what is left of it in the end, each document
// written once: the answers are equal, and what overwriting costs is the difference in time.
var (
	httplogs = bench.Workload{
		Name: "httplogs", About: "web server log, a quarter of it upserts of documents that are there",
		Scales: []bench.Scale{
			{Name: "tiny", Size: 2_000, Checksums: map[string]string{"httplogs": "246f6d5eaa1041c2"}},
			{Name: "quick", Size: 100_000, Checksums: map[string]string{"httplogs": "6e665dede90a41fe"}},
			{Name: "full", Size: 1_000_000, Checksums: map[string]string{"httplogs": "2f1a585501383d15"}},
		},
		Tables:  []bench.Table{*httplogsTable(httplogsWritten)},
		Queries: overwritten(httplogsTable(nil), httplogsQueries),
	}
	httplogsUnique = bench.Workload{
		Name: "httplogs-unique", About: "the documents that are left of httplogs, each written once",
		Scales: []bench.Scale{
			{Name: "tiny", Size: 2_000, Checksums: map[string]string{"httplogs": "631fd674130cc2c9"}},
			{Name: "quick", Size: 100_000, Checksums: map[string]string{"httplogs": "a245304e2c8b8582"}},
			{Name: "full", Size: 1_000_000, Checksums: map[string]string{"httplogs": "211563d082669836"}},
		},
		Tables:  []bench.Table{*httplogsTable(httplogsLeft)},
		Queries: httplogsQueries,
	}
)

var httplogsDeclared = []bench.Column{
	{Name: "_id", Type: text},
	{Name: "version", Type: integer},
	{Name: "logged_at", Type: timestamp},
	{Name: "client", Type: text},
	{Name: "host", Type: text},
	{Name: "method", Type: text},
	{Name: "url", Type: text},
	{Name: "status", Type: integer},
	{Name: "bytes", Type: integer},
	{Name: "duration_ms", Type: real},
	{Name: "agent", Type: text},
}

func httplogsTable(generate func(float64, func([]byte) error) error) *bench.Table {
	return &bench.Table{
		Name: "httplogs", Key: "_id", InOrder: true, Sort: []string{"host", "logged_at"}, Generate: generate,
		Columns: httplogsDeclared,
	}
}

// httplogsQueries are those that a table without repeated _ids is asked.
var httplogsQueries = []bench.Query{
	httplogsAsk("count", "what is left after overwriting", `SELECT count(*) AS n, count(DISTINCT _id) AS ids, sum(version) AS versions FROM httplogs`),
	httplogsAsk("status", "requests by status", `SELECT status, count(*) AS n, sum(bytes) AS volume FROM httplogs GROUP BY status ORDER BY n DESC, status`),
	httplogsAsk("hour", "failures of two hours by host", `SELECT host, count(*) AS n, max(duration_ms) AS slowest FROM httplogs
		WHERE logged_at >= '2025-05-01T09:00:00.000000Z' AND logged_at < '2025-05-01T11:00:00.000000Z' AND status >= 400 GROUP BY host ORDER BY n DESC, host`),
	httplogsAsk("urls", "most frequent pages", `SELECT url, count(*) AS n FROM httplogs WHERE status = 200 GROUP BY url ORDER BY n DESC, url LIMIT 10`),
	httplogsAsk("clients", "clients of most bytes", `SELECT client, sum(bytes) AS volume, count(*) AS n FROM httplogs GROUP BY client ORDER BY volume DESC, client LIMIT 10`),
	httplogsAsk("slow", "slowest requests", `SELECT _id, url, duration_ms FROM httplogs WHERE status <> 304 ORDER BY duration_ms DESC, _id LIMIT 10`),
	httplogsAsk("one", "a request by its _id, as it is now", `SELECT _id, version, status, bytes FROM httplogs WHERE _id = '`+httplogsID(5)+`'`),
}

// httplogsAsk is a query in SQL that all understand, but for times: ClickHouse wants its own.
func httplogsAsk(name, about, sql string) bench.Query {
	return bench.Query{Name: name, About: about, SQL: sql, Ordered: true, For: map[string]string{"clickhouse": httplogsTimes.Replace(sql)}}
}

var httplogsTimes = strings.NewReplacer("T09:00:00.000000Z", " 09:00:00", "T11:00:00.000000Z", " 11:00:00")

const (
	httplogsBegin    = 1_746_057_600_000_000 // 2025-05-01
	httplogsSpan     = 24 * 3600 * 1_000_000 // the documents of all scales are of one day
	httplogsConflict = 0.25                  // of documents written replace one
	httplogsURLs     = 3_000
	httplogsClients  = 20_000
)

// httplogsWrites calls write for each document in the order of writing: number is which request it is of,
// version counts what is written, from 1.
func httplogsWrites(rows int, write func(number, version int) error) error {
	r, requests := newRandom(40), 0
	for version := 1; version <= rows; version++ {
		number := requests
		if requests > 0 && r.chance(httplogsConflict) {
			number = r.intn(requests)
		} else {
			requests++
		}
		if err := write(number, version); err != nil {
			return err
		}
	}
	return nil
}

func httplogsWritten(size float64, emit func([]byte) error) error {
	w := newHTTPLogsWriter(int(size))
	return httplogsWrites(int(size), func(number, version int) error { return emit(w.document(number, version)) })
}

func httplogsLeft(size float64, emit func([]byte) error) error {
	last := []int{}
	httplogsWrites(int(size), func(number, version int) error {
		if number == len(last) {
			last = append(last, 0)
		}
		last[number] = version
		return nil
	})
	w := newHTTPLogsWriter(int(size))
	for number, version := range last {
		if err := emit(w.document(number, version)); err != nil {
			return err
		}
	}
	return nil
}

// httplogsID is the _id of a request.
func httplogsID(number int) string {
	return "log-" + strconv.FormatUint(scatter(uint64(number), 41), 36)
}

// httplogsWriter writes documents that follow from their number and version alone.
type httplogsWriter struct {
	flat
	step    int64
	urls    weighted
	clients weighted
}

func newHTTPLogsWriter(rows int) *httplogsWriter {
	return &httplogsWriter{step: httplogsSpan / int64(max(1, rows)), urls: newZipf(httplogsURLs, 1), clients: newZipf(httplogsClients, 0.9)}
}

var (
	httplogsMethods  = newShares(share{"GET", 88}, share{"POST", 9}, share{"HEAD", 2}, share{"PUT", 1})
	httplogsStatuses = newShares(share{"200", 82}, share{"304", 8}, share{"404", 5}, share{"301", 2}, share{"500", 2}, share{"503", 1})
	httplogsAgents   = newShares(share{"Mozilla/5.0 (Windows NT 10.0) Chrome/131.0", 50}, share{"Mozilla/5.0 (Macintosh) Safari/18.1", 25},
		share{"Mozilla/5.0 (compatible; crawler/2.1; +https://crawler.example/about)", 15}, share{"curl/8.11.0", 10})
)

func (w *httplogsWriter) document(number, version int) []byte {
	stays := random{scatter(uint64(number), 42)}
	changes := random{scatter(uint64(version), 43)}
	at := time.UnixMicro(httplogsBegin + int64(number)*w.step + int64(stays.intn(int(w.step)+1))).UTC()
	w.begin()
	w.text("_id", httplogsID(number))
	w.integer("version", version)
	w.text("logged_at", at.Format("2006-01-02T15:04:05.000000Z"))
	client := scatter(uint64(w.clients.pick(&stays)), 44)
	w.text("client", "10."+strconv.Itoa(int(client&255))+"."+strconv.Itoa(int(client>>8&255))+"."+strconv.Itoa(int(client>>16&255)))
	w.text("host", "web-"+strconv.Itoa(10+stays.intn(24)))
	w.text("method", httplogsMethods.one(&stays))
	page := w.urls.pick(&stays)
	w.text("url", "/"+hitsWord(page%9)+"/"+hitsWord(page)+"/"+hitsWord(page/50)+"-"+strconv.Itoa(page)+".html")
	w.name("status")
	w.out = append(w.out, httplogsStatuses.one(&changes)...)
	w.integer("bytes", 200+min(changes.intn(90_000), changes.intn(90_000)))
	w.money("duration_ms", min(changes.intn(300_000), changes.intn(300_000), changes.intn(300_000)))
	w.text("agent", httplogsAgents.one(&stays))
	return w.end()
}
