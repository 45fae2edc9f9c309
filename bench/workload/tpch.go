package workload

import "github.com/outcropdb/outcrop/bench"

// tpch is TPC-H. Its data is what dbgen makes, value for value: the random numbers are dbgen's, and the test
// compares with dbgen's files where they are. Money is floats, as in JSON, and quantities are integers.
// The parameters are those of the validation run; q11's fraction, which depends on the scale, is that of SF 1.
//
// Three things are worded unlike the specification, for everyone: ORDER BY has what it takes to leave no ties
// (q3, q5, q10, q11, q18); dates are compared with strings, which peers with a type for dates read as dates
// and Outcrop, which is told of no types, compares as they are; and q15 rounds its sums to the four digits
// that they have as decimals, so that the largest equals itself whatever the order of the additions.
var tpch = bench.Workload{
	Name:  "tpch",
	About: "TPC-H: 8 tables, dbgen's data, the 22 questions",
	Scales: []bench.Scale{
		{Name: "tiny", Size: 0.01, Checksums: map[string]string{
			"region": "8101b0471959b923", "nation": "0cfbee09427e9a7d", "supplier": "bafd4119c1f98cce", "customer": "f23d3210bad1be27",
			"part": "b76ade594fd5bf0d", "partsupp": "bd3bb617ea98bacb", "orders": "04c47b5f5f6e88c2", "lineitem": "a032a9307b385ca8",
		}},
		{Name: "quick", Size: 0.01, Checksums: map[string]string{
			"region": "8101b0471959b923", "nation": "0cfbee09427e9a7d", "supplier": "bafd4119c1f98cce", "customer": "f23d3210bad1be27",
			"part": "b76ade594fd5bf0d", "partsupp": "bd3bb617ea98bacb", "orders": "04c47b5f5f6e88c2", "lineitem": "a032a9307b385ca8",
		}},
		{Name: "full", Size: 0.1, Checksums: map[string]string{
			"region": "8101b0471959b923", "nation": "0cfbee09427e9a7d", "supplier": "c7dbd19aabf01ef1", "customer": "84a8730e16a14a95",
			"part": "d97f4d3b194baf90", "partsupp": "f13a5d93161014ce", "orders": "f18eb7c6ac792851", "lineitem": "937df14747b79265",
		}},
		{Name: "large", Size: 1, Checksums: map[string]string{
			"region": "8101b0471959b923", "nation": "0cfbee09427e9a7d", "supplier": "f92b1d331a872a97", "customer": "49f2717251fa3d8e",
			"part": "f557fc9c178c1ead", "partsupp": "d21a3a0947ff258e", "orders": "f635b847cb39965f", "lineitem": "9cb476d430fa3af7",
		}},
	},
	Tables: []bench.Table{
		{
			Name: "region", Generate: generateTPCHRegion, Key: "r_regionkey", Sort: []string{"r_regionkey"},
			Columns: []bench.Column{{Name: "r_regionkey", Type: integer}, {Name: "r_name", Type: text}, {Name: "r_comment", Type: text}},
		},
		{
			Name: "nation", Generate: generateTPCHNation, Key: "n_nationkey", Sort: []string{"n_nationkey"},
			Columns: []bench.Column{
				{Name: "n_nationkey", Type: integer},
				{Name: "n_name", Type: text},
				{Name: "n_regionkey", Type: integer},
				{Name: "n_comment", Type: text},
			},
		},
		{
			Name: "supplier", Generate: generateTPCHSupplier, Key: "s_suppkey", Sort: []string{"s_suppkey"},
			Columns: []bench.Column{
				{Name: "s_suppkey", Type: integer},
				{Name: "s_name", Type: text},
				{Name: "s_address", Type: text},
				{Name: "s_nationkey", Type: integer},
				{Name: "s_phone", Type: text},
				{Name: "s_acctbal", Type: real},
				{Name: "s_comment", Type: text},
			},
		},
		{
			Name: "customer", Generate: generateTPCHCustomer, Key: "c_custkey", Sort: []string{"c_custkey"},
			Columns: []bench.Column{
				{Name: "c_custkey", Type: integer},
				{Name: "c_name", Type: text},
				{Name: "c_address", Type: text},
				{Name: "c_nationkey", Type: integer},
				{Name: "c_phone", Type: text},
				{Name: "c_acctbal", Type: real},
				{Name: "c_mktsegment", Type: text},
				{Name: "c_comment", Type: text},
			},
		},
		{
			Name: "part", Generate: generateTPCHPart, Key: "p_partkey", Sort: []string{"p_partkey"},
			Columns: []bench.Column{
				{Name: "p_partkey", Type: integer},
				{Name: "p_name", Type: text},
				{Name: "p_mfgr", Type: text},
				{Name: "p_brand", Type: text},
				{Name: "p_type", Type: text},
				{Name: "p_size", Type: integer},
				{Name: "p_container", Type: text},
				{Name: "p_retailprice", Type: real},
				{Name: "p_comment", Type: text},
			},
		},
		{
			Name: "partsupp", Generate: generateTPCHPartsupp, Sort: []string{"ps_partkey", "ps_suppkey"},
			Columns: []bench.Column{
				{Name: "ps_partkey", Type: integer},
				{Name: "ps_suppkey", Type: integer},
				{Name: "ps_availqty", Type: integer},
				{Name: "ps_supplycost", Type: real},
				{Name: "ps_comment", Type: text},
			},
		},
		{
			Name: "orders", Generate: generateTPCHOrders, Key: "o_orderkey", Sort: []string{"o_orderdate", "o_orderkey"},
			Columns: []bench.Column{
				{Name: "o_orderkey", Type: integer},
				{Name: "o_custkey", Type: integer},
				{Name: "o_orderstatus", Type: text},
				{Name: "o_totalprice", Type: real},
				{Name: "o_orderdate", Type: date},
				{Name: "o_orderpriority", Type: text},
				{Name: "o_clerk", Type: text},
				{Name: "o_shippriority", Type: integer},
				{Name: "o_comment", Type: text},
			},
		},
		{
			Name: "lineitem", Generate: generateTPCHLineitem, Sort: []string{"l_shipdate", "l_orderkey"},
			Columns: []bench.Column{
				{Name: "l_orderkey", Type: integer},
				{Name: "l_partkey", Type: integer},
				{Name: "l_suppkey", Type: integer},
				{Name: "l_linenumber", Type: integer},
				{Name: "l_quantity", Type: integer},
				{Name: "l_extendedprice", Type: real},
				{Name: "l_discount", Type: real},
				{Name: "l_tax", Type: real},
				{Name: "l_returnflag", Type: text},
				{Name: "l_linestatus", Type: text},
				{Name: "l_shipdate", Type: date},
				{Name: "l_commitdate", Type: date},
				{Name: "l_receiptdate", Type: date},
				{Name: "l_shipinstruct", Type: text},
				{Name: "l_shipmode", Type: text},
				{Name: "l_comment", Type: text},
			},
		},
	},
	Queries: tpchQueries,
}
