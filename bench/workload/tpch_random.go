package workload

import "slices"

// tpchStream is a sequence of random numbers as dbgen has one for every column: Lehmer's generator with the
// minimal standard's multiplier. A row of dbgen takes the same number of draws whether it needs them or not,
// so that rows can be made from anywhere; rest spends what a row has left.
type tpchStream struct {
	seed   int64
	perRow int
	drawn  int
}

// The minimal standard generator.
const (
	tpchMultiplier = 16807
	tpchModulus    = 1<<31 - 1
)

func newTPCHStream(seed int64, perRow int) tpchStream { return tpchStream{seed: seed, perRow: perRow} }

func (s *tpchStream) draw() float64 {
	s.drawn++
	s.seed = s.seed * tpchMultiplier % tpchModulus
	return float64(s.seed) / tpchModulus
}

// between is one of low to high.
func (s *tpchStream) between(low, high int) int { return low + int(s.draw()*float64(high-low+1)) }

// pick is one of the values, all equally likely.
func (s *tpchStream) pick(values []string) string { return values[s.between(0, len(values)-1)] }

// rest ends a row.
func (s *tpchStream) rest() {
	for s.drawn < s.perRow {
		s.draw()
	}
	s.drawn = 0
}

// The lengths of a text are between 0.4 and 1.6 of the average, rounded down.
func tpchLengths(average int) (low, high int) { return average * 4 / 10, average * 16 / 10 }

const (
	tpchAlphabet = "0123456789abcdefghijklmnopqrstuvwxyz ABCDEFGHIJKLMNOPQRSTUVWXYZ,"
	// tpchAddress is the average length of an address, and tpchAddressDraws what its row takes: a length, and
	// a draw for five characters.
	tpchAddress      = 25
	tpchAddressDraws = 9
)

// address appends random characters. A draw's 31 bits are five characters, negative ones: dbgen overflows
// when it asks for a number between 0 and 2^31-1, and all who make its data do the same.
func (s *tpchStream) address(dst []byte) []byte {
	n := s.between(tpchLengths(tpchAddress))
	bits := 0
	for i := range n {
		if i%5 == 0 {
			bits = int(s.draw() * -(1 << 31))
		}
		dst = append(dst, tpchAlphabet[bits&63])
		bits >>= 6
	}
	return dst
}

const (
	tpchPhoneDraws = 3
	tpchCountries  = 90 // the first two digits of a phone number are 10 to 99
)

// phone appends a phone number of a nation.
func (s *tpchStream) phone(dst []byte, nation int) []byte {
	dst = appendDigits(dst, 10+nation%tpchCountries, 2)
	dst = appendDigits(append(dst, '-'), s.between(100, 999), 3)
	dst = appendDigits(append(dst, '-'), s.between(100, 999), 3)
	return appendDigits(append(dst, '-'), s.between(1000, 9999), 4)
}

// appendDigits appends a number with leading zeros.
func appendDigits(dst []byte, n, digits int) []byte {
	at := len(dst)
	dst = append(dst, make([]byte, digits)...)
	for i := at + digits - 1; i >= at; i-- {
		dst[i] = byte('0' + n%10)
		n /= 10
	}
	return dst
}

// shuffled appends the first n of the words in random order, with spaces between. A row takes as many draws
// as there are words.
func (s *tpchStream) shuffled(dst []byte, words []string, n int) []byte {
	words = slices.Clone(words)
	for i := range n {
		other := s.between(i, len(words)-1)
		words[i], words[other] = words[other], words[i]
		if i > 0 {
			dst = append(dst, ' ')
		}
		dst = append(dst, words[i]...)
	}
	return dst
}
