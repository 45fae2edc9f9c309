package function

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/outcropdb/outcrop/vec"
	"github.com/outcropdb/outcrop/vec/simd"
)

// Strings are measured and cut in characters (code points), counted from 1; bytes in bytes.
var stringFunctions = []Function{
	{
		Name: "length", Aliases: []string{"char_length", "character_length", "cardinality"}, Substrait: "functions_string:char_length",
		Help: "characters of a string, bytes of bytes, elements of an array, fields of an object", overloads: []overload{
			{in: sets{text}, out: vec.Int, run: lengths(utf8.RuneCount)},
			{in: sets{blob}, out: vec.Int, run: lengths(func(b []byte) int { return len(b) })},
			{in: sets{array}, out: vec.Int, run: lengths(func(b []byte) int { return vec.Value(b).Len() })},
			{in: sets{object}, out: vec.Int, run: lengths(fieldCount)},
		},
	},
	{
		Name: "octet_length", Substrait: "functions_string:octet_length", Help: "bytes of a string or of bytes",
		overloads: []overload{{in: sets{text | blob}, out: vec.Int, run: lengths(func(b []byte) int { return len(b) })}},
	},
	text1("lower", "functions_string:lower", "in lower case", lower),
	text1("upper", "functions_string:upper", "in upper case", upper),
	text1("initcap", "functions_string:initcap", "each word with a capital, the rest in lower case", initcap),
	{Name: "reverse", Substrait: "functions_string:reverse", Help: "characters or elements from last to first", overloads: []overload{
		{in: sets{text}, out: vec.String, run: textKernel(reverse)}, {in: sets{array}, out: vec.Array, run: arrayReverse},
	}},
	trimming("trim", "functions_string:trim", "both ends", bytes.Trim, "btrim"),
	trimming("ltrim", "functions_string:ltrim", "the start", bytes.TrimLeft),
	trimming("rtrim", "functions_string:rtrim", "the end", bytes.TrimRight),
	{
		Name: "substr", Aliases: []string{"substring"}, Substrait: "functions_string:substring",
		Help: "substr(s, start[, length]): from a position; a negative start counts from the end", overloads: []overload{
			{in: sets{text, integer, integer}, optional: 1, out: vec.String, run: substr(vec.String)},
			{in: sets{blob, integer, integer}, optional: 1, out: vec.Bytes, run: substr(vec.Bytes)},
		},
	},
	{
		Name: "left", Substrait: "functions_string:left", Help: "left(s, n): the first n characters; without the last -n if negative",
		overloads: []overload{{in: sets{text, integer}, out: vec.String, run: ends(true)}},
	},
	{
		Name: "right", Substrait: "functions_string:right", Help: "right(s, n): the last n characters; without the first -n if negative",
		overloads: []overload{{in: sets{text, integer}, out: vec.String, run: ends(false)}},
	},
	{
		Name: "strpos", Aliases: []string{"position", "instr"}, Substrait: "functions_string:strpos",
		Help: "strpos(s, sub): where sub first is in s; 0 if nowhere", overloads: []overload{{in: sets{text, text}, out: vec.Int, run: strpos}},
	},
	{
		Name: "replace", Substrait: "functions_string:replace", Help: "replace(s, old[, new]): every old as new, or removed",
		overloads: []overload{{in: sets{text, text, text}, optional: 1, out: vec.String, run: replace}},
	},
	{
		Name: "translate", Help: "translate(s, from, to): each character of from as the one at its place in to; removed if there is none",
		overloads: []overload{{in: sets{text, text, text}, out: vec.String, run: translate}},
	},
	{
		Name: "split", Help: "split(s, separator[, limit]): array of the parts, at most limit; '' splits characters",
		overloads: []overload{{in: sets{text, text, integer}, optional: 1, out: vec.Array, run: split}},
	},
	{
		Name: "split_part", Help: "split_part(s, separator, n): the nth part, a negative n from the end; null if there is none",
		overloads: []overload{{in: sets{text, text, integer}, out: vec.String, run: splitPart}},
	},
	affix("starts_with", "functions_string:starts_with", "whether s begins with the other string", simd.PrefixRows, bytes.HasPrefix),
	affix("ends_with", "functions_string:ends_with", "whether s ends with the other string", simd.SuffixRows, bytes.HasSuffix),
	affix("string_contains", "functions_string:contains", "whether the other string is in s", simd.FindRows, bytes.Contains),
	{Name: "concat", Substrait: "functions_string:concat", Help: "x || y: strings, bytes or arrays one behind the other", overloads: []overload{
		{in: sets{text, text}, variadic: true, out: vec.String, run: concat(vec.String)},
		{in: sets{blob, blob}, variadic: true, out: vec.Bytes, run: concat(vec.Bytes)},
		{in: sets{array, array}, variadic: true, out: vec.Array, run: arrayConcat},
	}},
	{
		Name: "concat_ws", Substrait: "functions_string:concat_ws", MinArgs: 1, MaxArgs: -1, whole: concatWS, returns: always(vec.String),
		Help: "concat_ws(separator, ...): the strings that are not null, separated",
	},
	padding("lpad", "functions_string:lpad", "in front", true),
	padding("rpad", "functions_string:rpad", "behind", false),
	{
		Name: "repeat", Substrait: "functions_string:repeat", Help: "repeat(s, n): s n times",
		overloads: []overload{{in: sets{text, integer}, out: vec.String, run: repeat}},
	},
	{Name: "chr", Help: "the character of a code point", overloads: []overload{{in: sets{integer}, out: vec.String, run: chr}}},
	{
		Name: "codepoint", Aliases: []string{"ascii", "ord"}, Help: "the code point of the first character; null for ''",
		overloads: []overload{{in: sets{text}, out: vec.Int, run: codepoint}},
	},
	{
		Name: "normalize", Help: "normalize(s[, form]): Unicode normal form NFC, NFD, NFKC or NFKD",
		overloads: []overload{{in: sets{text, text}, optional: 1, out: vec.String, run: normalize}},
	},
	{
		Name: "levenshtein_distance", Aliases: []string{"levenshtein", "edit_distance"}, Help: "how many characters to insert, delete or replace",
		overloads: []overload{{in: sets{text, text}, out: vec.Int, run: levenshtein}},
	},
	{
		Name: "hamming_distance", Help: "how many characters differ, of strings equally long",
		overloads: []overload{{in: sets{text, text}, out: vec.Int, run: hamming}},
	},
}

