package jsonio

import (
	"strconv"

	"github.com/outcropdb/outcrop/vec"
)

// Encoder writes rows of batches as JSON objects: {"a":1,"b":"x"}. Null is null; values are written as
// vec.AppendJSON does. It belongs to one goroutine at a time.
type Encoder struct {
	keys    [][]byte // ,"a":
	omit    bool
	columns []cells
	value   []byte
}

// NewEncoder makes an Encoder of batches whose columns have these names. omitUndefined leaves a column
// out of the rows in which it is undefined, as SELECT * does; else it is null there.
func NewEncoder(names []string, omitUndefined bool) *Encoder {
	e := &Encoder{omit: omitUndefined, columns: make([]cells, len(names))}
	for _, name := range names {
		e.keys = append(e.keys, append(vec.AppendJSONString([]byte{','}, []byte(name)), ':'))
	}
	return e
}

// AppendRow writes one row behind dst. For whole batches Append is faster.
func (e *Encoder) AppendRow(dst []byte, b *vec.Batch, row int) []byte {
	begin := len(dst)
	for c, v := range b.Columns {
		if e.omit && v.IsUndefined(row) {
			continue
		}
		dst = e.cell(append(dst, e.keys[c]...), v, row)
	}
	return endRow(dst, begin)
}

// endRow makes an object of the cells at dst[begin:], each of which begins with a comma.
func endRow(dst []byte, begin int) []byte {
	if len(dst) == begin {
		dst = append(dst, ',')
	}
	dst[begin] = '{'
	return append(dst, '}')
}

// cell writes the value of a row.
func (e *Encoder) cell(dst []byte, v *vec.Vector, row int) []byte {
	e.value = v.AppendValue(e.value[:0], row)
	return vec.AppendJSON(dst, e.value)
}

// Append writes all rows of the batch behind dst, each with the separator behind it.
func (e *Encoder) Append(dst []byte, b *vec.Batch, separator byte) []byte {
	// Column by column first: what differs between types is decided once a column, and a value of a
	// dictionary is formatted once.
	for c, v := range b.Columns {
		e.columns[c].reset()
		e.format(&e.columns[c], e.keys[c], v, b.Rows)
	}
	for row := range b.Rows {
		begin := len(dst)
		for c := range e.columns {
			dst = append(dst, e.columns[c].row(row)...)
		}
		dst = append(endRow(dst, begin), separator)
	}
	return dst
}

// cells are the texts of one column's cells, each with comma and key before it.
type cells struct {
	text []byte
	ends []int    // cell i is text[ends[i]:ends[i+1]]
	rows []uint32 // row i is cell rows[i]; when empty, cell i
}

func (c *cells) reset() { c.text, c.ends, c.rows = c.text[:0], append(c.ends[:0], 0), c.rows[:0] }

func (c *cells) end() { c.ends = append(c.ends, len(c.text)) }

func (c *cells) row(row int) []byte {
	if len(c.rows) > 0 {
		row = int(c.rows[row])
	}
	return c.text[c.ends[row]:c.ends[row+1]]
}

// format fills c with the cells of v.
func (e *Encoder) format(c *cells, key []byte, v *vec.Vector, rows int) {
	switch {
	case v.Form == vec.Const && rows > 0:
		e.formatRows(c, key, v, 1)
		for range rows {
			c.rows = append(c.rows, 0)
		}
	case v.Form == vec.Dict && v.Values.Rows <= rows:
		e.formatRows(c, key, v.Values, v.Values.Rows)
		null, undefined := uint32(v.Values.Rows), uint32(v.Values.Rows+1)
		c.text = append(append(c.text, key...), "null"...)
		c.end()
		if !e.omit {
			undefined = null
		}
		c.end()
		for row := range rows {
			cell := null
			if !v.IsNull(row) {
				cell = v.Codes[row]
			} else if v.IsUndefined(row) {
				cell = undefined
			}
			c.rows = append(c.rows, cell)
		}
	default:
		e.formatRows(c, key, v, rows)
	}
}

// formatRows appends a cell for each row of v.
func (e *Encoder) formatRows(c *cells, key []byte, v *vec.Vector, rows int) {
	write := e.cell
	if v.Form != vec.Dict {
		switch v.Type {
		case vec.Int:
			write = func(dst []byte, v *vec.Vector, i int) []byte { return strconv.AppendInt(dst, v.I64[i], 10) }
		case vec.Float:
			write = func(dst []byte, v *vec.Vector, i int) []byte { return vec.AppendJSONFloat(dst, v.F64[i]) }
		case vec.String:
			write = appendString
		}
	}
	for row := range rows {
		switch {
		case !v.IsNull(row):
			c.text = write(append(c.text, key...), v, row)
		case !e.omit || !v.IsUndefined(row):
			c.text = append(append(c.text, key...), "null"...)
		}
		c.end()
	}
}

// appendString writes row i of a String vector.
func appendString(dst []byte, v *vec.Vector, i int) []byte {
	s := v.Content(i)
	if plain(s, 0) == len(s) {
		return append(append(append(dst, '"'), s...), '"')
	}
	return vec.AppendJSONString(dst, s)
}
