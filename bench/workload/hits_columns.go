package workload

import (
	"strconv"
	"time"

	"github.com/outcropdb/outcrop/bench"
)

// hitsColumn is a column: value appends the current hit's as JSON.
type hitsColumn struct {
	name  string
	kind  bench.Type
	value func(*hitsWriter)
}

func hitsDeclared() []bench.Column {
	var out []bench.Column
	for _, c := range hitsColumns {
		out = append(out, bench.Column{Name: c.name, Type: c.kind})
	}
	return out
}

// whole is an integer that a function gives.
func whole(of func(*hitsWriter) int64) func(*hitsWriter) {
	return func(w *hitsWriter) { w.out = strconv.AppendInt(w.out, of(w), 10) }
}

// fraction is a float with so many digits behind the point.
func fraction(digits int, of func(*hitsWriter) float64) func(*hitsWriter) {
	return func(w *hitsWriter) { w.out = strconv.AppendFloat(w.out, of(w), 'f', digits, 64) }
}

// plain is a string that needs no escapes.
func plain(of func(*hitsWriter) string) func(*hitsWriter) {
	return func(w *hitsWriter) { w.add(`"`, of(w), `"`) }
}

// written is a string that a function appends.
func written(write func(*hitsWriter)) func(*hitsWriter) {
	return func(w *hitsWriter) {
		w.add(`"`)
		write(w)
		w.add(`"`)
	}
}

// oneOf is one of some strings; flag is 1 that often, else 0; below is one of 0 to n-1, lowLike one where
// small numbers are likelier.
func oneOf(s *shares) func(*hitsWriter) {
	return plain(func(w *hitsWriter) string { return s.one(w.random) })
}

func flag(p float64) func(*hitsWriter) {
	return whole(func(w *hitsWriter) int64 { return truth(w.chance(p)) })
}

func below(n int) func(*hitsWriter) {
	return whole(func(w *hitsWriter) int64 { return int64(w.intn(n)) })
}

func lowLike(n int) func(*hitsWriter) {
	return whole(func(w *hitsWriter) int64 { return int64(min(w.intn(n), w.intn(n), w.intn(n))) })
}

// rarely is 0 but for one hit in so many, then what below gives.
func rarely(in, n int) func(*hitsWriter) {
	return whole(func(w *hitsWriter) int64 {
		if w.intn(in) > 0 {
			return 0
		}
		return 1 + int64(w.intn(n))
	})
}

// rareText is ” but for one hit in so many.
func rareText(in int, s *shares) func(*hitsWriter) {
	return plain(func(w *hitsWriter) string {
		if w.intn(in) > 0 {
			return ""
		}
		return s.one(w.random)
	})
}

