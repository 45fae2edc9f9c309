package function

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/outcropdb/outcrop/vec"
	"github.com/outcropdb/outcrop/vec/jsonio"
)

// Cast is the function CAST(x AS target), or with try TRY_CAST, which gives null where CAST fails.
func Cast(target vec.Type, try bool) *Function {
	f := &Function{Name: "cast", MinArgs: 1, MaxArgs: 1, returns: always(target), Help: "CAST(x AS " + target.String() + ")"}
	if try {
		f.Name = "try_cast"
	}
	f.pick = func(types []vec.Type) (vec.Kernel, error) {
		from := types[0]
		kernel := caster(from, target)
		switch {
		case kernel == nil && try:
			return nil, nil
		case kernel == nil:
			return nil, fmt.Errorf("%s cannot become %s", from, target)
		case try:
			return tolerant(kernel, target), nil
		}
		return kernel, nil
	}
	return f
}

// tolerant gives null for the rows for which kernel fails.
func tolerant(kernel vec.Kernel, target vec.Type) vec.Kernel {
	return func(out *vec.Vector, args []*vec.Vector, rows int) error {
		if kernel(out, args, rows) == nil {
			return nil
		}
		var one, result vec.Vector
		out.Reset(target)
		for i := range rows {
			one.Slice(args[0], i, i+1)
			if vec.AnyNull(args, i) || kernel(&result, []*vec.Vector{&one}, 1) != nil {
				result.SetNulls(1, false)
			}
			out.AppendRows(&result, 0, 1)
		}
		return nil
	}
}

// caster is the kernel from one type to another; nil where values do not convert.
func caster(from, to vec.Type) vec.Kernel {
	if from == to {
		return func(out *vec.Vector, args []*vec.Vector, rows int) error {
			out.Slice(args[0], 0, rows)
			return nil
		}
	}
	switch to {
	case vec.Bool:
		return toBool(from)
	case vec.Int:
		return toInt(from)
	case vec.Float:
		return toFloat(from)
	case vec.String:
		return toText
	case vec.Bytes:
		if from == vec.String || from == vec.U256 {
			return copyContent(vec.Bytes)
		}
	case vec.U256:
		return toU256(from)
	case vec.Geography:
		if from == vec.String {
			return copyContent(vec.Geography)
		}
	case vec.Array, vec.Object:
		if from == vec.String {
			return jsonAs(to)
		}
	case vec.MonthInterval, vec.MicrosecondInterval, vec.Date, vec.Time, vec.Datetime, vec.Timestamp:
		return toTemporal(from, to)
	}
	return nil
}

var truths = map[string]bool{"true": true, "t": true, "yes": true, "1": true, "false": false, "f": false, "no": false, "0": false}

func toBool(from vec.Type) vec.Kernel {
	switch from {
	case vec.Int, vec.Float:
		return func(out *vec.Vector, args []*vec.Vector, rows int) error {
			x := numbersOf(args[0])
			return eachBool(out, args, rows, func(i int) (bool, error) { return x.at(i) != 0, nil })
		}
	case vec.String:
		return func(out *vec.Vector, args []*vec.Vector, rows int) error {
			s := textsOf(args[0])
			return eachBool(out, args, rows, func(i int) (bool, error) {
				b, ok := truths[strings.ToLower(string(s.at(i)))]
				if !ok {
					return false, cannot(s.at(i), vec.Bool)
				}
				return b, nil
			})
		}
	}
	return nil
}

func cannot(s []byte, t vec.Type) error { return fmt.Errorf("%q cannot become %s", clip(s), t) }

// floatToInt rounds halves away from zero.
func floatToInt(x float64) (int64, error) {
	whole := math.Round(x)
	if !(whole >= math.MinInt64 && whole < math.MaxInt64) {
		return 0, fmt.Errorf("%v: %w", x, errRange)
	}
	return int64(whole), nil
}

func toInt(from vec.Type) vec.Kernel {
	var row func(v *vec.Vector) func(i int) (int64, error)
	switch from {
	case vec.Bool:
		row = func(v *vec.Vector) func(i int) (int64, error) {
			b := bitsOf(v)
			return func(i int) (int64, error) {
				if b.at(i) {
					return 1, nil
				}
				return 0, nil
			}
		}
	case vec.Float:
		row = func(v *vec.Vector) func(i int) (int64, error) {
			x := floatsOf(v)
			return func(i int) (int64, error) { return floatToInt(x.at(i)) }
		}
	case vec.String:
		row = func(v *vec.Vector) func(i int) (int64, error) {
			s := textsOf(v)
			return func(i int) (int64, error) { return parseInt(s.at(i)) }
		}
	case vec.U256:
		row = func(v *vec.Vector) func(i int) (int64, error) {
			s := textsOf(v)
			return func(i int) (int64, error) { return parseInt(vec.AppendU256(nil, s.at(i))) }
		}
	default:
		return nil
	}
	return func(out *vec.Vector, args []*vec.Vector, rows int) error {
		return eachInt(out, vec.Int, args, rows, row(args[0]))
	}
}

