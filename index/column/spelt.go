package column

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"

	"github.com/outcropdb/outcrop/vec"
)

const (
	// spellingSample is the number of texts from which it is guessed whether a spelling pays.
	spellingSample = 64
	// maxSpelt is the share of their size, in percent, that a spelling has to bring texts to.
	maxSpelt = 90
	// speltBeats is how much larger than compressed contents a spelling may be, in percent: a text is read
	// without decompressing others, and compared as a number.
	speltBeats = 105
)

// speltText is a sub-column as its spelling has it, to be written.
type speltText struct {
	spelling
	numbers [][]int64 // by word, a number each, signed as toSigned makes it
}

// The numbers are unsigned, and kept as signed integers of the same order.
func toSigned(n uint64) int64   { return int64(n ^ 1<<63) }
func fromSigned(n int64) uint64 { return uint64(n) ^ 1<<63 }

// spell finds a spelling of v's texts; nil if there is none that is worth while.
func spell(v *Values) *speltText {
	if v.Kind != vec.String || len(v.Data) == 0 || v.Count() == 0 {
		return nil
	}
	if step := v.Count() / spellingSample; step > 1 {
		var some spelling
		if !some.learn(v, step) || !some.pays(v) {
			return nil
		}
	}
	s := &speltText{}
	if !s.learn(v, 1) || !s.pays(v) {
		return nil
	}
	s.divide()
	s.write(v)
	return s
}

// learn finds the characters of every step-th text.
func (s *spelling) learn(v *Values, step int) bool {
	var seen [maxPositions][256]bool
	s.shortest = maxPositions
	longest := 0
	for i := 0; i < v.Count(); i += step {
		text := v.content(i)
		if len(text) > maxPositions {
			return false
		}
		s.shortest, longest = min(s.shortest, len(text)), max(longest, len(text))
		for p, c := range text {
			seen[p][c] = true
		}
	}
	for p := range longest {
		var alphabet []byte
		for c, ok := range seen[p] {
			if ok {
				alphabet = append(alphabet, byte(c))
			}
		}
		if len(alphabet) > maxAlphabet {
			return false
		}
		s.alphabets = append(s.alphabets, alphabet)
	}
	return true
}

// pays tells that texts are smaller as numbers.
func (s *spelling) pays(v *Values) bool {
	digits := 0.0 // bits of a text
	for p := range s.alphabets {
		digits += math.Log2(float64(s.radix(p)))
	}
	return digits*float64(v.Count())*100 < float64(8*len(v.Data)*maxSpelt)
}

// write finds the numbers of v's texts.
func (s *speltText) write(v *Values) {
	type place struct {
		position int
		radix    uint64
		digits   *[256]uint8
	}
	var digits [maxPositions][256]uint8
	for _, w := range s.words {
		var places []place // where texts differ
		for p := w.from; p < w.to; p++ {
			for i, c := range s.alphabets[p] {
				if digits[p][c] = uint8(i); p >= s.shortest {
					digits[p][c]++
				}
			}
			if radix := s.radix(p); radix > 1 {
				places = append(places, place{p, radix, &digits[p]})
			}
		}
		numbers := make([]int64, v.Count())
		for i := range numbers {
			text, n := v.content(i), uint64(0)
			for _, p := range places {
				if n *= p.radix; p.position < len(text) {
					n += uint64(p.digits[text[p.position]])
				}
			}
			numbers[i] = toSigned(n)
		}
		s.numbers = append(s.numbers, numbers)
	}
}

func (s *speltText) size() int {
	size := 8 + len(s.alphabets)
	for _, alphabet := range s.alphabets {
		size += len(alphabet)
	}
	for _, numbers := range s.numbers {
		size += sizeSequence(numbers)
	}
	return size
}

func sizeSpelt(v *study) int {
	// What recurs is better off in a dictionary, whose codes queries group by.
	if v.Kind != vec.String || v.dictionarySize() < sizeContents(v) {
		return math.MaxInt
	}
	s := v.speltText()
	if s == nil {
		return math.MaxInt
	}
	if size := s.size(); size*100 <= v.compressedSize()*speltBeats {
		return size
	}
	return math.MaxInt
}

