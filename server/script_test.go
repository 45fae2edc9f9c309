package server

import (
	"bytes"
	"fmt"
	"os"
	"strings"
)

// A script is a file of testdata/slt: records separated by blank lines, each a directive with what it
// needs below it. Comments (#) stand between records.
//
//	documents NAME [shards N]   NDJSON, one document a line; makes the collection at its first use
//	delete NAME                 _ids, one a line
//	flush NAME                  documents in memory become segments
//	parameter NAME JSON         of the next query; typed values as in documents
//	columns NAME...             of the next query's result
//	expand                      the next query's SELECT * gives a column per field
//	limit N                     the next query's RowLimit
//	statement ok                SQL that has to work
//	statement error REGEXP      SQL that has to fail so
//	query TYPES [rowsort|valuesort]
//	                            SQL, "----", and the rows expected: a row a line, cells separated by " | "
//
// TYPES has a letter for the type that the plan gives to each column; see letters. A cell is what
// vec.AppendJSON writes, but that strings stand bare where nobody can take them for something else, that
// dates and times stand as date 2024-01-31, and that undefined stands out.
type script struct {
	name    string
	records []record
}

type record struct {
	line int      // of the directive
	head []string // comments and blank lines before it
	verb string
	args []string
	body []string // up to the blank line or ----
	want []string // of a query: the lines behind ----
}

// sql is the text of a statement or query.
func (r *record) sql() string { return strings.Join(r.body, "\n") }

// multiline directives go on below their line.
var multiline = map[string]bool{"documents": true, "delete": true, "statement": true, "query": true}

func readScript(path string) (*script, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	s := &script{name: path}
	lines := strings.Split(strings.TrimRight(string(text), "\n"), "\n")
	var head []string
	for i := 0; i < len(lines); {
		if line := lines[i]; line == "" || strings.HasPrefix(line, "#") {
			head = append(head, line)
			i++
			continue
		}
		verb, rest, _ := strings.Cut(lines[i], " ")
		r := record{line: i + 1, head: head, verb: verb}
		switch verb {
		case "statement", "parameter": // what follows the first word is one text
			first, text, _ := strings.Cut(rest, " ")
			r.args = []string{first, text}
		case "documents", "delete", "flush", "columns", "expand", "limit", "query":
			r.args = strings.Fields(rest)
		default:
			return nil, fmt.Errorf("%s:%d: no directive %q", path, i+1, verb)
		}
		head = nil
		i++
		for ; multiline[verb] && i < len(lines) && lines[i] != "" && lines[i] != "----"; i++ {
			r.body = append(r.body, lines[i])
		}
		if i < len(lines) && lines[i] == "----" {
			for i++; i < len(lines) && lines[i] != ""; i++ {
				r.want = append(r.want, lines[i])
			}
		}
		s.records = append(s.records, r)
	}
	return s, nil
}

// write puts the script back into its file.
func (s *script) write() error {
	var b bytes.Buffer
	for _, r := range s.records {
		for _, line := range append(r.head, strings.TrimRight(r.verb+" "+strings.Join(r.args, " "), " ")) {
			b.WriteString(line + "\n")
		}
		for _, line := range r.body {
			b.WriteString(line + "\n")
		}
		if r.verb == "query" {
			b.WriteString("----\n")
			for _, line := range r.want {
				b.WriteString(line + "\n")
			}
		}
	}
	return os.WriteFile(s.name, b.Bytes(), 0o644)
}
