package function

import (
	"math"

	"github.com/outcropdb/outcrop/vec"
)

// moments of a group's numbers: their count, mean, and sum of squared distances from the mean (Welford's,
// which does not lose what little large numbers differ by).
type moments struct{ count, mean, squares float64 }

func (m *moments) add(x float64) {
	m.count++
	d := x - m.mean
	m.mean += d / m.count
	m.squares += d * (x - m.mean)
}

func (m *moments) merge(o moments) {
	if o.count == 0 {
		return
	}
	n := m.count + o.count
	d := o.mean - m.mean
	m.squares += o.squares + d*d*m.count*o.count/n
	m.mean += d * o.count / n
	m.count = n
}

func (m moments) variance() (float64, error) {
	if m.count == 0 {
		return 0, errNull
	}
	return m.squares / m.count, nil
}

func (m moments) varianceSample() (float64, error) {
	if m.count < 2 {
		return 0, errNull
	}
	return m.squares / (m.count - 1), nil
}

func (m moments) stddev() (float64, error) {
	v, err := m.variance()
	return math.Sqrt(v), err
}

func (m moments) stddevSample() (float64, error) {
	v, err := m.varianceSample()
	return math.Sqrt(v), err
}

// dispersion is STDDEV, VARIANCE and their like.
type dispersion struct {
	answer func(moments) (float64, error)
	states []moments
}

func spread(name, help string, answer func(moments) (float64, error), aliases ...string) AggregateFunction {
	return AggregateFunction{
		Name: name, Aliases: aliases, Help: help, MinArgs: 1, MaxArgs: 1,
		Returns: always(vec.Float), start: func(Call) Aggregate { return &dispersion{answer: answer} },
	}
}

func (d *dispersion) Update(groups []uint32, numGroups int, args []*vec.Vector, rows int) error {
	d.states = grow(d.states, numGroups)
	v := args[0]
	for i := range rows {
		if v.IsNull(i) {
			continue
		}
		x, err := numberAt(v, i)
		if err != nil {
			return err
		}
		d.states[groupOf(groups, i)].add(x)
	}
	return nil
}

// numberAt is row i, not null, of a first argument that must be a number.
func numberAt(v *vec.Vector, i int) (float64, error) {
	switch part, at := leaf(v, i); part.Type {
	case vec.Int:
		return float64(part.I64[at]), nil
	case vec.Float:
		return part.F64[at], nil
	default:
		return 0, wrongType(0, part.Type, number)
	}
}

func (d *dispersion) Merge(other Aggregate, mapping []uint32, numGroups int) error {
	d.states = grow(d.states, numGroups)
	for g, m := range other.(*dispersion).states {
		if to, ok := mapped(mapping, g); ok {
			d.states[to].merge(m)
		}
	}
	return nil
}

func (d *dispersion) Result(out *vec.Vector, from, to int) error {
	d.states = grow(d.states, to)
	return eachFloat(out, nil, to-from, func(i int) (float64, error) { return d.answer(d.states[from+i]) })
}

func (d *dispersion) Bytes() int { return 24 * cap(d.states) }
