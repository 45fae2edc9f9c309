package server

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io/fs"
	"log/slog"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/outcropdb/outcrop/catalog"
	"github.com/outcropdb/outcrop/index"
	"github.com/outcropdb/outcrop/ingest"
	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/plan/bind"
	"github.com/outcropdb/outcrop/plan/sql"
	"github.com/outcropdb/outcrop/plan/substrait"
	"github.com/outcropdb/outcrop/vec"
	"github.com/outcropdb/outcrop/vec/function"
	"github.com/outcropdb/outcrop/vec/jsonio"
)

var rewrite = flag.Bool("rewrite", false, "write the answers of .slt queries into their files")

// TestSQL runs the scripts of testdata/slt, each twice: with documents in memory as they came, and with
// documents flushed to segments. A script that says itself what to flush runs once. In the end every
// function must have been in some query.
func TestSQL(t *testing.T) {
	s := openTest(t, Options{})
	var paths []string
	err := filepath.WalkDir(filepath.Join("testdata", "slt"), func(path string, _ fs.DirEntry, err error) error {
		if filepath.Ext(path) == ".slt" {
			paths = append(paths, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	called := map[string]bool{}
	ran := 0
	for _, path := range paths {
		script, err := readScript(path)
		if err != nil {
			t.Fatal(err)
		}
		name, _ := filepath.Rel(filepath.Join("testdata", "slt"), path)
		flushes := slices.ContainsFunc(script.records, func(r record) bool { return r.verb == "flush" })
		t.Run(strings.TrimSuffix(filepath.ToSlash(name), ".slt"), func(t *testing.T) {
			ran++
			(&scriptRun{t: t, server: s, script: script, called: called}).run()
			if !flushes {
				(&scriptRun{t: t, server: s, script: script, called: called, flush: true}).run()
			}
			if *rewrite {
				if err := script.write(); err != nil {
					t.Error(err)
				}
			}
		})
	}
	if ran == len(paths) { // not when -run picked some
		for _, name := range append(function.Names(), function.AggregateNames()...) {
			if !called[name] {
				t.Errorf("function %s is in no .slt query", name)
			}
		}
	}
}

// openTest opens a server in a folder of its own, and closes it with the test.
func openTest(t *testing.T, o Options) *Server {
	t.Helper()
	o.Dir = t.TempDir()
	o.Logger = slog.New(slog.DiscardHandler)
	s, err := Open(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return s
}

// scriptRun is a script being run.
type scriptRun struct {
	t           *testing.T
	server      *Server
	script      *script
	flush       bool // after each change
	called      map[string]bool
	collections []*catalog.Collection
	request     Request  // parameters and options for the next query
	columns     []string // names of the next query's columns; nil: not looked at
}

func (r *scriptRun) run() {
	defer func() {
		for _, c := range r.collections {
			if _, err := r.server.DeleteCollection(context.Background(), c.Workspace, c.Name); err != nil {
				r.t.Error(err)
			}
		}
	}()
	for i := range r.script.records {
		record := &r.script.records[i]
		if err := r.record(record); err != nil {
			mode := ""
			if r.flush {
				mode = " (flushed)"
			}
			r.t.Errorf("%s:%d%s: %v\n%s", r.script.name, record.line, mode, err, strings.Join(record.body, "\n"))
		}
	}
}

func (r *scriptRun) record(rec *record) error {
	switch rec.verb {
	case "documents", "delete":
		return r.change(rec)
	case "flush":
		c, err := r.collection(rec.args[0], "")
		if err != nil {
			return err
		}
		return r.server.Flush(context.Background(), c)
	case "parameter":
		var reader jsonio.Reader
		value, err := reader.Value(nil, []byte(rec.args[1]))
		r.request.Parameters = append(r.request.Parameters, Parameter{rec.args[0], value})
		return err
	case "columns":
		r.columns = rec.args
		return nil
	case "expand":
		r.request.ExpandStar = true
		return nil
	case "limit":
		n, err := strconv.ParseInt(rec.args[0], 10, 64)
		r.request.RowLimit = n
		return err
	}
	request := r.request
	request.SQL = rec.sql()
	columns := r.columns
	r.request, r.columns = Request{}, nil
	if rec.verb == "query" {
		return r.query(rec, request, columns)
	}
	_, err := answer(r.server, request)
	if rec.args[0] == "ok" {
		return err
	}
	if err == nil {
		return fmt.Errorf("no error, want %s", rec.args[1])
	}
	matched, bad := regexp.MatchString(rec.args[1], err.Error())
	if bad != nil {
		return bad
	}
	if !matched {
		return fmt.Errorf("error %q, want %s", err, rec.args[1])
	}
	return nil
}

// collection finds a collection, or makes it.
func (r *scriptRun) collection(name, shards string) (*catalog.Collection, error) {
	c, err := testCollection(r.server, name, shards)
	if err == nil && !slices.ContainsFunc(r.collections, func(known *catalog.Collection) bool { return known.ID == c.ID }) {
		r.collections = append(r.collections, c)
	}
	return c, err
}

func testCollection(s *Server, name, shards string) (*catalog.Collection, error) {
	ctx, by := context.Background(), catalog.By{User: "test"}
	workspace := catalog.DefaultWorkspace
	if dot := strings.LastIndexByte(name, '.'); dot >= 0 {
		workspace, name = name[:dot], name[dot+1:]
		if _, err := s.catalog.CreateWorkspace(ctx, workspace, "", by); err != nil && catalog.KindOf(err) != catalog.AlreadyExists {
			return nil, err
		}
	}
	if c, err := s.catalog.Collection(workspace, name); err == nil {
		return c, nil
	}
	want := catalog.Collection{Workspace: workspace, Name: name}
	if shards != "" {
		n, err := strconv.Atoi(shards)
		if err != nil {
			return nil, err
		}
		want.Shards = n
	}
	return s.CreateCollection(ctx, want, by)
}

// change adds or deletes documents.
func (r *scriptRun) change(rec *record) error {
	shards := ""
	if len(rec.args) == 3 {
		shards = rec.args[2]
	}
	c, err := r.collection(rec.args[0], shards)
	if err != nil {
		return err
	}
	var changes []ingest.Change
	for _, line := range rec.body {
		if rec.verb == "delete" {
			changes = append(changes, ingest.Change{Op: index.Delete, ID: vec.StringValue(line)})
			continue
		}
		var reader jsonio.Reader
		doc, err := reader.Value(nil, []byte(line))
		if err != nil {
			return fmt.Errorf("%s: %w", line, err)
		}
		changes = append(changes, ingest.Change{Op: index.Upsert, Document: doc})
	}
	if err := write(r.server, c, changes); err != nil {
		return err
	}
	if r.flush {
		return r.server.Flush(context.Background(), c)
	}
	return nil
}

// write makes changes, and waits until they are visible.
func write(s *Server, c *catalog.Collection, changes []ingest.Change) error {
	outcomes, fence, err := s.Write(context.Background(), c, changes)
	if err != nil {
		return err
	}
	for i, o := range outcomes {
		if o.Err != nil {
			return fmt.Errorf("change %d: %w", i, o.Err)
		}
	}
	_, err = s.Passed(context.Background(), fence, true)
	return err
}

func (r *scriptRun) query(rec *record, request Request, columns []string) error {
	root, err := r.roundTrip(request)
	if err != nil {
		return err
	}
	got, err := answer(r.server, request)
	if err != nil {
		return err
	}
	if names := got.names(); columns != nil && !slices.Equal(names, columns) {
		return fmt.Errorf("columns %q, want %q", names, columns)
	}
	if root != nil {
		visitFunctions(root.Input, func(name string) { r.called[name] = true })
	}
	sort := ""
	if len(rec.args) > 1 {
		sort = rec.args[1]
	}
	rows := got.text(sort)
	if *rewrite && !r.flush {
		rec.args = slices.DeleteFunc([]string{got.letters(), sort}, func(s string) bool { return s == "" })
		rec.want = rows
	}
	if rec.args[0] != got.letters() {
		return fmt.Errorf("types %s, want %s", got.letters(), rec.args[0])
	}
	if !slices.Equal(rows, rec.want) {
		return fmt.Errorf("got\n%s\nwant\n%s\nof", strings.Join(rows, "\n"), strings.Join(rec.want, "\n"))
	}
	return nil
}

// roundTrip binds a query and requires its plan to come out of Substrait as it went in. Other statements
// have no plan.
func (r *scriptRun) roundTrip(request Request) (*plan.Root, error) {
	ctx := context.Background()
	statement, err := sql.Parse(request.SQL)
	if err != nil {
		return nil, err
	}
	query, ok := statement.(*sql.Query)
	if !ok {
		return nil, nil
	}
	sees := r.server.snapshots(r.server.catalog.QueryInstance(), func(string) error { return nil })
	defer sees.Close()
	root, err := bind.Query(ctx, query, sees, sees, bind.Options{ExpandStar: request.ExpandStar, Parameters: request.parameterTypes()})
	if err != nil {
		return nil, err
	}
	first, err := substrait.Marshal(root)
	if err != nil {
		return nil, err
	}
	decoded, err := substrait.Unmarshal(ctx, first, sees)
	if err != nil {
		return nil, err
	}
	second, err := substrait.Marshal(decoded)
	if err == nil && !bytes.Equal(first, second) {
		err = fmt.Errorf("the plan is another behind Substrait:\n%s\nwas\n%s", plan.Explain(decoded.Input, nil), plan.Explain(root.Input, nil))
	}
	return root, err
}

// visitFunctions names the functions that a plan calls.
func visitFunctions(n plan.Node, called func(name string)) {
	if a, ok := n.(*plan.Aggregate); ok {
		for _, m := range a.Measures {
			called(m.Function)
		}
	}
	plan.MapExprs(n, func(e plan.Expr) plan.Expr {
		return plan.RewriteExpr(e, func(e plan.Expr) plan.Expr {
			switch x := e.(type) {
			case *plan.Call:
				called(x.Function)
			case *plan.Subquery:
				visitFunctions(x.Plan, called)
			}
			return e
		})
	})
	for _, in := range n.Inputs() {
		visitFunctions(in, called)
	}
}

// result is a Receiver that keeps all.
type result struct {
	fields []plan.Field
	rows   [][]vec.Value
}

// answer runs a query.
func answer(s *Server, request Request) (*result, error) {
	r := &result{}
	_, err := s.Query(context.Background(), request, r)
	return r, err
}

func (r *result) Fields(fields []plan.Field) error {
	r.fields = slices.Clone(fields)
	return nil
}

func (r *result) Batch(b *vec.Batch) error {
	for i := range b.Rows {
		row := make([]vec.Value, len(b.Columns))
		for c, v := range b.Columns {
			row[c] = slices.Clone(v.Value(i))
			declared := r.fields[c].Type
			if t := row[c].Type(); declared != vec.Dynamic && !t.IsNull() && t != declared {
				return fmt.Errorf("column %d is %s in the plan, and %s in row %d", c+1, declared, t, len(r.rows)+1)
			}
		}
		r.rows = append(r.rows, row)
	}
	return nil
}

// letters are the types of columns in a script.
var letters = map[vec.Type]string{
	vec.Null: "N", vec.Bool: "B", vec.Int: "I", vec.Float: "F", vec.String: "T", vec.Bytes: "X", vec.U256: "U",
	vec.Date: "D", vec.Time: "D", vec.Datetime: "D", vec.Timestamp: "D", vec.MonthInterval: "V", vec.MicrosecondInterval: "V",
	vec.Geography: "G", vec.Array: "A", vec.Object: "O", vec.Dynamic: "?",
}

func (r *result) letters() string {
	var b strings.Builder
	for _, f := range r.fields {
		b.WriteString(letters[f.Type])
	}
	return b.String()
}

func (r *result) names() []string {
	var names []string
	for _, f := range r.fields {
		names = append(names, f.Name)
	}
	return names
}

// text is the rows as a script has them.
func (r *result) text(sort string) []string {
	var lines []string
	for _, row := range r.rows {
		cells := make([]string, len(row))
		for i, v := range row {
			cells[i] = cellText(v)
		}
		if sort == "valuesort" {
			lines = append(lines, cells...)
		} else {
			lines = append(lines, strings.Join(cells, " | "))
		}
	}
	if sort != "" {
		slices.Sort(lines)
	}
	return lines
}

func cellText(v vec.Value) string {
	switch t := v.Type(); {
	case t == vec.Undefined:
		return "undefined"
	case t >= vec.Date && t <= vec.MicrosecondInterval:
		return string(vec.AppendText([]byte(t.String()+" "), t, v.Int()))
	case t != vec.String:
		return string(vec.AppendJSON(nil, v))
	}
	bare := string(v.Content())
	first, _, words := strings.Cut(bare, " ")
	_, typed := vec.ParseType(first)
	if bare == "" || typed && words || bare == "undefined" || strings.TrimRight(bare, " ") != bare || json.Valid([]byte(bare)) ||
		strings.Contains(bare, " | ") || strings.ContainsAny(bare, "\r\n") {
		return string(vec.AppendJSON(nil, v))
	}
	return bare
}
