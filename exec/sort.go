package exec

import (
	"cmp"
	"encoding/binary"
	"io"
	"math"
	"slices"
	"sync"

	"github.com/outcropdb/outcrop/exec/instance"
	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/vec"
)

// maxTopK is the largest OFFSET + LIMIT for which ORDER BY keeps no more rows than it has to.
const maxTopK = 1 << 20

// sorter is ORDER BY: the Sink of one pipeline, the Source of the next. Each worker sorts what it is
// given; the sorted runs are merged when all are done. With a limit it keeps the first rows only.
type sorter struct {
	fields []plan.SortField
	keep   int // rows that are wanted; -1: all
	env    *env
	mu     sync.Mutex
	run    *run // of the workers that are done
}

func newSorter(p *plan.Sort, keep int, env *env) *sorter {
	return &sorter{fields: p.Fields, keep: keep, env: env}
}

// run is rows with their sort keys, and their order once sorted.
type run struct {
	fields  []plan.SortField
	columns []*vec.Vector
	keys    []*vec.Vector
	rows    int
	order   []entry
}

// entry stands for a row: most comparisons end at its first two fields.
type entry struct {
	rank   int8   // nulls before or behind the others
	prefix uint64 // of the first key, ordered as the key is
	row    uint32
}

func (r *run) append(b *vec.Batch, keys []*vec.Vector) error {
	if r.columns == nil {
		r.columns = newVectors(len(b.Columns))
		for _, c := range r.columns {
			c.Reset(vec.Null)
		}
	}
	for i, c := range b.Columns {
		if err := keepRows(r.columns[i], c, b.Rows); err != nil {
			return err
		}
	}
	for i, k := range keys {
		if err := keepRows(r.keys[i], k, b.Rows); err != nil {
			return err
		}
	}
	r.rows += b.Rows
	return nil
}

func newRun(fields []plan.SortField) *run {
	r := &run{fields: fields, keys: newVectors(len(fields))}
	for _, k := range r.keys {
		k.Reset(vec.Null)
	}
	return r
}

func (r *run) bytes() int64 {
	n := cap(r.order) * 24
	for _, c := range r.columns {
		n += c.Bytes()
	}
	for _, k := range r.keys {
		n += k.Bytes()
	}
	return int64(n)
}

// sort orders the rows.
func (r *run) sort() {
	r.order = slices.Grow(r.order[:0], r.rows)[:r.rows]
	exact := r.entries()
	single := len(r.fields) == 1
	slices.SortFunc(r.order, func(a, b entry) int {
		if c := compareEntries(a, b); c != 0 || exact && single {
			return c
		}
		return r.compare(a.row, r, b.row)
	})
}

func compareEntries(a, b entry) int {
	if a.rank != b.rank {
		return int(a.rank) - int(b.rank)
	}
	return cmp.Compare(a.prefix, b.prefix)
}

// entries makes the entries, and tells whether equal ones have equal first keys.
func (r *run) entries() (exact bool) {
	key, field := r.keys[0], r.fields[0]
	layout := key.Type.Layout()
	for i := range r.order {
		e := entry{row: uint32(i)}
		switch {
		case key.IsNull(i):
			if e.rank = 1; field.NullsFirst {
				e.rank = -1
			}
		case layout == vec.Int64s:
			e.prefix = uint64(key.I64[i]) ^ 1<<63
		case layout == vec.Float64:
			e.prefix = floatPrefix(key.F64[i])
		case key.Type == vec.String || key.Type == vec.Bytes || key.Type == vec.U256:
			e.prefix = bytesPrefix(key.Content(i))
		}
		if field.Descending && e.rank == 0 {
			e.prefix = ^e.prefix
		}
		r.order[i] = e
	}
	return layout == vec.Int64s || layout == vec.Float64
}

// floatPrefix is ordered as vec.Compare orders floats: NaN is the greatest, the zeros are equal.
func floatPrefix(f float64) uint64 {
	switch {
	case f != f:
		return math.MaxUint64
	case f == 0:
		return 1 << 63
	}
	b := math.Float64bits(f)
	if b>>63 != 0 {
		return ^b
	}
	return b | 1<<63
}

// bytesPrefix is the first eight bytes, as they compare.
func bytesPrefix(b []byte) uint64 {
	if len(b) >= 8 {
		return binary.BigEndian.Uint64(b)
	}
	var buf [8]byte
	copy(buf[:], b)
	return binary.BigEndian.Uint64(buf[:])
}

// compare compares a row with one of another run by all keys.
func (r *run) compare(row uint32, other *run, otherRow uint32) int {
	i, j := int(row), int(otherRow)
	for k, f := range r.fields {
		a, b := r.keys[k], other.keys[k]
		aNull, bNull := a.IsNull(i), b.IsNull(j)
		if aNull || bNull {
			if aNull == bNull {
				continue
			}
			if aNull == f.NullsFirst {
				return -1
			}
			return 1
		}
		if c := a.CompareRows(i, b, j); c != 0 {
			if f.Descending {
				return -c
			}
			return c
		}
	}
	return 0
}

