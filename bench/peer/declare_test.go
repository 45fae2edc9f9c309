package peer

import (
	"strings"
	"testing"

	"github.com/outcropdb/outcrop/bench"
)

// declared has a column of each kind.
var declared = bench.Table{Name: "t", Key: "id", Columns: []bench.Column{
	{Name: "id", Type: bench.Type{Kind: bench.Int64}},
	{Name: "ok", Type: bench.Type{Kind: bench.Bool}},
	{Name: "x", Type: bench.Type{Kind: bench.Float64}},
	{Name: "s", Type: bench.Type{Kind: bench.String}},
	{Name: "d", Type: bench.Type{Kind: bench.Date}},
	{Name: "at", Type: bench.Type{Kind: bench.Timestamp}},
	{Name: "any", Type: bench.Type{Kind: bench.Any}},
	{Name: "tags", Type: bench.Type{Kind: bench.List, Of: &bench.Type{Kind: bench.String}}},
	{Name: "o", Type: bench.Type{Kind: bench.Struct, Fields: []bench.Column{
		{Name: "it's", Type: bench.Type{Kind: bench.String}},
		{Name: "any", Type: bench.Type{Kind: bench.Any}},
	}}},
}}

// TestTypes has each kind in the words of each system.
func TestTypes(t *testing.T) {
	few := map[string]bool{"s": true, "o.it's": true}
	for i, want := range []struct{ duckdb, clickhouse, polars, postgres, datafusion string }{
		{`BIGINT`, `Int64`, `Int64`, `(doc->>'id')::bigint`, `int64()`},
		{`BOOLEAN`, `Bool`, `Boolean`, `(doc->>'ok')::boolean`, `bool_()`},
		{`DOUBLE`, `Float64`, `Float64`, `(doc->>'x')::double precision`, `float64()`},
		{`VARCHAR`, `LowCardinality(String)`, `String`, `doc->>'s'`, `string()`},
		{`DATE`, `Date`, `Date`, `(doc->>'d')::date`, `date32()`},
		{`TIMESTAMP`, `DateTime64(6, 'UTC')`, `Datetime('us')`, `(doc->>'at')::timestamp`, `timestamp('us')`},
		{`JSON`, `Dynamic`, `String`, `doc->'any'`, ``},
		{`VARCHAR[]`, `Array(String)`, `List(String)`, `doc->'tags'`, `list_(string())`},
		{
			`STRUCT("it's" VARCHAR, "any" JSON)`, `JSON(max_dynamic_paths = 0, "it's" LowCardinality(String))`,
			`Struct({"it's": String, "any": String})`, `doc->'o'`, `struct([("it's", string())])`,
		},
	} {
		c := declared.Columns[i]
		for _, d := range []struct{ system, got, want string }{
			{"duckdb", duckdbType(c.Type), want.duckdb},
			{"clickhouse", clickhouseType(c.Type, c.Name, few), want.clickhouse},
			{"polars", polarsType(c.Type), want.polars},
			{"postgres", postgresField("doc", c), want.postgres},
			{"datafusion", datafusionType(c.Type), want.datafusion},
		} {
			if d.got != d.want {
				t.Errorf("%s: column %s: got %s, want %s", d.system, c.Name, d.got, d.want)
			}
		}
	}
}

func TestPostgresStatistics(t *testing.T) {
	got := postgresStatistics(&declared)
	if want := 7; len(got) != want {
		t.Fatalf("got %d statements, want %d: those of lists and of fields that vary have none", len(got), want)
	}
	if want := `CREATE STATISTICS "t_6" ON (doc->'o'->>'it''s') FROM "t_documents"`; got[6] != want {
		t.Errorf("got %s, want %s", got[6], want)
	}
}

func TestExtractingView(t *testing.T) {
	for _, test := range []struct {
		types map[bench.Kind]string
		want  string
	}{
		{postgresTypes, `(doc->>'id')::bigint AS "id"`},
		{duckdbTypes, `(doc->>'id')::BIGINT AS "id"`},
	} {
		got := extractingView(&declared, test.types)
		for _, want := range []string{`CREATE VIEW "t" AS SELECT doc, `, test.want, `doc->>'s' AS "s"`, `doc->'any' AS "any"`, ` FROM "t_documents"`} {
			if !strings.Contains(got, want) {
				t.Errorf("got %s, want %s in it", got, want)
			}
		}
	}
}

func TestPostgresKeyType(t *testing.T) {
	if got := postgresKeyType(&bench.Table{Key: "_id"}); got.Kind != bench.String {
		t.Errorf("a key that is not declared: got kind %v, want a string", got.Kind)
	}
}

func TestClickHouseOrder(t *testing.T) {
	for _, c := range []struct {
		paths []string
		want  string
	}{
		{nil, `tuple()`},
		{[]string{"kind", "commit.operation"}, `("kind", "commit"."operation")`},
	} {
		if got := clickhouseOrder(c.paths); got != c.want {
			t.Errorf("%q: got %s, want %s", c.paths, got, c.want)
		}
	}
}

// TestDialects: what a peer is asked is worded for it, before it is in common words.
func TestDialects(t *testing.T) {
	seen := map[string]bool{}
	for _, p := range All() {
		if seen[p.Name] {
			t.Errorf("two peers are called %s", p.Name)
		}
		seen[p.Name] = true
		if len(p.Dialects) == 0 || p.Dialects[0] != p.Name {
			t.Errorf("%s: got dialects %q, want its own first", p.Name, p.Dialects)
		}
	}
}
