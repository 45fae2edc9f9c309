package report

import (
	"fmt"
	"html"
	"math"
	"slices"
	"strings"

	"github.com/outcropdb/outcrop/bench"
)

// chart is bars on a logarithmic scale, from the line at 1 to the right where Outcrop is faster, to the left
// where it is slower.
type chart struct {
	name, title string
	bars        []chartBar
}

type chartBar struct {
	label string
	peer  string
	bench.Spread
}

// chartsOf has one chart a workload.
func chartsOf(r Results) (charts []chart) {
	for _, name := range r.workloads() {
		c := chart{name: name}
		for _, q := range r.of(name) {
			c.title = fmt.Sprintf("%s, %s: their time / Outcrop's", name, q.Scale)
			for _, t := range q.Peers {
				if ratio, ok := q.Ratio(t.Peer, Outcrop); ok && t.Peer != Outcrop {
					c.bars = append(c.bars, chartBar{q.Query, t.Peer, ratio})
				}
			}
		}
		if len(c.bars) > 0 {
			charts = append(charts, c)
		}
	}
	return charts
}

// The measures of charts, in pixels.
const (
	chartWidth  = 760
	chartLeft   = 250
	chartRight  = 60
	chartTop    = 44
	chartRow    = 16
	chartBottom = 24
	chartLegend = 150 // of a peer's name, at most
)

// chartColors are of peers, in the order in which they appear; they repeat past the last.
var chartColors = []string{"#2b6cb0", "#90cdf4", "#c05621", "#f6ad55", "#2f855a", "#9ae6b4", "#6b46c1"}

func (c *chart) svg() string {
	low, high := 0.5, 2.0
	var peers []string
	for _, b := range c.bars {
		low, high = min(low, b.Low), max(high, b.High)
		if !slices.Contains(peers, b.peer) {
			peers = append(peers, b.peer)
		}
	}
	x := func(v float64) float64 {
		share := (math.Log(v) - math.Log(low)) / (math.Log(high) - math.Log(low))
		return chartLeft + share*(chartWidth-chartLeft-chartRight)
	}
	height := chartTop + chartRow*len(c.bars) + chartBottom
	var s strings.Builder
	fmt.Fprintf(&s, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="11">`+"\n", chartWidth, height)
	fmt.Fprintf(&s, `<rect width="%d" height="%d" fill="#ffffff"/>`+"\n", chartWidth, height)
	fmt.Fprintf(&s, `<text x="8" y="16" font-size="13" font-weight="bold">%s</text>`+"\n", html.EscapeString(c.title))
	legend := min(chartLegend, (chartWidth-16)/max(1, len(peers)))
	for i, p := range peers {
		fmt.Fprintf(&s, `<rect x="%d" y="24" width="10" height="10" fill="%s"/><text x="%d" y="33">%s</text>`+"\n",
			8+legend*i, chartColors[i%len(chartColors)], 22+legend*i, html.EscapeString(p))
	}
	for tick := math.Pow(10, math.Ceil(math.Log10(low))); tick <= high; tick *= 10 {
		fmt.Fprintf(&s, `<line x1="%.1f" y1="%d" x2="%.1f" y2="%d" stroke="#cbd5e0"/><text x="%.1f" y="%d" text-anchor="middle" fill="#4a5568">%gx</text>`+"\n",
			x(tick), chartTop, x(tick), height-chartBottom, x(tick), height-8, tick)
	}
	for i, b := range c.bars {
		y := chartTop + chartRow*i
		from, to := min(x(1), x(b.Median)), max(x(1), x(b.Median))
		fmt.Fprintf(&s, `<text x="%d" y="%d" text-anchor="end">%s</text>`+"\n", chartLeft-60, y+12, html.EscapeString(b.label))
		fmt.Fprintf(&s, `<rect x="%.1f" y="%d" width="%.1f" height="%d" fill="%s"/>`+"\n", from, y+3, to-from, chartRow-5, chartColors[slices.Index(peers, b.peer)%len(chartColors)])
		fmt.Fprintf(&s, `<line x1="%.1f" y1="%d" x2="%.1f" y2="%d" stroke="#1a202c"/>`+"\n", x(b.Low), y+chartRow/2, x(b.High), y+chartRow/2)
		fmt.Fprintf(&s, `<text x="%d" y="%d" fill="#4a5568">%.2fx</text>`+"\n", chartWidth-chartRight+6, y+12, b.Median)
	}
	fmt.Fprintf(&s, `<line x1="%.1f" y1="%d" x2="%.1f" y2="%d" stroke="#1a202c"/>`+"\n</svg>\n", x(1), chartTop, x(1), height-chartBottom)
	return s.String()
}
