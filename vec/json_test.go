package vec

import (
	"encoding/json"
	"math"
	"testing"
	"unicode/utf8"
)

func TestAppendJSON(t *testing.T) {
	for _, test := range []struct {
		v    Value
		want string
	}{
		{nil, `null`},
		{NullValue(), `null`},
		{BoolValue(true), `true`},
		{num(math.MinInt64), `-9223372036854775808`},
		{FloatValue(1), `1.0`},
		{FloatValue(-0.1), `-0.1`},
		{FloatValue(math.Copysign(0, -1)), `-0.0`},
		{FloatValue(1e20), `100000000000000000000.0`},
		{FloatValue(1e21), `1e+21`},
		{FloatValue(1e-7), `1e-07`},
		{FloatValue(5e-324), `5e-324`},
		{FloatValue(math.NaN()), `"NaN"`},
		{FloatValue(math.Inf(1)), `"Infinity"`},
		{FloatValue(math.Inf(-1)), `"-Infinity"`},
		{StringValue("a\"\\/\b\f\n\r\t\x00\x1f\x7fé\u2028😀"), `"a\"\\/\b\f\n\r\t\u0000\u001f` + "\x7fé\u2028😀" + `"`},
		{StringValue("a\xffb\xe2\x82"), `"a\ufffdb\ufffd\ufffd"`},
		{AppendContent(nil, Bytes, "\x00\xff"), `{"__rockset_type":"BYTES","value":"AP8="}`},
		{
			AppendContent(nil, U256, "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01\x00"),
			`{"__rockset_type":"U256","value":"256"}`,
		},
		{IntValue(Date, 19753), `{"__rockset_type":"DATE","value":"2024-01-31"}`},
		{IntValue(Time, 1), `{"__rockset_type":"TIME","value":"00:00:00.000001"}`},
		{IntValue(Datetime, 0), `{"__rockset_type":"DATETIME","value":"1970-01-01T00:00:00.000000"}`},
		{IntValue(Timestamp, 0), `"1970-01-01T00:00:00.000000Z"`},
		{IntValue(MonthInterval, 1), `{"__rockset_type":"MONTH_INTERVAL","value":"0-1"}`},
		{IntValue(MicrosecondInterval, 1), `{"__rockset_type":"MICROSECOND_INTERVAL","value":"0 00:00:00.000001"}`},
		{AppendContent(nil, Geography, `{"type":"Point"}`), `{"__rockset_type":"GEOGRAPHY","value":"{\"type\":\"Point\"}"}`},
		{list(), `[]`},
		{list(num(1), nil, list(StringValue("x"))), `[1,null,["x"]]`},
		{object(), `{}`},
		{object("a", num(1), "gone", Value{byte(Undefined)}, "b\n", object("c", NullValue())), `{"a":1,"b\n":{"c":null}}`},
	} {
		if got := string(AppendJSON([]byte("-"), test.v)); got != "-"+test.want {
			t.Errorf("got %s, want %s", got[1:], test.want)
		}
		if !json.Valid([]byte(test.want)) {
			t.Errorf("%s is no JSON", test.want)
		}
	}
}

func FuzzAppendJSONString(f *testing.F) {
	f.Add([]byte("a\"\\\n\x00é\xff😀"))
	f.Fuzz(func(t *testing.T, s []byte) {
		text := AppendJSONString(nil, s)
		var got string
		if err := json.Unmarshal(text, &got); err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		if utf8.Valid(s) && got != string(s) {
			t.Errorf("got %q back, want %q", got, s)
		}
	})
}

func TestU256(t *testing.T) {
	const most = "115792089237316195423570985008687907853269984665640564039457584007913129639935"
	for _, test := range []struct{ text, want string }{
		{"0", "0"}, {"0007", "7"}, {"0xff", "255"}, {"0XFF", "255"}, {most, most},
	} {
		content, err := ParseU256(test.text)
		if got := string(AppendU256(nil, content[:])); got != test.want || err != nil {
			t.Errorf("%s: got %s, %v, want %s", test.text, got, err, test.want)
		}
	}
	for _, text := range []string{"", "-1", "+1", "0x", "0x-1", "1_000", "12a", "115792089237316195423570985008687907853269984665640564039457584007913129639936"} {
		if content, err := ParseU256(text); err == nil {
			t.Errorf("%q: got %x, want an error", text, content)
		}
	}
}
