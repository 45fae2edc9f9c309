package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

const (
	// shownErrors is the number of bad documents that are described; of the others there is the number.
	shownErrors = 10
	// saveEvery is how often the state of a load is kept, and the most that --resume loads again.
	saveEvery = time.Second
	// describeEvery is how often the numbers beside the bar change.
	describeEvery = 200 * time.Millisecond
)

// progress counts what becomes of the documents, shows it, and keeps how far the files have been loaded.
type progress struct {
	out       io.Writer
	bar       *progressbar.ProgressBar // nil: nothing is shown
	maxErrors int64
	began     time.Time

	mu        sync.Mutex
	documents int64 // loaded
	bad       int64
	before    int64 // bytes of the files that have been read to their end
	resumed   int64 // documents that earlier loads have loaded
	saved     time.Time
	described time.Time
}

func newProgress(out io.Writer, files []*loadFile, maxErrors int64, quiet bool) *progress {
	p := &progress{out: out, maxErrors: maxErrors, began: time.Now(), saved: time.Now()}
	total := int64(0)
	for _, f := range files {
		total += f.bytes
		p.resumed += f.state.Loaded
		if f.name == stdinName {
			total = -1
		} else if f.state.Done {
			p.before += f.bytes
		}
	}
	if f, ok := out.(*os.File); ok && !quiet && term.IsTerminal(int(f.Fd())) {
		p.bar = progressbar.NewOptions64(total, progressbar.OptionSetWriter(out), progressbar.OptionShowBytes(true), progressbar.OptionUseIECUnits(true),
			progressbar.OptionThrottle(describeEvery/2), progressbar.OptionSetWidth(20), progressbar.OptionClearOnFinish(), progressbar.OptionFullWidth())
	}
	return p
}

// begin begins a stretch of a file.
func (p *progress) begin(file *loadFile) *stretch {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := &stretch{file: file}
	file.stretches = append(file.stretches, s)
	return s
}

// end ends a stretch at a position of its file. So many of its documents are in batches, and bad ones in none;
// read is the number of the file's bytes that have been read so far.
func (p *progress) end(s *stretch, to, documents, bad, read int64) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	s.ended, s.to, s.documents = true, to, documents
	s.bad += bad
	if p.bar != nil {
		p.bar.Set64(p.before + read)
	}
	if s.file.read.Load() {
		p.before += s.file.bytes
	}
	return p.pass(s.file)
}

// pass moves a file's state on, and keeps it now and then.
func (p *progress) pass(file *loadFile) error {
	file.pass()
	now := time.Now()
	if !file.state.Done && now.Sub(p.saved) < saveEvery {
		return nil
	}
	p.saved = now
	return file.save()
}

// sent notes what the server answered to a batch.
func (p *progress) sent(b *batch, refused []refusedDocument) error {
	for _, r := range refused {
		d := b.documents[r.index]
		if err := p.reject(fmt.Sprintf("%s: %s: %s", d.stretch.file.name, d.stretch.file.where(d.place), r.message)); err != nil {
			return err
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, d := range b.documents {
		d.stretch.answered++
		d.stretch.loaded++
	}
	for _, r := range refused {
		s := b.documents[r.index].stretch
		s.loaded--
		s.bad++
	}
	p.documents += int64(len(b.documents) - len(refused))
	p.describe()
	var passed *loadFile
	for _, d := range b.documents {
		if d.stretch.file != passed { // a batch has the documents of one file behind those of another
			passed = d.stretch.file
			if err := p.pass(passed); err != nil {
				return err
			}
		}
	}
	return nil
}

// keep saves how far files have been loaded that are not to their end.
func (p *progress) keep(files []*loadFile) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	var errs []error
	for _, file := range files {
		if file.state.Position > 0 && !file.state.Done {
			errs = append(errs, file.save())
		}
	}
	return errors.Join(errs...)
}

// reject counts a document that cannot be loaded, and describes it unless many have been. It fails when
// there are too many.
func (p *progress) reject(what string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.bad++
	if p.bad <= shownErrors {
		if p.bar != nil {
			p.bar.Clear()
		}
		fmt.Fprintln(p.out, what)
	}
	if p.bad == shownErrors+1 {
		fmt.Fprintln(p.out, "... further documents that cannot be loaded are only counted")
	}
	if p.maxErrors >= 0 && p.bad > p.maxErrors {
		return fmt.Errorf("stopped: more than %d documents could not be loaded; --max-errors allows for more", p.maxErrors)
	}
	return nil
}

func (p *progress) rejected() int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.bad
}

func (p *progress) describe() {
	now := time.Now()
	if p.bar == nil || now.Sub(p.described) < describeEvery {
		return
	}
	p.described = now
	text := fmt.Sprintf("%s documents, %s/s", thousands(p.documents), thousands(int64(float64(p.documents)/now.Sub(p.began).Seconds())))
	if p.bad > 0 {
		text += fmt.Sprintf(", %s bad", thousands(p.bad))
	}
	p.bar.Describe(text)
}

// finish says what was loaded.
func (p *progress) finish(collection string, took time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.bar != nil {
		p.bar.Clear()
	}
	fmt.Fprintf(p.out, "%s: %s documents loaded in %s (%s documents/s)", collection, thousands(p.documents),
		took.Round(time.Millisecond), thousands(int64(float64(p.documents)/max(took.Seconds(), 1e-3))))
	if p.resumed > 0 {
		fmt.Fprintf(p.out, ", %s before the interruption", thousands(p.resumed))
	}
	if p.bad > 0 {
		fmt.Fprintf(p.out, ", %s could not be", thousands(p.bad))
	}
	fmt.Fprintln(p.out)
}
