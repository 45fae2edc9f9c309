package exec

import (
	"io"
	"slices"
	"sync"

	"github.com/outcropdb/outcrop/exec/hashtable"
	"github.com/outcropdb/outcrop/exec/instance"
	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/vec"
	"github.com/outcropdb/outcrop/vec/simd"
)

// build is the build side of a join, its Right input: all rows, and where those with a key are. Rows with
// equal keys are a chain. Without Equal pairs all rows are one chain.
type build struct {
	plan  *plan.Join
	env   *env
	width int // of columns

	mu      sync.Mutex
	columns []*vec.Vector
	keys    []*vec.Vector
	rows    int
	table   *hashtable.Table
	heads   []uint32 // by group: first row
	next    []uint32 // by row: the next one with the same key
	budget  *instance.Budget

	matched []uint64 // of Right and Full joins: rows that found a partner
	left    []plan.Expr
	right   []plan.Expr
}

// none ends a chain.
const none = ^uint32(0)

// buildRowBytes is what a row takes in the hash table, its slots half empty, and in the chains of equal keys.
const buildRowBytes = 64

// maxBuildRows is the most rows that a build side may have.
const maxBuildRows = 1 << 31

func newBuild(p *plan.Join, env *env) *build {
	b := &build{plan: p, env: env, width: len(p.Right.Schema())}
	for _, e := range p.Equal {
		b.left, b.right = append(b.left, e.Left), append(b.right, e.Right)
	}
	b.columns, b.keys = emptyVectors(b.width), emptyVectors(len(b.right))
	return b
}

func emptyVectors(n int) []*vec.Vector {
	out := newVectors(n)
	for _, v := range out {
		v.Reset(vec.Null)
	}
	return out
}

func (b *build) Open(w *instance.Worker) (Writer, error) {
	keys, err := b.env.evaluators(b.right)
	if err != nil {
		return nil, err
	}
	b.mu.Lock()
	b.budget = w.Budget
	b.mu.Unlock()
	return &buildWriter{
		build: b, evaluators: keys, vectors: make([]*vec.Vector, len(keys)),
		mine: emptyVectors(b.width), mineKeys: emptyVectors(len(keys)), account: instance.Account{Budget: w.Budget},
	}, nil
}

type buildWriter struct {
	*build
	evaluators []evaluator
	vectors    []*vec.Vector
	mine       []*vec.Vector
	mineKeys   []*vec.Vector
	mineRows   int
	account    instance.Account
}

func (w *buildWriter) Write(b *vec.Batch) error {
	if err := evalAll(w.vectors, w.evaluators, b); err != nil {
		return err
	}
	size := 0
	for i, c := range b.Columns {
		if err := keepRows(w.mine[i], c, b.Rows); err != nil {
			return err
		}
		size += w.mine[i].Bytes()
	}
	for i, k := range w.vectors {
		if err := keepRows(w.mineKeys[i], k, b.Rows); err != nil {
			return err
		}
		size += w.mineKeys[i].Bytes()
	}
	w.mineRows += b.Rows
	return w.account.Set(int64(size))
}

// Close adds the worker's rows to those of the others.
func (w *buildWriter) Close() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.rows == 0 {
		w.columns, w.keys, w.rows = w.mine, w.mineKeys, w.mineRows
		return nil
	}
	for i, c := range w.mine {
		if err := keepRows(w.columns[i], c, w.mineRows); err != nil {
			return err
		}
	}
	for i, k := range w.mineKeys {
		if err := keepRows(w.keys[i], k, w.mineRows); err != nil {
			return err
		}
	}
	w.rows += w.mineRows
	return nil
}

