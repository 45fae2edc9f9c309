package function

import (
	"bytes"
	"fmt"
	"unicode/utf8"

	"github.com/outcropdb/outcrop/vec"
	"github.com/outcropdb/outcrop/vec/simd"
)

// after is s without its first n characters, or all of them.
func after(s []byte, n int64) []byte {
	for ; n > 0 && len(s) > 0; n-- {
		_, k := utf8.DecodeRune(s)
		s = s[k:]
	}
	return s
}

func substr(t vec.Type) vec.Kernel {
	skip, count := after, utf8.RuneCount
	if t == vec.Bytes {
		skip = func(s []byte, n int64) []byte { return s[min(n, int64(len(s))):] }
		count = func(s []byte) int { return len(s) }
	}
	return func(out *vec.Vector, args []*vec.Vector, rows int) error {
		s, start := textsOf(args[0]), intsOf(args[1])
		var length column[int64]
		if len(args) == 3 {
			length = intsOf(args[2])
		}
		return eachText(out, t, args, rows, func(dst []byte, i int) ([]byte, error) {
			rest, from := s.at(i), start.at(i)
			switch {
			case from > 0:
				from--
			case from < 0:
				if from += int64(count(rest)); from < 0 {
					return dst, nil
				}
			default:
				return dst, nil
			}
			rest = skip(rest, from)
			if length.rows != nil {
				rest = rest[:len(rest)-len(skip(rest, max(length.at(i), 0)))]
			}
			return append(dst, rest...), nil
		})
	}
}

func ends(left bool) vec.Kernel {
	return func(out *vec.Vector, args []*vec.Vector, rows int) error {
		s, n := textsOf(args[0]), intsOf(args[1])
		return eachText(out, vec.String, args, rows, func(dst []byte, i int) ([]byte, error) {
			whole, k := s.at(i), n.at(i)
			if left == (k < 0) { // what to skip, or keep in front, counted from the end
				k = max(int64(utf8.RuneCount(whole))-max(k, -k), 0)
			} else {
				k = max(k, -k)
			}
			rest := after(whole, k)
			if left {
				rest = whole[:len(whole)-len(rest)]
			}
			return append(dst, rest...), nil
		})
	}
}

func strpos(out *vec.Vector, args []*vec.Vector, rows int) error {
	s, sub := textsOf(args[0]), textsOf(args[1])
	return eachInt(out, vec.Int, args, rows, func(i int) (int64, error) {
		text := s.at(i)
		at := simd.Find(text, sub.at(i))
		if at < 0 {
			return 0, nil
		}
		return int64(utf8.RuneCount(text[:at])) + 1, nil
	})
}

// cut is s up to its first separator, and behind it; with an empty separator, its first character.
func cut(s, separator []byte) (part, rest []byte, more bool) {
	if len(separator) == 0 {
		_, n := utf8.DecodeRune(s)
		return s[:n], s[n:], n < len(s)
	}
	at := simd.Find(s, separator)
	if at < 0 {
		return s, nil, false
	}
	return s[:at], s[at+len(separator):], true
}

func split(out *vec.Vector, args []*vec.Vector, rows int) error {
	s, separator := textsOf(args[0]), textsOf(args[1])
	var limit column[int64]
	if len(args) == 3 {
		limit = intsOf(args[2])
	}
	return eachText(out, vec.Array, args, rows, func(dst []byte, i int) ([]byte, error) {
		most := int64(-1)
		if limit.rows != nil {
			if most = limit.at(i); most < 1 {
				return nil, fmt.Errorf("limit %d: want at least 1", most)
			}
		}
		dst, mark := vec.BeginArray(dst)
		part, rest, more := []byte(nil), s.at(i), true
		count := 0
		for ; more; count++ {
			if int64(count) == most-1 {
				part, more = rest, false
			} else {
				part, rest, more = cut(rest, separator.at(i))
			}
			dst = vec.AppendContent(dst, vec.String, part)
		}
		return vec.EndArray(dst, mark, count), nil
	})
}

func splitPart(out *vec.Vector, args []*vec.Vector, rows int) error {
	s, separator, n := textsOf(args[0]), textsOf(args[1]), intsOf(args[2])
	return eachText(out, vec.String, args, rows, func(dst []byte, i int) ([]byte, error) {
		rest, sep, want := s.at(i), separator.at(i), n.at(i)
		if want == 0 {
			return nil, fmt.Errorf("part 0: want 1 or more, or a negative number")
		}
		if want < 0 {
			parts := int64(bytes.Count(rest, sep)) + 1
			if len(sep) == 0 {
				parts = int64(utf8.RuneCount(rest))
			}
			if want += parts + 1; want < 1 {
				return nil, errNull
			}
		}
		part, more := []byte(nil), true
		for ; want > 0; want-- {
			if !more {
				return nil, errNull
			}
			part, rest, more = cut(rest, sep)
		}
		return append(dst, part...), nil
	})
}
