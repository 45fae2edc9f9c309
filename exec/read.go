package exec

import (
	"io"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/outcropdb/outcrop/exec/instance"
	"github.com/outcropdb/outcrop/index"
	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/vec"
	"github.com/outcropdb/outcrop/vec/simd"
)

// read is the Source of a collection's documents. Workers take morsels from a shared counter.
type read struct {
	plan     *plan.Read
	snapshot *index.Snapshot
	env      *env
	counters *Counters
	filters  []plan.Expr     // conjuncts of the plan's Filter, in the order in which they are evaluated
	zones    []vec.Predicate // what zone maps are asked
	once     sync.Once
	morsels  []morsel
	failed   error
	next     atomic.Int64
}

// morsel is a worker's next piece of work: a range of a part's docs, or the given ones.
type morsel struct {
	part     index.Part
	from, to int
	docs     []uint32 // ascending; nil: all of from..to-1
}

// morselRows is the number of docs in a morsel of a scan.
const morselRows = 32 * vec.BatchRows

// lookupShare: a part whose inverted lists promise more than this share of its rows is scanned instead.
const lookupShare = 0.2

// filterCost is how many docs of a list are read in the time in which the filter looks at one.
const filterCost = 16

func newRead(p *plan.Read, s *index.Snapshot, env *env, counters *Counters) *read {
	r := &read{plan: p, snapshot: s, env: env, counters: counters, filters: plan.Conjuncts(p.Filter)}
	for _, p := range p.Access.Predicates {
		r.zones = append(r.zones, zone(p))
	}
	return r
}

// maxZoneValues is the longest list that zone maps are asked about value by value.
const maxZoneValues = 16

// zone is what zone maps are asked for p: p itself, or of a long list the range that it spans.
func zone(p vec.Predicate) vec.Predicate {
	if p.Op != vec.OpIn || len(p.Values) <= maxZoneValues {
		return p
	}
	low, high := p.Values[0], p.Values[0]
	for _, v := range p.Values {
		if comparable(v.Type()) != comparable(low.Type()) {
			return p
		}
		if vec.Compare(v, low) < 0 {
			low = v
		}
		if vec.Compare(v, high) > 0 {
			high = v
		}
	}
	return vec.Predicate{Path: p.Path, Each: p.Each, Below: p.Below, Op: vec.OpRange, Low: low, High: high}
}

// prepare cuts the snapshot into morsels.
func (r *read) prepare() {
	r.once.Do(func() {
		switch r.plan.Access.Kind {
		case plan.Primary:
			r.failed = r.primary()
		case plan.Lookup:
			r.failed = r.lookup()
		default:
			for _, p := range r.snapshot.Parts() {
				r.scan(p)
			}
		}
	})
}

func (r *read) scan(p index.Part) {
	for from := 0; from < p.Rows(); from += morselRows {
		r.morsels = append(r.morsels, morsel{part: p, from: from, to: min(from+morselRows, p.Rows())})
	}
}

// primary finds the documents of the given _ids.
func (r *read) primary() error {
	found := map[index.Part]*roaring.Bitmap{}
	for _, id := range r.plan.Access.Predicates[0].Values {
		if id.Type() != vec.String {
			continue // _id is a string
		}
		part, doc, ok, err := r.snapshot.Get(id.Content())
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		if found[part] == nil {
			found[part] = roaring.New()
		}
		found[part].Add(doc)
	}
	for _, part := range r.snapshot.Parts() {
		if docs := found[part]; docs != nil {
			r.morsels = append(r.morsels, morsel{part: part, docs: docs.ToArray()})
		}
	}
	return nil
}

// lookup intersects inverted lists, most selective first, in the parts where that pays.
func (r *read) lookup() error {
	for _, part := range r.snapshot.Parts() {
		predicates := slices.Clone(r.plan.Access.Predicates)
		slices.SortStableFunc(predicates, func(a, b vec.Predicate) int { return part.Estimate(a) - part.Estimate(b) })
		if float64(part.Estimate(predicates[0])) > lookupShare*float64(part.Rows()) && part.Rows() > vec.BatchRows {
			r.scan(part)
			continue
		}
		var docs *roaring.Bitmap
		for _, p := range predicates {
			if docs != nil && uint64(part.Estimate(p)) > filterCost*docs.GetCardinality() {
				break // the filter is cheaper than this list, and than those behind it
			}
			found, _, err := part.Lookup(p)
			if err != nil {
				return err
			}
			switch {
			case found == nil:
				continue
			case docs == nil:
				docs = found
			default:
				docs.And(found)
			}
		}
		if docs == nil {
			r.scan(part)
			continue
		}
		list := docs.ToArray()
		if live := part.Live(); live != nil {
			list = slices.DeleteFunc(list, func(d uint32) bool { return !vec.Bit(live, int(d)) })
		}
		for len(list) > 0 {
			n := min(len(list), morselRows)
			r.morsels = append(r.morsels, morsel{part: part, docs: list[:n]})
			list = list[n:]
		}
	}
	return nil
}

// Parallel is the number of morsels.
func (r *read) Parallel() int {
	r.prepare()
	return max(1, len(r.morsels))
}

func (r *read) Open(*instance.Worker) (Reader, error) {
	if r.prepare(); r.failed != nil {
		return nil, r.failed
	}
	return newReadReader(r)
}

// Close does nothing: the snapshot is the caller's.
func (r *read) Close() error { return nil }

// readReader reads morsels, a batch at a time: first the columns of the first conjunct, then, of the rows
// that it leaves, those of the next, and at the end the columns that go out.
type readReader struct {
	*read
	conjuncts []conjunct
	output    []int
	morsel    morsel
	docs      []uint32 // of the batch; nil: from..from+rows
	docsSpare []uint32
	from      int
	columns   []loaded
	batch     vec.Batch
	out       vec.Batch
	mask      []uint64
	selected  []uint32
}

