package server_test

import (
	"crypto/md5"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/outcropdb/outcrop/vec"
)

// sltRecord is one record of a sqllogictest file.
type sltRecord struct {
	line int
	skip string   // why it is not for us
	verb string   // statement, query, halt ...
	args []string // of a query: column letters, how to sort, label
	sql  string
	want []string // of a query: the lines behind ----
}

func readSLT(text string) (records []sltRecord) {
	lines := strings.Split(text, "\n")
	skip := ""
	for i := 0; i < len(lines); {
		line := i
		words := strings.Fields(lines[i])
		i++
		if len(words) == 0 || strings.HasPrefix(words[0], "#") {
			continue
		}
		switch words[0] {
		case "skipif":
			if words[1] == "postgresql" {
				skip = "skipif postgresql"
			}
			continue
		case "onlyif":
			if words[1] != "postgresql" {
				skip = "onlyif another engine"
			}
			continue
		}
		r := sltRecord{line: line + 1, skip: skip, verb: words[0], args: words[1:]}
		skip = ""
		if r.verb == "query" || r.verb == "statement" {
			var body []string
			for ; i < len(lines) && strings.TrimSpace(lines[i]) != "" && strings.TrimSpace(lines[i]) != "----"; i++ {
				body = append(body, strings.TrimRight(lines[i], "\r"))
			}
			r.sql = strings.Join(body, "\n")
			if i < len(lines) && strings.TrimSpace(lines[i]) == "----" {
				for i++; i < len(lines) && strings.TrimRight(lines[i], "\r") != ""; i++ {
					r.want = append(r.want, strings.TrimRight(lines[i], "\r"))
				}
			}
		}
		records = append(records, r)
	}
	return records
}

// compare compares the cells of a result with what the record wants: values a line, or their hash.
func (r *sltRecord) compare(rows [][]string) error {
	order := ""
	if len(r.args) > 1 {
		order = r.args[1]
	}
	if order == "rowsort" {
		slices.SortFunc(rows, slices.Compare[[]string])
	}
	values := slices.Concat(rows...)
	if order == "valuesort" {
		slices.Sort(values)
	}
	got := values
	if len(r.want) == 1 && strings.Contains(r.want[0], " values hashing to ") {
		hash := md5.New()
		for _, v := range values {
			fmt.Fprintln(hash, v)
		}
		got = []string{fmt.Sprintf("%d values hashing to %x", len(values), hash.Sum(nil))}
	}
	if !slices.Equal(got, r.want) {
		return fmt.Errorf("got %q, want %q", got, r.want)
	}
	return nil
}

// sltCell is a value as SQLite's test runner prints it in a column of a letter: Integer, Real or Text.
func sltCell(letter byte, v vec.Value) string {
	if v.IsNull() {
		return "NULL"
	}
	switch letter {
	case 'I':
		return strconv.FormatInt(sltInt(v), 10)
	case 'R':
		return strconv.FormatFloat(sltFloat(v), 'f', 3, 64)
	}
	text := []byte(sltText(v))
	if len(text) == 0 {
		return "(empty)"
	}
	for i, c := range text {
		if c < ' ' || c > '~' {
			text[i] = '@'
		}
	}
	return string(text)
}

func sltInt(v vec.Value) int64 {
	switch v.Type() {
	case vec.Int:
		return v.Int()
	case vec.Bool:
		if v.Bool() {
			return 1
		}
		return 0
	}
	return int64(sltFloat(v))
}

func sltFloat(v vec.Value) float64 {
	switch v.Type() {
	case vec.Float:
		return v.Float()
	case vec.String: // a text is the number that it begins with
		var f float64
		fmt.Sscanf(string(v.Content()), "%g", &f)
		return f
	}
	return float64(sltInt(v))
}

func sltText(v vec.Value) string {
	switch v.Type() {
	case vec.String:
		return string(v.Content())
	case vec.Float:
		text := strconv.FormatFloat(v.Float(), 'g', 15, 64)
		if !strings.ContainsAny(text, ".en") {
			text += ".0"
		}
		return text
	}
	return strconv.FormatInt(sltInt(v), 10)
}

// sltColumn is a column of a table, by what CREATE TABLE says.
type sltColumn struct {
	name string
	kind string // in upper case: INTEGER, FLOAT, VARCHAR ...
}

func (t *sltTable) column(name string) sltColumn {
	for _, c := range t.columns {
		if c.name == name {
			return c
		}
	}
	return sltColumn{name: name}
}

// document makes a row a document; columns that the row does not have are null.
func (t *sltTable) document(columns []sltColumn, row []vec.Value) vec.Value {
	doc, mark := vec.BeginObject(nil)
	for _, c := range t.columns {
		doc = vec.AppendKey(doc, c.name)
		if i := slices.Index(columns, c); i >= 0 {
			doc = c.store(row[i]).Append(doc)
		} else {
			doc = vec.AppendNull(doc)
		}
	}
	return vec.EndObject(doc, mark)
}

// store is a value as a column of this kind keeps it.
func (c sltColumn) store(v vec.Value) vec.Value {
	switch c.kind {
	case "FLOAT", "REAL", "DOUBLE":
		if v.Type() == vec.Int {
			return vec.FloatValue(float64(v.Int()))
		}
	case "TEXT", "VARCHAR", "CHAR":
		if !v.IsNull() {
			return vec.StringValue(sltText(v))
		}
	}
	return v
}

// literalValue is the value of a syntax tree's literal.
func literalValue(literal any) vec.Value {
	switch x := literal.(type) {
	case bool:
		return vec.BoolValue(x)
	case int64:
		return vec.IntValue(vec.Int, x)
	case float64:
		return vec.FloatValue(x)
	case string:
		return vec.StringValue(x)
	}
	return vec.NullValue()
}
