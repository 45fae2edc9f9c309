package main

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/outcropdb/outcrop/vec"
	"github.com/outcropdb/outcrop/vec/jsonio"
)

// formats are the ways to print a result, by the name that --format takes. "arrow" is not among them: it
// does not come over the HTTP API.
var formats = map[string]func(w io.Writer, r *result, wide bool) error{
	"table":  printTable,
	"json":   printJSON,
	"ndjson": printLines,
	"csv":    printCSV,
}

// maxCell is the number of columns of the screen that a cell of a table may take, unless it is to be wide.
const maxCell = 60

// grid is a result by rows and columns. An undefined value is nil.
type grid struct {
	names []string
	rows  [][]vec.Value
}

// newGrid lays a result out: columns in the order that it gives or, for SELECT *, in which they first appear.
func newGrid(r *result) (*grid, error) {
	g := &grid{}
	column := map[string]int{}
	add := func(name string) int {
		n, ok := column[name]
		if !ok {
			n = len(g.names)
			column[name] = n
			g.names = append(g.names, name)
		}
		return n
	}
	for _, c := range r.Columns {
		add(c.Name)
	}
	var reader jsonio.Reader
	for i, text := range r.Rows {
		document, _, err := reader.Document(nil, text)
		if err != nil {
			return nil, fmt.Errorf("row %d of the answer: %w; --format ndjson prints it as it is", i+1, err)
		}
		row := make([]vec.Value, len(g.names))
		for key, value := range vec.Value(document).Fields() {
			n := add(string(key))
			if n >= len(row) {
				row = slices.Grow(row, n+1-len(row))[:n+1]
			}
			row[n] = value
		}
		g.rows = append(g.rows, row)
	}
	return g, nil
}

// cell is the value of a row in a column, as text: strings as they are, arrays and objects as JSON.
func cell(row []vec.Value, column int) (text string, t vec.Type) {
	if column >= len(row) {
		return "", vec.Undefined
	}
	v := row[column]
	switch t = v.Type(); t {
	case vec.Undefined, vec.Null:
		return "", t
	case vec.String, vec.Geography:
		return string(v.Content()), t
	case vec.Date, vec.Time, vec.Datetime, vec.MonthInterval, vec.MicrosecondInterval:
		return string(vec.AppendText(nil, t, v.Int())), t
	}
	return string(vec.AppendJSON(nil, v)), t
}

// printTable draws a table. Null is shown as null, a field that is not there as nothing. Cells are cut
// unless the table is to be wide or has one column only.
func printTable(w io.Writer, r *result, wide bool) error {
	g, err := newGrid(r)
	if err != nil {
		return err
	}
	t := table.NewWriter()
	t.SetStyle(table.StyleLight)
	t.Style().Format.Header = text.FormatDefault
	header := table.Row{}
	for _, name := range g.names {
		header = append(header, printable(name))
	}
	t.AppendHeader(header)
	var alignments []table.ColumnConfig
	for n := range g.names {
		numbers := true
		for _, row := range g.rows {
			_, kind := cell(row, n)
			numbers = numbers && (kind.IsNumber() || kind.IsNull())
		}
		if numbers {
			alignments = append(alignments, table.ColumnConfig{Number: n + 1, Align: text.AlignRight, AlignHeader: text.AlignRight})
		}
	}
	t.SetColumnConfigs(alignments)
	for _, row := range g.rows {
		line := table.Row{}
		for n := range g.names {
			content, kind := cell(row, n)
			if kind == vec.Null {
				content = "null"
			}
			content = printable(content)
			if !wide && len(g.names) > 1 {
				content = text.Snip(content, maxCell, "…")
			}
			line = append(line, content)
		}
		t.AppendRow(line)
	}
	if len(g.names) > 0 {
		if _, err := io.WriteString(w, t.Render()+"\n"); err != nil {
			return err
		}
	}
	return nil
}

// printable makes control characters visible, which else would disturb a table or command the terminal.
func printable(s string) string {
	control := func(r rune) bool { return r < ' ' || r >= 0x7F && r < 0xA0 }
	if strings.IndexFunc(s, control) < 0 {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case control(r):
			fmt.Fprintf(&b, `\x%02x`, r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// printJSON writes an array of objects, one a line.
func printJSON(w io.Writer, r *result, _ bool) error {
	b := bufio.NewWriter(w)
	b.WriteString("[")
	for i, row := range r.Rows {
		if i > 0 {
			b.WriteString(",")
		}
		b.WriteString("\n")
		b.Write(row)
	}
	b.WriteString("\n]\n")
	return b.Flush()
}

// printLines writes an object a line.
func printLines(w io.Writer, r *result, _ bool) error {
	b := bufio.NewWriter(w)
	for _, row := range r.Rows {
		b.Write(row)
		b.WriteByte('\n')
	}
	return b.Flush()
}

// printCSV writes RFC 4180 with a header. Null and undefined are empty, an empty string is "".
func printCSV(w io.Writer, r *result, _ bool) error {
	g, err := newGrid(r)
	if err != nil {
		return err
	}
	b := bufio.NewWriter(w)
	for n, name := range g.names {
		writeCSV(b, n, name, false)
	}
	b.WriteString("\r\n")
	for _, row := range g.rows {
		for n := range g.names {
			content, kind := cell(row, n)
			writeCSV(b, n, content, kind.IsNull())
		}
		b.WriteString("\r\n")
	}
	return b.Flush()
}

func writeCSV(b *bufio.Writer, column int, content string, null bool) {
	if column > 0 {
		b.WriteByte(',')
	}
	if null {
		return
	}
	if content != "" && !strings.ContainsAny(content, ",\"\r\n") && content[0] != ' ' && content[len(content)-1] != ' ' {
		b.WriteString(content)
		return
	}
	b.WriteByte('"')
	b.WriteString(strings.ReplaceAll(content, `"`, `""`))
	b.WriteByte('"')
}
