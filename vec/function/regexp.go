package function

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/outcropdb/outcrop/vec"
	"github.com/outcropdb/outcrop/vec/simd"
)

// expressions compiles regular expressions; those that come twice in a row once.
type expressions struct {
	flags string
	last  memo[*regexp.Regexp]
}

func (e *expressions) get(pattern []byte) (*regexp.Regexp, error) {
	re, err := e.last.get(pattern, nil, func(pattern, _ []byte) (*regexp.Regexp, error) {
		re, err := regexp.Compile(e.flags + string(pattern))
		if err != nil {
			return nil, fmt.Errorf("pattern %q: %s", pattern, strings.TrimPrefix(err.Error(), "error parsing regexp: "))
		}
		return re, nil
	})
	if err != nil {
		return nil, err
	}
	return *re, nil
}

// expression is the overload of a function that is given the expressions, row by row.
func expression(out vec.Type, kernel func(*expressions) vec.Kernel, in sets, optional int) []overload {
	return []overload{{in: in, optional: optional, out: out, make: func() vec.Kernel { return kernel(new(expressions)) }}}
}

func regexpLike(flags string) []overload {
	return []overload{{in: sets{text, text}, out: vec.Bool, make: func() vec.Kernel {
		e := &expressions{flags: flags}
		return func(out *vec.Vector, args []*vec.Vector, rows int) error {
			s, pattern := textsOf(args[0]), textsOf(args[1])
			if pattern.step == 0 && args[0].Form == vec.Flat {
				re, err := e.get(pattern.at(0))
				if err != nil {
					return err
				}
				if literal, whole := re.LiteralPrefix(); whole {
					out.Make(vec.Bool, rows)
					simd.FindRows(out.Bits, args[0].Data, args[0].Offsets[:rows+1], []byte(literal))
					return nil
				}
			}
			return eachBool(out, args, rows, func(i int) (bool, error) {
				re, err := e.get(pattern.at(i))
				return err == nil && re.Match(s.at(i)), err
			})
		}
	}}}
}

// group is a call's third argument, the number of a group, 0 when it is left out.
func group(args []*vec.Vector, re *regexp.Regexp, i int) (int, error) {
	if len(args) < 3 {
		return 0, nil
	}
	n := intsOf(args[2]).at(i)
	if n < 0 || n > int64(re.NumSubexp()) {
		return 0, fmt.Errorf("group %d: pattern %q has %d", n, re, re.NumSubexp())
	}
	return int(n), nil
}

func regexpExtract(e *expressions) vec.Kernel {
	return func(out *vec.Vector, args []*vec.Vector, rows int) error {
		s, pattern := textsOf(args[0]), textsOf(args[1])
		return eachText(out, vec.String, args, rows, func(dst []byte, i int) ([]byte, error) {
			re, err := e.get(pattern.at(i))
			if err != nil {
				return nil, err
			}
			n, err := group(args, re, i)
			if err != nil {
				return nil, err
			}
			text := s.at(i)
			at := re.FindSubmatchIndex(text)
			if at == nil || at[2*n] < 0 {
				return nil, errNull
			}
			return append(dst, text[at[2*n]:at[2*n+1]]...), nil
		})
	}
}

func regexpExtractAll(e *expressions) vec.Kernel {
	return func(out *vec.Vector, args []*vec.Vector, rows int) error {
		s, pattern := textsOf(args[0]), textsOf(args[1])
		return eachText(out, vec.Array, args, rows, func(dst []byte, i int) ([]byte, error) {
			re, err := e.get(pattern.at(i))
			if err != nil {
				return nil, err
			}
			n, err := group(args, re, i)
			if err != nil {
				return nil, err
			}
			text := s.at(i)
			matches := re.FindAllSubmatchIndex(text, -1)
			dst, mark := vec.BeginArray(dst)
			for _, at := range matches {
				if at[2*n] < 0 {
					dst = vec.AppendNull(dst)
				} else {
					dst = vec.AppendContent(dst, vec.String, text[at[2*n]:at[2*n+1]])
				}
			}
			return vec.EndArray(dst, mark, len(matches)), nil
		})
	}
}