// conjunct is one condition that documents have to meet.
type conjunct struct {
	evaluator
	columns  []int
	fallible bool // not to be shown dead documents
}

// loaded is a column of the batch: read, or taken from what was read into the other vector.
type loaded struct {
	vectors [2]vec.Vector
	current int
	ok      bool
}

func newReadReader(r *read) (*readReader, error) {
	rr := &readReader{read: r, output: r.plan.Output, columns: make([]loaded, len(r.plan.Columns))}
	rr.batch.Columns = make([]*vec.Vector, len(r.plan.Columns))
	if rr.output == nil {
		for i := range r.plan.Columns {
			rr.output = append(rr.output, i)
		}
	}
	rr.out.Columns = make([]*vec.Vector, len(rr.output))
	for _, f := range r.filters {
		e, err := r.env.evaluator(f)
		if err != nil {
			return nil, err
		}
		rr.conjuncts = append(rr.conjuncts, conjunct{e, columnsOf(f), fallible(f)})
	}
	return rr, nil
}

func (r *readReader) Close() error { return nil }

// Read gives a batch of at most BatchRows documents, none if the filter leaves none of them.
func (r *readReader) Read() (*vec.Batch, error) {
	for r.morsel.from == r.morsel.to && len(r.morsel.docs) == 0 {
		n := r.next.Add(1)
		if n > int64(len(r.morsels)) {
			return nil, io.EOF
		}
		r.morsel = r.morsels[n-1]
	}
	rows := r.take()
	for i := range r.columns {
		r.columns[i].ok = false
	}
	r.out.Rows = 0
	if r.docs == nil && r.skips(rows) {
		r.counters.RowsSkipped.Add(int64(rows))
		return &r.out, nil
	}
	r.counters.RowsRead.Add(int64(rows))
	rows, err := r.filter(rows)
	if err != nil || rows == 0 {
		return &r.out, err
	}
	for i, c := range r.output {
		if err := r.load(c, rows); err != nil {
			return nil, err
		}
		r.out.Columns[i] = r.batch.Columns[c]
	}
	r.out.Rows = rows
	return &r.out, nil
}

// take takes a batch's rows off the morsel.
func (r *readReader) take() int {
	m := &r.morsel
	if m.docs != nil {
		n := min(len(m.docs), vec.BatchRows)
		r.docs, m.docs = append(r.docsSpare[:0], m.docs[:n]...), m.docs[n:]
		r.docsSpare = r.docs
		return n
	}
	r.docs, r.from = nil, m.from
	m.from = min(m.from+vec.BatchRows, m.to)
	return m.from - r.from
}

func (r *readReader) skips(rows int) bool {
	for _, p := range r.zones {
		if r.morsel.part.Skips(p, r.from, r.from+rows) {
			return true
		}
	}
	return false
}

// filter leaves the live documents that meet the conjuncts, and says how many.
func (r *readReader) filter(rows int) (int, error) {
	live := r.morsel.part.Live()
	if r.docs != nil {
		live = nil // lookups leave dead documents out
	}
	for i := range r.conjuncts {
		c := &r.conjuncts[i]
		if live != nil && c.fallible {
			rows, live = r.keep(live[r.from>>6:], rows), nil
		}
		for _, column := range c.columns {
			if err := r.load(column, rows); err != nil {
				return 0, err
			}
		}
		r.batch.Rows = rows
		v, err := c.eval(&r.batch)
		if err != nil {
			return 0, err
		}
		r.mask = slices.Grow(r.mask[:0], vec.Words(rows))[:vec.Words(rows)]
		if err := trueRows(r.mask, v); err != nil {
			return 0, err
		}
		if live != nil {
			for w := range r.mask {
				r.mask[w] &= live[r.from>>6+w]
			}
			live = nil
		}
		if rows = r.keep(r.mask, rows); rows == 0 {
			return 0, nil
		}
	}
	if live != nil {
		rows = r.keep(live[r.from>>6:], rows)
	}
	return rows, nil
}

// keep narrows the batch to the rows whose bit is set and says how many they are.
func (r *readReader) keep(mask []uint64, rows int) int {
	r.selected = slices.Grow(r.selected[:0], rows)[:rows]
	n := simd.ToSelection(r.selected, mask, rows)
	if n == rows {
		return rows
	}
	r.selected = r.selected[:n]
	if r.docs == nil {
		r.docs = slices.Grow(r.docsSpare[:0], n)[:n]
		for i, row := range r.selected {
			r.docs[i] = uint32(r.from) + row
		}
	} else {
		for i, row := range r.selected { // in place: row >= i
			r.docs[i] = r.docs[row]
		}
		r.docs = r.docs[:n]
	}
	r.docsSpare = r.docs
	if n == 0 {
		return 0
	}
	for i := range r.columns {
		if c := &r.columns[i]; c.ok {
			c.vectors[1-c.current].Take(&c.vectors[c.current], r.selected)
			c.current = 1 - c.current
			r.batch.Columns[i] = &c.vectors[c.current]
		}
	}
	return n
}

// load reads a column of the batch's rows, unless it is there.
func (r *readReader) load(column, rows int) error {
	c := &r.columns[column]
	if c.ok {
		return nil
	}
	v := &c.vectors[c.current]
	path := r.plan.Columns[column].Path
	var err error
	if r.docs == nil {
		err = r.morsel.part.Column(v, path, r.from, r.from+rows)
	} else {
		err = r.morsel.part.Gather(v, path, r.docs)
	}
	c.ok = true
	r.batch.Columns[column] = v
	return err
}
