package rest

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/outcropdb/outcrop/vec"
	"github.com/outcropdb/outcrop/vec/jsonio"
)

// parameter is a parameter of a query as clients send it. Value is JSON, or a string of what the type says:
// clients have the one or the other.
type parameter struct {
	Name  string          `json:"name"`
	Type  string          `json:"type"`
	Value json.RawMessage `json:"value"`
}

// value is the parameter's value, of its type. Without a type it is what the JSON is.
func (p *parameter) value() (vec.Value, error) {
	if p.Name == "" {
		return nil, invalid("a parameter has no name; parameters written as ? are named 1, 2 and so on")
	}
	var reader jsonio.Reader
	given := vec.NullValue()
	if len(p.Value) > 0 {
		var err error
		if given, err = reader.Value(nil, p.Value); err != nil {
			return nil, invalid("parameter %s: %s", p.Name, err)
		}
	}
	if p.Type == "" || given.IsNull() {
		return given, nil
	}
	want, known := vec.ParseType(strings.ToLower(p.Type))
	if !known {
		return nil, invalid("parameter %s: there is no type %q; there are %s", p.Name, p.Type, typeNames())
	}
	value, err := convert(&reader, given, want)
	if err != nil {
		return nil, invalid("parameter %s: %s", p.Name, err)
	}
	return value, nil
}

func typeNames() string {
	var names []string
	for t := vec.Null; t <= vec.Object; t++ {
		names = append(names, t.String())
	}
	return strings.Join(names, ", ")
}

func convert(reader *jsonio.Reader, given vec.Value, want vec.Type) (vec.Value, error) {
	switch {
	case given.Type() == want:
		return given, nil
	case given.Type() == vec.Int && want == vec.Float:
		return vec.FloatValue(float64(given.Int())), nil
	case given.Type() == vec.String:
		value, err := parse(reader, string(given.Content()), want)
		if err != nil {
			return nil, fmt.Errorf("%q is not of type %s: %w", shorten(given.Content()), want, err)
		}
		return value, nil
	case given.Type() == vec.Object && want == vec.Geography:
		return parse(reader, string(vec.AppendJSON(nil, given)), want)
	}
	return nil, fmt.Errorf("the value is of type %s, not %s", given.Type(), want)
}

// parse reads the text of a value.
func parse(reader *jsonio.Reader, text string, want vec.Type) (vec.Value, error) {
	switch want {
	case vec.Undefined, vec.Null:
		return vec.NullValue(), nil
	case vec.Float:
		f, err := strconv.ParseFloat(text, 64)
		return vec.FloatValue(f), unwrap(err)
	case vec.Int:
		n, err := strconv.ParseInt(text, 10, 64)
		return vec.IntValue(vec.Int, n), unwrap(err)
	case vec.Bool:
		b, err := strconv.ParseBool(strings.ToLower(text))
		return vec.BoolValue(b), unwrap(err)
	case vec.Array, vec.Object:
		v, err := reader.Value(nil, []byte(text))
		if err == nil && v[0] != byte(want) {
			err = fmt.Errorf("it is JSON of type %s", vec.Value(v).Type())
		}
		return v, err
	}
	// The other types have a notation in JSON of their own.
	typed := append([]byte(`{"`+vec.TypeKey+`":"`), want.String()...)
	typed = vec.AppendJSONString(append(typed, `","value":`...), []byte(text))
	v, err := reader.Value(nil, append(typed, '}'))
	if e, ok := err.(*jsonio.SyntaxError); ok {
		err = fmt.Errorf("%s", e.Message) // without its place in a text that the client never saw
	}
	return v, err
}

// unwrap leaves of a strconv error what its reader does not know yet.
func unwrap(err error) error {
	if e, ok := err.(*strconv.NumError); ok {
		return e.Err
	}
	return err
}

// shorten keeps errors readable.
func shorten(text []byte) []byte { return text[:min(len(text), 64)] }
