package simd

import "math/bits"

// Words is the length of a bitmap of n rows.
func Words(n int) int { return (n + 63) / 64 }

// Get reports whether bit i is set.
func Get(bitmap []uint64, i int) bool { return bitmap[i>>6]>>(i&63)&1 != 0 }

// Set sets bit i.
func Set(bitmap []uint64, i int) { bitmap[i>>6] |= 1 << (i & 63) }

// Clear clears bit i.
func Clear(bitmap []uint64, i int) { bitmap[i>>6] &^= 1 << (i & 63) }

// And writes a AND b, word by word, for every word of out, which may be a or b.
func And(out, a, b []uint64) { combineBitmaps[active](and, out, a, b) }

// Or writes a OR b, word by word, for every word of out, which may be a or b.
func Or(out, a, b []uint64) { combineBitmaps[active](or, out, a, b) }

// AndNot writes a AND NOT b, word by word, for every word of out, which may be a or b.
func AndNot(out, a, b []uint64) { combineBitmaps[active](andNot, out, a, b) }

// Not writes the complement of the first n bits of a. out may be a.
func Not(out, a []uint64, n int) {
	words := Words(n)
	out, a = out[:words], a[:words]
	for i, word := range a {
		out[i] = ^word
	}
	clearTail(out, n)
}

// Count is how many of the first n bits are set.
func Count(bitmap []uint64, n int) int {
	full := n >> 6
	count := countWords[active](bitmap[:full])
	if n&63 != 0 {
		count += bits.OnesCount64(bitmap[full] & low(n&63))
	}
	return count
}

// CountRange is how many of the bits from to to-1 are set.
func CountRange(bitmap []uint64, from, to int) int {
	if from >= to {
		return 0
	}
	count := Count(bitmap[from>>6:], to-from&^63)
	if from&63 != 0 {
		count -= bits.OnesCount64(bitmap[from>>6] & low(from&63))
	}
	return count
}

// Any reports whether one of the first n bits is set.
func Any(bitmap []uint64, n int) bool {
	full := n >> 6
	for _, word := range bitmap[:full] {
		if word != 0 {
			return true
		}
	}
	return n&63 != 0 && bitmap[full]&low(n&63) != 0
}

// None reports whether none of the first n bits is set.
func None(bitmap []uint64, n int) bool { return !Any(bitmap, n) }

// All reports whether each of the first n bits is set.
func All(bitmap []uint64, n int) bool {
	full := n >> 6
	for _, word := range bitmap[:full] {
		if word != ^uint64(0) {
			return false
		}
	}
	return n&63 == 0 || ^bitmap[full]&low(n&63) == 0
}

// Fill sets, or with value false clears, the bits from to to-1 and leaves the others as they are.
func Fill(bitmap []uint64, from, to int, value bool) {
	for from < to {
		n := min(64-from&63, to-from)
		mask := low(n) << (from & 63)
		if value {
			bitmap[from>>6] |= mask
		} else {
			bitmap[from>>6] &^= mask
		}
		from += n
	}
}

// CopyBits copies n bits from bit srcOffset of src to bit dstOffset of dst, whose other bits stay as they are.
func CopyBits(dst []uint64, dstOffset int, src []uint64, srcOffset, n int) {
	for n > 0 {
		// As much as goes into one word of dst, from one or two words of src.
		at, from := dstOffset&63, srcOffset&63
		m := min(64-at, n)
		word := src[srcOffset>>6] >> from
		if from+m > 64 {
			word |= src[srcOffset>>6+1] << (64 - from)
		}
		mask := low(m) << at
		dst[dstOffset>>6] = dst[dstOffset>>6]&^mask | word<<at&mask
		dstOffset, srcOffset, n = dstOffset+m, srcOffset+m, n-m
	}
}

// ToSelection writes the positions of the set bits among the first n, ascending, and returns how many there are. dst
// has room for them; what it holds beyond them afterwards is undefined.
func ToSelection(dst []uint32, bitmap []uint64, n int) int {
	return toSelection[active](dst, bitmap, n)
}

// FromSelection sets the bits at the given positions, all below n, and clears the others.
func FromSelection(out []uint64, n int, selection []uint32) {
	clear(out[:Words(n)])
	for _, i := range selection {
		out[i>>6] |= 1 << (i & 63)
	}
}

func clearTail(bitmap []uint64, n int) {
	if n&63 != 0 {
		bitmap[n>>6] &= low(n & 63)
	}
}

// wordAt is word i of a bitmap of n rows without the bits from n on.
func wordAt(bitmap []uint64, i, n int) uint64 {
	if n >= i<<6+64 {
		return bitmap[i]
	}
	return bitmap[i] & low(n&63)
}

type connective uint8

const (
	and connective = iota
	or
	andNot
)

func combineBitmapsGeneric(op connective, out, a, b []uint64) {
	a, b = a[:len(out)], b[:len(out)]
	switch op {
	case and:
		for i := range out {
			out[i] = a[i] & b[i]
		}
	case or:
		for i := range out {
			out[i] = a[i] | b[i]
		}
	case andNot:
		for i := range out {
			out[i] = a[i] &^ b[i]
		}
	}
}

func countWordsGeneric(bitmap []uint64) int {
	count := 0
	for _, word := range bitmap {
		count += bits.OnesCount64(word)
	}
	return count
}

func toSelectionGeneric(dst []uint32, bitmap []uint64, n int) int {
	count := 0
	for i := range Words(n) {
		count += selectWord(dst[count:], wordAt(bitmap, i, n), uint32(i)<<6)
	}
	return count
}

// selectWord writes the positions of the set bits of word, counted from base.
func selectWord(dst []uint32, word uint64, base uint32) int {
	count := bits.OnesCount64(word)
	dst = dst[:count]
	for i := range dst {
		dst[i] = base + uint32(bits.TrailingZeros64(word))
		word &= word - 1
	}
	return count
}
