package workload

import (
	"fmt"
	"strings"

	"github.com/outcropdb/outcrop/bench"
)

// hitsQueries are one wording for all where that is possible. Rows are cut off by LIMIT only behind an order
// without ties.
var hitsQueries = []bench.Query{
	// counts and sums of everything
	hitsAsk("q01", "all hits", `SELECT count(*) AS n FROM hits`),
	hitsAsk("q02", "hits that a campaign brought", `SELECT count(*) AS n FROM hits WHERE campaign_id <> 0`),
	hitsAsk("q03", "three aggregates of two columns", `SELECT sum(campaign_id) AS campaigns, count(*) AS n, avg(window_width) AS width FROM hits`),
	hitsAsk("q04", "least, mean and greatest loading time", `SELECT min(load_time) AS least, avg(load_time) AS mean, max(load_time) AS most FROM hits`),
	hitsAsk("q05", "distinct ints", `SELECT count(DISTINCT visitor_id) AS visitors FROM hits`),
	hitsAsk("q06", "distinct strings", `SELECT count(DISTINCT search_phrase) AS phrases FROM hits`),
	hitsAsk("q07", "first and last day", `SELECT min(event_date) AS first_day, max(event_date) AS last_day FROM hits`),
	hitsAsk("q08", "sums of floats", `SELECT sum(order_price) AS revenue, avg(layout_shift) AS shift, max(scroll_share) AS scrolled FROM hits`),

	// groups
	hitsAsk("q09", "few groups, of the selected", `SELECT campaign_id, count(*) AS n FROM hits WHERE campaign_id <> 0 GROUP BY campaign_id ORDER BY n DESC, campaign_id`),
	hitsAsk("q10", "visitors by region", `SELECT region_id, count(DISTINCT visitor_id) AS visitors FROM hits GROUP BY region_id ORDER BY visitors DESC, region_id LIMIT 10`),
	hitsAsk("q11", "several aggregates by region", `SELECT region_id, sum(campaign_id) AS campaigns, count(*) AS n, avg(window_width) AS width, count(DISTINCT visitor_id) AS visitors
		FROM hits GROUP BY region_id ORDER BY n DESC, region_id LIMIT 10`),
	hitsAsk("q12", "visitors by phone", `SELECT device_model, count(DISTINCT visitor_id) AS visitors FROM hits WHERE device_model <> '' GROUP BY device_model ORDER BY visitors DESC, device_model LIMIT 10`),
	hitsAsk("q13", "visitors by network, brand and phone", `SELECT connection, device_brand, device_model, count(DISTINCT visitor_id) AS visitors FROM hits WHERE device_model <> ''
		GROUP BY connection, device_brand, device_model ORDER BY visitors DESC, connection, device_brand, device_model LIMIT 10`),
	hitsAsk("q14", "most frequent phrases", `SELECT search_phrase, count(*) AS n FROM hits WHERE search_phrase <> '' GROUP BY search_phrase ORDER BY n DESC, search_phrase LIMIT 10`),
	hitsAsk("q15", "phrases of most visitors", `SELECT search_phrase, count(DISTINCT visitor_id) AS visitors FROM hits WHERE search_phrase <> '' GROUP BY search_phrase ORDER BY visitors DESC, search_phrase LIMIT 10`),
	hitsAsk("q16", "an int and a string", `SELECT search_engine, search_phrase, count(*) AS n FROM hits WHERE search_phrase <> '' GROUP BY search_engine, search_phrase ORDER BY n DESC, search_engine, search_phrase LIMIT 10`),
	hitsAsk("q17", "busiest visitors", `SELECT visitor_id, count(*) AS n FROM hits GROUP BY visitor_id ORDER BY n DESC, visitor_id LIMIT 10`),
	hitsAsk("q18", "busiest visitors by phrase", `SELECT visitor_id, search_phrase, count(*) AS n FROM hits GROUP BY visitor_id, search_phrase ORDER BY n DESC, visitor_id, search_phrase LIMIT 10`),
	hitsAsk("q19", "three keys, one computed", `SELECT visitor_id, EXTRACT(MINUTE FROM CAST(event_time AS timestamp)) AS minute, search_phrase, count(*) AS n FROM hits
		GROUP BY 1, 2, 3 ORDER BY n DESC, visitor_id, minute, search_phrase LIMIT 10`),
	hitsAsk("q20", "as many groups as sessions", `SELECT session_id, count(*) AS n, sum(page_bytes) AS volume FROM hits GROUP BY session_id ORDER BY volume DESC, session_id LIMIT 10`),
	hitsAsk("q21", "as many groups as rows", `SELECT hit_id, ip_number, count(*) AS n, sum(is_refresh) AS refreshed, avg(window_width) AS width FROM hits
		GROUP BY hit_id, ip_number ORDER BY n DESC, hit_id LIMIT 10`),
	hitsAsk("q22", "long strings as keys", `SELECT url, count(*) AS n FROM hits GROUP BY url ORDER BY n DESC, url LIMIT 10`),
	hitsAsk("q23", "keys that follow from each other", `SELECT ip_number, ip_number - 1 AS one_less, ip_number - 2 AS two_less, count(*) AS n FROM hits GROUP BY 1, 2, 3 ORDER BY n DESC, ip_number LIMIT 10`),
	hitsAsk("q24", "two low cardinalities and HAVING", `SELECT browser, os, count(*) AS n, avg(render_time) AS render FROM hits GROUP BY browser, os HAVING count(*) > 20 ORDER BY n DESC, browser, os`),

	// one row, or a few
	hitsAsk("q25", "hits of one visitor", fmt.Sprintf(`SELECT hit_id, event_time, title FROM hits WHERE visitor_id = %d ORDER BY event_time, hit_id LIMIT 20`, hitsVisitorID(0))),
	hitsAsk("q26", "one hit", fmt.Sprintf(`SELECT visitor_id, url, title, referrer, user_agent, ip, load_time FROM hits WHERE hit_id = %d`, hitsID(1234))),

	// strings
	hitsAsk("q27", "substring", `SELECT count(*) AS n FROM hits WHERE url LIKE '%harbour-%'`),
	hitsAsk("q28", "substring, then groups", `SELECT search_phrase, min(url) AS first_url, count(*) AS n FROM hits WHERE url LIKE '%lantern%' AND search_phrase <> ''
		GROUP BY search_phrase ORDER BY n DESC, search_phrase LIMIT 10`),
	hitsAsk("q29", "two substrings, one not", `SELECT search_phrase, min(url) AS first_url, min(title) AS first_title, count(*) AS n, count(DISTINCT visitor_id) AS visitors FROM hits
		WHERE title LIKE '%candle%' AND url NOT LIKE '%.shop.%' AND search_phrase <> '' GROUP BY search_phrase ORDER BY n DESC, search_phrase LIMIT 10`),
	hitsAsk("q30", "wide rows of a substring, in order", `SELECT hit_id, event_time, visitor_id, url, title, referrer, user_agent, ip, city, search_phrase, load_time, page_bytes FROM hits
		WHERE url LIKE '%harbour%' ORDER BY event_time, hit_id LIMIT 10`),
	hitsMatch("q31", "regular expression", "user_agent", "Android 1[34].*Chrome/1[0-2][05]"),
	hitsAsk("q32", "length of strings", `SELECT site_id, avg(char_length(url)) AS mean, count(*) AS n FROM hits GROUP BY site_id HAVING count(*) > 10 ORDER BY mean DESC, site_id LIMIT 25`),
	{
		Name: "q33", About: "hosts cut out of referrers", Ordered: true,
		SQL: `SELECT regexp_replace(referrer, '^https?://(?:www\.)?([^/]+)/.*$', '\1') AS host, avg(char_length(referrer)) AS mean, count(*) AS n, min(referrer) AS first_referrer
			FROM hits WHERE referrer <> '' GROUP BY 1 HAVING count(*) > 5 ORDER BY mean DESC, host LIMIT 25`,
		For: map[string]string{"clickhouse": `SELECT replaceRegexpOne(referrer, '^https?://(?:www\\.)?([^/]+)/.*$', '\\1') AS host, avg(char_length(referrer)) AS mean, count(*) AS n, min(referrer) AS first_referrer
			FROM hits WHERE referrer <> '' GROUP BY 1 HAVING count(*) > 5 ORDER BY mean DESC, host LIMIT 25`},
	},

	// order
	hitsAsk("q34", "first phrases by time", `SELECT search_phrase, event_time FROM hits WHERE search_phrase <> '' ORDER BY event_time, search_phrase LIMIT 10`),
	hitsAsk("q35", "first phrases of the alphabet", `SELECT search_phrase, hit_id FROM hits WHERE search_phrase <> '' ORDER BY search_phrase, hit_id LIMIT 10`),
	hitsAsk("q36", "slowest pages", `SELECT load_time, hit_id, url FROM hits WHERE is_robot = 0 ORDER BY load_time DESC, hit_id LIMIT 20`),

	// wide
	hitsAsk("q37", "sixty sums", hitsSums(60)),
	hitsAsk("q38", "conditional sums", `SELECT sum(CASE WHEN is_mobile = 1 THEN load_time ELSE 0 END) AS mobile, sum(CASE WHEN is_mobile = 0 THEN load_time ELSE 0 END) AS desk,
		count(*) FILTER (WHERE http_status >= 400) AS failed, count(*) FILTER (WHERE is_bounce = 1 AND is_robot = 0) AS bounced FROM hits`),

	// a site's dashboard
	hitsAsk("q39", "pages of a site in a fortnight", hitsDashboard(`SELECT title, count(*) AS n FROM hits WHERE %s AND is_uncounted = 0 AND is_refresh = 0 AND title <> ''
		GROUP BY title ORDER BY n DESC, title LIMIT 10`)),
	hitsAsk("q40", "sources of a site, a page further down", hitsDashboard(`SELECT traffic_source, search_engine, CASE WHEN search_engine = 0 AND campaign_id = 0 THEN referrer ELSE '' END AS source, url AS page, count(*) AS n
		FROM hits WHERE %s AND is_refresh = 0 GROUP BY 1, 2, 3, 4 ORDER BY n DESC, traffic_source, search_engine, source, page LIMIT 10 OFFSET 20`)),
	hitsAsk("q41", "window sizes of a page's visitors", hitsDashboard(`SELECT window_width, window_height, count(*) AS n FROM hits WHERE %s AND is_refresh = 0 AND referrer_class IN (0, 2)
		GROUP BY window_width, window_height ORDER BY n DESC, window_width, window_height LIMIT 10`)),
	{
		Name: "q42", About: "hits by hour", Ordered: true,
		SQL: hitsDashboard(`SELECT date_trunc('hour', CAST(event_time AS timestamp)) AS hour, count(*) AS n FROM hits WHERE %s GROUP BY 1 ORDER BY hour LIMIT 100`),
		For: map[string]string{"clickhouse": hitsDashboard(`SELECT date_trunc('hour', event_time) AS hour, count(*) AS n FROM hits WHERE %s GROUP BY 1 ORDER BY hour LIMIT 100`)},
	},
	hitsAsk("q43", "visitors by day and source", `SELECT event_date, traffic_source, count(DISTINCT visitor_id) AS visitors, count(*) AS n FROM hits WHERE is_robot = 0 GROUP BY event_date, traffic_source ORDER BY event_date, traffic_source`),
}

