package peer

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/outcropdb/outcrop/bench"
)

//go:embed postgres.py
var postgresScript string

// postgres is PostgreSQL as a store of documents: a table of one jsonb column with a GIN index. Fields of
// declared types are columns of a view, computed from the document, so that questions need no wording of
// their own.
var postgres = bench.Peer{
	Name: "postgres", About: "PostgreSQL, one column of type jsonb with a GIN index (jsonb_path_ops), documents copied in before it is built, vacuumed and analyzed",
	Dialects: []string{"postgres", ""},
	Version:  postgresVersion,
	Start: func(ctx context.Context, s bench.Setting) (bench.System, error) {
		server, err := startPostgresServer(ctx, s)
		if err != nil {
			return nil, err
		}
		d, err := startDriver(ctx, s, postgresScript, map[string]string{"host": server.socket, "user": postgresUser, "dbname": "postgres"})
		if err != nil {
			return nil, errors.Join(err, server.stop())
		}
		return &postgresSystem{driver: d, server: server, keys: map[string]string{}}, nil
	},
}

// postgresSystem is a bench.System and a bench.Writer. Its driver is but a client.
type postgresSystem struct {
	*driver
	server *postgresServer
	keys   map[string]string // by table, the expression of its Key
}

var (
	_ bench.System = (*postgresSystem)(nil)
	_ bench.Writer = (*postgresSystem)(nil)
)

// postgresRound is a function of standard SQL that PostgreSQL has for numerics alone.
const postgresRound = "CREATE FUNCTION round(double precision, integer) RETURNS double precision LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN round($1::numeric, $2)::double precision"

// Load copies a table's documents in and then builds its indexes, as the manual advises. In one transaction
// with the table's creation that needs no write-ahead log.
func (p *postgresSystem) Load(ctx context.Context, data *bench.Dataset) error {
	if err := p.execute(ctx, postgresRound); err != nil {
		return err
	}
	for i := range data.Workload.Tables {
		t := &data.Workload.Tables[i]
		if err := p.load(ctx, t, data.File(t.Name).Path); err != nil {
			return fmt.Errorf("table %s: %w", t.Name, err)
		}
	}
	return nil
}

func (p *postgresSystem) load(ctx context.Context, t *bench.Table, path string) error {
	table := documents(t.Name)
	if err := p.execute(ctx, "BEGIN", "CREATE TABLE "+table+" (doc jsonb NOT NULL)"); err != nil {
		return err
	}
	if _, err := p.ask(ctx, driverRequest{Op: "load", Tables: []driverTable{{Name: table, Path: path}}}); err != nil {
		return err
	}
	behind := []string{"CREATE INDEX ON " + table + " USING gin (doc jsonb_path_ops)", extractingView(t, postgresTypes)}
	if t.Key != "" {
		p.keys[t.Name] = postgresField("doc", bench.Column{Name: t.Key, Type: postgresKeyType(t)})
		if t.InOrder { // the last of each key is the one that counts
			behind = append([]string{"DELETE FROM " + table + " WHERE ctid = ANY (ARRAY(SELECT ctid FROM (SELECT ctid, row_number() OVER (PARTITION BY " +
				p.keys[t.Name] + " ORDER BY ctid DESC) AS nth FROM " + table + ") AS versions WHERE nth > 1))"}, behind...)
		}
		behind = append(behind, "CREATE UNIQUE INDEX ON "+table+" (("+p.keys[t.Name]+"))")
	}
	return p.execute(ctx, slices.Concat(behind, postgresStatistics(t), []string{"COMMIT"})...)
}

// Settle does what autovacuum and the checkpointer would in time.
func (p *postgresSystem) Settle(ctx context.Context) error {
	return p.execute(ctx, "VACUUM (ANALYZE)", "CHECKPOINT")
}

// Write is one INSERT, of the last document of each key.
func (p *postgresSystem) Write(ctx context.Context, table string, ndjson []byte) error {
	lines := "SELECT line::jsonb AS doc, n FROM string_to_table(" + sqlText(strings.TrimSpace(string(ndjson))) + ", E'\\n') WITH ORDINALITY AS l (line, n)"
	sql := "INSERT INTO " + documents(table) + " (doc) SELECT doc FROM (" + lines + ") AS d"
	if key := p.keys[table]; key != "" {
		sql = fmt.Sprintf("INSERT INTO %s (doc) SELECT DISTINCT ON (%s) doc FROM (%s) AS d ORDER BY %[2]s, n DESC ON CONFLICT ((%[2]s)) DO UPDATE SET doc = excluded.doc",
			documents(table), key, lines)
	}
	return p.execute(ctx, sql)
}

// Process is the server's, with its children.
func (p *postgresSystem) Process() *bench.Process { return p.server.process }

// Close ends client and server.
func (p *postgresSystem) Close() error { return errors.Join(p.driver.Close(), p.server.stop()) }

// postgresTypes are PostgreSQL's names for kinds. Of others a field is jsonb.
var postgresTypes = map[bench.Kind]string{
	bench.Bool: "boolean", bench.Int64: "bigint", bench.Float64: "double precision", bench.String: "text",
	bench.Date: "date", bench.Timestamp: "timestamp",
}

// postgresField is the expression of a field of an object.
func postgresField(object string, c bench.Column) string { return extracted(object, c, postgresTypes) }

// postgresStatistics has PostgreSQL count the values of fields, as it does those of columns: without, it takes
// each to be unique, and plans badly.
func postgresStatistics(t *bench.Table) (statements []string) {
	var add func(object string, columns []bench.Column)
	add = func(object string, columns []bench.Column) {
		for _, c := range columns {
			field := postgresField(object, c)
			if _, ok := postgresTypes[c.Type.Kind]; ok {
				name := sqlName(fmt.Sprintf("%s_%d", t.Name, len(statements)))
				statements = append(statements, "CREATE STATISTICS "+name+" ON ("+field+") FROM "+documents(t.Name))
			}
			add(field, c.Type.Fields)
		}
	}
	add("doc", t.Columns)
	return statements
}

// postgresKeyType is what a table's Key is declared as, or else text.
func postgresKeyType(t *bench.Table) bench.Type {
	for _, c := range t.Columns {
		if c.Name == t.Key {
			return c.Type
		}
	}
	return bench.Type{Kind: bench.String}
}