func truth(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// hitsColumns are the 105 columns.
var hitsColumns = []hitsColumn{
	// which, when, who
	{"hit_id", integer, whole(func(w *hitsWriter) int64 { return hitsID(w.row) })},
	{"event_time", timestamp, func(w *hitsWriter) { w.instant(w.micros) }},
	{"event_date", date, func(w *hitsWriter) {
		w.out = time.UnixMicro(w.micros).UTC().AppendFormat(w.out, `"2006-01-02"`)
	}},
	{"client_time", timestamp, func(w *hitsWriter) { w.instant(w.micros - int64(w.intn(90_000_000))) }},
	{"visitor_id", integer, whole(func(w *hitsWriter) int64 { return hitsVisitorID(w.visitor) })},
	{"session_id", integer, whole(func(w *hitsWriter) int64 {
		return int64(scatter(uint64(w.visitor)<<16|uint64(w.scores[w.visitor]/5), 24) >> 1)
	})},
	{"session_hit", integer, whole(func(w *hitsWriter) int64 { return int64(w.scores[w.visitor] % 5) })},
	{"site_id", integer, whole(func(w *hitsWriter) int64 { return hitsSiteID(w.site) })},
	{"site_class", integer, whole(func(w *hitsWriter) int64 { return int64(w.site % 3) })},
	{"first_visit", boolean, func(w *hitsWriter) { w.out = strconv.AppendBool(w.out, w.scores[w.visitor] < 5) }},

	// what
	{"url", text, written(func(w *hitsWriter) {
		w.address(w.site, w.page)
		if w.chance(0.3) {
			w.add("?ref=", strconv.Itoa(w.intn(1_000_000)))
		}
	})},
	{"url_host", text, plain(func(w *hitsWriter) string { return hitsHost(w.site) })},
	{"url_hash", integer, whole(func(w *hitsWriter) int64 { return int64(scatter(uint64(w.site*hitsPages+w.page), 25) >> 1) })},
	{"title", text, written((*hitsWriter).title)},
	{"referrer", text, written((*hitsWriter).referrer)},
	{"referrer_class", integer, whole(func(w *hitsWriter) int64 { return int64(w.from) })},
	{"traffic_source", text, plain(func(w *hitsWriter) string { return hitsSources[w.from] })},
	{"page_class", integer, whole(func(w *hitsWriter) int64 { return int64(w.page % 17) })},
	{"page_charset", text, oneOf(newShares(share{"utf-8", 96}, share{"windows-1251", 3}, share{"iso-8859-1", 1}))},
	{"page_language", text, plain(func(w *hitsWriter) string { return hitsLanguages.values[w.site%len(hitsLanguages.values)] })},
	{"is_refresh", integer, flag(0.12)},
	{"is_link", integer, flag(0.08)},
	{"is_download", integer, flag(0.01)},
	{"is_event", integer, flag(0.05)},
	{"is_bounce", integer, flag(0.3)},
	{"is_secure", integer, flag(0.98)},
	{"is_uncounted", integer, flag(0.02)},
	{"http_status", integer, whole(func(w *hitsWriter) int64 { return hitsStatuses[min(w.intn(40), w.intn(40))/8] })},
	{"http_method", text, oneOf(newShares(share{"GET", 97}, share{"POST", 3}))},
	{"http_version", text, oneOf(newShares(share{"h2", 60}, share{"h3", 30}, share{"http/1.1", 10}))},

	// with what
	{"browser", text, plain(func(w *hitsWriter) string { return w.client.browser })},
	{"browser_major", integer, whole(func(w *hitsWriter) int64 { return int64(w.client.version) })},
	{"browser_minor", integer, lowLike(8)},
	{"os", text, plain(func(w *hitsWriter) string { return w.client.os })},
	{"user_agent", text, written(func(w *hitsWriter) {
		version := strconv.Itoa(w.client.version)
		w.add("Mozilla/5.0 (", w.client.os, "; ", w.client.model, ") ", w.client.browser, "/", version, ".0")
		if w.client.mobile {
			w.add(" Mobile")
		}
	})},
	{"is_mobile", integer, whole(func(w *hitsWriter) int64 { return truth(w.client.mobile) })},
	{"device_brand", text, plain(func(w *hitsWriter) string { return w.client.brand })},
	{"device_model", text, plain(func(w *hitsWriter) string { return w.client.model })},
	{"screen_width", integer, whole(func(w *hitsWriter) int64 { return int64(w.client.width) })},
	{"screen_height", integer, whole(func(w *hitsWriter) int64 { return int64(w.client.height) })},
	{"screen_depth", integer, whole(func(w *hitsWriter) int64 { return 24 + 6*truth(w.client.dark) })},
	{"window_width", integer, whole(func(w *hitsWriter) int64 { return int64(w.client.width - w.intn(40)) })},
	{"window_height", integer, whole(func(w *hitsWriter) int64 { return int64(w.client.height - 60 - w.intn(120)) })},
	{"pixel_ratio", real, fraction(1, func(w *hitsWriter) float64 { return 1 + float64(w.client.width%7)/2 })},
	{"touch_points", integer, whole(func(w *hitsWriter) int64 { return 5 * truth(w.client.mobile) })},
	{"dark_mode", boolean, func(w *hitsWriter) { w.out = strconv.AppendBool(w.out, w.client.dark) }},
	{"cookies", integer, flag(0.95)},
	{"scripts", integer, flag(0.99)},
	{"do_not_track", integer, flag(0.1)},
	{"push_allowed", integer, flag(0.07)},
	{"ad_blocker", integer, flag(0.25)},
	{"connection", text, plain(func(w *hitsWriter) string { return w.client.connection })},
	{"cpu_cores", integer, whole(func(w *hitsWriter) int64 { return 2 << (w.client.version % 4) })},

	// from where
	{"ip", text, written(func(w *hitsWriter) {
		address := scatter(uint64(w.visitor), 26)
		for i := range 4 {
			if i > 0 {
				w.add(".")
			}
			w.add(strconv.Itoa(int(address >> (8 * i) & 255)))
		}
	})},
	{"ip_number", integer, whole(func(w *hitsWriter) int64 { return int64(scatter(uint64(w.visitor), 26) & 0xffffffff) })},
	{"ip_network", integer, whole(func(w *hitsWriter) int64 { return int64(scatter(uint64(w.visitor), 26) & 0xffff) })},
	{"country", text, plain(func(w *hitsWriter) string { return w.client.country })},
	{"region_id", integer, whole(func(w *hitsWriter) int64 { return int64(w.client.region) + 1 })},
	{"city", text, written(func(w *hitsWriter) { w.add("town of ", hitsWord(w.client.region), hitsWord(w.client.region/9)) })},
	{"zone_minutes", integer, whole(func(w *hitsWriter) int64 { return int64(w.client.zone) })},
	{"language", text, plain(func(w *hitsWriter) string { return w.client.language })},
	{"age_class", integer, whole(func(w *hitsWriter) int64 { return int64(w.visitor % 7) })},
	{"gender", integer, whole(func(w *hitsWriter) int64 { return int64(w.visitor % 3) })},
	{"income_class", integer, whole(func(w *hitsWriter) int64 { return int64(w.visitor / 3 % 5) })},
	{"interests", integer, whole(func(w *hitsWriter) int64 { return int64(scatter(uint64(w.visitor), 27) & 0xfff) })},

	// why
	{"search_engine", integer, whole(func(w *hitsWriter) int64 {
		if w.from != hitsFromSearch {
			return 0
		}
		return 1 + int64(min(w.intn(9), w.intn(9)))
	})},
	{"search_phrase", text, plain(func(w *hitsWriter) string { return w.phrase })},
	{"search_rank", integer, lowLike(30)},
	{"social_network", text, plain(func(w *hitsWriter) string {
		if w.from != hitsFromSocial {
			return ""
		}
		return hitsNetworks.one(w.random)
	})},
	{"social_action", text, rareText(80, newShares(share{"share", 3}, share{"like", 5}, share{"comment", 2}))},
	{"campaign_id", integer, whole(func(w *hitsWriter) int64 {
		if w.from != hitsFromCampaign {
			return 0
		}
		return 1 + int64(w.campaigns.pick(w.random))
	})},
	{"utm_source", text, rareText(15, hitsNetworks)},
	{"utm_medium", text, rareText(15, newShares(share{"cpc", 5}, share{"mail", 3}, share{"banner", 2}))},
	{"utm_campaign", text, rareText(20, newShares(share{"spring", 5}, share{"outlet", 3}, share{"new-arrivals", 2}))},
	{"utm_content", text, rareText(60, newShares(share{"blue", 1}, share{"red", 1}))},
	{"utm_term", text, rareText(60, newShares(share{"lantern", 1}, share{"harbour", 1}))},
	{"click_id", integer, rarely(25, 1<<40)},
	{"affiliate", integer, rarely(50, 300)},
	{"experiment", text, oneOf(newShares(share{"a", 1}, share{"b", 1}, share{"", 3}))},

	// how long, in ms, and how much
	{"dns_time", integer, lowLike(120)},
	{"connect_time", integer, lowLike(200)},
	{"tls_time", integer, lowLike(250)},
	{"response_time", integer, lowLike(1_500)},
	{"fetch_time", integer, lowLike(2_000)},
	{"dom_time", integer, lowLike(4_000)},
	{"render_time", integer, lowLike(3_000)},
	{"load_time", integer, lowLike(12_000)},
	{"time_on_page", integer, lowLike(600)},
	{"layout_shift", real, fraction(4, func(w *hitsWriter) float64 { return w.float() * w.float() * w.float() })},
	{"scroll_share", real, fraction(3, (*hitsWriter).float)},
	{"long_tasks", integer, lowLike(30)},
	{"page_bytes", integer, lowLike(6_000_000)},
	{"requests", integer, lowLike(180)},
	{"script_errors", integer, rarely(30, 4)},

	// what of it
	{"goal_id", integer, rarely(40, 25)},
	{"order_id", integer, rarely(150, 1<<31)},
	{"order_items", integer, rarely(150, 9)},
	{"order_price", real, fraction(2, func(w *hitsWriter) float64 {
		if w.intn(150) > 0 {
			return 0
		}
		return 1 + w.float()*w.float()*900
	})},
	{"order_currency", text, rareText(150, newShares(share{"EUR", 5}, share{"USD", 4}, share{"TRY", 1}))},

	// our own plumbing
	{"server_id", integer, below(48)},
	{"code_version", integer, lowLike(1_200)},
	{"is_robot", integer, flag(0.04)},
	{"shade", text, written(func(w *hitsWriter) { w.out = w.appendText(w.out, hex[10:], 1) })},
	{"history_length", integer, lowLike(50)},
	{"request_number", integer, below(1 << 30)},
}

// referrer is the URL that the visitor comes from; ” of those from nowhere.
func (w *hitsWriter) referrer() {
	switch w.from {
	case hitsFromInside:
		w.address(w.site, w.pages.pick(w.random))
	case hitsFromSearch:
		w.add("https://www.", hitsWord(w.intn(9)), "-search.example/results?q=")
		for _, c := range []byte(w.phrase) {
			if c == ' ' {
				c = '+'
			}
			w.out = append(w.out, c)
		}
	case hitsFromSocial:
		w.add("https://", hitsNetworks.one(w.random), ".example/feed/", strconv.Itoa(w.intn(100_000)))
	case hitsFromCampaign:
		w.add("http://ads.example/click/", strconv.Itoa(w.intn(5_000)))
	case hitsFromElsewhere:
		w.address(w.sites.pick(w.random), w.pages.pick(w.random))
	}
}
