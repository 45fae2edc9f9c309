package function

import (
	"fmt"
	"math"

	"github.com/outcropdb/outcrop/vec"
)

// vectors are arrays of numbers, two of the same length.
var vectors = []Function{
	ofVectors("cosine_sim", "the cosine of the angle between two vectors", func(a, b []float64) float64 {
		return dot(a, b) / math.Sqrt(dot(a, a)*dot(b, b))
	}),
	ofVectors("dot_product", "the sum of the products", dot),
	ofVectors("euclidean_dist", "the distance between two points", func(a, b []float64) float64 {
		sum := 0.0
		for i, x := range a {
			sum += (x - b[i]) * (x - b[i])
		}
		return math.Sqrt(sum)
	}),
}

func dot(a, b []float64) float64 {
	sum := 0.0
	for i, x := range a {
		sum += x * b[i]
	}
	return sum
}

func ofVectors(name, help string, f func(a, b []float64) float64) Function {
	run := func(out *vec.Vector, args []*vec.Vector, rows int) error {
		sides := [2]vectorColumn{{content: textsOf(args[0])}, {content: textsOf(args[1])}}
		return eachFloat(out, args, rows, func(i int) (float64, error) {
			a, err := sides[0].at(i)
			if err != nil {
				return 0, err
			}
			b, err := sides[1].at(i)
			if err != nil {
				return 0, err
			}
			if len(a) != len(b) {
				return 0, fmt.Errorf("arrays of %d and %d numbers: want equally many", len(a), len(b))
			}
			return f(a, b), nil
		})
	}
	return Function{Name: name, Help: name + "(a, b): " + help, overloads: []overload{{in: sets{array, array}, out: vec.Float, run: run}}}
}

// vectorColumn decodes arrays of numbers; a constant one once.
type vectorColumn struct {
	content varlen
	numbers []float64
	known   bool
}

func (c *vectorColumn) at(i int) ([]float64, error) {
	if c.known {
		return c.numbers, nil
	}
	c.numbers = c.numbers[:0]
	for e := range c.content.value(i).Elements() {
		switch t := e.Type(); t {
		case vec.Float:
			c.numbers = append(c.numbers, e.Float())
		case vec.Int:
			c.numbers = append(c.numbers, float64(e.Int()))
		default:
			return nil, fmt.Errorf("an element is %s, want %s", t, typeList(number))
		}
	}
	c.known = c.content.step == 0
	return c.numbers, nil
}