// MaxStringBytes is the longest string that lpad, rpad, repeat and format make.
const MaxStringBytes = 16 << 20

func tooLong(n int64) error {
	return fmt.Errorf("a string of %d bytes would be longer than %d", n, MaxStringBytes)
}

func lengths(f func([]byte) int) vec.Kernel {
	return func(out *vec.Vector, args []*vec.Vector, rows int) error {
		s := textsOf(args[0])
		return eachInt(out, vec.Int, args, rows, func(i int) (int64, error) { return int64(f(s.at(i))), nil })
	}
}

// text1 is a function of one string that gives a string.
func text1(name, substrait, help string, f func(dst, s []byte) []byte) Function {
	return Function{
		Name: name, Substrait: substrait, Help: help,
		overloads: []overload{{in: sets{text}, out: vec.String, run: textKernel(f)}},
	}
}

func textKernel(f func(dst, s []byte) []byte) vec.Kernel {
	return func(out *vec.Vector, args []*vec.Vector, rows int) error {
		s := textsOf(args[0])
		return eachText(out, vec.String, args, rows, func(dst []byte, i int) ([]byte, error) { return f(dst, s.at(i)), nil })
	}
}

func lower(dst, s []byte) []byte { return recase(dst, s, 'A', 'Z', unicode.ToLower) }
func upper(dst, s []byte) []byte { return recase(dst, s, 'a', 'z', unicode.ToUpper) }

// recase flips the case of ASCII letters from..to, and asks f for other characters.
func recase(dst, s []byte, from, to byte, f func(rune) rune) []byte {
	start := len(dst)
	dst = append(dst, s...)
	for i, c := range dst[start:] {
		switch {
		case c >= utf8.RuneSelf:
			dst = dst[:start]
			for _, r := range string(s) {
				dst = utf8.AppendRune(dst, f(r))
			}
			return dst
		case from <= c && c <= to:
			dst[start+i] = c ^ ('a' - 'A')
		}
	}
	return dst
}

func initcap(dst, s []byte) []byte {
	inside := false
	for _, r := range string(s) {
		switch word := unicode.IsLetter(r) || unicode.IsDigit(r); {
		case inside:
			dst = utf8.AppendRune(dst, unicode.ToLower(r))
			inside = word
		default:
			dst = utf8.AppendRune(dst, unicode.ToUpper(r))
			inside = word
		}
	}
	return dst
}

