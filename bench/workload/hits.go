package workload

import (
	"strconv"
	"time"

	"github.com/outcropdb/outcrop/bench"
)

// hits is a web analytics log: a row a page view, 105 flat columns, wide and mostly dull, as such logs are.
// The 43 questions are of the kinds that analysts ask of one. There are no nulls: what a hit does not have is
// 0 or ”.
var hits = bench.Workload{
	Name:  "hits",
	About: "web analytics log of 105 columns; 43 analytic queries",
	Scales: []bench.Scale{
		{Name: "tiny", Size: 2_000, Checksums: map[string]string{"hits": "74fc1ecba98793fd"}},
		{Name: "quick", Size: 100_000, Checksums: map[string]string{"hits": "0c6c59e909ffd5f2"}},
		{Name: "full", Size: 1_000_000, Checksums: map[string]string{"hits": "dbc758c55aa0bab0"}},
	},
	Tables: []bench.Table{{
		Name: "hits", Generate: generateHits, Columns: hitsDeclared(),
		Sort: []string{"site_id", "event_date", "visitor_id", "event_time", "hit_id"},
	}},
	Queries: hitsQueries,
}

// What there is of everything. The hits of all scales fall into the same month.
const (
	hitsBegin     = 1_740_787_200_000_000 // 2025-03-01
	hitsSpan      = 31 * 24 * 3600 * 1_000_000
	hitsSites     = 300
	hitsPages     = 4_000 // a site
	hitsCampaigns = 60
	hitsRegions   = 900
	hitsPhrases   = 20_000
	hitsPerPerson = 6 // hits a visitor, on average
)

// hitsWriter makes one hit after the other. Its fields are of the current one.
type hitsWriter struct {
	*random
	out    []byte
	people int

	row     int
	micros  int64
	visitor int // number of the visitor; what he has and is follows from it
	client  hitsClient
	site    int
	page    int
	from    int // where the visitor comes from: one of the hitsFrom constants
	phrase  string

	scores    []uint16 // hits so far, by visitor
	visitors  weighted
	sites     weighted
	pages     weighted
	regions   weighted
	campaigns weighted
	phrases   weighted
}

// Where a visitor comes from.
const (
	hitsFromInside = iota
	hitsFromNowhere
	hitsFromSearch
	hitsFromSocial
	hitsFromCampaign
	hitsFromElsewhere
)

var hitsFrom = newWeighted(52, 22, 13, 6, 3, 4)

// hitsClient is what stays the same from hit to hit of a visitor.
type hitsClient struct {
	browser, os, brand, model, country, language, connection string
	version, region                                          int
	width, height, zone                                      int
	mobile, dark                                             bool
}

func generateHits(size float64, emit func([]byte) error) error {
	rows := int(size)
	w := &hitsWriter{random: newRandom(20), people: max(1, rows/hitsPerPerson)}
	w.scores = make([]uint16, w.people)
	w.visitors = newZipf(w.people, 0.6)
	w.sites = newZipf(hitsSites, 1)
	w.pages = newZipf(hitsPages, 0.9)
	w.regions = newZipf(hitsRegions, 1.1)
	w.campaigns = newZipf(hitsCampaigns, 0.8)
	w.phrases = newZipf(hitsPhrases, 0.8)
	names := make([]string, len(hitsColumns))
	for i, c := range hitsColumns {
		names[i] = `,"` + c.name + `":`
	}
	names[0] = "{" + names[0][1:]
	step := hitsSpan / max(1, rows)
	for w.row = range rows {
		w.micros = hitsBegin + int64(w.row*step+w.intn(step))
		w.next()
		w.out = w.out[:0]
		for i, c := range hitsColumns {
			w.out = append(w.out, names[i]...)
			c.value(w)
		}
		w.out = append(w.out, '}')
		if err := emit(w.out); err != nil {
			return err
		}
	}
	return nil
}

