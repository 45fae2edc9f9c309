package main

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// bytesFlag is a number of bytes: 1048576, 512MiB, 4g. Units are powers of 1024.
type bytesFlag int64

// byteUnits in ascending order.
var byteUnits = []string{"B", "KiB", "MiB", "GiB", "TiB"}

// UnmarshalText reads a flag's value.
func (b *bytesFlag) UnmarshalText(text []byte) error {
	number := strings.TrimRight(string(text), "BKMGTibkmgt ")
	unit := strings.ToLower(strings.TrimSpace(string(text[len(number):])))
	power := slices.IndexFunc(byteUnits, func(name string) bool {
		name = strings.ToLower(name)
		return unit == name || unit == name[:1] || unit == name[:1]+"b"
	})
	n, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
	if unit == "" {
		power = 0
	}
	n = math.Ldexp(n, 10*power)
	if err != nil || power < 0 || !(n >= 0 && n < math.MaxInt64) {
		return fmt.Errorf("%q is no number of bytes like 512MiB or 4GiB", text)
	}
	*b = bytesFlag(n)
	return nil
}

// size writes a number of bytes for people.
func size(n int64) string {
	value, unit := float64(n), 0
	for value >= 1024 && unit < len(byteUnits)-1 {
		value /= 1024
		unit++
	}
	if unit == 0 {
		return fmt.Sprintf("%d B", n)
	}
	return fmt.Sprintf("%.1f %s", value, byteUnits[unit])
}

// maxCPU bounds the numbers in a cpusFlag, so that a range cannot grow without end.
const maxCPU = 4095

// cpusFlag is CPUs by number, as taskset writes them: 0-3,6.
type cpusFlag []int

// UnmarshalText reads a flag's value.
func (c *cpusFlag) UnmarshalText(text []byte) error {
	*c = nil
	if len(text) == 0 {
		return nil
	}
	for part := range strings.SplitSeq(string(text), ",") {
		low, high, isRange := strings.Cut(strings.TrimSpace(part), "-")
		if !isRange {
			high = low
		}
		from, err := strconv.ParseUint(low, 10, 16)
		to, err2 := strconv.ParseUint(high, 10, 16)
		if err != nil || err2 != nil || to < from || to > maxCPU {
			return fmt.Errorf("%q is no list of CPUs like 0-3,6, with numbers up to %d", text, maxCPU)
		}
		for cpu := from; cpu <= to; cpu++ {
			*c = append(*c, int(cpu))
		}
	}
	slices.Sort(*c)
	*c = slices.Compact(*c)
	return nil
}

// thousands writes 1234567 as 1,234,567.
func thousands(n int64) string {
	digits := strconv.FormatInt(n, 10)
	start := 0
	if n < 0 {
		start = 1
	}
	for i := len(digits) - 3; i > start; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}
