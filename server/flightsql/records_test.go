package flightsql

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/flight"
	"github.com/apache/arrow-go/v18/arrow/flight/flightsql"
	"github.com/apache/arrow-go/v18/arrow/memory"
	pb "github.com/substrait-io/substrait-protobuf/go/substraitpb"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/vec"
)

func vectorOf(values ...vec.Value) *vec.Vector {
	v := &vec.Vector{}
	v.Reset(vec.Null)
	for _, value := range values {
		v.Append(value)
	}
	return v
}

// What leaves stays as it was when the batch's owner uses its vectors again, and has the type announced.
func TestRecords(t *testing.T) {
	one, text := vec.IntValue(vec.Int, 1), vec.StringValue("x")
	dict := &vec.Vector{Type: vec.String, Form: vec.Dict, Rows: 2, Codes: []uint32{0, 0}, Values: vectorOf(text)}
	for _, c := range []struct {
		name   string
		t      vec.Type
		column *vec.Vector
		want   string // or an error
	}{
		{"flat", vec.Int, vectorOf(one, vec.NullValue()), "[1 (null)]"},
		{"text", vec.String, vectorOf(text, text), `["x" "x"]`},
		{"const", vec.Int, vec.NewConst(one, 2), "[1 1]"},
		{"dict", vec.String, dict, `["x" "x"]`},
		{"bools", vec.Bool, vectorOf(vec.BoolValue(true), vec.BoolValue(false)), "[true false]"},
		{"int as float", vec.Float, vectorOf(one, vec.NullValue()), "[1 (null)]"},
		{"nulls as int", vec.Int, vectorOf(vec.NullValue(), vec.NullValue()), "[(null) (null)]"},
		{"mixed", vec.Dynamic, vectorOf(one, text), `["1" "\"x\""]`},
		{"mixed as int", vec.Int, vectorOf(one, text), "column 1, mixed as int: row 1 is of type string in a column of int"},
	} {
		r := &records{ctx: t.Context(), alloc: memory.DefaultAllocator, begun: make(chan *arrow.Schema, 1), failed: make(chan error, 1), chunks: make(chan flight.StreamChunk, 1)}
		if err := r.Fields([]plan.Field{{Name: c.name, Type: c.t}}); err != nil {
			t.Fatal(err)
		}
		err := r.Batch(&vec.Batch{Rows: 2, Columns: []*vec.Vector{c.column}})
		if err != nil {
			if err.Error() != c.want {
				t.Errorf("%s: %v, want %s", c.name, err, c.want)
			}
			continue
		}
		if c.column.Form == vec.Flat { // its owner fills it again
			clear(c.column.I64[:cap(c.column.I64)])
			clear(c.column.Bits[:cap(c.column.Bits)])
			clear(c.column.Valid)
			clear(c.column.Data[:cap(c.column.Data)])
		}
		chunk := <-r.chunks
		column := chunk.Data.Column(0)
		if e, ok := column.(array.ExtensionArray); ok {
			column = e.Storage()
		}
		if got := column.String(); got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
		chunk.Data.Release()
	}
}

func TestTypes(t *testing.T) {
	d := open(t)
	d.write("t", `{"_id":"1","bytes":{"__rockset_type":"bytes","value":"AQI="},"u":{"__rockset_type":"u256","value":"5"},
		"time":{"__rockset_type":"time","value":"12:00:00"},"datetime":{"__rockset_type":"datetime","value":"2024-01-31T12:00:00"},
		"months":{"__rockset_type":"month_interval","value":"1-2"},"micros":{"__rockset_type":"microsecond_interval","value":"1 00:00:00"},
		"point":{"__rockset_type":"geography","value":"{\"type\":\"Point\",\"coordinates\":[1,2]}"}}`, `{"_id":"2"}`)
	info, err := d.client.Execute(d.ctx, "SELECT bytes, u, time, datetime, months, micros, point FROM t ORDER BY _id")
	if err != nil {
		t.Fatal(err)
	}
	schema, err := flight.DeserializeSchema(info.Schema, memory.DefaultAllocator)
	if err != nil {
		t.Fatal(err)
	}
	var types []string
	for _, f := range schema.Fields() {
		types = append(types, f.Type.String())
	}
	if got, want := strings.Join(types, ", "), "binary, fixed_size_binary[32], time64[us], timestamp[us], month_interval, duration[us], utf8"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	want := `{"bytes":"AQI=","datetime":"2024-01-31T12:00:00","micros":"86400000000us","months":{"months":14},"point":"{\"type\":\"Point\",\"coordinates\":[1,2]}","time":"12:00:00","u":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAU="}` + "\n" +
		`{"bytes":null,"datetime":null,"micros":null,"months":null,"point":null,"time":null,"u":null}`
	if got := d.read(info); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// Plans come in by the same door.
func TestSubstrait(t *testing.T) {
	d := open(t)
	d.write("t", `{"_id":"1","n":1}`, `{"_id":"2","n":2}`)
	var text strings.Builder
	for line := range strings.Lines(d.query("EXPLAIN (FORMAT SUBSTRAIT) SELECT _id, n + 1 AS m FROM t WHERE n >= ? ORDER BY _id")) {
		var row struct{ Plan string }
		if err := json.Unmarshal([]byte(line), &row); err != nil {
			t.Fatal(err)
		}
		text.WriteString(row.Plan + "\n")
	}
	var parsed pb.Plan
	if err := protojson.Unmarshal([]byte(text.String()), &parsed); err != nil {
		t.Fatal(err)
	}
	encoded, err := proto.Marshal(&parsed)
	if err != nil {
		t.Fatal(err)
	}
	sent := flightsql.SubstraitPlan{Plan: encoded, Version: "0.85.0"}
	if info, err := d.client.ExecuteSubstrait(d.ctx, sent); err != nil {
		t.Error(err)
	} else if _, _, err := d.tryRead(info); err == nil || !strings.Contains(err.Error(), "parameter 1 has no value") {
		t.Error(err)
	}
	prepared, err := d.client.PrepareSubstrait(d.ctx, sent)
	if err != nil {
		t.Fatal(err)
	}
	defer prepared.Close(d.ctx)
	b := array.NewRecordBuilder(memory.DefaultAllocator, arrow.NewSchema([]arrow.Field{{Name: "least", Type: arrow.PrimitiveTypes.Int64}}, nil))
	defer b.Release()
	b.Field(0).(*array.Int64Builder).Append(2)
	values := b.NewRecordBatch()
	defer values.Release()
	prepared.SetParameters(values)
	info, err := prepared.Execute(d.ctx)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := d.read(info), `{"_id":"2","m":3}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
