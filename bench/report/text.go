package report

import (
	"fmt"
	"io"
	"slices"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/outcropdb/outcrop/bench"
)

// Text writes a run for a terminal: last, where one looks first, the targets that it says something of.
func Text(w io.Writer, r *bench.Result) {
	all := sections(Results{r})
	targets := all[0]
	targets.rows = slices.DeleteFunc(targets.rows, func(cells []string) bool { return cells[targetVerdict] == string(Unproven) })
	for _, s := range append(all[1:], targets) {
		if len(s.rows) == 0 {
			continue
		}
		fmt.Fprintf(w, "\n%s\n", s.title)
		t := table.NewWriter()
		t.SetOutputMirror(w)
		t.SetStyle(table.StyleLight)
		t.Style().Format.Header = text.FormatDefault
		t.AppendHeader(row(s.head))
		for _, cells := range s.rows {
			t.AppendRow(row(cells))
		}
		t.Render()
	}
	if r.Discarded != "" {
		fmt.Fprintf(w, "\nThis run does not count: %s.\n", r.Discarded)
	}
}

func row(cells []string) table.Row {
	out := make(table.Row, len(cells))
	for i, c := range cells {
		out[i] = c
	}
	return out
}
