package simd

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// text is n bytes of a small alphabet, so that needles are found and nearly found.
func text(r *rand.Rand, n int) []byte {
	const letters = "aAbBzZ@`[{\xe1\xc1"
	s := make([]byte, n)
	for i := range s {
		s[i] = letters[r.IntN(min(len(letters), 2+r.IntN(len(letters))))]
	}
	return s
}

// lower changes A-Z alone.
func lower(s []byte) []byte {
	s = bytes.Clone(s)
	for i, b := range s {
		if 'A' <= b && b <= 'Z' {
			s[i] = b + 'a' - 'A'
		}
	}
	return s
}

func TestFind(t *testing.T) {
	atEveryLength(t, func(t *testing.T, r *rand.Rand, n int) {
		haystack := text(r, n)
		for _, length := range []int{0, 1, 2, 3, 4, 5, 8, 9, 17, 70} {
			needle := text(r, length)
			if length <= n && r.IntN(2) == 0 { // one that is there, in other letters perhaps
				at := r.IntN(n - length + 1)
				needle = append([]byte(nil), haystack[at:at+length]...)
				if r.IntN(2) == 0 {
					needle = bytes.ToUpper(needle)
				}
			}
			wantCount(t, fmt.Sprintf("find %q in %q", needle, haystack), Find(haystack, needle), naiveFind(haystack, needle, bytes.Equal))
			wantCount(t, fmt.Sprintf("find %q in %q, any case", needle, haystack), FindFold(haystack, needle), naiveFind(haystack, needle, naiveFold))
		}
	})
}

func naiveFind(haystack, needle []byte, equal func(a, b []byte) bool) int {
	for i := 0; i+len(needle) <= len(haystack); i++ {
		if equal(haystack[i:i+len(needle)], needle) {
			return i
		}
	}
	return -1
}

func naiveFold(a, b []byte) bool { return bytes.Equal(lower(a), lower(b)) }

// A needle at each position of haystacks that end where it does.
func TestFindAtEnd(t *testing.T) {
	atEveryLevel(t, func(t *testing.T) {
		for at := range maxRows {
			for _, needle := range []string{"x", "xy", "xyz", "xyyyyyyyyyyyyyyyyyyyyz"} {
				haystack := append(bytes.Repeat([]byte("y"), at), needle...)
				wantCount(t, "find "+needle, Find(haystack, []byte(needle)), at)
				wantCount(t, "find "+needle, FindFold(haystack, bytes.ToUpper([]byte(needle))), at)
				wantCount(t, "find "+needle, Find(haystack[:len(haystack)-1], []byte(needle)), -1)
				wantCount(t, "find "+needle, FindFold(haystack[:len(haystack)-1], []byte(needle)), -1)
			}
		}
	})
}

// stringColumn has n rows, some empty, after bytes that belong to none.
func stringColumn(r *rand.Rand, n int) (data []byte, offsets []uint32) {
	offsets = []uint32{uint32(r.IntN(5))}
	for range n {
		offsets = append(offsets, offsets[len(offsets)-1]+uint32(r.IntN(1+r.IntN(12))))
	}
	return text(r, int(offsets[n])+r.IntN(5)), offsets
}

func TestFindRows(t *testing.T) {
	atEveryLength(t, func(t *testing.T, r *rand.Rand, n int) {
		data, offsets := stringColumn(r, n)
		for _, length := range []int{0, 1, 2, 3, 9} {
			needle, out := text(r, length), garbage(n)
			row := func(i int) []byte { return data[offsets[i]:offsets[i+1]] }
			FindRows(out, data, offsets, needle)
			wantBitmap(t, fmt.Sprintf("contains %q", needle), out, n, func(i int) bool { return bytes.Contains(row(i), needle) })
			FindRowsFold(out, data, offsets, needle)
			wantBitmap(t, fmt.Sprintf("contains %q, any case", needle), out, n, func(i int) bool {
				return bytes.Contains(lower(row(i)), lower(needle))
			})
			PrefixRows(out, data, offsets, needle)
			wantBitmap(t, fmt.Sprintf("begins with %q", needle), out, n, func(i int) bool { return bytes.HasPrefix(row(i), needle) })
			SuffixRows(out, data, offsets, needle)
			wantBitmap(t, fmt.Sprintf("ends with %q", needle), out, n, func(i int) bool { return bytes.HasSuffix(row(i), needle) })
			EqualRows(out, data, offsets, needle)
			wantBitmap(t, fmt.Sprintf("is %q", needle), out, n, func(i int) bool { return bytes.Equal(row(i), needle) })
		}
	})
}

// Needles of more than eight bytes, whose heads are in many rows.
func TestAffixLong(t *testing.T) {
	rows := []string{"", "12345678", "123456789", "1234567890", "0123456789", "12345678x", "x12345678"}
	offsets := []uint32{0}
	for _, row := range rows {
		offsets = append(offsets, offsets[len(offsets)-1]+uint32(len(row)))
	}
	data, out := []byte(strings.Join(rows, "")), garbage(len(rows))
	for _, affix := range append(rows, "2345678", "789") {
		PrefixRows(out, data, offsets, []byte(affix))
		wantBitmap(t, "begins with "+affix, out, len(rows), func(i int) bool { return strings.HasPrefix(rows[i], affix) })
		SuffixRows(out, data, offsets, []byte(affix))
		wantBitmap(t, "ends with "+affix, out, len(rows), func(i int) bool { return strings.HasSuffix(rows[i], affix) })
		EqualRows(out, data, offsets, []byte(affix))
		wantBitmap(t, "is "+affix, out, len(rows), func(i int) bool { return rows[i] == affix })
	}
}

func TestFindRowsNone(t *testing.T) {
	FindRows(nil, nil, nil, []byte("x"))
	PrefixRows(nil, nil, nil, []byte("x"))
	FindRows(nil, nil, []uint32{0}, []byte("x"))
}

func BenchmarkFind(b *testing.B) {
	const rows, length = benchRows, 45
	r := random()
	data, offsets := make([]byte, rows*length), []uint32{0}
	for i := range data {
		data[i] = "etaoin shrdlu/.:-0123"[r.IntN(21)]
	}
	for i := range rows {
		offsets = append(offsets, uint32((i+1)*length))
	}
	out := make([]uint64, Words(rows))
	for _, needle := range []string{"q", "e", "ti", "tion", "google.com"} {
		benchmark(b, needle, rows*length, func() { FindRows(out, data, offsets, []byte(needle)) })
		benchmark(b, needle+" fold", rows*length, func() { FindRowsFold(out, data, offsets, []byte(needle)) })
	}
	benchmark(b, "prefix", rows*length, func() { PrefixRows(out, data, offsets, []byte("tion")) })
}