// Close makes the table.
func (b *build) Close() error {
	if b.rows >= maxBuildRows {
		return plan.Errorf(plan.Position{}, "join: the right side has %d rows, at most %d are possible", b.rows, maxBuildRows)
	}
	if b.budget != nil {
		if err := b.budget.Grow(int64(b.rows) * buildRowBytes); err != nil {
			return err
		}
	}
	b.next = make([]uint32, b.rows)
	b.matched = make([]uint64, vec.Words(b.rows))
	if len(b.right) == 0 {
		b.chainAll()
		return nil
	}
	b.table = hashtable.New(len(b.right))
	b.table.Reserve(b.rows)
	groups := make([]uint32, vec.BatchRows)
	keys := newVectors(len(b.keys))
	for from := 0; from < b.rows; from += vec.BatchRows {
		to := min(from+vec.BatchRows, b.rows)
		for i, k := range b.keys {
			keys[i].Slice(k, from, to)
		}
		if err := b.table.Insert(groups, keys, to-from); err != nil {
			return err
		}
		for len(b.heads) < b.table.Len() {
			b.heads = append(b.heads, none)
		}
		for i, g := range groups[:to-from] {
			if vec.AnyNull(keys, i) { // equal to nothing
				continue
			}
			b.next[from+i] = b.heads[g]
			b.heads[g] = uint32(from + i)
		}
	}
	return nil
}

func (b *build) chainAll() {
	if b.rows == 0 {
		b.heads = []uint32{none}
		return
	}
	for i := range b.next {
		b.next[i] = uint32(i + 1)
	}
	b.next[b.rows-1] = none
	b.heads = []uint32{0}
}

// probe brings the rows of a join's Left input together with those of the build side.
type probe struct {
	build *build
	next  Sink
}

func (p *probe) Open(w *instance.Worker) (Writer, error) {
	b := p.build
	out := &probeWriter{build: b, worker: w, left: &subset{}, right: newVectors(len(b.columns)), lone: &subset{}}
	out.nulls = newVectors(len(b.columns))
	var err error
	if out.keys, err = b.env.evaluators(b.left); err != nil {
		return nil, err
	}
	out.vectors = make([]*vec.Vector, len(out.keys))
	if b.table != nil {
		out.finder = b.table.Finder()
	}
	if c := b.plan.Condition; c != nil {
		condition, err := b.env.evaluator(c)
		if err != nil {
			return nil, err
		}
		out.condition = condition
	}
	if k := b.plan.Kind; k == plan.Right || k == plan.Full {
		out.matchedRight = make([]uint64, len(b.matched))
	}
	out.Writer, err = p.next.Open(w)
	return out, err
}

func (p *probe) Close() error { return p.next.Close() }

type probeWriter struct {
	Writer
	build        *build
	worker       *instance.Worker
	keys         []evaluator
	vectors      []*vec.Vector
	finder       *hashtable.Finder
	groups       []uint32
	condition    evaluator
	mask         []uint64
	leftRows     []uint32 // pairs that are still to be written
	rightRows    []uint32
	left         *subset
	right        []*vec.Vector
	pairs        vec.Batch
	passing      subset
	matchedLeft  []uint64 // rows of this batch that found a partner
	matchedRight []uint64 // rows of the build side that did; nil: nobody asks
	lone         *subset
	nulls        []*vec.Vector
}

func (p *probeWriter) Write(b *vec.Batch) error {
	if err := evalAll(p.vectors, p.keys, b); err != nil {
		return err
	}
	p.groups = slices.Grow(p.groups[:0], b.Rows)[:b.Rows]
	clear(p.groups)
	if p.finder != nil {
		p.finder.Find(p.groups, p.vectors, b.Rows)
	}
	words := vec.Words(b.Rows)
	p.matchedLeft = slices.Grow(p.matchedLeft[:0], words)[:words]
	clear(p.matchedLeft)
	heads, next := p.build.heads, p.build.next
	for i, g := range p.groups {
		if g == hashtable.NotFound {
			continue
		}
		for row := heads[g]; row != none; row = next[row] {
			p.leftRows = append(p.leftRows, uint32(i))
			p.rightRows = append(p.rightRows, row)
			if len(p.leftRows) == vec.BatchRows {
				if err := p.flush(b); err != nil {
					return err
				}
			}
		}
	}
	if err := p.flush(b); err != nil {
		return err
	}
	return p.alone(b)
}

