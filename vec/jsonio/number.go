package jsonio

import (
	"math"
	"strconv"

	"github.com/outcropdb/outcrop/vec"
)

// powers of ten that float64 holds exactly.
var powers = [...]float64{
	1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
	1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
}

// number reads the number that begins at text[i] with a digit or a minus sign.
func (r *Reader) number(dst []byte, i int) ([]byte, int, error) {
	text, begin := r.text, i
	negative := text[i] == '-'
	if negative {
		i++
	}
	first := i
	var n uint64 // all digits without the point; wraps around when there are more than 19
	for ; i < len(text) && text[i]-'0' <= 9; i++ {
		n = n*10 + uint64(text[i]-'0')
	}
	digits := i - first
	if digits == 0 || digits > 1 && text[first] == '0' {
		return dst, i, r.badNumber(i, begin, digits == 0)
	}
	if i == len(text) || text[i] != '.' && text[i]|0x20 != 'e' {
		limit := uint64(math.MaxInt64)
		if negative {
			limit++
		}
		if digits > 19 || n > limit {
			return r.float(dst, begin, i)
		}
		if negative {
			n = -n
		}
		return vec.AppendInt(dst, vec.Int, int64(n)), i, nil
	}

	exponent := 0
	if text[i] == '.' {
		i++
		point := i
		for ; i < len(text) && text[i]-'0' <= 9; i++ {
			n = n*10 + uint64(text[i]-'0')
		}
		if i == point {
			return dst, i, r.badNumber(i, begin, true)
		}
		digits += i - point
		exponent = point - i
	}
	if i < len(text) && text[i]|0x20 == 'e' {
		i++
		down := false
		if i < len(text) && (text[i] == '-' || text[i] == '+') {
			down = text[i] == '-'
			i++
		}
		start, e := i, 0
		for ; i < len(text) && text[i]-'0' <= 9; i++ {
			e = min(e*10+int(text[i]-'0'), 1<<20) // beyond any that matters
		}
		if i == start {
			return dst, i, r.badNumber(i, begin, true)
		}
		if down {
			e = -e
		}
		exponent += e
	}
	// Clinger: when both are exact as floats, one multiplication or division rounds correctly.
	if digits > 19 || n > 1<<53 || exponent < -22 || exponent > 22 {
		return r.float(dst, begin, i)
	}
	f := float64(n)
	if negative {
		f = -f
	}
	if exponent < 0 {
		f /= powers[-exponent]
	} else {
		f *= powers[exponent]
	}
	return vec.AppendFloat(dst, f), i, nil
}

// float reads text[begin:end], whose grammar is known to be right, the thorough way.
func (r *Reader) float(dst []byte, begin, end int) ([]byte, int, error) {
	f, err := strconv.ParseFloat(string(r.text[begin:end]), 64)
	if err != nil {
		return dst, begin, meaningError(begin, "found %s, expected a number that float64 can hold, up to 1.8e308", found(r.text, begin))
	}
	return vec.AppendFloat(dst, f), end, nil
}

// badNumber reports a digit missing or in excess before text[i] in the number that began at begin.
func (r *Reader) badNumber(i, begin int, missing bool) *SyntaxError {
	if missing {
		err := r.unexpected(i, "a digit")
		err.meaning = true
		return err
	}
	return meaningError(begin, "found %s, expected a number without leading zeros", found(r.text, begin))
}
