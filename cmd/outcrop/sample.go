package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// The sample: events of a shop, nested as applications write them, and not all of one mind about types.
const (
	sampleWorkspace  = "commons"
	sampleCollection = "events"
	sampleDocuments  = 2_000
	sampleSeed       = 8321
)

// sampleQuery shows paths into documents and UNNEST.
const sampleQuery = `SELECT e.user.geo.city, item.i.sku, SUM(item.i.quantity) AS sold, ROUND(SUM(item.i.quantity * item.i.price), 2) AS revenue ` +
	`FROM commons.events e, UNNEST(e.items AS i) AS item WHERE e.kind = 'purchase' GROUP BY 1, 2 ORDER BY revenue DESC LIMIT 5`

// showSample loads the sample, unless the collection has documents, and shows lines to paste.
func (c *serveCommand) showSample(ctx context.Context, url, key string, out io.Writer) error {
	connection := connection{URL: url, APIKey: key, Data: c.Data, CACert: c.TLSCert}
	client, err := connection.client()
	if err != nil {
		return err
	}
	if err := client.createCollection(ctx, sampleWorkspace, sampleCollection); err != nil {
		return err
	}
	there, err := client.query(ctx, "SELECT _id FROM commons.events LIMIT 1")
	if err != nil {
		return err
	}
	has := "has the documents that were there before"
	if len(there.Rows) == 0 {
		has = "has " + thousands(sampleDocuments) + " sample documents"
		s := &sender{client: client, path: collectionPath(sampleWorkspace, sampleCollection) + "/docs"}
		b := &batch{body: sampleBody(), documents: make([]batched, sampleDocuments)}
		refused, err := s.send(ctx, b)
		if err == nil && len(refused) > 0 {
			err = fmt.Errorf("document %d: %s", refused[0].index, refused[0].message)
		}
		if err == nil {
			err = client.awaitVisible(ctx, sampleWorkspace, sampleCollection, []string{s.fence})
		}
		if err != nil {
			return err
		}
	}
	result, err := client.query(ctx, sampleQuery)
	if err != nil {
		return err
	}
	body, err := json.Marshal(map[string]map[string]string{"sql": {"query": sampleQuery}})
	if err != nil {
		return err
	}
	trust, flags := "", ""
	if url != defaultURL {
		flags += " --url " + url
	}
	if c.Data != absolute(defaultData) {
		flags += " --data " + shellQuote(c.Data)
	}
	if client.tls != nil {
		certificate := c.TLSCert
		if certificate == "" {
			certificate = filepath.Join(c.Data, certificateFile)
		} else {
			flags += " --ca-cert " + shellQuote(certificate)
		}
		trust = " --cacert " + shellQuote(certificate)
	}
	fmt.Fprintf(out, `
commons.events %s.
  URL      %s
  API key  %s

Ask over HTTP:
  curl -s%s %s/v1/orgs/self/queries -H 'Authorization: ApiKey %s' -H 'Content-Type: application/json' -d %s

Ask with the command line:
  %s sql%s -c %s

`, has, url, key, trust, url, key, shellQuote(string(body)), program(), flags, shellQuote(sampleQuery))
	return printTable(out, result, false)
}

func absolute(path string) string {
	full, err := filepath.Abs(path)
	if err != nil {
		return path
	}
	return full
}

// program is how this program was called.
func program() string {
	if strings.ContainsRune(os.Args[0], filepath.Separator) {
		return os.Args[0]
	}
	return "outcrop"
}

// shellQuote makes text one word of a shell's command line.
func shellQuote(text string) string {
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}

// sampleBody is the sample as a request to the API. It is the same each time.
func sampleBody() []byte {
	r := rand.New(rand.NewPCG(sampleSeed, sampleSeed))
	body := []byte(bodyBegin)
	for n := range sampleDocuments {
		if n > 0 {
			body = append(body, ',')
		}
		text, err := json.Marshal(sampleEvent(r, n))
		if err != nil {
			panic("bug: " + err.Error())
		}
		body = append(body, text...)
	}
	return append(body, bodyEnd...)
}

type object = map[string]any

// cities with their places, the larger ones first: events come from those more often.
var cities = []struct {
	name, country string
	lat, lon      float64
}{
	{"São Paulo", "BR", -23.55, -46.63},
	{"Lagos", "NG", 6.52, 3.38},
	{"Osaka", "JP", 34.69, 135.50},
	{"Chicago", "US", 41.88, -87.63},
	{"München", "DE", 48.14, 11.58},
	{"Lyon", "FR", 45.76, 4.84},
	{"Kraków", "PL", 50.06, 19.94},
	{"Wellington", "NZ", -41.29, 174.78},
}

var (
	givenNames = []string{"Ana", "Bram", "Chidi", "Dana", "Emre", "Fatou", "Grace", "Hiro", "Ines", "Jonas"}
	products   = []string{"anvil", "basket", "candle", "desk lamp", "easel", "flask", "gloves", "hammock"}
	browsers   = []string{"firefox", "chrome", "safari", "curl"}
)

// skewed is a number below n; small ones come more often.
func skewed(r *rand.Rand, n int) int { return int(float64(n) * math.Pow(r.Float64(), 2)) }

// sampleEvent is event number n.
func sampleEvent(r *rand.Rand, n int) object {
	city, person := cities[skewed(r, len(cities))], r.IntN(200)
	event := object{
		"_id":         fmt.Sprintf("event-%04d", n),
		"_event_time": object{"__rockset_type": "timestamp", "value": time.Date(2024, 5, 1, 0, 0, n*97, 0, time.UTC).Format(time.RFC3339)},
		"user": object{
			"id": person, "name": givenNames[person%len(givenNames)],
			"geo": object{"city": city.name, "country": city.country, "lat": city.lat, "lon": city.lon},
		},
		"session": object{"browser": browsers[skewed(r, len(browsers))], "ms": r.IntN(5_000)},
	}
	switch kind := r.IntN(10); {
	case kind < 6:
		event["kind"], event["url"] = "view", "/products/"+strconv.Itoa(skewed(r, len(products)))
	case kind < 8:
		event["kind"], event["query"] = "search", products[r.IntN(len(products))][:3]
		event["results"] = r.IntN(40)
	default:
		event["kind"] = "purchase"
		items := []object{}
		for range 1 + r.IntN(3) {
			p := skewed(r, len(products))
			items = append(items, object{
				"sku": products[p], "quantity": 1 + r.IntN(4), "price": float64(p*700+999) / 100,
				"tags": []string{"shop", string(products[p][0])},
			})
		}
		event["items"] = items
		if r.IntN(4) == 0 {
			event["coupon"] = object{"code": "SPRING", "percent": 10}
		}
	}
	// As in life, not every writer agrees on the type of a field, and some leave it out or null.
	switch r.IntN(20) {
	case 0:
		event["session"].(object)["ms"] = "n/a"
	case 1:
		event["user"].(object)["id"] = strconv.Itoa(person)
	case 2:
		event["user"].(object)["name"] = nil
	case 3:
		delete(event["user"].(object), "geo")
	}
	return event
}
