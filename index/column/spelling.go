package column

import (
	"encoding/binary"
	"errors"
	"math"
	"math/bits"
	"slices"
)

// Texts that are made by machines, identities, times, hashes, addresses, have few characters at each position.
// A spelling writes such a text as a number: a digit for each position, the first the most significant, whose
// radix is the number of characters that some text has there. Texts that have ended have the least digit. So
// the numbers are in the order of the texts. A number that does not fit in a word takes several.

const (
	// maxPositions is the length of the longest text that is spelt.
	maxPositions = 128
	// maxAlphabet is the most characters at a position. With more, bytes are as good.
	maxAlphabet = 128
	// maxStep bounds the characters, or groups of them, that are looked up in one table as texts are written.
	maxStep = 2048
	// stepBytes is what is written in one step.
	stepBytes = 8
)

// spelling is how the texts of a sub-column are numbers.
type spelling struct {
	shortest  int      // length of the shortest text
	alphabets [][]byte // the characters of each position, ascending
	words     []spelled
}

// spelled is a word, and the positions that it stands for.
type spelled struct {
	from, to int
	most     uint64 // the greatest number
	steps    []step
	shifts   bool // every step has a power of two of texts, of one length
}

// step writes the characters of a few positions.
type step struct {
	weight, inverse uint64 // of its number in the word, and 2^64 divided by that
	shift           int    // the power of two that weight is, if it is one
	texts           []uint64
	length          int     // of every text, or 0
	lengths         []uint8 // of each, if length is 0
}

// radix is the number of digits at a position: the least stands for a text that has ended, if one has.
func (s *spelling) radix(position int) uint64 {
	n := uint64(len(s.alphabets[position]))
	if position >= s.shortest {
		n++
	}
	return n
}

// divide finds which positions are in which word: in each as many as fit.
func (s *spelling) divide() {
	s.words = nil
	for from := 0; from < len(s.alphabets); {
		w := spelled{from: from, to: from}
		for ; w.to < len(s.alphabets); w.to++ {
			radix := s.radix(w.to)
			high, low := bits.Mul64(w.most, radix)
			low, carry := bits.Add64(low, radix-1, 0)
			if high+carry > 0 {
				break
			}
			w.most = low
		}
		s.words = append(s.words, w)
		from = w.to
	}
}

// makeSteps makes the tables by which count texts are written.
func (s *spelling) makeSteps(count int) {
	known := map[string]step{}
	for i := range s.words {
		w := &s.words[i]
		for from := w.from; from < w.to; {
			size, to := s.radix(from), from+1
			for to < w.to && to-from < stepBytes && size*s.radix(to) <= min(maxStep, uint64(count)) {
				size *= s.radix(to)
				to++
			}
			key := []byte{uint8(max(0, min(to, s.shortest)-from))} // positions that every text has
			for _, alphabet := range s.alphabets[from:to] {
				key = append(append(key, uint8(len(alphabet))), alphabet...)
			}
			st, ok := known[string(key)]
			if !ok {
				st = s.makeStep(from, to, size)
				known[string(key)] = st
			}
			w.steps = append(w.steps, st)
			from = to
		}
		weight := uint64(1) // 0 stands for 2^64: what is before that many numbers has one
		w.shifts = true
		for i := range slices.Backward(w.steps) {
			st := &w.steps[i]
			if st.weight, st.shift = weight, bits.TrailingZeros64(weight); weight > 0 {
				st.inverse = math.MaxUint64 / weight
			}
			w.shifts = w.shifts && st.length > 0 && bits.OnesCount64(weight) <= 1 && bits.OnesCount(uint(len(st.texts))) == 1
			weight *= uint64(len(st.texts))
		}
	}
}

// makeStep writes out the characters of positions from..to-1 for each of the size numbers.
func (s *spelling) makeStep(from, to int, size uint64) step {
	st := step{texts: make([]uint64, size), length: to - from}
	if to > s.shortest {
		st.length, st.lengths = 0, make([]uint8, size)
	}
	for n := range st.texts {
		var text [stepBytes]byte
		rest, length := uint64(n), to-from
		for p := to - 1; p >= from; p-- {
			digit := rest % s.radix(p)
			rest /= s.radix(p)
			if p >= s.shortest {
				if digit == 0 {
					length = p - from
					continue
				}
				digit--
			}
			text[p-from] = s.alphabets[p][digit]
		}
		clear(text[length:])
		if st.texts[n] = binary.LittleEndian.Uint64(text[:]); st.lengths != nil {
			st.lengths[n] = uint8(length)
		}
	}
	return st
}

var errSpelt = errors.New("a number spells no text")

// append writes the part of a text that number is for to dst, which has room for its positions and
// stepBytes more, and returns its length.
func (w *spelled) append(dst []byte, number uint64) (int, error) {
	if number > w.most {
		return 0, errSpelt
	}
	at := 0
	if w.shifts { // the usual alphabets have 2, 16 or 32 characters, and then all texts one length
		for i := range w.steps {
			st := &w.steps[i]
			n := int(number>>(st.shift&63)) & (len(st.texts) - 1)
			binary.LittleEndian.PutUint64(dst[at:], st.texts[n])
			at += st.length
		}
		return at, nil
	}
	before := uint64(0) // the number without what this step and those behind it write
	for i := range w.steps {
		st := &w.steps[i]
		// By way of the inverse the quotient is at most one too small. No step waits for another's.
		quotient, _ := bits.Mul64(number, st.inverse)
		if number-quotient*st.weight > st.weight-1 {
			quotient++
		}
		n := quotient - before*uint64(len(st.texts))
		before = quotient
		binary.LittleEndian.PutUint64(dst[at:], st.texts[n])
		if at += st.length; st.lengths != nil {
			at += int(st.lengths[n])
		}
	}
	return at, nil
}

// bound writes the numbers of the first text that is not before text, a number a word. It tells whether that is
// text itself, and whether there is none.
func (s *spelling) bound(numbers []uint64, text []byte) (exact, past bool) {
	exact = true
	least := false // what follows has the least digits
	for i := range s.words {
		w := &s.words[i]
		n, over := uint64(0), uint64(0)
		for p := w.from; p < w.to; p++ {
			high, low := bits.Mul64(n, s.radix(p))
			digit := uint64(0)
			switch {
			case least:
			case p < len(text):
				at, found := slices.BinarySearch(s.alphabets[p], text[p])
				if digit = uint64(at); p >= s.shortest {
					digit++
				}
				exact, least = found, !found // the digit may be one too many: that carries
			case p < s.shortest:
				exact, least = false, true
			}
			sum, carry := bits.Add64(low, digit, 0)
			n, over = sum, over|high|carry
		}
		if numbers[i] = n; over > 0 || n > w.most {
			numbers[i] = 0
			if past = !s.increment(numbers[:i]); past {
				return false, true
			}
		}
	}
	if len(text) > len(s.alphabets) && exact {
		return false, !s.increment(numbers)
	}
	return exact, false
}

// increment makes numbers the next ones; false if there are none.
func (s *spelling) increment(numbers []uint64) bool {
	for i := len(numbers) - 1; i >= 0; i-- {
		if numbers[i] < s.words[i].most {
			numbers[i]++
			return true
		}
		numbers[i] = 0
	}
	return false
}
