package jsonio

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"github.com/minio/simdjson-go"

	"github.com/outcropdb/outcrop/vec"
)

func seed(f *testing.F) {
	for _, test := range texts {
		if len(test.text) < 1000 {
			f.Add([]byte(test.text))
		}
	}
	f.Add(event(1))
}

// FuzzDifferential compares our reader with encoding/json, and both back ends with each other.
func FuzzDifferential(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, text []byte) {
		var own Reader
		out, err := own.Value(nil, text)
		again, errAgain := own.Value(nil, text) // with all keys known
		if !bytes.Equal(out, again) || fmt.Sprint(err) != fmt.Sprint(errAgain) {
			t.Fatalf("%q: first %x %v, then %x %v", text, out, err, again, errAgain)
		}
		simd := Reader{Backend: Simdjson}
		if got, errSimd := simd.Value(nil, text); !bytes.Equal(out, got) || fmt.Sprint(err) != fmt.Sprint(errSimd) {
			t.Fatalf("%q: own %x %v, simdjson %x %v", text, out, err, got, errSimd)
		}
		var want any
		decoder := json.NewDecoder(bytes.NewReader(text))
		decoder.UseNumber()
		errJSON := decoder.Decode(&want)
		if errJSON == nil && len(bytes.TrimLeft(text[decoder.InputOffset():], " \t\r\n")) > 0 {
			errJSON = errors.New("more text")
		}
		if err != nil {
			if errJSON == nil && !stricter(text, err) {
				t.Fatalf("%q: we refuse it: %v", text, err)
			}
			return
		}
		if errJSON != nil {
			t.Fatalf("%q: we accept what encoding/json refuses: %v", text, errJSON)
		}
		if err := vec.Check(out, MaxDepth); err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		if err := equal(out, want); err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		printed := vec.AppendJSON(nil, out)
		if out, err = own.Value(nil, printed); err != nil || !bytes.Equal(vec.AppendJSON(nil, out), printed) {
			t.Fatalf("%q: printed %s, which reads as %s, %v", text, printed, vec.AppendJSON(nil, out), err)
		}
		trimmed := bytes.TrimSpace(text)
		if simdjson.SupportedCPU() && (trimmed[0] == '{' || trimmed[0] == '[') {
			simd.begin(trimmed)
			if _, err := simd.tapeDocument(nil, trimmed); err != nil {
				t.Fatalf("%q: simdjson refuses it: %v", text, err)
			}
		}
	})
}

// stricter tells the reasons for which we refuse what encoding/json accepts.
func stricter(text []byte, err error) bool {
	for _, reason := range []string{"lone surrogate", "float64", "MaxDepth", "MaxKeyBytes", "MaxFields", vec.TypeKey, "field "} {
		if strings.Contains(err.Error(), reason) {
			return true
		}
	}
	// A typed value at the top has no field to name.
	return !utf8.Valid(text) || bytes.Contains(text, []byte(vec.TypeKey)) || bytes.Contains(text, []byte(`\u`))
}

// equal compares a value with what encoding/json made of the same text.
func equal(v vec.Value, want any) error {
	differ := fmt.Errorf("got %s, want %v", vec.AppendJSON(nil, v), want)
	switch want := want.(type) {
	case nil:
		if v.Type() != vec.Null {
			return differ
		}
	case bool:
		if v.Type() != vec.Bool || v.Bool() != want {
			return differ
		}
	case string:
		if v.Type() != vec.String || string(v.Content()) != want {
			return differ
		}
	case json.Number:
		if n, err := strconv.ParseInt(string(want), 10, 64); err == nil {
			if v.Type() != vec.Int || v.Int() != n {
				return differ
			}
			break
		}
		if f, err := want.Float64(); err != nil || v.Type() != vec.Float || v.Float() != f {
			return differ
		}
	case []any:
		if v.Type() != vec.Array || v.Len() != len(want) {
			return differ
		}
		i := 0
		for e := range v.Elements() {
			if err := equal(e, want[i]); err != nil {
				return err
			}
			i++
		}
	case map[string]any:
		if _, typed := want[vec.TypeKey]; typed {
			return nil
		}
		if v.Type() != vec.Object {
			return differ
		}
		n := 0
		for key, field := range v.Fields() {
			n++
			other, ok := want[string(key)]
			if !ok {
				return differ
			}
			if err := equal(field, other); err != nil {
				return err
			}
		}
		if n != len(want) {
			return differ
		}
	}
	return nil
}

// FuzzScanner: any text, in any framing, comes to an end, and gives the same however it arrives.
func FuzzScanner(f *testing.F) {
	for _, test := range scans {
		f.Add([]byte(test.text), uint8(test.framing))
	}
	f.Fuzz(func(t *testing.T, text []byte, framing uint8) {
		if framing > uint8(Body) {
			return
		}
		whole := scanned(t, ScanText(&Reader{}, Framing(framing), text), string(text))
		source := iotest.OneByteReader(bytes.NewReader(text))
		if got := scanned(t, NewScanner(&Reader{}, Framing(framing), source), string(text)); got != whole {
			t.Errorf("%d %q: byte by byte\n%s\nat once\n%s", framing, text, got, whole)
		}
	})
}
