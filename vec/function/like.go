package function

import (
	"bytes"
	"fmt"
	"unicode/utf8"

	"github.com/outcropdb/outcrop/vec"
	"github.com/outcropdb/outcrop/vec/simd"
)

// patterns are LIKE's and regular expressions. A pattern is compiled once while it stays the same.
var patterns = []Function{
	{
		Name: "like", Substrait: "functions_string:like", overloads: like(false),
		Help: "s LIKE pattern [ESCAPE e]: % is any characters, _ is one; there is no escape character but the given one",
	},
	{Name: "ilike", overloads: like(true), Help: "s ILIKE pattern [ESCAPE e]: LIKE whatever the case of letters"},
	{
		Name: "regexp_like", Aliases: []string{"rlike", "regexp_matches"}, overloads: regexpLike(""),
		Help: "regexp_like(s, pattern), s ~ pattern: whether an RE2 expression matches somewhere in s",
	},
	{Name: "regexp_ilike", overloads: regexpLike("(?i)"), Help: "s ~* pattern: regexp_like whatever the case of letters"},
	{Name: "regexp_extract", overloads: expression(vec.String, regexpExtract,
		sets{text, text, integer}, 1), Help: "regexp_extract(s, pattern[, group]): the first match, or its group; null if there is none"},
	{Name: "regexp_extract_all", overloads: expression(vec.Array,
		regexpExtractAll, sets{text, text, integer}, 1), Help: "regexp_extract_all(s, pattern[, group]): array of all matches"},
	{Name: "regexp_replace", Substrait: "functions_string:regexp_replace", overloads: expression(vec.String, regexpReplace,
		sets{text, text, text}, 1), Help: `regexp_replace(s, pattern[, new]): every match as new, in which $1 or \1 is a group`},
	{Name: "regexp_split", Substrait: "functions_string:regexp_string_split", overloads: expression(vec.Array, regexpSplit,
		sets{text, text}, 0), Help: "regexp_split(s, pattern): array of what is between the matches"},
	{Name: "regexp_count", Substrait: "functions_string:regexp_count_substring", overloads: expression(vec.Int, regexpCount,
		sets{text, text}, 0), Help: "regexp_count(s, pattern): how many matches there are"},
	{Name: "regexp_position", overloads: expression(vec.Int, regexpPosition,
		sets{text, text}, 0), Help: "regexp_position(s, pattern): where the first match is; 0 if there is none"},
}

// matcher is a compiled LIKE pattern: pieces between its %, in order; the first stands at the start and the
// last at the end.
type matcher struct {
	pieces []piece
	fold   func(dst, s []byte) []byte // of ILIKE: what to do with text before
	folded []byte
}

// piece is text without %. Where it has no _ it is just text.
type piece struct {
	text []byte
	any  []bool // by character of text: it is a _
}

// LikePrefix is what every string that is LIKE pattern starts with; whole tells that all strings that
// start so are. escape is nil where there is none.
func LikePrefix(pattern, escape []byte) (prefix []byte, whole bool, err error) {
	m, err := compileLike(pattern, escape)
	if err != nil {
		return nil, false, err
	}
	first := m.pieces[0]
	for k, any := range first.any {
		if any {
			return first.text[:len(first.text)-len(after(first.text, int64(k)))], false, nil
		}
	}
	return first.text, len(m.pieces) == 2 && len(m.pieces[1].text) == 0, nil
}

func compileLike(pattern, escape []byte) (matcher, error) {
	esc := rune(-1)
	if escape != nil {
		r, n := utf8.DecodeRune(escape)
		if n != len(escape) || n == 0 {
			return matcher{}, fmt.Errorf("escape %q: want one character", escape)
		}
		esc = r
	}
	m := matcher{pieces: make([]piece, 1)}
	escaped := false
	for _, r := range string(pattern) {
		p := &m.pieces[len(m.pieces)-1]
		switch {
		case escaped:
			p.add(r, false)
			escaped = false
		case r == esc:
			escaped = true
		case r == '%':
			m.pieces = append(m.pieces, piece{})
		default:
			p.add(r, r == '_')
		}
	}
	if escaped {
		return matcher{}, fmt.Errorf("pattern %q ends with its escape character", pattern)
	}
	for k := range m.pieces {
		if p := &m.pieces[k]; !contains(p.any, true) {
			p.any = nil
		}
	}
	return m, nil
}

func (p *piece) add(r rune, any bool) {
	p.text = utf8.AppendRune(p.text, r)
	p.any = append(p.any, any)
}

// foldASCII is ILIKE's folding while the pattern is ASCII.
func foldASCII(dst, s []byte) []byte {
	for _, c := range s {
		if 'A' <= c && c <= 'Z' {
			c |= 0x20
		}
		dst = append(dst, c)
	}
	return dst
}

// ignoreCase makes m match whatever the case of letters.
func (m *matcher) ignoreCase() {
	m.fold = foldASCII
	for _, p := range m.pieces {
		for _, c := range p.text {
			if c >= utf8.RuneSelf {
				m.fold = lower
			}
		}
	}
	for k := range m.pieces {
		m.pieces[k].text = m.fold(nil, m.pieces[k].text)
	}
}

