package bench

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/compress"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"
)

const (
	// parquetRows are the rows of a row group: what DuckDB, which scans them in parallel, advises.
	parquetRows = 122_880
	// parquetLine is the longest document, in bytes.
	parquetLine = 16 << 20
)

// Parquet writes a table's documents, NDJSON, as a Parquet file, with the columns that the table declares: a
// field of kind Any as JSON text, one that a document lacks as null. Fields that are not declared are left out.
// It gives the number of rows.
func Parquet(out io.Writer, t *Table, ndjson io.Reader) (rows int64, err error) {
	if len(t.Columns) == 0 {
		return 0, fmt.Errorf("table %s declares no types, which Parquet needs", t.Name)
	}
	object := Type{Kind: Struct, Fields: t.Columns}
	schema := arrow.NewSchema(arrowType(object).(*arrow.StructType).Fields(), nil)
	properties := parquet.NewWriterProperties(parquet.WithCompression(compress.Codecs.Zstd), parquet.WithMaxRowGroupLength(parquetRows))
	w, err := pqarrow.NewFileWriter(schema, out, properties, pqarrow.DefaultWriterProps())
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	b := array.NewStructBuilder(memory.DefaultAllocator, arrowType(object).(*arrow.StructType))
	defer b.Release()
	flush := func() error {
		group := b.NewStructArray()
		defer group.Release()
		batch := array.RecordFromStructArray(group, schema)
		defer batch.Release()
		return w.Write(batch)
	}
	lines := bufio.NewScanner(ndjson)
	lines.Buffer(nil, parquetLine)
	for lines.Scan() {
		if err := appendJSON(b, object, lines.Bytes()); err != nil {
			return rows, fmt.Errorf("table %s: document %d: %w", t.Name, rows+1, err)
		}
		if rows++; rows%parquetRows == 0 {
			if err := flush(); err != nil {
				return rows, err
			}
		}
	}
	if err := lines.Err(); err != nil {
		return rows, err
	}
	if b.Len() > 0 {
		return rows, flush()
	}
	return rows, nil
}

// arrowTypes are Arrow's, of kinds that are not made of others.
var arrowTypes = map[Kind]arrow.DataType{
	Bool: arrow.FixedWidthTypes.Boolean, Int64: arrow.PrimitiveTypes.Int64, Float64: arrow.PrimitiveTypes.Float64,
	String: arrow.BinaryTypes.String, Date: arrow.FixedWidthTypes.Date32, Timestamp: arrow.FixedWidthTypes.Timestamp_us, Any: arrow.BinaryTypes.String,
}

func arrowType(t Type) arrow.DataType {
	switch t.Kind {
	case List:
		return arrow.ListOf(arrowType(*t.Of))
	case Struct:
		var fields []arrow.Field
		for _, c := range t.Fields {
			fields = append(fields, arrow.Field{Name: c.Name, Type: arrowType(c.Type), Nullable: true})
		}
		return arrow.StructOf(fields...)
	}
	return arrowTypes[t.Kind]
}

// appendJSON appends a JSON value of a type; nil, which is a field that is not there, and null are null.
func appendJSON(b array.Builder, t Type, text json.RawMessage) (err error) {
	if text == nil || string(text) == "null" {
		b.AppendNull()
		return nil
	}
	switch t.Kind {
	case Struct:
		var fields map[string]json.RawMessage
		if err := json.Unmarshal(text, &fields); err != nil {
			return err
		}
		object := b.(*array.StructBuilder)
		object.Append(true)
		for i, c := range t.Fields {
			if err := appendJSON(object.FieldBuilder(i), c.Type, fields[c.Name]); err != nil {
				return fmt.Errorf("field %s: %w", c.Name, err)
			}
		}
		return nil
	case List:
		var elements []json.RawMessage
		if err := json.Unmarshal(text, &elements); err != nil {
			return err
		}
		list := b.(*array.ListBuilder)
		list.Append(true)
		for _, element := range elements {
			if err := appendJSON(list.ValueBuilder(), *t.Of, element); err != nil {
				return err
			}
		}
		return nil
	case Bool:
		value, err := strconv.ParseBool(string(text))
		b.(*array.BooleanBuilder).Append(value)
		return err
	case Int64:
		value, err := strconv.ParseInt(string(text), 10, 64)
		b.(*array.Int64Builder).Append(value)
		return err
	case Float64:
		value, err := strconv.ParseFloat(string(text), 64)
		b.(*array.Float64Builder).Append(value)
		return err
	case Any:
		b.(*array.StringBuilder).Append(string(text))
		return nil
	}
	var value string
	if err := json.Unmarshal(text, &value); err != nil {
		return err
	}
	var at time.Time
	switch t.Kind {
	case Date:
		at, err = time.Parse(time.DateOnly, value)
		b.(*array.Date32Builder).Append(arrow.Date32FromTime(at))
	case Timestamp:
		at, err = time.Parse(time.RFC3339Nano, value)
		b.(*array.TimestampBuilder).Append(arrow.Timestamp(at.UnixMicro()))
	default:
		b.(*array.StringBuilder).Append(value)
	}
	return err
}
