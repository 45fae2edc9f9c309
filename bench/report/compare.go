package report

import (
	"fmt"
	"io"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/outcropdb/outcrop/bench"
)

// Compare writes what Outcrop's times are in a later run, over those in an earlier one, and, since the machine
// may have become another, how both compare with the peer that ran beside them.
func Compare(w io.Writer, before, after *bench.Result) {
	t := table.NewWriter()
	t.SetOutputMirror(w)
	t.SetStyle(table.StyleLight)
	t.Style().Format.Header = text.FormatDefault
	t.AppendHeader(table.Row{"workload", "query", "peer", "before ms", "after ms", "before / after", "their time / Outcrop's before", "after"})
	for i := range after.Queries {
		now := &after.Queries[i]
		then := Results{before}.timed(now.Workload, now.Query)
		if then == nil || then.Scale != now.Scale {
			continue
		}
		for _, timing := range now.Peers {
			a, b := then.Of(timing.Peer), now.Of(timing.Peer)
			if a == nil || b == nil {
				continue
			}
			x, y := bench.NewSpread(a.WallMS).Median, bench.NewSpread(b.WallMS).Median
			row := table.Row{now.Workload + " " + now.Scale, now.Query, timing.Peer, fmt.Sprintf("%.3g", x), fmt.Sprintf("%.3g", y), fmt.Sprintf("%.2f", x/y), "", ""}
			if timing.Peer != Outcrop {
				if r, ok := then.Ratio(timing.Peer, Outcrop); ok {
					row[6] = fmt.Sprintf("%.2f", r.Median)
				}
				if r, ok := now.Ratio(timing.Peer, Outcrop); ok {
					row[7] = fmt.Sprintf("%.2f", r.Median)
				}
			}
			t.AppendRow(row)
		}
	}
	t.Render()
}