func regexpReplace(e *expressions) vec.Kernel {
	var template memo[[]byte]
	return func(out *vec.Vector, args []*vec.Vector, rows int) error {
		s, pattern := textsOf(args[0]), textsOf(args[1])
		return eachText(out, vec.String, args, rows, func(dst []byte, i int) ([]byte, error) {
			re, err := e.get(pattern.at(i))
			if err != nil {
				return nil, err
			}
			var with []byte
			if len(args) == 3 {
				compiled, err := template.get(textsOf(args[2]).at(i), nil, replacement)
				if err != nil {
					return nil, err
				}
				with = *compiled
			}
			text, from := s.at(i), 0
			for _, at := range re.FindAllSubmatchIndex(text, -1) {
				dst = append(dst, text[from:at[0]]...)
				dst = re.Expand(dst, with, text, at)
				from = at[1]
				if len(dst) > maxColumnBytes {
					return dst, errTooLarge
				}
			}
			return append(dst, text[from:]...), nil
		})
	}
}

// replacement turns $1, \1 and ${name} into regexp's templates, where a name is always in braces.
func replacement(text, _ []byte) ([]byte, error) {
	var b []byte
	for i := 0; i < len(text); i++ {
		c := text[i]
		if i+1 == len(text) || c != '$' && c != '\\' {
			if b = append(b, c); c == '$' {
				b = append(b, '$')
			}
			continue
		}
		switch next := text[i+1]; {
		case '0' <= next && next <= '9':
			b = append(b, '$', '{', next, '}')
			i++
		case c == '\\' || next == '$':
			if b = append(b, next); next == '$' {
				b = append(b, '$')
			}
			i++
		case next == '{':
			b = append(b, '$')
		default:
			b = append(b, '$', '$')
		}
	}
	return b, nil
}

func regexpSplit(e *expressions) vec.Kernel {
	return func(out *vec.Vector, args []*vec.Vector, rows int) error {
		s, pattern := textsOf(args[0]), textsOf(args[1])
		return eachText(out, vec.Array, args, rows, func(dst []byte, i int) ([]byte, error) {
			re, err := e.get(pattern.at(i))
			if err != nil {
				return nil, err
			}
			text, from := s.at(i), 0
			matches := re.FindAllIndex(text, -1)
			dst, mark := vec.BeginArray(dst)
			for _, at := range matches {
				dst = vec.AppendContent(dst, vec.String, text[from:at[0]])
				from = at[1]
			}
			dst = vec.AppendContent(dst, vec.String, text[from:])
			return vec.EndArray(dst, mark, len(matches)+1), nil
		})
	}
}

func regexpCount(e *expressions) vec.Kernel {
	return func(out *vec.Vector, args []*vec.Vector, rows int) error {
		s, pattern := textsOf(args[0]), textsOf(args[1])
		return eachInt(out, vec.Int, args, rows, func(i int) (int64, error) {
			re, err := e.get(pattern.at(i))
			if err != nil {
				return 0, err
			}
			return int64(len(re.FindAllIndex(s.at(i), -1))), nil
		})
	}
}

func regexpPosition(e *expressions) vec.Kernel {
	return func(out *vec.Vector, args []*vec.Vector, rows int) error {
		s, pattern := textsOf(args[0]), textsOf(args[1])
		return eachInt(out, vec.Int, args, rows, func(i int) (int64, error) {
			re, err := e.get(pattern.at(i))
			if err != nil {
				return 0, err
			}
			at := re.FindIndex(s.at(i))
			if at == nil {
				return 0, nil
			}
			return int64(utf8.RuneCount(s.at(i)[:at[0]])) + 1, nil
		})
	}
}