func parseInt(s []byte) (int64, error) {
	trimmed := string(bytes.TrimSpace(s))
	n, err := strconv.ParseInt(trimmed, 10, 64)
	switch {
	case err == nil:
		return n, nil
	case errors.Is(err, strconv.ErrRange):
		return 0, fmt.Errorf("%q: %w", clip(s), errRange)
	}
	return 0, cannot(s, vec.Int)
}

func toFloat(from vec.Type) vec.Kernel {
	switch from {
	case vec.Int:
		return float1(func(x float64) float64 { return x })
	case vec.Bool:
		return func(out *vec.Vector, args []*vec.Vector, rows int) error {
			b := bitsOf(args[0])
			return eachFloat(out, args, rows, func(i int) (float64, error) {
				if b.at(i) {
					return 1, nil
				}
				return 0, nil
			})
		}
	case vec.String, vec.U256:
		return func(out *vec.Vector, args []*vec.Vector, rows int) error {
			s := textsOf(args[0])
			return eachFloat(out, args, rows, func(i int) (float64, error) {
				text := s.at(i)
				if from == vec.U256 {
					text = vec.AppendU256(nil, text)
				}
				return parseFloat(text)
			})
		}
	}
	return nil
}

// parseFloat also reads Infinity and NaN, in any case.
func parseFloat(s []byte) (float64, error) {
	trimmed := string(bytes.TrimSpace(s))
	x, err := strconv.ParseFloat(trimmed, 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) || strings.ContainsAny(trimmed, "_xX") {
		return 0, cannot(s, vec.Float)
	}
	if err != nil {
		return 0, fmt.Errorf("%q: out of the range of float", clip(s))
	}
	return x, nil
}

// toText writes strings as they are; other values as results do, without quotes.
func toText(out *vec.Vector, args []*vec.Vector, rows int) error {
	x := args[0]
	return eachText(out, vec.String, args, rows, func(dst []byte, i int) ([]byte, error) { return appendText(dst, x, i) })
}

// appendText writes row i of x, not null.
func appendText(dst []byte, x *vec.Vector, i int) ([]byte, error) {
	switch t := x.TypeAt(i); t {
	case vec.Bytes:
		return fromUTF8(dst, x.Content(i))
	case vec.String, vec.Geography:
		return append(dst, x.Content(i)...), nil
	case vec.U256:
		return vec.AppendU256(dst, x.Content(i)), nil
	case vec.Float:
		return appendFloat(dst, x.F64[x.At(i)]), nil
	case vec.Int:
		return strconv.AppendInt(dst, x.I64[x.At(i)], 10), nil
	case vec.Bool, vec.Array, vec.Object:
		return vec.AppendJSON(dst, x.Value(i)), nil
	default:
		return vec.AppendText(dst, t, x.I64[x.At(i)]), nil
	}
}

func appendFloat(dst []byte, x float64) []byte {
	text := vec.AppendJSONFloat(nil, x)
	return append(dst, bytes.Trim(text, `"`)...)
}

func copyContent(t vec.Type) vec.Kernel {
	return bytesKernel(t, func(dst, s []byte) ([]byte, error) { return append(dst, s...), nil })
}

func toU256(from vec.Type) vec.Kernel {
	parse := func(dst []byte, s string) ([]byte, error) {
		content, err := vec.ParseU256(s)
		if err != nil {
			return nil, cannot([]byte(s), vec.U256)
		}
		return append(dst, content[:]...), nil
	}
	switch from {
	case vec.Int:
		return func(out *vec.Vector, args []*vec.Vector, rows int) error {
			n := intsOf(args[0])
			return eachText(out, vec.U256, args, rows, func(dst []byte, i int) ([]byte, error) {
				return parse(dst, strconv.FormatInt(n.at(i), 10))
			})
		}
	case vec.String:
		return bytesKernel(vec.U256, func(dst, s []byte) ([]byte, error) { return parse(dst, string(s)) })
	case vec.Bytes:
		return bytesKernel(vec.U256, func(dst, s []byte) ([]byte, error) {
			if len(s) != 32 {
				return nil, fmt.Errorf("%d bytes cannot become u256: want 32", len(s))
			}
			return append(dst, s...), nil
		})
	}
	return nil
}

// toTemporal is between the date and time types, and from text.
func toTemporal(from, to vec.Type) vec.Kernel {
	interval := to == vec.MonthInterval || to == vec.MicrosecondInterval
	switch from {
	case vec.String:
		return textAs(to)
	case vec.Date:
		if to == vec.Time || interval {
			return nil
		}
	case vec.Datetime, vec.Timestamp:
		if interval {
			return nil
		}
	default:
		return nil
	}
	return momentAs(to)()
}

// jsonAs parses text that must be an array, or an object.
func jsonAs(t vec.Type) vec.Kernel {
	var reader jsonio.Reader
	return bytesKernel(t, func(dst, s []byte) ([]byte, error) {
		start := len(dst)
		out, err := reader.Value(dst, s)
		if err != nil {
			return nil, err
		}
		if got := vec.Value(out[start:]).Type(); got != t {
			return nil, fmt.Errorf("the text is JSON of type %s, not %s", got, t)
		}
		return out, nil
	})
}