// next chooses what the next hit is about.
func (w *hitsWriter) next() {
	w.visitor = w.visitors.pick(w.random)
	w.scores[w.visitor]++
	w.client.choose(w.visitor, w.regions)
	w.site = w.sites.pick(w.random)
	w.page = w.pages.pick(w.random)
	w.from = hitsFrom.pick(w.random)
	w.phrase = ""
	if w.from == hitsFromSearch {
		w.phrase = hitsPhrase(w.phrases.pick(w.random))
	}
}

func (c *hitsClient) choose(visitor int, regions weighted) {
	r := random{scatter(uint64(visitor), 21)}
	*c = hitsClient{mobile: r.chance(0.55), dark: r.chance(0.35), region: regions.pick(&r), version: 90 + min(r.intn(60), r.intn(60))}
	c.country = hitsCountries.values[c.region%len(hitsCountries.values)]
	c.language = hitsLanguages.one(&r)
	c.zone = (c.region*7)%27*30 - 300
	if c.mobile {
		c.os, c.browser = hitsMobileSystems.one(&r), hitsMobileBrowsers.one(&r)
		c.brand = hitsBrands.one(&r)
		c.model = c.brand[:1] + strconv.Itoa(100+min(r.intn(400), r.intn(400)))
		c.width, c.height = 360+r.intn(4)*15, 640+r.intn(8)*40
		c.connection = hitsConnections.one(&r)
		return
	}
	c.os, c.browser = hitsSystems.one(&r), hitsBrowsers.one(&r)
	size := hitsScreens[min(r.intn(len(hitsScreens)), r.intn(len(hitsScreens)))]
	c.width, c.height = size[0], size[1]
	c.connection = "wired"
}

// hitsID is hit_id of a row.
func hitsID(row int) int64 { return int64(scatter(uint64(row), 22) >> 1) }

// hitsVisitorID is visitor_id of a visitor; 52 bits, so that the sum of a million is an int64.
func hitsVisitorID(visitor int) int64 { return int64(scatter(uint64(visitor), 23) >> 21) }

// hitsSiteID is site_id of a site.
func hitsSiteID(site int) int64 { return 101 + int64(site)*37 }

func hitsHost(site int) string {
	endings := []string{".example", ".test", ".shop.example", ".news.example"}
	return hitsWord(site*5+1) + hitsWord(site/7) + endings[site%len(endings)]
}

func hitsWord(n int) string { return hitsWords[n%len(hitsWords)] }

// hitsPhrase is what people search for.
func hitsPhrase(n int) string {
	phrase := hitsWord(n) + " " + hitsWord(n/len(hitsWords)+n)
	if n%3 == 0 {
		phrase += " " + hitsWord(n/7+3)
	}
	if n%5 == 0 {
		phrase += " " + strconv.Itoa(n%40)
	}
	return phrase
}

// path of a page of a site, from the slash on.
func (w *hitsWriter) path(site, page int) {
	w.add("/", hitsWord(page%11), "/", hitsWord(page+site), "-", hitsWord(page/13), "-", strconv.Itoa(page))
}

// address is a whole URL.
func (w *hitsWriter) address(site, page int) {
	w.add("https://", hitsHost(site))
	w.path(site, page)
}

// title of a page, its first word with a capital.
func (w *hitsWriter) title() {
	first := hitsWord(w.page + w.site)
	w.add(string(first[0]-'a'+'A'), first[1:], " ", hitsWord(w.page/13), " – ", hitsWord(w.page%11), " | ", hitsHost(w.site))
}

func (w *hitsWriter) add(parts ...string) {
	for _, part := range parts {
		w.out = append(w.out, part...)
	}
}

// instant is a time of the month, quoted, always with six digits behind the second.
func (w *hitsWriter) instant(micros int64) {
	w.out = time.UnixMicro(micros).UTC().AppendFormat(w.out, `"2006-01-02T15:04:05.000000Z"`)
}
