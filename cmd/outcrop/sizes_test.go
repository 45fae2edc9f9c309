package main

import (
	"math"
	"slices"
	"testing"
)

func TestBytesFlag(t *testing.T) {
	for text, want := range map[string]int64{"0": 0, "1048576": 1 << 20, "512MiB": 512 << 20, "4g": 4 << 30, "1.5 GB": 3 << 29, "2TiB": 2 << 40, "7 b": 7} {
		var b bytesFlag
		if err := b.UnmarshalText([]byte(text)); err != nil || int64(b) != want {
			t.Errorf("%q: got %d, %v, want %d", text, b, err, want)
		}
	}
	for _, text := range []string{"", "many", "-1", "1XB", "1e300", "NaN", "5 MiBs"} {
		var b bytesFlag
		if err := b.UnmarshalText([]byte(text)); err == nil {
			t.Errorf("%q: got %d, want an error", text, b)
		}
	}
}

func TestCPUsFlag(t *testing.T) {
	for text, want := range map[string][]int{"": nil, "3": {3}, "0-2": {0, 1, 2}, "5,0-1,1": {0, 1, 5}} {
		var c cpusFlag
		if err := c.UnmarshalText([]byte(text)); err != nil || !slices.Equal(c, want) {
			t.Errorf("%q: got %v, %v, want %v", text, c, err, want)
		}
	}
	for _, text := range []string{"x", "2-1", "-1", "0-99999", "1,,2", "0-4096"} {
		var c cpusFlag
		if err := c.UnmarshalText([]byte(text)); err == nil {
			t.Errorf("%q: got %v, want an error", text, c)
		}
	}
}

func TestNumbersForPeople(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567", -1000: "-1,000", -100: "-100", math.MaxInt64: "9,223,372,036,854,775,807"} {
		if got := thousands(n); got != want {
			t.Errorf("%d: got %s, want %s", n, got, want)
		}
	}
	for n, want := range map[int64]string{0: "0 B", 1023: "1023 B", 1024: "1.0 KiB", 3 << 19: "1.5 MiB", 1 << 60: "1048576.0 TiB"} {
		if got := size(n); got != want {
			t.Errorf("%d: got %s, want %s", n, got, want)
		}
	}
}
