package jsonio

import (
	"io"
	"strings"
	"testing"

	"github.com/outcropdb/outcrop/vec"
)

var errEnd = io.EOF

// texts and what becomes of them: want is the value printed again, or err a part of the error.
var texts = []struct{ text, want, err string }{
	// Scalars, white space.
	{`null`, `null`, ``},
	{`true`, `true`, ``},
	{`false`, `false`, ``},
	{`""`, `""`, ``},
	{"\t\r\n 1 \n\r\t", `1`, ``},
	{``, ``, `found the end of the text, expected a value at line 1, column 1`},
	{` `, ``, `found the end of the text`},
	{"\f1", ``, `found byte 0x0c`},
	{"\v1", ``, `found byte 0x0b`},
	{"\u00a01", ``, `expected a value`},
	{"\u20601", ``, `expected a value`},
	{"1\x00", ``, `found byte 0x00, expected nothing after the value`},
	{"\uFEFF1", ``, `found a byte order mark`},
	{"\xFF\xFE1\x00", ``, `found byte 0xff`},
	{`nul`, ``, `found the end of the text, expected null at line 1, column 4`},
	{`nulll`, ``, `found l, expected nothing`},
	{`nuLl`, ``, `found nuLl, expected null at line 1, column 1`},
	{`True`, ``, `found True`},
	{`tru `, ``, `found tru, expected true`},
	{`falsy`, ``, `found falsy, expected false`},
	{`undefined`, ``, `found undefined`},
	{`NaN`, ``, `found NaN`},
	{`Infinity`, ``, `found Infinity`},
	{`-Infinity`, ``, `found Infinity, expected a digit`},
	{`'a'`, ``, `found '\''`},
	{`// comment`, ``, `found '/'`},
	{`1 /* c */`, ``, `found '/'`},
	{`1 2`, ``, `found 2, expected nothing after the value at line 1, column 3`},
	{`{}}`, ``, `found '}', expected nothing`},

	// Integers.
	{`0`, `0`, ``},
	{`-0`, `0`, ``},
	{`-1`, `-1`, ``},
	{`123456789012345678`, `123456789012345678`, ``},
	{`9007199254740993`, `9007199254740993`, ``},
	{`9223372036854775807`, `9223372036854775807`, ``},
	{`9223372036854775808`, `9223372036854776000.0`, ``},
	{`-9223372036854775808`, `-9223372036854775808`, ``},
	{`-9223372036854775809`, `-9223372036854776000.0`, ``},
	{`18446744073709551615`, `18446744073709552000.0`, ``},
	{`18446744073709551617`, `18446744073709552000.0`, ``},
	{`100000000000000000000`, `100000000000000000000.0`, ``},
	{`00`, ``, `found 00, expected a number without leading zeros`},
	{`01`, ``, `found 01, expected a number without leading zeros`},
	{`-01`, ``, `found -01`},
	{`-012.5`, ``, `found -012.5`},
	{`-`, ``, `found the end of the text, expected a digit`},
	{`--1`, ``, `expected a digit`},
	{`- 1`, ``, `found ' ', expected a digit`},
	{`+1`, ``, `found +1, expected a value`},
	{`0x1F`, ``, `found x1F, expected nothing`},
	{`1_000`, ``, `found _000`},
	{`1 000`, ``, `found 000`},
	{`１`, ``, `expected a value`},
	{`1a`, ``, `found a, expected nothing`},

	// Floats.
	{`1.0`, `1.0`, ``},
	{`-0.0`, `-0.0`, ``},
	{`1e3`, `1000.0`, ``},
	{`1E3`, `1000.0`, ``},
	{`1E+2`, `100.0`, ``},
	{`1e-2`, `0.01`, ``},
	{`0e1`, `0.0`, ``},
	{`0.1`, `0.1`, ``},
	{`123.456e-2`, `1.23456`, ``},
	{`0.30000000000000004`, `0.30000000000000004`, ``},
	{`9007199254740993.0`, `9007199254740992.0`, ``},
	{`9007199254740995.0`, `9007199254740996.0`, ``},
	{`1e22`, `1e+22`, ``},
	{`1e23`, `1e+23`, ``},
	{`8.5e-7`, `8.5e-07`, ``},
	{`2.2250738585072011e-308`, `2.225073858507201e-308`, ``},
	{`5e-324`, `5e-324`, ``},
	{`2e-324`, `0.0`, ``},
	{`123e-10000000`, `0.0`, ``},
	{`0e99999999999999999999`, `0.0`, ``},
	{`1.7976931348623157e308`, `1.7976931348623157e+308`, ``},
	{`0.` + strings.Repeat("0", 400) + `1e401`, `1.0`, ``},
	{`1.8e308`, ``, `found 1.8e308, expected a number that float64 can hold`},
	{`-1e400`, ``, `float64`},
	{`1e99999999999999999999`, ``, `found 1e99999999999999999999, expected a number that float64`},
	{strings.Repeat("9", 400), ``, `found 999999999999999999999999..., expected a number that float64`},
	{`1.`, ``, `found the end of the text, expected a digit`},
	{`1.e1`, ``, `found e1, expected a digit`},
	{`.5`, ``, `found .5, expected a value`},
	{`-.5`, ``, `found .5, expected a digit`},
	{`1e`, ``, `expected a digit`},
	{`1e+`, ``, `expected a digit`},
	{`1e+-2`, ``, `expected a digit`},
	{`1ee2`, ``, `expected a digit`},
	{`1.5.5`, ``, `expected nothing`},
	{`1e1.5`, ``, `expected nothing`},

	// Strings.
	{`"abc"`, `"abc"`, ``},
	{`"ab` + "\x7f" + `c"`, "\"ab\x7fc\"", ``},
	{`"Zürich ` + "\U0001F600" + `"`, "\"Zürich \U0001F600\"", ``},
	{`"` + "\u2028\uFEFF\uFFFF\U0010FFFF" + `"`, "\"\u2028\uFEFF\uFFFF\U0010FFFF\"", ``},
	{`"\"\\\/\b\f\n\r\t"`, `"\"\\/\b\f\n\r\t"`, ``},
	{`"\u0041\u00fc\u20AC\u20ac"`, `"Aü€€"`, ``},
	{`"\u0000"`, `"\u0000"`, ``},
	{`"\uD83D\uDE00"`, "\"\U0001F600\"", ``},
	{`"\\u0041"`, `"\\u0041"`, ``},
	{`"a\ud83d\ude00b\n"`, "\"a\U0001F600b\\n\"", ``},
	{`"\uFFFF"`, "\"\uFFFF\"", ``},
	{`"\uD83D"`, ``, `found lone surrogate \uD83D, expected a pair`},
	{`"\uDE00"`, ``, `found lone surrogate \uDE00`},
	{`"\uDE00\uD83D"`, ``, `lone surrogate`},
	{`"\uD83Dx"`, ``, `lone surrogate`},
	{`"\uD83D\n"`, ``, `lone surrogate`},
	{`"\uD83D\u0041"`, ``, `lone surrogate`},
	{`"\uD83D\uD83D\uDE00"`, ``, `lone surrogate`},
	{`"\uD83D\u00"`, ``, `found '"', expected four hexadecimal digits`},
	{`"\uD83D`, ``, `found the end of the text`},
	{`"\uD83D\`, ``, `found the end of the text`},
	{`"\uD83D\u`, ``, `found the end of the text`},
	{`"\u12"`, ``, `found '"', expected four hexadecimal digits`},
	{`"\u123`, ``, `found the end of the text, expected four hexadecimal digits`},
	{`"\u12G4"`, ``, `found G4, expected four hexadecimal digits`},
	{`"\U0041"`, ``, `found U0041, expected one of`},
	{`"\x41"`, ``, `found x41, expected one of " \ / b f n r t u behind the backslash at line 1, column 3`},
	{`"\a"`, ``, `behind the backslash`},
	{`"\'"`, ``, `behind the backslash`},
	{`"\` + "\x00" + `"`, ``, `behind the backslash`},
	{`"\ü"`, ``, `behind the backslash`},
	{`"\`, ``, `found the end of the text, expected the rest of an escape`},
	{`"\"`, ``, `to close the string`},
	{`"abc`, ``, `found the end of the text, expected '"' to close the string at line 1, column 5`},
	{`"a` + "\n" + `b"`, ``, `found byte 0x0a, expected a character of the string`},
	{`"a` + "\t" + `b"`, ``, `found byte 0x09`},
	{`"a` + "\x00" + `b"`, ``, `found byte 0x00`},
	{`"a` + "\x1f" + `b"`, ``, `found byte 0x1f`},
	{`"12345678` + "\x1f" + `b"`, ``, `found byte 0x1f`},
	{`"ü` + "\x1f" + `b"`, ``, `found byte 0x1f`},
	{"\"a\x80b\"", ``, `found byte 0x80, expected UTF-8 text at line 1, column 3`},
	{"\"a\xffb\"", ``, `found byte 0xff`},
	{"\"\xc0\xaf\"", ``, `found byte 0xc0`},
	{"\"\xe0\x80\xaf\"", ``, `found byte 0xe0`},
	{"\"\xed\xa0\x80\"", ``, `found byte 0xed`},
	{"\"\xf4\x90\x80\x80\"", ``, `found byte 0xf4`},
	{"\"\xf8\x88\x80\x80\x80\"", ``, `found byte 0xf8`},
	{"\"ü\xe2\x82\"", ``, `found byte 0xe2`},
	{"\"\xe2\x82", ``, `found the end of the text`},
	{"\"üü\xc3\\n\"", ``, `found byte 0xc3`},

	// Arrays.
	{`[]`, `[]`, ``},
	{`[ ]`, `[]`, ``},
	{`[1,"a",null,true,[],{}]`, `[1,"a",null,true,[],{}]`, ``},
	{`[[[[1]]]]`, `[[[[1]]]]`, ``},
	{"[1\n,\n2]", `[1,2]`, ``},
	{`[`, ``, `found the end of the text, expected a value`},
	{`[1`, ``, `found the end of the text, expected ',' or ']'`},
	{`[1,`, ``, `found the end of the text, expected a value`},
	{`[1,]`, ``, `found ']', expected a value`},
	{`[,1]`, ``, `found ',', expected a value`},
	{`[1,,2]`, ``, `found ',', expected a value at line 1, column 4`},
	{`[1 2]`, ``, `found 2, expected ',' or ']'`},
	{`[1:2]`, ``, `found ':'`},
	{`[1}`, ``, `found '}'`},
	{`]`, ``, `found ']', expected a value`},
	{"[\"ü\",\n  \"é\" 1]", ``, `found 1, expected ',' or ']' at line 2, column 7`},

	// Objects.
	{`{}`, `{}`, ``},
	{"{ \n}", `{}`, ``},
	{`{"a":1}`, `{"a":1}`, ``},
	{`{ "a" : 1 , "b" : 2 }`, `{"a":1,"b":2}`, ``},
	{`{"":1}`, `{"":1}`, ``},
	{`{"a\"\u0062\\":1,"ü":2}`, `{"a\"b\\":1,"ü":2}`, ``},
	{`{"a":{"a":{"a":1}},"b":[{"a":1},{"a":2}]}`, `{"a":{"a":{"a":1}},"b":[{"a":1},{"a":2}]}`, ``},
	{`{"a":1,"b":2,"a":3}`, `{"a":3,"b":2}`, ``},
	{`{"a":1,"a":2,"a":null}`, `{"a":null}`, ``},
	{`{"a":1,"\u0061":2}`, `{"a":2}`, ``},
	{`{"a":{"b":1,"b":[2]},"a":{"b":1,"c":2,"b":3}}`, `{"a":{"b":3,"c":2}}`, ``},
	{`{"a":1,"b":{"a":2}}`, `{"a":1,"b":{"a":2}}`, ``},
	{`{`, ``, `found the end of the text, expected a key in quotes`},
	{`{"a`, ``, `to close the string`},
	{`{"a"`, ``, `found the end of the text, expected ':'`},
	{`{"a":`, ``, `found the end of the text, expected a value`},
	{`{"a":1`, ``, `found the end of the text, expected ',' or '}'`},
	{`{"a":1,`, ``, `expected a key in quotes`},
	{`{"a":1,}`, ``, `found '}', expected a key in quotes`},
	{`{,"a":1}`, ``, `found ',', expected a key in quotes`},
	{`{"a":1,,"b":2}`, ``, `found ',', expected a key in quotes`},
	{`{"a":1 "b":2}`, ``, `found '"', expected ',' or '}'`},
	{`{"a" 1}`, ``, `found 1, expected ':'`},
	{`{"a",1}`, ``, `found ',', expected ':'`},
	{`{"a"::1}`, ``, `found ':', expected a value`},
	{`{"a":}`, ``, `found '}', expected a value`},
	{`{a:1}`, ``, `found a, expected a key in quotes at line 1, column 2`},
	{`{'a':1}`, ``, `expected a key in quotes`},
	{`{1:1}`, ``, `found 1, expected a key in quotes`},
	{`{null:1}`, ``, `found null, expected a key in quotes`},
	{`{"a":1]`, ``, `found ']', expected ',' or '}'`},
	{`{"a` + "\n" + `":1}`, ``, `found byte 0x0a`},
	{"{\"\xff\":1}", ``, `found byte 0xff`},
	{`{"\ud800":1}`, ``, `lone surrogate`},
	{"{\n  \"a\": 1,\n  \"b\": tru\n}", ``, `found tru, expected true at line 3, column 8`},

	// Typed values.
	{`{"__rockset_type":"DATE","value":"2024-01-31"}`, `{"__rockset_type":"DATE","value":"2024-01-31"}`, ``},
	{`{"value":"2024-01-31","__rockset_type":"date"}`, `{"__rockset_type":"DATE","value":"2024-01-31"}`, ``},
	{`{"a":[{"__rockset_type":"Time","value":"12:34:56.000001"}]}`, `{"a":[{"__rockset_type":"TIME","value":"12:34:56.000001"}]}`, ``},
	{`{"__rockset_type":"datetime","value":"2024-01-31T12:34:56"}`, `{"__rockset_type":"DATETIME","value":"2024-01-31T12:34:56.000000"}`, ``},
	{`{"__rockset_type":"timestamp","value":"2024-01-31T12:34:56+01:00"}`, `"2024-01-31T11:34:56.000000Z"`, ``},
	{`{"__rockset_type":"month_interval","value":"1-2"}`, `{"__rockset_type":"MONTH_INTERVAL","value":"1-2"}`, ``},
	{`{"__rockset_type":"microsecond_interval","value":"1 02:03:04.000005"}`, `{"__rockset_type":"MICROSECOND_INTERVAL","value":"1 02:03:04.000005"}`, ``},
	{`{"__rockset_type":"bytes","value":"AAEC/w=="}`, `{"__rockset_type":"BYTES","value":"AAEC/w=="}`, ``},
	{
		`{"__rockset_type":"u256","value":"115792089237316195423570985008687907853269984665640564039457584007913129639935"}`,
		`{"__rockset_type":"U256","value":"115792089237316195423570985008687907853269984665640564039457584007913129639935"}`, ``,
	},
	{
		`{"__rockset_type":"geography","value":"{\"type\":\"Point\",\"coordinates\":[1,2]}"}`,
		`{"__rockset_type":"GEOGRAPHY","value":"{\"type\":\"Point\",\"coordinates\":[1,2]}"}`, ``,
	},
	{
		`{"__rockset_type":"geography","value":{"type":"Point","coordinates":[1.5,2]}}`,
		`{"__rockset_type":"GEOGRAPHY","value":"{\"type\":\"Point\",\"coordinates\":[1.5,2]}"}`, ``,
	},
	{`{"a":{"b c":{"__rockset_type":"DATE","value":"31.1.2024"}}}`, ``, `field a."b c": date "31.1.2024": want the form 2024-01-31 at line 1, column 13`},
	{`{"a":{"__rockset_type":"DAET","value":"2024-01-31"}}`, ``, `field a: found "DAET" as "__rockset_type", expected one of [timestamp datetime`},
	{`{"a":{"__rockset_type":"string","value":"x"}}`, ``, `field a: found "string"`},
	{`{"a":{"__rockset_type":7,"value":"x"}}`, ``, `field a: "__rockset_type" is of type int, expected a string`},
	{`{"a":{"__rockset_type":"date","value":19000}}`, ``, `field a: "value" of type date is of type int, expected a string`},
	{`{"a":{"__rockset_type":"date"}}`, ``, `field a: "value" of type date is of type undefined, expected a string`},
	{`{"a":{"__rockset_type":"date","value":"2024-01-31","x":1}}`, ``, `field a: found key "x" beside "__rockset_type"`},
	{`{"a":{"__rockset_type":"bytes","value":"AAE"}}`, ``, `field a: found "AAE", expected bytes in base64`},
	{`{"a":{"__rockset_type":"u256","value":"-1"}}`, ``, `field a: u256 "-1"`},
	{`{"a":{"__rockset_type":"geography","value":"POINT(1 2)"}}`, ``, `field a: expected a geography as GeoJSON, an object with a "type": found POINT`},
	{`{"a":{"__rockset_type":"geography","value":{"x":1}}}`, ``, `field a: expected a geography as GeoJSON`},
	{`{"` + strings.Repeat("k", maxPath) + `":{"l":{"__rockset_type":"date","value":"x"}}}`, ``, `field ` + strings.Repeat("k", maxPath) + `...: date "x"`},

	// Depth.
	{strings.Repeat("[", MaxDepth) + strings.Repeat("]", MaxDepth), strings.Repeat("[", MaxDepth) + strings.Repeat("]", MaxDepth), ``},
	{strings.Repeat("[", MaxDepth+1) + strings.Repeat("]", MaxDepth+1), ``, `nested deeper than MaxDepth, which is 128 levels at line 1, column 129`},
	{strings.Repeat(`{"a":`, MaxDepth+1) + "1" + strings.Repeat("}", MaxDepth+1), ``, `nested deeper than MaxDepth`},
}

// Every text means the same to a new reader, to one that has learnt much, through either back end, and
// inside another value.
func TestTexts(t *testing.T) {
	var own Reader
	simd := Reader{Backend: Simdjson}
	for _, test := range texts {
		for _, r := range []*Reader{{}, &own, &own, &simd} {
			out, err := r.Value([]byte("before"), []byte(test.text))
			if string(out[:6]) != "before" {
				t.Fatalf("%.80q: what was in dst is %q", test.text, out)
			}
			check(t, test.text, out[6:], err, test.want, test.err)
		}
		if test.err == "" && strings.Count(test.text, "[") < MaxDepth {
			out, err := own.Value(nil, []byte(`{"k":[`+test.text+`],"l":1}`))
			check(t, test.text, out, err, `{"k":[`+test.want+`],"l":1}`, "")
		}
	}
	if len(texts) < 120 {
		t.Errorf("%d texts", len(texts))
	}
}

func check(t *testing.T, text string, out []byte, err error, want, wantErr string) {
	t.Helper()
	if wantErr != "" || err != nil {
		if _, ok := err.(*SyntaxError); !ok || !strings.Contains(err.Error(), wantErr) || wantErr == "" {
			t.Errorf("%.80q: got error %v, want %q", text, err, wantErr)
		}
		if len(out) > 0 {
			t.Errorf("%.80q: an error and %d bytes", text, len(out))
		}
		return
	}
	if err := vec.Check(out, MaxDepth); err != nil {
		t.Errorf("%.80q: %v", text, err)
		return
	}
	if got := string(vec.AppendJSON(nil, out)); got != want {
		t.Errorf("%.80q: got %s, want %s", text, got, want)
	}
}
