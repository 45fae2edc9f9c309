package function

import (
	"fmt"
	"math/bits"

	"github.com/outcropdb/outcrop/vec"
)

// bitOperations are of int64s in two's complement.
var bitOperations = []Function{
	bitwise("bitwise_and", "functions_arithmetic:bitwise_and", "x AND y, bit by bit", func(a, b int64) (int64, error) { return a & b, nil }),
	bitwise("bitwise_or", "functions_arithmetic:bitwise_or", "x OR y, bit by bit", func(a, b int64) (int64, error) { return a | b, nil }),
	bitwise("bitwise_xor", "functions_arithmetic:bitwise_xor", "x XOR y, bit by bit", func(a, b int64) (int64, error) { return a ^ b, nil }),
	{
		Name: "bitwise_not", Substrait: "functions_arithmetic:bitwise_not", Help: "every bit of x turned over",
		overloads: []overload{{in: sets{integer}, out: vec.Int, run: int1(func(n int64) int64 { return ^n })}},
	},
	bitwise("bitwise_left_shift", "functions_arithmetic:shift_left", "x with its bits shifted n places up", func(a, n int64) (int64, error) {
		return a << uint64(n), shiftable(n)
	}),
	bitwise("bitwise_right_shift", "functions_arithmetic:shift_right_unsigned", "x with its bits shifted n places down, zeros from above",
		func(a, n int64) (int64, error) { return int64(uint64(a) >> uint64(n)), shiftable(n) }),
	bitwise("bitwise_arithmetic_shift_right", "functions_arithmetic:shift_right", "x with its bits shifted n places down, keeping the sign",
		func(a, n int64) (int64, error) { return a >> uint64(n), shiftable(n) }),
	{Name: "bit_count", Help: "how many bits of x are set", overloads: []overload{{
		in: sets{integer}, out: vec.Int,
		run: int1(func(n int64) int64 { return int64(bits.OnesCount64(uint64(n))) }),
	}}},
}

func bitwise(name, substrait, help string, f func(a, b int64) (int64, error)) Function {
	return Function{
		Name: name, Substrait: substrait, Help: help,
		overloads: []overload{{in: sets{integer, integer}, out: vec.Int, run: rowInts(name, f)}},
	}
}

func shiftable(n int64) error {
	if n < 0 || n > 63 {
		return fmt.Errorf("want a shift of 0 to 63")
	}
	return nil
}

// int1 is a kernel over ints that cannot fail.
func int1(f func(int64) int64) vec.Kernel {
	return func(out *vec.Vector, args []*vec.Vector, rows int) error {
		out.Make(vec.Int, rows)
		for i, n := range args[0].I64[:rows] {
			out.I64[i] = f(n)
		}
		return nil
	}
}