// match tells whether s is like the pattern.
func (m *matcher) match(s []byte) bool {
	if m.fold != nil {
		m.folded = m.fold(m.folded[:0], s)
		s = m.folded
	}
	first, last := m.pieces[0], m.pieces[len(m.pieces)-1]
	n := first.prefix(s)
	if n < 0 || len(m.pieces) == 1 {
		return n == len(s)
	}
	s = s[n:]
	if n = last.suffix(s); n < 0 {
		return false
	}
	s = s[:len(s)-n]
	for _, p := range m.pieces[1 : len(m.pieces)-1] {
		if n = p.find(s); n < 0 {
			return false
		}
		s = s[n:]
	}
	return true
}

// prefix is how many bytes of s the piece takes at its start; -1: it does not match there.
func (p *piece) prefix(s []byte) int {
	if p.any == nil {
		if !bytes.HasPrefix(s, p.text) {
			return -1
		}
		return len(p.text)
	}
	rest, want := s, p.text
	for _, any := range p.any {
		r, n := utf8.DecodeRune(rest)
		w, k := utf8.DecodeRune(want)
		if n == 0 || !any && r != w {
			return -1
		}
		rest, want = rest[n:], want[k:]
	}
	return len(s) - len(rest)
}

// suffix is how many bytes of s the piece takes at its end, or -1.
func (p *piece) suffix(s []byte) int {
	if p.any == nil {
		if !bytes.HasSuffix(s, p.text) {
			return -1
		}
		return len(p.text)
	}
	rest := s
	for range p.any {
		_, n := utf8.DecodeLastRune(rest)
		rest = rest[:len(rest)-n]
	}
	if n := p.prefix(s[len(rest):]); n != len(s)-len(rest) {
		return -1
	}
	return len(s) - len(rest)
}

// find is where in s the first match of the piece ends, or -1.
func (p *piece) find(s []byte) int {
	if p.any == nil {
		at := simd.Find(s, p.text)
		if at < 0 {
			return -1
		}
		return at + len(p.text)
	}
	for rest := s; ; {
		if n := p.prefix(rest); n >= 0 {
			return len(s) - len(rest) + n
		}
		if len(rest) == 0 {
			return -1
		}
		_, n := utf8.DecodeRune(rest)
		rest = rest[n:]
	}
}

// column matches a whole Flat column with one kernel, where the pattern is that simple.
func (m *matcher) column(out []uint64, s *vec.Vector, rows int) bool {
	offsets := s.Offsets[:rows+1]
	for _, p := range m.pieces {
		if p.any != nil {
			return false
		}
	}
	ascii := m.fold == nil
	switch n := len(m.pieces); {
	case n == 3 && len(m.pieces[0].text) == 0 && len(m.pieces[2].text) == 0:
		if needle := m.pieces[1].text; ascii {
			simd.FindRows(out, s.Data, offsets, needle)
			return true
		} else if isASCII(needle) {
			simd.FindRowsFold(out, s.Data, offsets, needle)
			return true
		}
	case !ascii:
	case n == 1:
		simd.EqualRows(out, s.Data, offsets, m.pieces[0].text)
		return true
	case n == 2 && len(m.pieces[1].text) == 0:
		simd.PrefixRows(out, s.Data, offsets, m.pieces[0].text)
		return true
	case n == 2 && len(m.pieces[0].text) == 0:
		simd.SuffixRows(out, s.Data, offsets, m.pieces[1].text)
		return true
	}
	return false
}

func isASCII(s []byte) bool {
	for _, c := range s {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func contains(s []bool, b bool) bool {
	for _, x := range s {
		if x == b {
			return true
		}
	}
	return false
}

func like(ignoreCase bool) []overload {
	return []overload{{in: sets{text, text, text}, optional: 1, out: vec.Bool, make: func() vec.Kernel {
		var last memo[matcher]
		return func(out *vec.Vector, args []*vec.Vector, rows int) error {
			s, pattern := textsOf(args[0]), textsOf(args[1])
			var escape varlen
			if len(args) == 3 {
				escape = textsOf(args[2])
			}
			get := func(i int) (*matcher, error) {
				var esc []byte
				if escape.offsets != nil {
					esc = escape.at(i)
				}
				return last.get(pattern.at(i), esc, func(pattern, escape []byte) (matcher, error) {
					m, err := compileLike(pattern, escape)
					if err == nil && ignoreCase {
						m.ignoreCase()
					}
					return m, err
				})
			}
			if args[0].Form == vec.Flat && pattern.step == 0 && escape.step == 0 {
				m, err := get(0)
				if err != nil {
					return err
				}
				out.Make(vec.Bool, rows)
				if m.column(out.Bits, args[0], rows) {
					return nil
				}
			}
			return eachBool(out, args, rows, func(i int) (bool, error) {
				m, err := get(i)
				return err == nil && m.match(s.at(i)), err
			})
		}
	}}}
}

// memo keeps what was compiled last.
type memo[T any] struct {
	known         bool
	text, options []byte
	compiled      T
}

func (m *memo[T]) get(text, options []byte, compile func(text, options []byte) (T, error)) (*T, error) {
	if m.known && bytes.Equal(m.text, text) && bytes.Equal(m.options, options) && (m.options == nil) == (options == nil) {
		return &m.compiled, nil
	}
	compiled, err := compile(text, options)
	if err != nil {
		return nil, err
	}
	m.known, m.compiled = true, compiled
	m.text = append(m.text[:0], text...)
	if m.options = nil; options != nil {
		m.options = append([]byte{}, options...)
	}
	return &m.compiled, nil
}
