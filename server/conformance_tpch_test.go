package server_test

import (
	"bufio"
	"cmp"
	"compress/gzip"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/outcropdb/outcrop/index"
	"github.com/outcropdb/outcrop/ingest"
	"github.com/outcropdb/outcrop/server"
	"github.com/outcropdb/outcrop/vec"
)

// tpchTables are the columns of TPC-H's tables, each with the letter of its type: i is int, f a decimal,
// which is stored as a float, s a string, d a date.
var tpchTables = map[string]string{
	"customer": "c_custkey:i c_name:s c_address:s c_nationkey:i c_phone:s c_acctbal:f c_mktsegment:s c_comment:s",
	"lineitem": "l_orderkey:i l_partkey:i l_suppkey:i l_linenumber:i l_quantity:f l_extendedprice:f l_discount:f l_tax:f " +
		"l_returnflag:s l_linestatus:s l_shipdate:d l_commitdate:d l_receiptdate:d l_shipinstruct:s l_shipmode:s l_comment:s",
	"nation": "n_nationkey:i n_name:s n_regionkey:i n_comment:s",
	"orders": "o_orderkey:i o_custkey:i o_orderstatus:s o_totalprice:f o_orderdate:d o_orderpriority:s o_clerk:s " +
		"o_shippriority:i o_comment:s",
	"part":     "p_partkey:i p_name:s p_mfgr:s p_brand:s p_type:s p_size:i p_container:s p_retailprice:f p_comment:s",
	"partsupp": "ps_partkey:i ps_suppkey:i ps_availqty:i ps_supplycost:f ps_comment:s",
	"region":   "r_regionkey:i r_name:s r_comment:s",
	"supplier": "s_suppkey:i s_name:s s_address:s s_nationkey:i s_phone:s s_acctbal:f s_comment:s",
}

// tpchText are columns whose values are not compared, and tpchAnswers are answers that depend on such: the
// data's addresses and comments are not those that the answers were given for. This answer was counted in
// the data without a database.
var (
	tpchText    = regexp.MustCompile(`^._(address|comment)$`)
	tpchAnswers = map[string]string{
		"q13": `c_count|custdist
0|500
11|68
10|64
12|62
9|62
8|61
14|54
13|52
7|49
20|48
21|47
16|46
15|45
19|44
17|41
18|38
22|33
6|33
24|30
23|27
25|21
27|17
26|15
5|14
28|6
4|6
32|5
29|5
30|2
3|2
31|1
2|1
1|1`,
	}
)

// TestTPCH runs the 22 queries of TPC-H at scale factor 0.01 and compares with the answers that DuckDB gives:
// twice, with the documents in memory and in segments.
func TestTPCH(t *testing.T) {
	root, ok := suitePath(t, "tpch")
	if !ok {
		return
	}
	s := openSuite(t)
	for name, columns := range tpchTables {
		if err := loadTPCH(s, name, columns, filepath.Join(root, "data", name+".tbl.gz")); err != nil {
			t.Fatal(err)
		}
	}
	queries, err := filepath.Glob(filepath.Join(root, "queries", "*.sql"))
	if err != nil {
		t.Fatal(err)
	}
	var all tally
	for i, path := range append(queries, queries...) {
		if i == len(queries) {
			for _, c := range s.Catalog().Collections("") {
				if err := s.Flush(t.Context(), c); err != nil {
					t.Fatal(err)
				}
			}
		}
		name := strings.TrimSuffix(filepath.Base(path), ".sql")
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := os.ReadFile(filepath.Join(root, "answers", name+".csv"))
		if err != nil {
			t.Fatal(err)
		}
		got, err := ask(s, string(text))
		if err == nil {
			err = compareTPCH(got, cmp.Or(tpchAnswers[name], string(answer)))
		} else if reason, ok := notYet(err); ok {
			all.leave(name+": "+reason, 1)
			continue
		}
		if err != nil {
			all.failed++
			t.Errorf("%s: %v", name, err)
			continue
		}
		all.passed++
	}
	t.Logf("TPC-H: %s", &all)
}

// loadTPCH makes a collection of a table: a line a row, | behind each value.
func loadTPCH(s *server.Server, name, columns, path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	text, err := gzip.NewReader(file)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	c, err := newCollection(s, name)
	if err != nil {
		return err
	}
	names := strings.Fields(columns)
	var changes []ingest.Change
	lines := bufio.NewScanner(text)
	for lines.Scan() {
		values := strings.Split(strings.TrimSuffix(lines.Text(), "|"), "|")
		if len(values) != len(names) {
			return fmt.Errorf("%s: %d values, want %d: %s", path, len(values), len(names), lines.Text())
		}
		doc, mark := vec.BeginObject(nil)
		for i, column := range names {
			name, letter, _ := strings.Cut(column, ":")
			if doc, err = appendTPCH(vec.AppendKey(doc, name), letter, values[i]); err != nil {
				return fmt.Errorf("%s: %s: %w", path, name, err)
			}
		}
		changes = append(changes, ingest.Change{Op: index.Upsert, Document: vec.EndObject(doc, mark)})
	}
	if err := lines.Err(); err != nil {
		return err
	}
	for batch := range slices.Chunk(changes, 10000) {
		if err := writeAll(s, c, batch); err != nil {
			return err
		}
	}
	return nil
}

func appendTPCH(doc []byte, letter, text string) ([]byte, error) {
	switch letter {
	case "i":
		n, err := strconv.ParseInt(text, 10, 64)
		return vec.AppendInt(doc, vec.Int, n), err
	case "f":
		f, err := strconv.ParseFloat(text, 64)
		return vec.AppendFloat(doc, f), err
	case "d":
		n, err := vec.ParseText(vec.Date, []byte(text))
		return vec.AppendInt(doc, vec.Date, n), err
	}
	return vec.AppendContent(doc, vec.String, text), nil
}

// compareTPCH compares a result with an answer: a header, then a line a row, | between values.
func compareTPCH(got *relation, answer string) error {
	want := strings.Split(strings.TrimSuffix(answer, "\n"), "\n")[1:]
	if len(got.rows) != len(want) {
		return fmt.Errorf("%d rows, want %d", len(got.rows), len(want))
	}
	for i, row := range got.rows {
		values := strings.Split(want[i], "|")
		if len(row) != len(values) {
			return fmt.Errorf("row %d: %d columns, want %d", i+1, len(row), len(values))
		}
		for c, v := range row {
			if name := got.fields[c].Name; !tpchText.MatchString(name) && !equalTPCH(v, values[c]) {
				return fmt.Errorf("row %d, %s: got %s, want %s", i+1, name, vec.AppendJSON(nil, v), values[c])
			}
		}
	}
	return nil
}

// equalTPCH tells whether a value is what an answer says, a number within the tolerance that TPC-H allows
// for sums of money, or less: the specification's 2.1.3.5.
func equalTPCH(v vec.Value, want string) bool {
	switch v.Type() {
	case vec.Int:
		n, err := strconv.ParseFloat(want, 64)
		return err == nil && float64(v.Int()) == n
	case vec.Float:
		f, err := strconv.ParseFloat(want, 64)
		return err == nil && math.Abs(v.Float()-f) <= max(1e-4, 1e-9*math.Abs(f))
	case vec.Date:
		return string(vec.AppendText(nil, vec.Date, v.Int())) == want
	case vec.String:
		return string(v.Content()) == want
	}
	return v.IsNull() && want == ""
}
