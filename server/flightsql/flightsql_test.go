package flightsql

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"log/slog"
	"net"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/flight"
	"github.com/apache/arrow-go/v18/arrow/flight/flightsql"
	"github.com/apache/arrow-go/v18/arrow/ipc"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"go.uber.org/goleak"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/outcropdb/outcrop/catalog"
	"github.com/outcropdb/outcrop/index"
	"github.com/outcropdb/outcrop/ingest"
	"github.com/outcropdb/outcrop/server"
	"github.com/outcropdb/outcrop/vec/jsonio"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const adminKey = "the-admin-key-of-the-tests-which-is-long-enough"

// door is a server of its own, and a client of it.
type door struct {
	t      *testing.T
	server *server.Server
	client *flightsql.Client
	ctx    context.Context // with the admin's key
}

func open(t *testing.T) *door { return openWith(t, nil, insecure.NewCredentials()) }

func openWith(t *testing.T, secure *tls.Config, credentials credentials.TransportCredentials) *door {
	t.Helper()
	s, err := server.Open(t.Context(), server.Options{Dir: t.TempDir(), AdminKey: adminKey, Memory: 64 << 20, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	g, err := New(s, Options{Version: "1.2.3", TLS: secure, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error)
	go func() { served <- g.Serve(listener) }()
	client, err := flightsql.NewClient(listener.Addr().String(), nil, nil, grpc.WithTransportCredentials(credentials))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		client.Close()
		g.Stop()
		if err := <-served; err != nil {
			t.Error(err)
		}
		if err := s.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return &door{t, s, client, metadata.AppendToOutgoingContext(t.Context(), "authorization", "Bearer "+adminKey)}
}

// write makes a collection of commons, if it is not there, with documents in JSON.
func (d *door) write(name string, documents ...string) {
	d.t.Helper()
	c, err := d.server.Catalog().Collection("commons", name)
	if err != nil {
		if c, err = d.server.CreateCollection(d.t.Context(), catalog.Collection{Workspace: "commons", Name: name}, catalog.By{}); err != nil {
			d.t.Fatal(err)
		}
	}
	var changes []ingest.Change
	for _, text := range documents {
		v, err := new(jsonio.Reader).Value(nil, []byte(text))
		if err != nil {
			d.t.Fatal(err)
		}
		changes = append(changes, ingest.Change{Op: index.Upsert, Document: v})
	}
	if _, _, err := d.server.Write(d.t.Context(), c, changes); err != nil {
		d.t.Fatal(err)
	}
}

// read gets all streams of info, checks that their schema is the one announced, and gives the rows as JSON.
func (d *door) read(info *flight.FlightInfo) string {
	d.t.Helper()
	text, _, err := d.tryRead(info)
	if err != nil {
		d.t.Fatal(err)
	}
	return text
}

func (d *door) tryRead(info *flight.FlightInfo) (rows string, batches int, err error) {
	announced, err := flight.DeserializeSchema(info.Schema, memory.DefaultAllocator)
	if err != nil {
		d.t.Fatal(err)
	}
	var b strings.Builder
	for _, endpoint := range info.Endpoint {
		reader, err := d.client.DoGet(d.ctx, endpoint.Ticket)
		if err != nil {
			return "", 0, err
		}
		defer reader.Release()
		if !reader.Schema().Equal(announced) {
			d.t.Errorf("announced %s, got %s", announced, reader.Schema())
		}
		for reader.Next() {
			batches++
			var text bytes.Buffer
			if err := array.RecordToJSON(reader.RecordBatch(), &text); err != nil {
				d.t.Fatal(err)
			}
			b.WriteString(strings.TrimSuffix(text.String(), "\n") + "\n")
		}
		if err := reader.Err(); err != nil {
			return "", 0, err
		}
	}
	return strings.TrimSpace(b.String()), batches, nil
}

func (d *door) query(sql string) string {
	d.t.Helper()
	info, err := d.client.Execute(d.ctx, sql)
	if err != nil {
		d.t.Fatal(err)
	}
	return d.read(info)
}

func TestQuery(t *testing.T) {
	d := open(t)
	d.write("t",
		`{"_id":"1","_event_time":0,"i":1,"f":1.5,"s":"é","b":true,"o":{"a":[1,null]},"d":{"__rockset_type":"date","value":"2024-01-31"},"m":1}`,
		`{"_id":"2","_event_time":1,"i":null,"m":"x"}`)
	for _, c := range []struct{ sql, schema, rows string }{
		{"SELECT i, f, s, b FROM t ORDER BY _id", "i int64, f float64, s utf8, b bool", `{"b":true,"f":1.5,"i":1,"s":"é"}` + "\n" + `{"b":null,"f":null,"i":null,"s":null}`},
		{
			"SELECT o, m, o.a, d, _event_time FROM t ORDER BY _id", "o json, m json, a json, d date32, _event_time timestamp[us, tz=UTC]",
			`{"_event_time":"1970-01-01T00:00:00Z","a":[1,null],"d":"2024-01-31","m":1,"o":{"a":[1,null]}}` + "\n" +
				`{"_event_time":"1970-01-01T00:00:00.000001Z","a":null,"d":null,"m":"x","o":null}`,
		},
		{"SELECT * FROM t WHERE _id = '2'", "", `{"_event_time":"1970-01-01T00:00:00.000001Z","_id":"2","b":null,"d":null,"f":null,"i":null,"m":"x","o":null,"s":null}`},
		{"SELECT COUNT(*) AS n, MAX(f) AS f, 'x' AS c FROM t", "n int64, f float64, c utf8", `{"c":"x","f":1.5,"n":2}`},
		{"SELECT i FROM t WHERE i > 5", "i int64", ""},
		{"SELECT t.o.missing FROM t LIMIT 1", "missing null", `{"missing":null}`},
		{"DESCRIBE t", "", ""},
		{"EXPLAIN SELECT 1", "plan utf8", ""},
	} {
		info, err := d.client.Execute(d.ctx, c.sql)
		if err != nil {
			t.Errorf("%s: %v", c.sql, err)
			continue
		}
		rows := d.read(info)
		schema, err := flight.DeserializeSchema(info.Schema, memory.DefaultAllocator)
		if err != nil {
			t.Fatal(err)
		}
		var columns []string
		for _, f := range schema.Fields() {
			name := f.Type.String()
			if e, ok := f.Type.(arrow.ExtensionType); ok {
				name = strings.TrimPrefix(e.ExtensionName(), "arrow.")
			}
			columns = append(columns, f.Name+" "+name)
		}
		if got := strings.Join(columns, ", "); c.schema != "" && got != c.schema {
			t.Errorf("%s: schema %s, want %s", c.sql, got, c.schema)
		}
		if (c.rows != "" || c.schema == "i int64") && rows != c.rows {
			t.Errorf("%s: got\n%s\nwant\n%s", c.sql, rows, c.rows)
		}
	}
}

// Rows of a large result arrive in order, once each, in messages that a client with gRPC's default limit of 4 MiB takes.
func TestLargeResult(t *testing.T) {
	d := open(t)
	const rows = 200_000
	info, err := d.client.Execute(d.ctx, fmt.Sprintf("SELECT CAST(t.x AS int) AS x, 'text ' || CAST(t.x AS string) AS s FROM UNNEST(SEQUENCE(1, %d) AS x) AS t", rows))
	if err != nil {
		t.Fatal(err)
	}
	reader, err := d.client.DoGet(d.ctx, info.Endpoint[0].Ticket)
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Release()
	next := int64(1)
	for reader.Next() {
		x, s := reader.RecordBatch().Column(0).(*array.Int64), reader.RecordBatch().Column(1).(*array.String)
		for i := range x.Len() {
			if x.Value(i) != next || s.Value(i) != fmt.Sprintf("text %d", next) {
				t.Fatalf("row %d: %d %s", next, x.Value(i), s.Value(i))
			}
			next++
		}
	}
	if err := reader.Err(); err != nil || next != rows+1 {
		t.Fatal(err, next)
	}
	d.write("wide", `{"_id":"1","s":"`+strings.Repeat("x", 100<<10)+`"}`)
	info, err = d.client.Execute(d.ctx, "SELECT a.s FROM wide a, UNNEST(SEQUENCE(1, 100) AS x) AS t")
	if err != nil {
		t.Fatal(err)
	}
	if _, batches, err := d.tryRead(info); err != nil || batches < 100*(100<<10)/BatchBytes {
		t.Errorf("%d batches, %v", batches, err)
	}
}

// A client that goes away in the middle ends its query.
func TestClientGone(t *testing.T) {
	d := open(t)
	ctx, cancel := context.WithCancel(d.ctx)
	defer cancel()
	info, err := d.client.Execute(ctx, "SELECT a.x, b.y FROM UNNEST(SEQUENCE(1, 100000) AS x) AS a, UNNEST(SEQUENCE(1, 100000) AS y) AS b")
	if err != nil {
		t.Fatal(err)
	}
	reader, err := d.client.DoGet(ctx, info.Endpoint[0].Ticket)
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Release()
	if !reader.Next() {
		t.Fatal(reader.Err())
	}
	cancel()
	for start := time.Now(); d.server.Stats().Running > 0; {
		if time.Since(start) > 10*time.Second {
			t.Fatal("the query runs on")
		}
		d.query("SELECT 1 AS one")
	}
}

func TestPrepared(t *testing.T) {
	d := open(t)
	d.write("t", `{"_id":"1","n":1}`, `{"_id":"2","n":2}`, `{"_id":"3","n":3}`)
	p, err := d.client.Prepare(d.ctx, "SELECT _id FROM t WHERE n >= ? AND n < ? ORDER BY _id")
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := p.Close(d.ctx); err != nil {
			t.Error(err)
		}
	}()
	if got := p.DatasetSchema().String(); !strings.Contains(got, "_id: type=utf8") {
		t.Error(got)
	}
	if got := p.ParameterSchema(); got.NumFields() != 2 || got.Field(0).Name != "1" {
		t.Error(got)
	}
	bind := func(rows ...[2]int64) {
		b := array.NewRecordBuilder(memory.DefaultAllocator, arrow.NewSchema([]arrow.Field{{Name: "0", Type: arrow.PrimitiveTypes.Int64}, {Name: "1", Type: arrow.PrimitiveTypes.Int64}}, nil))
		defer b.Release()
		for _, row := range rows {
			b.Field(0).(*array.Int64Builder).Append(row[0])
			b.Field(1).(*array.Int64Builder).Append(row[1])
		}
		record := b.NewRecordBatch()
		defer record.Release()
		p.SetParameters(record)
	}
	for _, c := range []struct {
		from, to int64
		want     string
	}{{2, 3, `{"_id":"2"}`}, {1, 3, `{"_id":"1"}` + "\n" + `{"_id":"2"}`}, {9, 9, ""}} {
		bind([2]int64{c.from, c.to})
		info, err := p.Execute(d.ctx)
		if err != nil {
			t.Fatal(err)
		}
		if got := d.read(info); got != c.want {
			t.Errorf("%d to %d: got %s, want %s", c.from, c.to, got, c.want)
		}
	}
	bind([2]int64{1, 2}, [2]int64{2, 3})
	if _, err := p.Execute(d.ctx); status.Code(err) != codes.Unimplemented {
		t.Errorf("two rows of parameters: %v", err)
	}
	if _, err := d.client.Prepare(d.ctx, "SELECT nothing FROM"); status.Code(err) != codes.InvalidArgument || !strings.Contains(err.Error(), "line 1") {
		t.Error(err)
	}
}

func TestParameterName(t *testing.T) {
	for _, c := range []struct {
		names  string // of the statement's parameters
		column string
		at     int
		want   string // "" for an error
	}{
		{"1 2", "0", 0, "1"},
		{"1 2", "1", 1, "2"},
		{"1 2", "parameter_1", 0, "1"},
		{"1 2", "x", 2, ""},
		{"from to", "to", 0, "to"},
		{"from to", ":from", 1, "from"},
		{"from to", "", 1, "to"},
		{"1 to", "1", 1, "to"},
	} {
		got, err := parameterName(strings.Fields(c.names), c.column, c.at)
		if got != c.want || (err != nil) != (c.want == "") {
			t.Errorf("%+v: got %q, %v", c, got, err)
		}
	}
}

func TestAuthentication(t *testing.T) {
	d := open(t)
	if _, _, err := d.server.Catalog().CreateKey(t.Context(), catalog.Key{Name: "none", Role: catalog.RoleReadOnly}, "suspended-key-that-is-long-enough", catalog.By{}); err != nil {
		t.Fatal(err)
	}
	if _, err := d.server.Catalog().UpdateKey(t.Context(), "none", func(k *catalog.Key) error { k.State = catalog.KeySuspended; return nil }); err != nil {
		t.Fatal(err)
	}
	basic := func(user, password string) string {
		return "Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+password))
	}
	for _, c := range []struct {
		header string
		code   codes.Code
	}{
		{"Bearer " + adminKey, codes.OK},
		{"bearer " + adminKey, codes.OK},
		{"ApiKey " + adminKey, codes.OK},
		{basic("anybody", adminKey), codes.OK},
		{basic(adminKey, ""), codes.OK},
		{"", codes.Unauthenticated},
		{"Bearer wrong", codes.Unauthenticated},
		{"Basic ???", codes.Unauthenticated},
		{basic("admin", "admin"), codes.Unauthenticated},
		{"Bearer suspended-key-that-is-long-enough", codes.Unauthenticated},
	} {
		ctx := t.Context()
		if c.header != "" {
			ctx = metadata.AppendToOutgoingContext(ctx, "authorization", c.header)
		}
		_, err := d.client.Execute(ctx, "SELECT 1")
		if status.Code(err) != c.code {
			t.Errorf("%q: unary: %v, want %s", c.header, err, c.code)
		}
		if _, err := d.client.DoGet(ctx, &flight.Ticket{Ticket: []byte("?")}); c.code == codes.OK && status.Code(err) != codes.InvalidArgument || c.code != codes.OK && status.Code(err) != c.code {
			t.Errorf("%q: stream: %v", c.header, err)
		}
	}
	ctx, err := d.client.Client.AuthenticateBasicToken(t.Context(), "anybody", adminKey)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.client.Execute(ctx, "SELECT 1"); err != nil {
		t.Error(err)
	}
	if _, err := d.client.Client.AuthenticateBasicToken(t.Context(), "anybody", "wrong"); status.Code(err) != codes.Unauthenticated {
		t.Error(err)
	}
}

func TestTLS(t *testing.T) {
	https := httptest.NewTLSServer(nil) // for its certificate
	defer https.Close()
	roots := x509.NewCertPool()
	roots.AddCert(https.Certificate())
	d := openWith(t, &tls.Config{Certificates: https.TLS.Certificates}, credentials.NewTLS(&tls.Config{RootCAs: roots}))
	if got := d.query("SELECT 1 AS one"); got != `{"one":1}` {
		t.Error(got)
	}
}

func TestErrors(t *testing.T) {
	d := open(t)
	d.write("t", `{"_id":"1","n":1}`)
	for _, c := range []struct {
		sql  string
		code codes.Code
		text string
	}{
		{"SELECT n FROM tt", codes.NotFound, `did you mean "t"`},
		{"SELECT\nn FORM t", codes.InvalidArgument, "line 2"},
		{"", codes.InvalidArgument, ""},
	} {
		_, err := d.client.Execute(d.ctx, c.sql)
		if status.Code(err) != c.code || !strings.Contains(err.Error(), c.text) {
			t.Errorf("%s: got %v, want %s %s", c.sql, err, c.code, c.text)
		}
	}
	// What goes wrong when the query runs: before its first row, and behind some.
	for _, sql := range []string{"SELECT 1 + 'x' AS y", "SELECT t.n + m.x AS y FROM t, UNNEST([1, 'a'] AS x) AS m"} {
		info, err := d.client.Execute(d.ctx, sql)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err = d.tryRead(info); status.Code(err) != codes.InvalidArgument || !strings.Contains(err.Error(), "add") {
			t.Errorf("%s: %v", sql, err)
		}
	}
	info, err := d.client.Execute(d.ctx, "SELECT a.x * 10000 + b.y AS k FROM UNNEST(SEQUENCE(1, 1000) AS x) AS a, UNNEST(SEQUENCE(1, 5000) AS y) AS b GROUP BY k")
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := d.tryRead(info); status.Code(err) != codes.ResourceExhausted {
		t.Error(err)
	}
}

func TestMetadata(t *testing.T) {
	d := open(t)
	d.write("events", `{"_id":"1","n":1}`)
	d.write("other")
	if _, err := d.server.Catalog().CreateWorkspace(t.Context(), "prod.eu", "", catalog.By{}); err != nil {
		t.Fatal(err)
	}
	show := func(info *flight.FlightInfo, err error) string {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return d.read(info)
	}
	pattern := func(s string) *string { return &s }
	for _, c := range []struct{ name, got, want string }{
		{"catalogs", show(d.client.GetCatalogs(d.ctx)), `{"catalog_name":""}`},
		{
			"schemas", show(d.client.GetDBSchemas(d.ctx, &flightsql.GetDBSchemasOpts{})),
			`{"catalog_name":"","db_schema_name":"commons"}` + "\n" + `{"catalog_name":"","db_schema_name":"prod"}` + "\n" + `{"catalog_name":"","db_schema_name":"prod.eu"}`,
		},
		{"schemas like", show(d.client.GetDBSchemas(d.ctx, &flightsql.GetDBSchemasOpts{DbSchemaFilterPattern: pattern("prod_%")})), `{"catalog_name":"","db_schema_name":"prod.eu"}`},
		{"schemas of no catalog", show(d.client.GetDBSchemas(d.ctx, &flightsql.GetDBSchemasOpts{Catalog: pattern("x")})), ``},
		{"table types", show(d.client.GetTableTypes(d.ctx)), `{"table_type":"TABLE"}`},
		{
			"tables", show(d.client.GetTables(d.ctx, &flightsql.GetTablesOpts{})),
			`{"catalog_name":"","db_schema_name":"commons","table_name":"events","table_type":"TABLE"}` + "\n" +
				`{"catalog_name":"","db_schema_name":"commons","table_name":"other","table_type":"TABLE"}`,
		},
		{
			"tables like", show(d.client.GetTables(d.ctx, &flightsql.GetTablesOpts{TableNameFilterPattern: pattern("%v_nts")})),
			`{"catalog_name":"","db_schema_name":"commons","table_name":"events","table_type":"TABLE"}`,
		},
		{"views", show(d.client.GetTables(d.ctx, &flightsql.GetTablesOpts{TableTypes: []string{"VIEW"}})), ``},
	} {
		if c.got != c.want {
			t.Errorf("%s: got\n%s\nwant\n%s", c.name, c.got, c.want)
		}
	}
	info, err := d.client.GetTables(d.ctx, &flightsql.GetTablesOpts{IncludeSchema: true, TableNameFilterPattern: pattern("events")})
	if err != nil {
		t.Fatal(err)
	}
	reader, err := d.client.DoGet(d.ctx, info.Endpoint[0].Ticket)
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Release()
	if !reader.Next() {
		t.Fatal(reader.Err())
	}
	encoded := reader.RecordBatch().Column(4).(*array.Binary).Value(0)
	schema, err := ipc.NewReader(bytes.NewReader(encoded))
	if err != nil {
		t.Fatal(err)
	}
	defer schema.Release()
	if f, ok := schema.Schema().FieldsByName("n"); !ok || f[0].Type.ID() != arrow.INT64 {
		t.Error(schema.Schema())
	}
	for reader.Next() {
	}
	if got := show(d.client.GetSqlInfo(d.ctx, []flightsql.SqlInfo{flightsql.SqlInfoFlightSqlServerName, flightsql.SqlInfoFlightSqlServerVersion})); !strings.Contains(got, "Outcrop") || !strings.Contains(got, "1.2.3") {
		t.Error(got)
	}
	if schema, err := d.client.GetExecuteSchema(d.ctx, "SELECT n FROM events"); err != nil || len(schema.Schema) == 0 {
		t.Error(err)
	}
}

func FuzzHandle(f *testing.F) {
	f.Add((&statement{SQL: "SELECT 1"}).handle())
	f.Add([]byte(`{"substrait":"AAAA","parameters":[{"Name":"1","Value":"Aw=="}]}`))
	f.Fuzz(func(t *testing.T, handle []byte) {
		s, err := parseHandle(handle)
		if err != nil {
			return
		}
		again, err := parseHandle(s.handle())
		if err != nil || again.SQL != s.SQL || !bytes.Equal(again.Substrait, s.Substrait) || len(again.Parameters) != len(s.Parameters) {
			t.Errorf("%q: %+v, then %+v, %v", handle, s, again, err)
		}
	})
}
