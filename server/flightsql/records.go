package flightsql

import (
	"context"
	"fmt"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/flight"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/server"
	"github.com/outcropdb/outcrop/vec"
)

// records is the server.Receiver that makes Arrow record batches of a result. It waits for the client to
// take one before it makes the next.
type records struct {
	ctx    context.Context
	alloc  memory.Allocator
	fields []plan.Field
	schema *arrow.Schema           // nil until Fields
	begun  chan *arrow.Schema      // gets the schema, if all is well so far,
	failed chan error              // or this the error
	chunks chan flight.StreamChunk // what follows the schema
}

var _ server.Receiver = (*records)(nil)

// Fields is the Receiver's.
func (r *records) Fields(fields []plan.Field) error {
	r.fields, r.schema = fields, schemaOf(fields)
	r.begun <- r.schema
	return nil
}

// Batch is the Receiver's.
func (r *records) Batch(b *vec.Batch) error {
	if b.Rows == 0 {
		return nil
	}
	columns := make([]arrow.Array, 0, len(r.fields))
	size := 0
	defer func() {
		for _, c := range columns {
			c.Release()
		}
	}()
	for i, f := range r.fields {
		column, err := r.column(b.Columns[i], f)
		if err != nil {
			return fmt.Errorf("column %d, %s: %w", i+1, f.Name, err)
		}
		columns = append(columns, column)
		size += int(column.Data().SizeInBytes())
	}
	record := array.NewRecordBatch(r.schema, columns, int64(b.Rows))
	defer record.Release()
	step := b.Rows
	if size > BatchBytes {
		step = max(1, b.Rows*BatchBytes/size)
	}
	for from := 0; from < b.Rows; from += step {
		if err := r.send(flight.StreamChunk{Data: record.NewSlice(int64(from), int64(min(from+step, b.Rows)))}); err != nil {
			return err
		}
	}
	return nil
}

// column is an array of the type that the schema says, and that outlives the batch.
func (r *records) column(v *vec.Vector, f plan.Field) (arrow.Array, error) {
	own := v
	switch {
	case f.Type == vec.Float && v.Type == vec.Int:
		own = new(vec.Vector)
		own.Reset(vec.Float)
		for i := range v.Rows {
			if v.IsNull(i) {
				own.Append(vec.NullValue())
			} else {
				own.Append(vec.FloatValue(float64(v.Value(i).Int())))
			}
		}
	case v.Form == vec.Flat && v.Type == f.Type:
		// ToArrowAs would share this memory, which the batch's owner uses again.
		own = new(vec.Vector)
		own.Reset(v.Type)
		own.AppendRows(v, 0, v.Rows)
	}
	return vec.ToArrowAs(own, f.Type, r.alloc)
}

// send hands a chunk over, or lets go of it when nobody is there any more.
func (r *records) send(chunk flight.StreamChunk) error {
	select {
	case r.chunks <- chunk:
		return nil
	case <-r.ctx.Done():
		if chunk.Data != nil {
			chunk.Data.Release()
		}
		return context.Cause(r.ctx)
	}
}

// fail ends the stream with an error.
func (r *records) fail(err error) {
	if r.schema == nil {
		r.failed <- err
		return
	}
	_ = r.send(flight.StreamChunk{Err: err}) // who has gone needs no error
}
