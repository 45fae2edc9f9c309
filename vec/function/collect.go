package function

import (
	"fmt"
	"math"
	"slices"

	"github.com/outcropdb/outcrop/vec"
)

// collector is an aggregate that needs all rows of a group at once: it keeps them until the end.
type collector struct {
	call    Call
	emit    emitter
	nulls   bool // rows whose first argument is null count, too
	num     int  // groups
	groups  []uint32
	columns []vec.Vector // args, and keys of the order
	pruned  int          // rows that were left when limits were last applied
	fresh   []uint32
	taken   vec.Vector

	sorted bool     // the next two are those of all rows
	order  []uint32 // rows, by group
	starts []uint32 // group g has order[starts[g]:starts[g+1]]
}

// emitter appends a group's answer, encoded, to dst: of rows, of which there is one at least, in order.
type emitter func(dst []byte, args []*vec.Vector, rows []uint32) ([]byte, error)

func collected(emit emitter, nulls bool) func(Call) Aggregate {
	return func(call Call) Aggregate {
		return &collector{call: call, emit: emit, nulls: nulls, columns: make([]vec.Vector, call.Args+len(call.Order))}
	}
}

// pruneRows is how many rows a collector with a limit lets pile up beyond those that can count.
const pruneRows = 4 * vec.BatchRows

func (c *collector) Update(groups []uint32, numGroups int, args []*vec.Vector, rows int) error {
	c.num, c.sorted = max(c.num, numGroups), false
	c.fresh = c.fresh[:0]
	for i := range rows {
		if c.nulls || !args[0].IsNull(i) {
			c.fresh = append(c.fresh, uint32(i))
			c.groups = append(c.groups, uint32(groupOf(groups, i)))
		}
	}
	for k, arg := range args {
		from := arg
		if len(c.fresh) < rows {
			c.taken.Take(arg, c.fresh)
			from = &c.taken
		}
		c.columns[k].AppendRows(from, 0, len(c.fresh))
		if c.columns[k].Bytes() > maxCollectedBytes {
			return errCollected
		}
	}
	if c.call.Limit >= 0 && len(c.groups) > 2*c.pruned+pruneRows {
		c.prune()
	}
	return nil
}

// prune drops the rows that are beyond their group's limit already.
func (c *collector) prune() {
	c.sort(c.num)
	c.fresh = c.fresh[:0]
	groups := c.groups
	c.groups = nil
	for g := range c.num {
		for _, row := range c.of(g) {
			c.fresh = append(c.fresh, row)
			c.groups = append(c.groups, groups[row])
		}
	}
	for k := range c.columns {
		var kept vec.Vector
		kept.Take(&c.columns[k], c.fresh)
		c.columns[k] = kept
	}
	c.pruned, c.sorted = len(c.groups), false
}

// sort finds the rows of each group, in the call's order. Rows that are equal in it stay in the order in
// which they came.
func (c *collector) sort(groups int) {
	if c.sorted && len(c.starts) > groups {
		return
	}
	c.sorted = true
	c.starts = grow(c.starts[:0], groups+1)
	for _, g := range c.groups {
		c.starts[g+1]++
	}
	for g := range groups {
		c.starts[g+1] += c.starts[g]
	}
	c.order = grow(c.order[:0], len(c.groups))
	next := slices.Clone(c.starts)
	for row, g := range c.groups {
		c.order[next[g]] = uint32(row)
		next[g]++
	}
	if len(c.call.Order) == 0 {
		return
	}
	for g := range groups {
		slices.SortStableFunc(c.order[c.starts[g]:c.starts[g+1]], c.compare)
	}
}

// compare ranks two rows by the call's order.
func (c *collector) compare(a, b uint32) int {
	for k, o := range c.call.Order {
		key := &c.columns[c.call.Args+k]
		x, y := key.IsNull(int(a)), key.IsNull(int(b))
		switch {
		case x && y:
			continue
		case x || y:
			if x == o.NullsFirst {
				return -1
			}
			return 1
		}
		if n := key.CompareRows(int(a), key, int(b)); n != 0 {
			if o.Descending {
				return -n
			}
			return n
		}
	}
	return 0
}

// of is group g's rows that count.
func (c *collector) of(g int) []uint32 {
	rows := c.order[c.starts[g]:c.starts[g+1]]
	if limit := c.call.Limit; limit >= 0 && int64(len(rows)) > limit {
		return rows[:limit]
	}
	return rows
}

func (c *collector) args() []*vec.Vector {
	args := make([]*vec.Vector, len(c.columns))
	for k := range c.columns {
		args[k] = &c.columns[k]
	}
	return args
}

func (c *collector) Merge(other Aggregate, mapping []uint32, numGroups int) error {
	o := other.(*collector)
	groups, args := mappedRows(mapping, o.groups, o.args())
	return c.Update(groups, numGroups, args, len(groups))
}