func reverse(dst, s []byte) []byte {
	for len(s) > 0 {
		_, n := utf8.DecodeLastRune(s)
		dst = append(dst, s[len(s)-n:]...)
		s = s[:len(s)-n]
	}
	return dst
}

func trimming(name, substrait, where string, f func(s []byte, cutset string) []byte, aliases ...string) Function {
	return Function{
		Name: name, Aliases: aliases, Substrait: substrait,
		Help: name + "(s[, characters]): without white space, or the characters, at " + where,
		overloads: []overload{{
			in: sets{text, text}, optional: 1, out: vec.String,
			run: func(out *vec.Vector, args []*vec.Vector, rows int) error {
				s := textsOf(args[0])
				if len(args) == 1 {
					return eachText(out, vec.String, args, rows, func(dst []byte, i int) ([]byte, error) {
						return append(dst, f(s.at(i), " \t\n\v\f\r")...), nil
					})
				}
				set := textsOf(args[1])
				return eachText(out, vec.String, args, rows, func(dst []byte, i int) ([]byte, error) {
					return append(dst, f(s.at(i), string(set.at(i)))...), nil
				})
			},
		}},
	}
}

func replace(out *vec.Vector, args []*vec.Vector, rows int) error {
	s, old := textsOf(args[0]), textsOf(args[1])
	var with varlen
	if len(args) == 3 {
		with = textsOf(args[2])
	}
	return eachText(out, vec.String, args, rows, func(dst []byte, i int) ([]byte, error) {
		text, find := s.at(i), old.at(i)
		if len(find) == 0 {
			return append(dst, text...), nil
		}
		for {
			at := simd.Find(text, find)
			if at < 0 {
				return append(dst, text...), nil
			}
			dst = append(dst, text[:at]...)
			if with.offsets != nil {
				dst = append(dst, with.at(i)...)
			}
			if len(dst) > maxColumnBytes {
				return dst, errTooLarge
			}
			text = text[at+len(find):]
		}
	})
}

func translate(out *vec.Vector, args []*vec.Vector, rows int) error {
	s, from, to := textsOf(args[0]), textsOf(args[1]), textsOf(args[2])
	var before, behind []rune
	return eachText(out, vec.String, args, rows, func(dst []byte, i int) ([]byte, error) {
		before, behind = before[:0], behind[:0]
		for _, r := range string(from.at(i)) {
			before = append(before, r)
		}
		for _, r := range string(to.at(i)) {
			behind = append(behind, r)
		}
		for _, r := range string(s.at(i)) {
			switch k := slices.Index(before, r); {
			case k < 0:
				dst = utf8.AppendRune(dst, r)
			case k < len(behind):
				dst = utf8.AppendRune(dst, behind[k])
			}
		}
		return dst, nil
	})
}

// affix tests a string for another, which is mostly constant.
func affix(name, substrait, help string, column func(out []uint64, data []byte, offsets []uint32, s []byte),
	row func(s, sub []byte) bool,
) Function {
	run := func(out *vec.Vector, args []*vec.Vector, rows int) error {
		if args[0].Form == vec.Flat && args[1].Form == vec.Const {
			out.Make(vec.Bool, rows)
			column(out.Bits, args[0].Data, args[0].Offsets[:rows+1], args[1].Content(0))
			return nil
		}
		s, sub := textsOf(args[0]), textsOf(args[1])
		return eachBool(out, args, rows, func(i int) (bool, error) { return row(s.at(i), sub.at(i)), nil })
	}
	return Function{
		Name: name, Substrait: substrait, Help: help,
		overloads: []overload{{in: sets{text, text}, out: vec.Bool, run: run}},
	}
}

func concat(t vec.Type) vec.Kernel {
	return func(out *vec.Vector, args []*vec.Vector, rows int) error {
		parts := make([]varlen, len(args))
		for k, arg := range args {
			parts[k] = textsOf(arg)
		}
		return eachText(out, t, args, rows, func(dst []byte, i int) ([]byte, error) {
			for k := range parts {
				dst = append(dst, parts[k].at(i)...)
			}
			return dst, nil
		})
	}
}