// hitsAsk is a query that all word alike.
func hitsAsk(name, about, sql string) bench.Query {
	return bench.Query{Name: name, About: about, SQL: sql, Ordered: true}
}

// hitsMatch counts the hits whose column matches a regular expression: DuckDB and
// ClickHouse have names of their own for that.
func hitsMatch(name, about, column, pattern string) bench.Query {
	of := "(" + column + ", '" + pattern + "')"
	q := hitsAsk(name, about, "SELECT count(*) AS n FROM hits WHERE regexp_like"+of)
	q.For = map[string]string{
		"duckdb":     "SELECT count(*) AS n FROM hits WHERE regexp_matches" + of,
		"clickhouse": "SELECT count(*) AS n FROM hits WHERE match" + of,
	}
	return q
}

// hitsDashboard puts the condition of a site's dashboard in place of %s: the largest site, two weeks.
func hitsDashboard(sql string) string {
	return strings.Replace(sql, "%s", fmt.Sprintf("site_id = %d AND event_date >= '2025-03-08' AND event_date <= '2025-03-21'", hitsSiteID(0)), 1)
}

// hitsSums asks for so many sums of one column.
func hitsSums(n int) string {
	sums := make([]string, n)
	for i := range sums {
		sums[i] = fmt.Sprintf("sum(window_width + %d) AS s%d", i, i)
	}
	return "SELECT " + strings.Join(sums, ", ") + " FROM hits"
}