// truncate sorts and keeps the first rows.
func (r *run) truncate(keep int) {
	r.sort()
	if keep < 0 || r.rows <= keep {
		return
	}
	rows := make([]uint32, keep)
	for i, e := range r.order[:keep] {
		rows[i] = e.row
	}
	for _, list := range [][]*vec.Vector{r.columns, r.keys} {
		for i, c := range list {
			list[i] = &vec.Vector{}
			list[i].Take(c, rows)
			c.Reset(vec.Null)
		}
	}
	r.rows = keep
	r.order = r.order[:keep]
	for i := range r.order {
		r.order[i].row = uint32(i)
	}
}

// merge takes the rows of another sorted run into this one, which is sorted.
func (r *run) merge(other *run) error {
	if r.columns == nil {
		*r = *other
		return nil
	}
	for i, c := range other.columns {
		if err := keepRows(r.columns[i], c, other.rows); err != nil {
			return err
		}
	}
	merged := make([]entry, 0, r.rows+other.rows)
	mine, theirs := r.order, other.order
	for len(mine) > 0 && len(theirs) > 0 {
		if r.compare(mine[0].row, other, theirs[0].row) <= 0 {
			merged, mine = append(merged, mine[0]), mine[1:]
			continue
		}
		merged, theirs = append(merged, shifted(theirs[0], r.rows)), theirs[1:]
	}
	merged = append(merged, mine...)
	for _, e := range theirs {
		merged = append(merged, shifted(e, r.rows))
	}
	for i, k := range other.keys {
		if err := keepRows(r.keys[i], k, other.rows); err != nil {
			return err
		}
	}
	r.rows += other.rows
	r.order = merged
	return nil
}

func shifted(e entry, by int) entry {
	e.row += uint32(by)
	return e
}

func (s *sorter) Open(w *instance.Worker) (Writer, error) {
	out := &sortWriter{sorter: s, mine: newRun(s.fields), account: instance.Account{Budget: w.Budget}, rows: &subset{}}
	for _, f := range s.fields {
		e, err := s.env.evaluator(f.Expr)
		if err != nil {
			return nil, err
		}
		out.keys = append(out.keys, e)
	}
	out.vectors = make([]*vec.Vector, len(out.keys))
	return out, nil
}

func (s *sorter) Close() error { return nil }

type sortWriter struct {
	*sorter
	mine    *run
	keys    []evaluator
	vectors []*vec.Vector
	account instance.Account
	bound   *bound // nil: no row can be left out yet
	rows    *subset
	failed  bool
}

func (s *sortWriter) Write(b *vec.Batch) (err error) {
	defer func() { s.failed = s.failed || err != nil }()
	if s.keep == 0 {
		return io.EOF
	}
	if err := evalAll(s.vectors, s.keys, b); err != nil {
		return err
	}
	if s.bound != nil {
		if mask := s.bound.mask(s.vectors[0]); mask != nil {
			some := s.rows.take(b, mask)
			if some.Rows == 0 {
				return nil
			}
			if some != b {
				if err := evalAll(s.vectors, s.keys, some); err != nil {
					return err
				}
				b = some
			}
		}
	}
	if err := s.mine.append(b, s.vectors); err != nil {
		return err
	}
	if s.keep > 0 && s.mine.rows >= max(2*s.keep, vec.BatchRows) {
		s.mine.truncate(s.keep)
		s.bound = newBound(s.mine)
	}
	return s.account.Set(s.mine.bytes())
}

// Close sorts, and merges with what other workers have. The rows stay accounted for until the query's
// budget is closed.
func (s *sortWriter) Close() error {
	if s.failed || s.mine.rows == 0 {
		return nil
	}
	if err := s.account.Set(s.mine.bytes() + int64(s.mine.rows)*24); err != nil {
		return err
	}
	s.mine.truncate(s.keep)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.run == nil {
		s.run = s.mine
		return nil
	}
	if err := s.account.Budget.Grow(s.mine.bytes()); err != nil {
		return err
	}
	return s.run.merge(s.mine)
}

// sortSource is the sorter as a Source.
type sortSource struct{ *sorter }

// Parallel is 1: the order is the point.
func (s *sortSource) Parallel() int { return 1 }

func (s *sortSource) Open(*instance.Worker) (Reader, error) {
	return &sortReader{run: s.run, keep: s.keep}, nil
}

func (s *sortSource) Close() error { return nil }

type sortReader struct {
	run  *run
	keep int
	done int
	rows []uint32
	out  vec.Batch
}

func (r *sortReader) Close() error { return nil }

func (r *sortReader) Read() (*vec.Batch, error) {
	if r.run == nil {
		return nil, io.EOF
	}
	end := r.run.rows
	if r.keep >= 0 {
		end = min(end, r.keep)
	}
	if r.done == end {
		return nil, io.EOF
	}
	if r.out.Columns == nil {
		r.out.Columns = newVectors(len(r.run.columns))
	}
	r.rows = r.rows[:0]
	for ; r.done < end && len(r.rows) < vec.BatchRows; r.done++ {
		r.rows = append(r.rows, r.run.order[r.done].row)
	}
	for i, c := range r.run.columns {
		r.out.Columns[i].Take(c, r.rows)
	}
	r.out.Rows = len(r.rows)
	return &r.out, nil
}
