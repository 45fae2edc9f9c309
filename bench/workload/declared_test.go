package workload

import (
	"bytes"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/outcropdb/outcrop/bench"
)

// TestDeclared holds documents to the columns that their tables declare: all are there, no others, of the
// declared types.
func TestDeclared(t *testing.T) {
	for _, w := range []*bench.Workload{&hits, &rock, &rockMixed, &rockPatches, &httplogs, &httplogsUnique, &prose} {
		table := w.Tables[0]
		whole := bench.Type{Kind: bench.Struct, Fields: table.Columns}
		row := 0
		err := table.Generate(300, func(document []byte) error {
			row++
			d := json.NewDecoder(bytes.NewReader(document))
			d.UseNumber()
			var v any
			if err := d.Decode(&v); err != nil {
				return err
			}
			return holds(whole, v)
		})
		if err != nil {
			t.Errorf("workload %s: document %d: %v", w.Name, row, err)
		}
	}
}

// holds tells what is wrong with a value of a type.
func holds(t bench.Type, v any) error {
	ok := false
	switch v := v.(type) {
	case bool:
		ok = t.Kind == bench.Bool
	case json.Number:
		_, err := v.Int64()
		ok = t.Kind == bench.Float64 || t.Kind == bench.Int64 && err == nil
	case string:
		switch t.Kind {
		case bench.String:
			ok = true
		case bench.Date:
			_, err := time.Parse(time.DateOnly, v)
			ok = err == nil
		case bench.Timestamp:
			_, err := time.Parse("2006-01-02T15:04:05.000000Z", v) // of one length, to be compared as strings
			ok = err == nil
		}
	case []any:
		ok = t.Kind == bench.List
		for i := 0; ok && i < len(v); i++ {
			if err := holds(*t.Of, v[i]); err != nil {
				return err
			}
		}
	case map[string]any:
		ok = t.Kind == bench.Struct && len(t.Fields) == len(v)
		for _, f := range t.Fields {
			if err := holds(f.Type, v[f.Name]); err != nil {
				return fmt.Errorf("%s: %w", f.Name, err)
			}
		}
	}
	if !ok {
		return fmt.Errorf("%v is not of the declared type", v)
	}
	return nil
}