func concatWS(out *vec.Vector, args []*vec.Vector, rows int) error {
	return eachText(out, vec.String, nil, rows, func(dst []byte, i int) ([]byte, error) {
		if args[0].IsNull(i) {
			return nil, errNull
		}
		var separator []byte
		first := true
		for k, arg := range args {
			if arg.IsNull(i) {
				continue
			}
			part, at := leaf(arg, i)
			switch content := part.Content; {
			case part.Type != vec.String:
				return nil, wrongType(k, part.Type, text)
			case k == 0:
				separator = content(at)
			case first:
				dst, first = append(dst, content(at)...), false
			default:
				dst = append(append(dst, separator...), content(at)...)
			}
		}
		return dst, nil
	})
}

func padding(name, substrait, where string, front bool) Function {
	run := func(out *vec.Vector, args []*vec.Vector, rows int) error {
		s, size := textsOf(args[0]), intsOf(args[1])
		fill := varlen{offsets: []uint32{0, 1}, data: []byte(" ")}
		if len(args) == 3 {
			fill = textsOf(args[2])
		}
		return eachText(out, vec.String, args, rows, func(dst []byte, i int) ([]byte, error) {
			text, pad := s.at(i), fill.at(i)
			want := max(size.at(i), 0)
			if want > MaxStringBytes {
				return nil, tooLong(want)
			}
			missing := want - int64(utf8.RuneCount(text))
			if missing <= 0 || len(pad) == 0 {
				return append(dst, text[:len(text)-len(after(text, want))]...), nil
			}
			if !front {
				dst = append(dst, text...)
			}
			for rest := pad; missing > 0; missing-- {
				if len(rest) == 0 {
					rest = pad
				}
				_, n := utf8.DecodeRune(rest)
				dst = append(dst, rest[:n]...)
				rest = rest[n:]
			}
			if front {
				dst = append(dst, text...)
			}
			return dst, nil
		})
	}
	return Function{
		Name: name, Substrait: substrait, Help: name + "(s, n[, fill]): n characters, filled up " + where + " or cut",
		overloads: []overload{{in: sets{text, integer, text}, optional: 1, out: vec.String, run: run}},
	}
}

func repeat(out *vec.Vector, args []*vec.Vector, rows int) error {
	s, times := textsOf(args[0]), intsOf(args[1])
	return eachText(out, vec.String, args, rows, func(dst []byte, i int) ([]byte, error) {
		text, n := s.at(i), max(times.at(i), 0)
		if len(text) == 0 {
			return dst, nil
		}
		if n > MaxStringBytes/int64(len(text)) {
			return nil, fmt.Errorf("%d bytes %d times would be longer than %d", len(text), n, MaxStringBytes)
		}
		for range n {
			dst = append(dst, text...)
		}
		return dst, nil
	})
}

func chr(out *vec.Vector, args []*vec.Vector, rows int) error {
	code := intsOf(args[0])
	return eachText(out, vec.String, args, rows, func(dst []byte, i int) ([]byte, error) {
		r := code.at(i)
		if r < 0 || r > unicode.MaxRune || !utf8.ValidRune(rune(r)) {
			return nil, fmt.Errorf("%d is no code point", r)
		}
		return utf8.AppendRune(dst, rune(r)), nil
	})
}

func codepoint(out *vec.Vector, args []*vec.Vector, rows int) error {
	s := textsOf(args[0])
	return eachInt(out, vec.Int, args, rows, func(i int) (int64, error) {
		r, n := utf8.DecodeRune(s.at(i))
		if n == 0 {
			return 0, errNull
		}
		return int64(r), nil
	})
}

var normalForms = map[string]norm.Form{"NFC": norm.NFC, "NFD": norm.NFD, "NFKC": norm.NFKC, "NFKD": norm.NFKD}

func normalize(out *vec.Vector, args []*vec.Vector, rows int) error {
	s := textsOf(args[0])
	form := norm.NFC
	return eachText(out, vec.String, args, rows, func(dst []byte, i int) ([]byte, error) {
		if len(args) == 2 {
			name := string(textsOf(args[1]).at(i))
			f, ok := normalForms[strings.ToUpper(name)]
			if !ok {
				return nil, fmt.Errorf("%q is no normal form: want NFC, NFD, NFKC or NFKD", name)
			}
			form = f
		}
		return append(dst, form.Bytes(s.at(i))...), nil
	})
}