// The alphabets, each once: a byte for the number of characters, and these. Then which of them each position
// has, and the numbers, word by word.
func writeSpelt(dst []byte, v *study) []byte {
	s := v.speltText()
	var alphabets, which []byte
	known := map[string]byte{}
	for _, alphabet := range s.alphabets {
		n, ok := known[string(alphabet)]
		if !ok {
			n = byte(len(known))
			known[string(alphabet)] = n
			alphabets = append(append(alphabets, byte(len(alphabet))), alphabet...)
		}
		which = append(which, n)
	}
	dst = binary.LittleEndian.AppendUint16(dst, uint16(len(s.alphabets)))
	dst = binary.LittleEndian.AppendUint16(dst, uint16(s.shortest))
	dst = binary.LittleEndian.AppendUint32(dst, uint32(len(alphabets)))
	dst = appendPadded(appendPadded(dst, alphabets), which)
	for _, numbers := range s.numbers {
		dst = writeSequence(dst, numbers)
	}
	return dst
}

// speltValues is spelt.
type speltValues struct {
	spelling
	numbers []sequence
}

func openSpelt(c *cursor, t vec.Type, count int) (values, error) {
	head := c.bytes(8)
	if head == nil {
		return nil, errShort
	}
	v := &speltValues{}
	positions := int(binary.LittleEndian.Uint16(head))
	v.shortest = int(binary.LittleEndian.Uint16(head[2:]))
	if t != vec.String || positions < 1 || positions > maxPositions || v.shortest > positions {
		return nil, fmt.Errorf("texts of %d to %d positions, of type %s", v.shortest, positions, t)
	}
	var alphabets [][]byte
	for b := c.bytes(int(binary.LittleEndian.Uint32(head[4:]))); len(b) > 0; {
		n := int(b[0])
		if n < 1 || n > maxAlphabet || n >= len(b) {
			return nil, fmt.Errorf("alphabet of %d characters", n)
		}
		alphabet := b[1 : n+1]
		for i := range alphabet[1:] {
			if alphabet[i] >= alphabet[i+1] {
				return nil, fmt.Errorf("alphabet %q is out of order", alphabet)
			}
		}
		alphabets, b = append(alphabets, alphabet), b[n+1:]
	}
	for _, n := range c.bytes(positions) {
		if int(n) >= len(alphabets) {
			return nil, fmt.Errorf("alphabet %d of %d", n, len(alphabets))
		}
		v.alphabets = append(v.alphabets, alphabets[n])
	}
	if c.err != nil {
		return nil, c.err
	}
	v.divide()
	for range v.words {
		numbers, err := openSequence(c, count)
		if err != nil {
			return nil, err
		}
		v.numbers = append(v.numbers, numbers)
	}
	v.makeSteps(count)
	return v, nil
}

// room makes out rows texts, yet to be written, and gives room for the number of each in each word.
func (v *speltValues) room(out *vec.Vector, rows int) []int64 {
	out.Make(vec.String, rows)
	out.I64 = slices.Grow(out.I64[:0], rows*len(v.words))
	out.Data = slices.Grow(out.Data[:0], rows*len(v.alphabets)+stepBytes)
	return out.I64[:rows*len(v.words)]
}

func (v *speltValues) read(out *vec.Vector, from, to int) error {
	rows := to - from
	numbers := v.room(out, rows)
	for w := range v.words {
		v.numbers[w].unpack(numbers[w*rows:][:rows], from)
	}
	return v.write(out, numbers)
}

func (v *speltValues) gather(out *vec.Vector, ranks []uint32) error {
	numbers := v.room(out, len(ranks))
	for w := range v.words {
		v.numbers[w].pick(numbers[w*len(ranks):][:len(ranks)], ranks)
	}
	return v.write(out, numbers)
}

// write spells the numbers, which are word by word.
func (v *speltValues) write(out *vec.Vector, numbers []int64) error {
	data := out.Data[:cap(out.Data)]
	at := 0
	for i := range out.Rows {
		for w := range v.words {
			n, err := v.words[w].append(data[at:], fromSigned(numbers[w*out.Rows+i]))
			if err != nil {
				return err
			}
			at += n
		}
		out.Offsets[i+1] = uint32(at)
	}
	out.Data = data[:at]
	return nil
}

// overlaps looks at the first word alone.
func (v *speltValues) overlaps(spans []vec.Span, from, to int) bool {
	var numbers [maxPositions]uint64
	for _, s := range spans {
		if _, past := v.bound(numbers[:len(v.words)], s.From); past {
			continue
		}
		span := vec.Span{Low: toSigned(numbers[0]), High: math.MaxInt64}
		if s.To != nil {
			if _, past := v.bound(numbers[:len(v.words)], s.To); !past {
				span.High = toSigned(numbers[0])
			}
		}
		if v.numbers[0].bounds().overlaps([]vec.Span{span}, from, to) {
			return true
		}
	}
	return false
}

func (v *speltValues) terms() *vec.Vector { return nil }