// flush joins the pairs collected, drops those that fail the condition, and writes them if the kind of
// join wants pairs.
func (p *probeWriter) flush(b *vec.Batch) error {
	if len(p.leftRows) == 0 {
		return nil
	}
	if err := p.worker.Err(); err != nil {
		return err
	}
	kind := p.build.plan.Kind
	semi := kind == plan.LeftSemi || kind == plan.LeftAnti
	var out *vec.Batch
	if !semi || p.condition != nil {
		in := p.left.takeRows(b, p.leftRows)
		for i, c := range p.build.columns {
			p.right[i].Take(c, p.rightRows)
		}
		p.pairs.Rows = len(p.leftRows)
		p.pairs.Columns = append(append(p.pairs.Columns[:0], in.Columns...), p.right...)
		out = &p.pairs
	}
	kept := len(p.leftRows)
	if p.condition != nil {
		v, err := p.condition.eval(out)
		if err != nil {
			return err
		}
		p.mask = slices.Grow(p.mask[:0], vec.Words(out.Rows))[:vec.Words(out.Rows)]
		if err := trueRows(p.mask, v); err != nil {
			return err
		}
		out = p.passing.take(out, p.mask)
		if kept = out.Rows; out != &p.pairs {
			for i, row := range p.passing.rows { // in place: row >= i
				p.leftRows[i], p.rightRows[i] = p.leftRows[row], p.rightRows[row]
			}
		}
	}
	for _, row := range p.leftRows[:kept] {
		p.matchedLeft[row>>6] |= 1 << (row & 63)
	}
	if p.matchedRight != nil {
		for _, row := range p.rightRows[:kept] {
			p.matchedRight[row>>6] |= 1 << (row & 63)
		}
	}
	p.leftRows, p.rightRows = p.leftRows[:0], p.rightRows[:0]
	if semi || kept == 0 {
		return nil
	}
	return p.Writer.Write(out)
}

// alone writes the rows of b that are wanted for having, or not having, found a partner.
func (p *probeWriter) alone(b *vec.Batch) error {
	kind := p.build.plan.Kind
	if kind == plan.Inner || kind == plan.Right {
		return nil
	}
	if kind != plan.LeftSemi {
		simd.Not(p.matchedLeft, p.matchedLeft, b.Rows)
	}
	out := p.lone.take(b, p.matchedLeft)
	if out.Rows == 0 {
		return nil
	}
	if kind == plan.Left || kind == plan.Full {
		p.pairs.Rows = out.Rows
		p.pairs.Columns = append(p.pairs.Columns[:0], out.Columns...)
		for _, v := range p.nulls {
			v.SetNulls(out.Rows, false)
			p.pairs.Columns = append(p.pairs.Columns, v)
		}
		out = &p.pairs
	}
	return p.Writer.Write(out)
}

func (p *probeWriter) Close() error {
	if p.matchedRight != nil {
		p.build.mu.Lock()
		simd.Or(p.build.matched, p.build.matched, p.matchedRight)
		p.build.mu.Unlock()
	}
	return p.Writer.Close()
}

// unmatched is the Source of the build side's rows that found no partner, with nulls for the left side.
type unmatched struct{ build *build }

func (u *unmatched) Open(*instance.Worker) (Reader, error) {
	left := len(u.build.plan.Left.Schema())
	return &unmatchedReader{build: u.build, left: left, out: vec.Batch{Columns: newVectors(left + len(u.build.columns))}}, nil
}

// Parallel is 1.
func (u *unmatched) Parallel() int { return 1 }
func (u *unmatched) Close() error  { return nil }

type unmatchedReader struct {
	build *build
	left  int
	done  int
	rows  []uint32
	out   vec.Batch
}

func (r *unmatchedReader) Close() error { return nil }

func (r *unmatchedReader) Read() (*vec.Batch, error) {
	for r.rows = r.rows[:0]; r.done < r.build.rows && len(r.rows) < vec.BatchRows; r.done++ {
		if !vec.Bit(r.build.matched, r.done) {
			r.rows = append(r.rows, uint32(r.done))
		}
	}
	if len(r.rows) == 0 {
		return nil, io.EOF
	}
	r.out.Rows = len(r.rows)
	for i, v := range r.out.Columns {
		if i < r.left {
			v.SetNulls(len(r.rows), false)
		} else {
			v.Take(r.build.columns[i-r.left], r.rows)
		}
	}
	return &r.out, nil
}
