package server_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/outcropdb/outcrop/catalog"
	"github.com/outcropdb/outcrop/index"
	"github.com/outcropdb/outcrop/ingest"
	"github.com/outcropdb/outcrop/plan/sql"
	"github.com/outcropdb/outcrop/server"
	"github.com/outcropdb/outcrop/vec"
)

// sltSample is how many queries of each file run where OUTCROP_CONFORMANCE is not full.
const sltSample = 100

// TestConformanceSQL runs SQLite's sqllogictest files. A table is a collection; every second file's
// documents are flushed to segments before they are queried.
func TestConformanceSQL(t *testing.T) {
	root, ok := suitePath(t, "slt")
	if !ok {
		return
	}
	sample := sltSample
	if os.Getenv("OUTCROP_CONFORMANCE") == "full" {
		sample = math.MaxInt
	}
	s := openSuite(t)
	var all tally
	files := 0
	err := filepath.WalkDir(root, func(path string, _ fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".test" {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name, _ := filepath.Rel(root, path)
		f := &sltFile{t: t, server: s, name: name, flush: files%2 == 1, tables: map[string]*sltTable{}}
		f.run(readSLT(string(text)), sample)
		all.add(&f.tally)
		files++
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("sqllogictest: %s", &all)
}

// sltFile is a file being run.
type sltFile struct {
	tally
	t      *testing.T
	server *server.Server
	name   string
	flush  bool
	tables map[string]*sltTable
	views  []string
}

// sltTable is a collection that stands for a table.
type sltTable struct {
	collection *catalog.Collection
	columns    []sltColumn
	waiting    []ingest.Change // written before the next query
}

// sltSkips says which statements are left out, and why. The first row that matches counts.
var sltSkips = []struct {
	statement *regexp.Regexp
	reason    string
}{
	{regexp.MustCompile(`^(CREATE|DROP) (UNIQUE )?INDEX |^REINDEX`), "CREATE INDEX: every field has one"},
	{regexp.MustCompile(`^(CREATE|DROP) (TEMP |TEMPORARY )?VIEW `), "not supported yet: views"},
	{regexp.MustCompile(`^(CREATE|DROP) (TEMP |TEMPORARY )?TRIGGER `), "triggers"},
	{regexp.MustCompile(`^(UPDATE|REPLACE|INSERT OR REPLACE) `), rowsDiffer},
}

// rowsDiffer is a reason to leave the rest of a file out.
const rowsDiffer = "not supported yet: UPDATE and REPLACE"

// sltDiffers says which errors are deliberate, and why. The first row that matches counts.
var sltDiffers = []struct {
	err    *regexp.Regexp
	reason string
}{
	{regexp.MustCompile(`needs one column, not \*|^\* must be in GROUP BY`), "* is a document where it is not the whole result's"},
	{regexp.MustCompile(`may be a field of several empty collections`), "an empty collection has no fields to know a name by"},
	{regexp.MustCompile(`expected an expression, found "\)"`), "IN () is SQLite's"},
	{regexp.MustCompile(`division by zero`), "division by zero is an error, not NULL"},
}

func (f *sltFile) run(records []sltRecord, sample int) {
	defer func() {
		for name := range f.tables {
			if err := f.drop(name); err != nil {
				f.t.Error(err)
			}
		}
	}()
	queries := 0
	for i := range records {
		r := &records[i]
		switch {
		case r.verb == "halt" && r.skip == "":
			f.leave("the file ends here for others than SQLite", len(records)-i-1)
			return
		case r.verb != "query" && r.verb != "statement":
			continue
		case r.skip != "":
			f.leave(r.skip, 1)
			continue
		}
		if r.verb == "query" {
			if queries++; queries > sample {
				f.leave("not in the sample", len(records)-i)
				return
			}
		}
		reason, err := f.record(r)
		switch {
		case err != nil:
			f.failed++
			if f.failed <= maxShown {
				f.t.Errorf("%s:%d: %v\n%s", f.name, r.line, err, r.sql)
			}
		case reason != "":
			f.leave(reason, 1)
		default:
			f.passed++
		}
		if reason == rowsDiffer { // what follows looks at other rows
			f.leave("after a statement that is not supported yet", len(records)-i-1)
			return
		}
	}
}

// maxShown is how many failures of a file are printed.
const maxShown = 20

// record runs a statement or query. The reason is why it is left out.
func (f *sltFile) record(r *sltRecord) (reason string, err error) {
	if r.verb == "query" {
		return f.judge(r.sql, f.query(r))
	}
	for _, skip := range sltSkips {
		if skip.statement.MatchString(r.sql) {
			if view := viewName.FindStringSubmatch(r.sql); view != nil {
				f.views = append(f.views, view[1])
			}
			return skip.reason, nil
		}
	}
	verb, _, _ := strings.Cut(r.sql, " ")
	run, changes := map[string]func(string) error{
		"CREATE": f.create, "DROP": f.drop, "INSERT": f.insert, "DELETE": f.delete,
	}[verb]
	if !changes {
		run = func(sql string) error { _, err := f.ask(sql); return err }
	}
	wantError := r.args[0] == "error"
	switch {
	case wantError && changes:
		return "constraints of tables", nil
	case wantError && run(r.sql) == nil:
		return "", errors.New("no error")
	case wantError:
		return "", nil
	}
	return f.judge(r.sql, run(r.sql))
}

// judge tells errors that are reasons from failures.
func (f *sltFile) judge(sql string, err error) (reason string, _ error) {
	if err == nil {
		return "", nil
	}
	for _, view := range f.views {
		if strings.Contains(sql, view) {
			return "not supported yet: views", nil
		}
	}
	if reason, ok := notYet(err); ok {
		return reason, nil
	}
	for _, d := range sltDiffers {
		if d.err.MatchString(err.Error()) {
			return d.reason, nil
		}
	}
	return "", err
}

var (
	viewName    = regexp.MustCompile(`^CREATE .*VIEW (\w+)`)
	createTable = regexp.MustCompile(`(?s)^CREATE TABLE (\w+) *\((.*)\)$`)
	constraint  = regexp.MustCompile(`^(PRIMARY|UNIQUE|CHECK|FOREIGN|CONSTRAINT)\b`)
)

func (f *sltFile) create(text string) error {
	parts := createTable.FindStringSubmatch(text)
	if parts == nil {
		return errors.New("the test does not understand this CREATE TABLE")
	}
	table := &sltTable{}
	for _, column := range strings.Split(parts[2], ",") {
		words := strings.Fields(column)
		if len(words) == 0 || constraint.MatchString(words[0]) {
			continue
		}
		kind, _, _ := strings.Cut(strings.Join(words[1:], " "), " ")
		kind, _, _ = strings.Cut(kind, "(")
		table.columns = append(table.columns, sltColumn{words[0], kind})
	}
	var err error
	table.collection, err = newCollection(f.server, parts[1])
	f.tables[parts[1]] = table
	return err
}

func (f *sltFile) drop(text string) error {
	words := strings.Fields(text)
	name := words[len(words)-1]
	delete(f.tables, name)
	_, err := f.server.DeleteCollection(context.Background(), catalog.DefaultWorkspace, name)
	return err
}

func (f *sltFile) insert(text string) error {
	statement, err := sql.Parse(text)
	if err != nil {
		return err
	}
	insert, ok := statement.(*sql.Insert)
	if !ok {
		return errors.New("the test does not understand this INSERT")
	}
	table := f.tables[insert.Table.Parts[0].Text]
	if table == nil {
		return errors.New("no such table")
	}
	columns := table.columns
	if len(insert.Columns) > 0 {
		columns = nil
		for _, name := range insert.Columns {
			columns = append(columns, table.column(name.Text))
		}
	}
	rows, err := f.insertedRows(insert)
	for _, row := range rows {
		if len(row) != len(columns) {
			return fmt.Errorf("%d values for %d columns", len(row), len(columns))
		}
		table.waiting = append(table.waiting, ingest.Change{Op: index.Upsert, Document: table.document(columns, row)})
	}
	return err
}

// insertedRows are the rows of INSERT: of VALUES without asking the server, which would take a query each.
func (f *sltFile) insertedRows(insert *sql.Insert) (rows [][]vec.Value, err error) {
	values, ok := insert.Query.Body.(*sql.Values)
	if !ok {
		return f.rows(sql.Format(insert.Query))
	}
	for _, exprs := range values.Rows {
		row := make([]vec.Value, len(exprs))
		for i, e := range exprs {
			literal, ok := e.(*sql.Literal)
			if !ok {
				return f.rows(sql.Format(values))
			}
			row[i] = literalValue(literal.Value)
		}
		rows = append(rows, row)
	}
	return rows, nil
}

func (f *sltFile) delete(text string) error {
	_, from, _ := strings.Cut(text, " FROM ")
	name, _, _ := strings.Cut(from, " ")
	table := f.tables[name]
	if table == nil {
		return errors.New("no such table")
	}
	found, err := f.ask("SELECT _id FROM " + from)
	if err != nil {
		return err
	}
	for _, row := range found.rows {
		table.waiting = append(table.waiting, ingest.Change{Op: index.Delete, ID: row[0]})
	}
	return nil
}

// ask runs a query over all that was written before it.
func (f *sltFile) ask(text string) (*relation, error) {
	for name, table := range f.tables {
		if len(table.waiting) == 0 {
			continue
		}
		if err := writeAll(f.server, table.collection, table.waiting); err != nil {
			return nil, fmt.Errorf("writing %s: %w", name, err)
		}
		table.waiting = nil
		if f.flush {
			if err := f.server.Flush(context.Background(), table.collection); err != nil {
				return nil, err
			}
		}
	}
	return ask(f.server, text)
}

// rows is a query's result with the columns of tables where it has documents.
func (f *sltFile) rows(text string) ([][]vec.Value, error) {
	found, err := f.ask(text)
	if err != nil {
		return nil, err
	}
	var starred []*sltTable // by column
	for i, field := range found.fields {
		starred = append(starred, nil)
		if field.Name != "*" {
			continue
		}
		all, err := f.starTables(text)
		if n := len(slices.DeleteFunc(slices.Clone(starred), func(t *sltTable) bool { return t == nil })); err == nil && n < len(all) {
			starred[i] = all[n]
		}
		if starred[i] == nil {
			return nil, errors.New("the test does not know what * is here")
		}
	}
	out := make([][]vec.Value, len(found.rows))
	for i, row := range found.rows {
		for c, v := range row {
			if starred[c] == nil {
				out[i] = append(out[i], v)
				continue
			}
			for _, column := range starred[c].columns {
				out[i] = append(out[i], v.Field(column.name))
			}
		}
	}
	return out, nil
}

// starTables are the tables that the stars of a query's select list stand for, in order.
func (f *sltFile) starTables(text string) (tables []*sltTable, err error) {
	statement, err := sql.Parse(text)
	if err != nil {
		return nil, err
	}
	query, ok := statement.(*sql.Query)
	if !ok {
		return nil, errors.New("no query")
	}
	body := query.Body
	for {
		operation, ok := body.(*sql.SetOperation)
		if !ok {
			break
		}
		body = operation.Left
	}
	selected, ok := body.(*sql.Select)
	if !ok {
		return nil, errors.New("no SELECT")
	}
	for _, item := range selected.Items {
		star, ok := item.Expr.(*sql.Star)
		if !ok {
			continue
		}
		alias := ""
		if of, ok := star.Of.(*sql.Column); ok {
			alias = of.Name
		}
		for _, from := range selected.From {
			tables = f.fromTables(tables, from, alias)
		}
	}
	return tables, nil
}

// fromTables appends the tables of FROM, or the one that has an alias.
func (f *sltFile) fromTables(tables []*sltTable, from sql.Node, alias string) []*sltTable {
	switch x := from.(type) {
	case *sql.Join:
		return f.fromTables(f.fromTables(tables, x.Left, alias), x.Right, alias)
	case *sql.TableRef:
		name, ok := x.Source.(*sql.TableName)
		if !ok {
			return f.fromTables(tables, x.Source, alias)
		}
		called := cmp.Or(x.Alias.Text, name.Parts[0].Text)
		if alias == "" || alias == called {
			tables = append(tables, f.tables[name.Parts[0].Text])
		}
	}
	return tables
}

func (f *sltFile) query(r *sltRecord) error {
	rows, err := f.rows(r.sql)
	if err != nil {
		return err
	}
	var cells [][]string
	for _, row := range rows {
		if len(row) != len(r.args[0]) {
			return fmt.Errorf("%d columns, want %d", len(row), len(r.args[0]))
		}
		text := make([]string, len(row))
		for i, v := range row {
			text[i] = sltCell(r.args[0][i], v)
		}
		cells = append(cells, text)
	}
	return r.compare(cells)
}