func (c *collector) Result(out *vec.Vector, from, to int) error {
	c.sort(max(c.num, to))
	args := c.args()[:c.call.Args]
	var scratch []byte
	return eachValue(out, to-from, func(i int) (vec.Value, error) {
		rows := c.of(from + i)
		if c.starts[from+i] == c.starts[from+i+1] {
			return vec.NullValue(), nil
		}
		var err error
		scratch, err = c.emit(scratch[:0], args, rows)
		return scratch, err
	})
}

func (c *collector) Bytes() int {
	n := 4*(cap(c.groups)+cap(c.fresh)+cap(c.order)+cap(c.starts)) + c.taken.Bytes()
	for k := range c.columns {
		n += c.columns[k].Bytes()
	}
	return n
}

func appendArrayAgg(dst []byte, args []*vec.Vector, rows []uint32) ([]byte, error) {
	dst, mark := vec.BeginArray(dst)
	for _, row := range rows {
		dst = args[0].AppendValue(dst, int(row))
	}
	return vec.EndArray(dst, mark, len(rows)), nil
}

func appendStringAgg(dst []byte, args []*vec.Vector, rows []uint32) ([]byte, error) {
	var b []byte
	for n, row := range rows {
		for k, arg := range args {
			if t := arg.TypeAt(int(row)); t != vec.String && !t.IsNull() {
				return nil, wrongType(k, t, text)
			}
		}
		if n > 0 && len(args) == 2 && !args[1].IsNull(int(row)) {
			part, at := leaf(args[1], int(row))
			b = append(b, part.Content(at)...)
		}
		part, at := leaf(args[0], int(row))
		if b = append(b, part.Content(at)...); len(b) > maxColumnBytes {
			return nil, errTooLarge
		}
	}
	return vec.AppendContent(dst, vec.String, b), nil
}

func appendMapAgg(dst []byte, args []*vec.Vector, rows []uint32) ([]byte, error) {
	var b fieldsBuilder
	b.reset()
	for _, row := range rows {
		key, err := keyOf(args[0].Value(int(row)))
		if err != nil {
			return nil, err
		}
		b.set(key, args[1].Value(int(row)))
	}
	return b.append(dst), nil
}

// share is the second argument of a percentile, a constant in the usual case.
func share(args []*vec.Vector, rows []uint32) (float64, error) {
	p, row := args[1], int(rows[0])
	if p.IsNull(row) {
		return 0, errNull
	}
	part, at := leaf(p, row)
	if !number.Has(part.Type) {
		return 0, wrongType(1, part.Type, number)
	}
	x, _ := numberAt(part, at)
	if !(0 <= x && x <= 1) {
		return 0, fmt.Errorf("the share is %v: want a number from 0 to 1", x)
	}
	return x, nil
}

func appendPercentile(dst []byte, args []*vec.Vector, rows []uint32) ([]byte, error) {
	p, err := share(args, rows)
	if err == errNull {
		return vec.AppendNull(dst), nil
	}
	if err != nil {
		return nil, err
	}
	return interpolate(dst, args[0], rows, p)
}

func appendMedian(dst []byte, args []*vec.Vector, rows []uint32) ([]byte, error) {
	return interpolate(dst, args[0], rows, 0.5)
}

// interpolate writes the number at share p of the way from the least to the greatest.
func interpolate(dst []byte, v *vec.Vector, rows []uint32, p float64) ([]byte, error) {
	sorted := make([]float64, len(rows))
	for i, row := range rows {
		x, err := numberAt(v, int(row))
		if err != nil {
			return nil, err
		}
		sorted[i] = x
	}
	slices.SortFunc(sorted, compareFloats)
	at := p * float64(len(sorted)-1)
	low := int(math.Floor(at))
	x := sorted[low]
	if rest := at - float64(low); rest > 0 {
		x += rest * (sorted[low+1] - x)
	}
	return vec.AppendFloat(dst, x), nil
}

// ranked sorts rows by value.
func ranked(v *vec.Vector, rows []uint32) []uint32 {
	rows = slices.Clone(rows)
	slices.SortStableFunc(rows, func(a, b uint32) int { return v.CompareRows(int(a), v, int(b)) })
	return rows
}

func appendQuantile(dst []byte, args []*vec.Vector, rows []uint32) ([]byte, error) {
	p, err := share(args, rows)
	if err == errNull {
		return vec.AppendNull(dst), nil
	}
	if err != nil {
		return nil, err
	}
	sorted := ranked(args[0], rows)
	at := max(int(math.Ceil(p*float64(len(sorted))))-1, 0)
	return args[0].AppendValue(dst, int(sorted[at])), nil
}

func appendMode(dst []byte, args []*vec.Vector, rows []uint32) ([]byte, error) {
	v := args[0]
	sorted := ranked(v, rows)
	best, most, start := sorted[0], 0, 0
	for i := 1; i <= len(sorted); i++ {
		if i < len(sorted) && v.CompareRows(int(sorted[start]), v, int(sorted[i])) == 0 {
			continue
		}
		if i-start > most {
			best, most = sorted[start], i-start
		}
		start = i
	}
	return v.AppendValue(dst, int(best)), nil
}
