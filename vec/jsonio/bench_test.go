package jsonio

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/minio/simdjson-go"
)

// event is a document of about 1 KB like those of an event stream; n varies what events vary in.
func event(n int) []byte {
	session := ""
	if n%3 != 0 {
		session = fmt.Sprintf(`"session_id":"s-%08x",`, n*7919)
	}
	return fmt.Appendf(nil, `{"_id":"8f14e45f-ceea-467f-a9d1-%012x","event_type":"page_view","ts":%d,"user_id":%d,%s`+
		`"device":{"os":"iOS","os_version":"17.4.1","model":"iPhone15,3","screen":{"width":1290,"height":2796,"scale":3.0},"locale":"de-CH"},`+
		`"geo":{"country":"CH","region":"ZH","city":"Zürich","lat":47.%06d,"lon":8.5417,"ip":"203.0.113.%d"},`+
		`"page":{"url":"https://shop.example.com/products/%d?ref=home&utm_source=newsletter","title":"Trail running shoes – women","referrer":null,"load_ms":%d},`+
		`"cart":[{"sku":"TR-%05d","qty":1,"price":129.95,"discount":false},{"sku":"SK-00017","qty":%d,"price":9.5,"discount":true}],`+
		`"experiments":{"checkout_v2":"treatment","search_rank":"control","price_test":null},`+
		`"tags":["mobile","returning","newsletter"],"scores":[0.12,0.57,0.981,1e-3],`+
		`"message":"User opened the product page \"Trail running\" and stayed for a while\n","consent":true,"bot":false,`+
		`"app":{"version":"5.21.0","build":52103,"channel":"appstore"},"seq":%d,"latency":%d.%03d}`,
		n, 1718000000000000+n*1371, 1000000+n%5000, session, n%1000000, n%256, n%977, 100+n%900, n%90000, n%5, n, n%90, n%1000)
}

func events(n int) (docs [][]byte, size int) {
	for i := range n {
		docs = append(docs, event(i))
		size += len(docs[i])
	}
	return docs, size
}

// Reading events, against what else reads JSON in Go: a tape (simdjson-go) and boxed values (encoding/json)
// are not encoded documents yet. All take turns in one run, so that what else the machine does
// meets all alike; the ratios of their median times are what counts.
func BenchmarkDocument(b *testing.B) {
	docs, size := events(500)
	var own Reader
	second := Reader{Backend: Simdjson}
	var out []byte
	var tape *simdjson.ParsedJson
	encoded := func(r *Reader) func([]byte) error {
		return func(doc []byte) (err error) {
			out, _, err = r.Document(out[:0], doc)
			return err
		}
	}
	readers := []struct {
		name  string
		read  func(doc []byte) error
		times []time.Duration
	}{
		{name: "own", read: encoded(&own)},
		{name: "simdjson-backend", read: encoded(&second)},
		{name: "simdjson-tape", read: func(doc []byte) (err error) {
			tape, err = simdjson.Parse(doc, tape, simdjson.WithCopyStrings(false))
			return err
		}},
		{name: "encoding-json", read: func(doc []byte) error {
			var boxed map[string]any
			return json.Unmarshal(doc, &boxed)
		}},
	}
	for b.Loop() {
		for i := range readers {
			begin := time.Now()
			for _, doc := range docs {
				if err := readers[i].read(doc); err != nil {
					b.Fatal(err)
				}
			}
			readers[i].times = append(readers[i].times, time.Since(begin))
		}
	}
	median := func(times []time.Duration) time.Duration {
		slices.Sort(times)
		return times[len(times)/2]
	}
	best := median(readers[0].times)
	for _, r := range readers {
		b.ReportMetric(float64(size)*1e3/float64(median(r.times)), r.name+"-MB/s")
		b.ReportMetric(float64(median(r.times))/float64(best), r.name+"/own")
	}
}
