package column

import "fmt"

// sequence is integers within another encoding: packed, or linear where that takes less.
type sequence interface {
	// unpack writes the integers from from on to out.
	unpack(out []int64, from int)
	// pick writes the integers of the given ranks to out.
	pick(out []int64, ranks []uint32)
	// bounds are the zones.
	bounds() zones
}

func (v *integers) bounds() zones { return v.zones }
func (v *lines) bounds() zones    { return v.zones }

func sizeSequence(ns []int64) int { return 8 + min(sizeIntegers(ns), sizeLines(ns)) }

// writeSequence writes which it is, packed or linear, and the integers.
func writeSequence(dst []byte, ns []int64) []byte {
	if sizeLines(ns) < sizeIntegers(ns) {
		return writeLines(appendWord(dst, uint64(linear)), ns)
	}
	return writeIntegers(appendWord(dst, uint64(packed)), ns)
}

func openSequence(c *cursor, count int) (sequence, error) {
	switch e := c.word(); {
	case e == uint64(linear):
		v, err := openLines(c, count)
		return &v, err
	case e == uint64(packed) && c.err == nil:
		v, err := openIntegers(c, count)
		return &v, err
	default:
		return nil, fmt.Errorf("integers in encoding %d: the file is cut short, or of a later version", e)
	}
}
