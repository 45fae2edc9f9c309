package main

import (
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// barEvery is how often a bar is drawn.
const barEvery = 100 * time.Millisecond

// bar shows what is going on, on a terminal.
type bar struct {
	on  bool
	bar *progressbar.ProgressBar
	max int64
}

func newBar() *bar { return &bar{on: term.IsTerminal(int(os.Stderr.Fd()))} }

// show draws done of total; of a total of 0 only that it goes on.
func (b *bar) show(what string, done, total int64) {
	if !b.on {
		return
	}
	if total == 0 {
		total = -1
	}
	if b.bar == nil || b.max != total {
		b.clear()
		b.bar, b.max = progressbar.NewOptions64(total, progressbar.OptionSetWriter(os.Stderr), progressbar.OptionSetWidth(20),
			progressbar.OptionThrottle(barEvery), progressbar.OptionClearOnFinish(), progressbar.OptionFullWidth()), total
	}
	b.bar.Describe(what)
	b.bar.Set64(done)
}

// clear removes it, for other lines.
func (b *bar) clear() {
	if b.bar != nil {
		b.bar.Clear()
		b.bar = nil
	}
}
