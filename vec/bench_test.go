package vec

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// benchmarkVectors are full batches, by name.
func benchmarkVectors() map[string]*Vector {
	r := rand.New(rand.NewPCG(21, 22))
	ints, texts, odd, mixed := &Vector{}, &Vector{}, &Vector{}, &Vector{}
	for i := range BatchRows {
		ints.Append(num(int64(i)))
		texts.Append(StringValue(fmt.Sprintf("host-%d.example", r.IntN(1000))))
		if i == 1000 {
			odd.Append(StringValue("odd"))
		} else {
			odd.Append(num(int64(i)))
		}
		mixed.Append([]Value{num(int64(i)), FloatValue(0.5)}[r.IntN(2)])
	}
	dict := &Vector{Type: String, Form: Dict, Rows: BatchRows, Codes: make([]uint32, BatchRows), Values: &Vector{}}
	for range 100 {
		dict.Values.Append(StringValue(fmt.Sprint(r.IntN(1000))))
	}
	for i := range dict.Codes {
		dict.Codes[i] = uint32(r.IntN(100))
	}
	return map[string]*Vector{"ints": ints, "texts": texts, "dict": dict, "one odd row": odd, "mixed": mixed}
}

func reportRows(b *testing.B) {
	b.ReportMetric(float64(b.N)*BatchRows/b.Elapsed().Seconds()/1e6, "Mrow/s")
}

func BenchmarkHash(b *testing.B) {
	out := make([]uint64, BatchRows)
	for name, v := range benchmarkVectors() {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				Hash(out, v)
			}
			reportRows(b)
		})
	}
}

func BenchmarkTake(b *testing.B) {
	var rows []uint32
	for i := range BatchRows {
		if i%2 == 0 {
			rows = append(rows, uint32(i))
		}
	}
	var out Vector
	for name, v := range benchmarkVectors() {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				out.Take(v, rows)
			}
			reportRows(b)
		})
	}
}

func BenchmarkApply(b *testing.B) {
	var out Vector
	ones := map[Type]*Vector{Int: NewConst(num(1), BatchRows), String: NewConst(StringValue("x"), BatchRows)}
	double := func(types []Type) (Kernel, error) {
		if types[0] != Int {
			return nil, nil
		}
		return addKernel, nil
	}
	for name, v := range benchmarkVectors() {
		pick, one := pickAdd, ones[v.Type]
		if v.Type == Dynamic {
			pick, one = double, ones[Int]
		}
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if err := Apply(&out, []*Vector{v, one}, BatchRows, pick); err != nil {
					b.Fatal(err)
				}
			}
			reportRows(b)
		})
	}
}

func BenchmarkTemporalText(b *testing.B) {
	var text []byte
	b.Run("append", func(b *testing.B) {
		for b.Loop() {
			text = AppendText(text[:0], Timestamp, 1706704496123456)
		}
	})
	b.Run("parse", func(b *testing.B) {
		for b.Loop() {
			if n, err := ParseText(Timestamp, text); n != 1706704496123456 || err != nil {
				b.Fatal(n, err)
			}
		}
	})
}

func BenchmarkAppendRows(b *testing.B) {
	var out Vector
	for name, v := range benchmarkVectors() {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				out.Reset(v.Type)
				out.AppendRows(v, 0, v.Rows)
			}
			reportRows(b)
		})
	}
}

func BenchmarkAppendJSONString(b *testing.B) {
	text := []byte("a usual line of a log, with \"quotes\" and an é in it, and some more text that needs nothing")
	b.SetBytes(int64(len(text)))
	var out []byte
	for b.Loop() {
		out = AppendJSONString(out[:0], text)
	}
}

func BenchmarkCompareRows(b *testing.B) {
	for name, v := range benchmarkVectors() {
		b.Run(name, func(b *testing.B) {
			i := 0
			for b.Loop() {
				i = (i + 1) % (BatchRows - 1)
				v.CompareRows(i, v, i+1)
			}
		})
	}
}
