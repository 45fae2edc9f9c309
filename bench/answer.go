package bench

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"
)

// DefaultTolerance is by how much two floats may differ, relative to the larger: systems add in different
// orders.
const DefaultTolerance = 1e-9

// Answer is the rows of a query's result. Cells are nil, bool, int64, float64, string, or, of arrays and
// objects, their JSON as a string. Dates and times are strings.
type Answer struct {
	Columns []string
	Rows    [][]any
}

// Cell makes a cell of a JSON value.
func Cell(text json.RawMessage) (any, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, fmt.Errorf("cell %.60q: %w", text, err)
	}
	switch v := v.(type) {
	case json.Number:
		if i, err := strconv.ParseInt(v.String(), 10, 64); err == nil {
			return i, nil
		}
		return v.Float64()
	case []any, map[string]any: // keys in order, spaces gone
		out, err := json.Marshal(v)
		return string(out), err
	}
	return v, nil
}

// Compare tells the first difference between two answers to a query; nil if there is none. An int equals
// the float of its value, a time equals the same instant in another notation, and names of columns do not
// matter.
func (q *Query) Compare(a, b *Answer) error {
	if len(a.Rows) != len(b.Rows) {
		return fmt.Errorf("%d rows against %d", len(a.Rows), len(b.Rows))
	}
	if len(a.Columns) != len(b.Columns) {
		return fmt.Errorf("%d columns against %d", len(a.Columns), len(b.Columns))
	}
	x, err := a.normal()
	if err != nil {
		return err
	}
	y, err := b.normal()
	if err != nil {
		return err
	}
	if !q.Ordered {
		order := exactFirst(x, y)
		sortRows(x, order)
		sortRows(y, order)
	}
	tolerance := cmp.Or(q.Tolerance, DefaultTolerance)
	for i := range x {
		for c := range x[i] {
			if !equal(x[i][c], y[i][c], tolerance) {
				return fmt.Errorf("row %d, column %d (%s): %v against %v", i+1, c+1, a.Columns[c], show(x[i][c]), show(y[i][c]))
			}
		}
	}
	return nil
}

// normal gives the rows with one notation for each value: integral floats as ints, times in UTC.
func (a *Answer) normal() ([][]any, error) {
	rows := make([][]any, len(a.Rows))
	for i, row := range a.Rows {
		if len(row) != len(a.Columns) {
			return nil, fmt.Errorf("row %d has %d cells for %d columns", i+1, len(row), len(a.Columns))
		}
		rows[i] = make([]any, len(row))
		for c, v := range row {
			rows[i][c] = normal(v)
		}
	}
	return rows, nil
}

// exact is up to where every integer is a float64 of its own.
const exact = 1 << 53

// notations of dates and times in which systems answer.
var notations = []string{time.RFC3339Nano, "2006-01-02 15:04:05.999999999", "2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05.999999999Z07:00", time.DateOnly}

func normal(v any) any {
	switch v := v.(type) {
	case float64:
		if v == math.Trunc(v) && math.Abs(v) < exact {
			return int64(v)
		}
	case string:
		if len(v) < len(time.DateOnly) || v[4] != '-' || v[0] < '0' || v[0] > '9' {
			return v
		}
		for _, notation := range notations {
			if t, err := time.Parse(notation, v); err == nil {
				return t.UTC().Format(time.RFC3339Nano)
			}
		}
	}
	return v
}

// exactFirst is the order of columns to sort rows by: those with floats last, which may differ a little.
func exactFirst(answers ...[][]any) []int {
	floats := map[int]bool{}
	width := 0
	for _, rows := range answers {
		for _, row := range rows {
			width = len(row)
			for c, v := range row {
				if _, ok := v.(float64); ok {
					floats[c] = true
				}
			}
		}
	}
	order := make([]int, width)
	for c := range order {
		order[c] = c
	}
	slices.SortStableFunc(order, func(a, b int) int {
		if floats[a] == floats[b] {
			return 0
		} else if floats[a] {
			return 1
		}
		return -1
	})
	return order
}

func sortRows(rows [][]any, order []int) {
	slices.SortFunc(rows, func(a, b []any) int {
		for _, c := range order {
			if d := compareCells(a[c], b[c]); d != 0 {
				return d
			}
		}
		return 0
	})
}

// compareCells orders cells: by kind, then by value.
func compareCells(a, b any) int {
	if d := cmp.Compare(rank(a), rank(b)); d != 0 {
		return d
	}
	switch a := a.(type) {
	case bool:
		return cmp.Compare(strconv.FormatBool(a), strconv.FormatBool(b.(bool)))
	case string:
		return cmp.Compare(a, b.(string))
	case int64:
		if b, ok := b.(int64); ok {
			return cmp.Compare(a, b)
		}
	}
	return cmp.Compare(number(a), number(b))
}

func rank(v any) int {
	switch v.(type) {
	case nil:
		return 0
	case bool:
		return 1
	case string:
		return 3
	}
	return 2
}

// number is the value of an int or float cell, 0 of others.
func number(v any) float64 {
	switch v := v.(type) {
	case int64:
		return float64(v)
	case float64:
		return v
	}
	return 0
}

func equal(a, b any, tolerance float64) bool {
	if rank(a) != 2 || rank(b) != 2 {
		return a == b
	}
	if x, ok := a.(int64); ok {
		if y, ok := b.(int64); ok {
			return x == y
		}
	}
	x, y := number(a), number(b)
	return x == y || math.Abs(x-y) <= tolerance*max(math.Abs(x), math.Abs(y)) || math.IsNaN(x) && math.IsNaN(y)
}

func show(v any) string {
	text, err := json.Marshal(v)
	if err != nil { // of an infinite float
		return fmt.Sprint(v)
	}
	return string(text)
}

// ErrUnsupported is the error, or in the chain of one, of what a system cannot do by its nature.
var ErrUnsupported = errors.New("not supported")
