package workload

import "github.com/outcropdb/outcrop/bench"

// ssb is the Star Schema Benchmark of O'Neil, O'Neil and Chen, revision 3: its tables, its distributions, its
// 13 questions, with random numbers of our own. The table of dates is called dates, for a date is a type;
// it has every day of the seven years, 2,557; and where revenue orders, ORDER BY ends with the groups.
var ssb = bench.Workload{
	Name:  "ssb",
	About: "Star Schema Benchmark: orders and four dimensions, 13 questions",
	Scales: []bench.Scale{
		{Name: "tiny", Size: 0.01, Checksums: map[string]string{
			"dates": "cc6cf69e7a37ba30", "customer": "0c22f252672cd222", "supplier": "fb2dcff104929d4e",
			"part": "2c78d00705779710", "lineorder": "d66e5009c8cca21a",
		}},
		{Name: "quick", Size: 0.01, Checksums: map[string]string{
			"dates": "cc6cf69e7a37ba30", "customer": "0c22f252672cd222", "supplier": "fb2dcff104929d4e",
			"part": "2c78d00705779710", "lineorder": "d66e5009c8cca21a",
		}},
		{Name: "small", Size: 0.1, Checksums: map[string]string{
			"dates": "cc6cf69e7a37ba30", "customer": "acfa3f9d6553c0d1", "supplier": "b4eddb1cb95f10e9",
			"part": "b7ccfec60246c007", "lineorder": "d3714400c1dd1330",
		}},
		{Name: "full", Size: 1, Checksums: map[string]string{
			"dates": "cc6cf69e7a37ba30", "customer": "ecc28060dbc183f5", "supplier": "4f9be8434cf2ef6c",
			"part": "740a949b7f5e010e", "lineorder": "408eb30c647bcbe6",
		}},
	},
	Tables: []bench.Table{
		{
			Name: "dates", Generate: generateSSBDates, Key: "d_datekey", Sort: []string{"d_datekey"},
			Columns: []bench.Column{
				{Name: "d_datekey", Type: integer},
				{Name: "d_date", Type: text},
				{Name: "d_dayofweek", Type: text},
				{Name: "d_month", Type: text},
				{Name: "d_year", Type: integer},
				{Name: "d_yearmonthnum", Type: integer},
				{Name: "d_yearmonth", Type: text},
				{Name: "d_daynuminweek", Type: integer},
				{Name: "d_daynuminmonth", Type: integer},
				{Name: "d_daynuminyear", Type: integer},
				{Name: "d_monthnuminyear", Type: integer},
				{Name: "d_weeknuminyear", Type: integer},
				{Name: "d_sellingseason", Type: text},
				{Name: "d_lastdayinweekfl", Type: integer},
				{Name: "d_lastdayinmonthfl", Type: integer},
				{Name: "d_holidayfl", Type: integer},
				{Name: "d_weekdayfl", Type: integer},
			},
		},
		{
			Name: "customer", Generate: generateSSBCustomer, Key: "c_custkey", Sort: []string{"c_custkey"},
			Columns: []bench.Column{
				{Name: "c_custkey", Type: integer},
				{Name: "c_name", Type: text},
				{Name: "c_address", Type: text},
				{Name: "c_city", Type: text},
				{Name: "c_nation", Type: text},
				{Name: "c_region", Type: text},
				{Name: "c_phone", Type: text},
				{Name: "c_mktsegment", Type: text},
			},
		},
		{
			Name: "supplier", Generate: generateSSBSupplier, Key: "s_suppkey", Sort: []string{"s_suppkey"},
			Columns: []bench.Column{
				{Name: "s_suppkey", Type: integer},
				{Name: "s_name", Type: text},
				{Name: "s_address", Type: text},
				{Name: "s_city", Type: text},
				{Name: "s_nation", Type: text},
				{Name: "s_region", Type: text},
				{Name: "s_phone", Type: text},
			},
		},
		{
			Name: "part", Generate: generateSSBPart, Key: "p_partkey", Sort: []string{"p_partkey"},
			Columns: []bench.Column{
				{Name: "p_partkey", Type: integer},
				{Name: "p_name", Type: text},
				{Name: "p_mfgr", Type: text},
				{Name: "p_category", Type: text},
				{Name: "p_brand1", Type: text},
				{Name: "p_color", Type: text},
				{Name: "p_type", Type: text},
				{Name: "p_size", Type: integer},
				{Name: "p_container", Type: text},
			},
		},
		{
			Name: "lineorder", Generate: generateSSBLineorder, Sort: []string{"lo_orderdate", "lo_orderkey"},
			Columns: []bench.Column{
				{Name: "lo_orderkey", Type: integer},
				{Name: "lo_linenumber", Type: integer},
				{Name: "lo_custkey", Type: integer},
				{Name: "lo_partkey", Type: integer},
				{Name: "lo_suppkey", Type: integer},
				{Name: "lo_orderdate", Type: integer},
				{Name: "lo_orderpriority", Type: text},
				{Name: "lo_shippriority", Type: integer},
				{Name: "lo_quantity", Type: integer},
				{Name: "lo_extendedprice", Type: integer},
				{Name: "lo_ordtotalprice", Type: integer},
				{Name: "lo_discount", Type: integer},
				{Name: "lo_revenue", Type: integer},
				{Name: "lo_supplycost", Type: integer},
				{Name: "lo_tax", Type: integer},
				{Name: "lo_commitdate", Type: integer},
				{Name: "lo_shipmode", Type: text},
			},
		},
	},
	Queries: []bench.Query{
		{
			Name: "q1.1", About: "what discounts cost: a year, 1.9% of the lines", Ordered: true,
			SQL: `SELECT sum(lo_extendedprice * lo_discount) AS revenue FROM lineorder, dates
				WHERE lo_orderdate = d_datekey AND d_year = 1993 AND lo_discount BETWEEN 1 AND 3 AND lo_quantity < 25`,
		},
		{
			Name: "q1.2", About: "a month, 0.065%", Ordered: true,
			SQL: `SELECT sum(lo_extendedprice * lo_discount) AS revenue FROM lineorder, dates
				WHERE lo_orderdate = d_datekey AND d_yearmonthnum = 199401 AND lo_discount BETWEEN 4 AND 6 AND lo_quantity BETWEEN 26 AND 35`,
		},
		{
			Name: "q1.3", About: "a week, 0.015%", Ordered: true,
			SQL: `SELECT sum(lo_extendedprice * lo_discount) AS revenue FROM lineorder, dates
				WHERE lo_orderdate = d_datekey AND d_weeknuminyear = 6 AND d_year = 1994
				AND lo_discount BETWEEN 5 AND 7 AND lo_quantity BETWEEN 26 AND 35`,
		},
		{
			Name: "q2.1", About: "revenue by year and brand: a category, a region, 0.8%", Ordered: true,
			SQL: `SELECT sum(lo_revenue) AS revenue, d_year, p_brand1 FROM lineorder, dates, part, supplier
				WHERE lo_orderdate = d_datekey AND lo_partkey = p_partkey AND lo_suppkey = s_suppkey
				AND p_category = 'MFGR#12' AND s_region = 'AMERICA'
				GROUP BY d_year, p_brand1 ORDER BY d_year, p_brand1`,
		},
		{
			Name: "q2.2", About: "eight brands, 0.16%", Ordered: true,
			SQL: `SELECT sum(lo_revenue) AS revenue, d_year, p_brand1 FROM lineorder, dates, part, supplier
				WHERE lo_orderdate = d_datekey AND lo_partkey = p_partkey AND lo_suppkey = s_suppkey
				AND p_brand1 BETWEEN 'MFGR#2221' AND 'MFGR#2228' AND s_region = 'ASIA'
				GROUP BY d_year, p_brand1 ORDER BY d_year, p_brand1`,
		},
		{
			Name: "q2.3", About: "one brand, 0.02%", Ordered: true,
			SQL: `SELECT sum(lo_revenue) AS revenue, d_year, p_brand1 FROM lineorder, dates, part, supplier
				WHERE lo_orderdate = d_datekey AND lo_partkey = p_partkey AND lo_suppkey = s_suppkey
				AND p_brand1 = 'MFGR#2239' AND s_region = 'EUROPE'
				GROUP BY d_year, p_brand1 ORDER BY d_year, p_brand1`,
		},
		{
			Name: "q3.1", About: "revenue between nations by year: a region, 3.4%", Ordered: true,
			SQL: `SELECT c_nation, s_nation, d_year, sum(lo_revenue) AS revenue FROM customer, lineorder, supplier, dates
				WHERE lo_custkey = c_custkey AND lo_suppkey = s_suppkey AND lo_orderdate = d_datekey
				AND c_region = 'ASIA' AND s_region = 'ASIA' AND d_year >= 1992 AND d_year <= 1997
				GROUP BY c_nation, s_nation, d_year ORDER BY d_year, revenue DESC, c_nation, s_nation`,
		},
		{
			Name: "q3.2", About: "between cities of a nation, 0.14%", Ordered: true,
			SQL: `SELECT c_city, s_city, d_year, sum(lo_revenue) AS revenue FROM customer, lineorder, supplier, dates
				WHERE lo_custkey = c_custkey AND lo_suppkey = s_suppkey AND lo_orderdate = d_datekey
				AND c_nation = 'UNITED STATES' AND s_nation = 'UNITED STATES' AND d_year >= 1992 AND d_year <= 1997
				GROUP BY c_city, s_city, d_year ORDER BY d_year, revenue DESC, c_city, s_city`,
		},
		{
			Name: "q3.3", About: "between two cities, 0.0055%", Ordered: true,
			SQL: `SELECT c_city, s_city, d_year, sum(lo_revenue) AS revenue FROM customer, lineorder, supplier, dates
				WHERE lo_custkey = c_custkey AND lo_suppkey = s_suppkey AND lo_orderdate = d_datekey
				AND (c_city = 'UNITED KI1' OR c_city = 'UNITED KI5') AND (s_city = 'UNITED KI1' OR s_city = 'UNITED KI5')
				AND d_year >= 1992 AND d_year <= 1997
				GROUP BY c_city, s_city, d_year ORDER BY d_year, revenue DESC, c_city, s_city`,
		},
		{
			Name: "q3.4", About: "and in one month, 0.000076%", Ordered: true,
			SQL: `SELECT c_city, s_city, d_year, sum(lo_revenue) AS revenue FROM customer, lineorder, supplier, dates
				WHERE lo_custkey = c_custkey AND lo_suppkey = s_suppkey AND lo_orderdate = d_datekey
				AND (c_city = 'UNITED KI1' OR c_city = 'UNITED KI5') AND (s_city = 'UNITED KI1' OR s_city = 'UNITED KI5')
				AND d_yearmonth = 'Dec1997'
				GROUP BY c_city, s_city, d_year ORDER BY d_year, revenue DESC, c_city, s_city`,
		},
		{
			Name: "q4.1", About: "profit by year and nation: a region, two makers, 1.6%", Ordered: true,
			SQL: `SELECT d_year, c_nation, sum(lo_revenue - lo_supplycost) AS profit FROM dates, customer, supplier, part, lineorder
				WHERE lo_custkey = c_custkey AND lo_suppkey = s_suppkey AND lo_partkey = p_partkey AND lo_orderdate = d_datekey
				AND c_region = 'AMERICA' AND s_region = 'AMERICA' AND (p_mfgr = 'MFGR#1' OR p_mfgr = 'MFGR#2')
				GROUP BY d_year, c_nation ORDER BY d_year, c_nation`,
		},
		{
			Name: "q4.2", About: "two years, by category, 0.46%", Ordered: true,
			SQL: `SELECT d_year, s_nation, p_category, sum(lo_revenue - lo_supplycost) AS profit FROM dates, customer, supplier, part, lineorder
				WHERE lo_custkey = c_custkey AND lo_suppkey = s_suppkey AND lo_partkey = p_partkey AND lo_orderdate = d_datekey
				AND c_region = 'AMERICA' AND s_region = 'AMERICA' AND (d_year = 1997 OR d_year = 1998)
				AND (p_mfgr = 'MFGR#1' OR p_mfgr = 'MFGR#2')
				GROUP BY d_year, s_nation, p_category ORDER BY d_year, s_nation, p_category`,
		},
		{
			Name: "q4.3", About: "a nation's suppliers, a category, by city and brand, 0.0091%", Ordered: true,
			SQL: `SELECT d_year, s_city, p_brand1, sum(lo_revenue - lo_supplycost) AS profit FROM dates, customer, supplier, part, lineorder
				WHERE lo_custkey = c_custkey AND lo_suppkey = s_suppkey AND lo_partkey = p_partkey AND lo_orderdate = d_datekey
				AND c_region = 'AMERICA' AND s_nation = 'UNITED STATES' AND (d_year = 1997 OR d_year = 1998) AND p_category = 'MFGR#14'
				GROUP BY d_year, s_city, p_brand1 ORDER BY d_year, s_city, p_brand1`,
		},
	},
}
