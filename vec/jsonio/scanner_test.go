package jsonio

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/outcropdb/outcrop/vec"
)

var scans = []struct {
	framing Framing
	text    string
	want    string // a line for each result of Next before io.EOF
}{
	// Lines.
	{Lines, ``, ``},
	{Lines, "\n \n", ``},
	{Lines, "{\"a\":1}\n{\"a\":2}", "{\"a\":1}\n{\"a\":2}"},
	{Lines, "\uFEFF{\"a\":1}\r\n\r\n  {\"a\":2}  \r\n", "{\"a\":1}\n{\"a\":2}"},
	{Lines, "{\"a\":1}\n{\"a\":\n{\"a\":3}\n", "{\"a\":1}\nerror: found the end of the text, expected a value at line 2, column 6\n{\"a\":3}"},
	{Lines, "{\"ü\":\"\\x\"}\n{\"a\":\"b\n{\"a\":3}", "error: found x, expected one of \" \\ / b f n r t u behind the backslash at line 1, column 8\n" +
		"error: found the end of the text, expected '\"' to close the string at line 2, column 8\n{\"a\":3}"},
	{Lines, "{} {}\n[1]\n7\n{}", "error: found '{', expected the end of the line behind the document at line 1, column 4\n" +
		"error: found '[', expected a document, which begins with '{' at line 2, column 1\n" +
		"error: found 7, expected a document, which begins with '{' at line 3, column 1\n{}"},
	{Lines, "{}\n\x00\n{}", "{}\nerror: found byte 0x00, expected a document, which begins with '{' at line 2, column 1\n{}"},

	// Concatenated.
	{Concatenated, `{"a":1}{"a":2} {"a":3}` + "\n{\n \"a\":4\n}", "{\"a\":1}\n{\"a\":2}\n{\"a\":3}\n{\"a\":4}"},
	{Concatenated, "{\n \"a\": tru,\n \"b\": [\n  {}\n ]\n}\n{\"a\":2}", "error: found tru, expected true at line 2, column 7\n{\"a\":2}"},
	{Concatenated, "{\"a\":\n{\"b\":2}\n{\"c\":3}\n", "error: found '{', expected ',' or '}' at line 3, column 1\n{\"b\":2}\n{\"c\":3}"},
	{Concatenated, `{"a":1} x {"a":2}`, "{\"a\":1}\nerror: found x, expected a document, which begins with '{' at line 1, column 9 (rest)"},
	{Concatenated, "{\"a\":1\n", "error: found the end of the text, expected ',' or '}' at line 2, column 1 (rest)"},

	// List.
	{List, `[]`, ``},
	{List, " [ {\"a\":1}\n,\n{\"a\":2} ] \n", "{\"a\":1}\n{\"a\":2}"},
	{List, `[{"a":"\ud800"},{"a":2}]`, "error: found lone surrogate \\ud800, expected a pair at line 1, column 8\n{\"a\":2}"},
	{List, `[{"a":1e999},{"a":01},{"a":"` + "\xff" + `"},{"a":"\q]"},{"a":2}]`, "error: found 1e999, expected a number that float64 can hold, up to 1.8e308 at line 1, column 7\n" +
		"error: found 01, expected a number without leading zeros at line 1, column 19\n" +
		"error: found byte 0xff, expected UTF-8 text at line 1, column 29\n" +
		"error: found q, expected one of \" \\ / b f n r t u behind the backslash at line 1, column 40\n{\"a\":2}"},
	{List, `[{"a":` + strings.Repeat("[", 200) + strings.Repeat("]", 200) + `},{"a":2}]`, "error: nested deeper than MaxDepth, which is 128 levels at line 1, column 134\n{\"a\":2}"},
	{List, `[1,"x,]",[{}],null,{"a":2},true]`, "error: found 1, expected a document, which begins with '{' at line 1, column 2\n" +
		"error: found '\"', expected a document, which begins with '{' at line 1, column 4\n" +
		"error: found '[', expected a document, which begins with '{' at line 1, column 10\n" +
		"error: found null, expected a document, which begins with '{' at line 1, column 15\n{\"a\":2}\n" +
		"error: found true, expected a document, which begins with '{' at line 1, column 28"},
	{List, `[{"a":tru},{"a":2},{"b" 1}]`, "error: found tru, expected true at line 1, column 7\n{\"a\":2}\nerror: found 1, expected ':' at line 1, column 25"},
	{List, `[{"a":1},]`, "{\"a\":1}\nerror: found ']', expected a document, which begins with '{' at line 1, column 10"},
	{List, `[,{"a":1},,{"a":2}]`, "error: found ',', expected a document, which begins with '{' at line 1, column 2\n{\"a\":1}\n" +
		"error: found ',', expected a document, which begins with '{' at line 1, column 11\n{\"a\":2}"},
	{List, `[{"a":1} {"a":2}]`, "{\"a\":1}\nerror: found '{', expected ',' or ']' behind a document of the list at line 1, column 10 (rest)"},
	{List, `[{"a":"x},{"b":{"c":1}},{"d":2}]`, "error: found b, expected ',' or '}' at line 1, column 13 (rest)"},
	{List, `[{"a":{"b":1},{"a":2}]`, "error: found '{', expected a key in quotes at line 1, column 15 (rest)"},
	{List, `[{"a":[1},{"a":2}]`, "error: found '}', expected ',' or ']' at line 1, column 9 (rest)"},
	{List, "[{\"a\":\"x\n},{\"a\":2}]", "error: found byte 0x0a, expected a character of the string; a control character must be escaped there at line 1, column 9 (rest)"},
	{List, "[{\"a\":\"x\t\"},{\"a\":2}]", "error: found byte 0x09, expected a character of the string; a control character must be escaped there at line 1, column 9\n{\"a\":2}"},
	{List, `[{"a":1}`, "{\"a\":1}\nerror: found the end of the text, expected ',' or ']' behind a document of the list at line 1, column 9 (rest)"},
	{List, `[{"a":1},{"a"`, "{\"a\":1}\nerror: found the end of the text, expected ':' at line 1, column 14 (rest)"},
	{List, `[{}] x`, "{}\nerror: found x, expected nothing behind the list of documents at line 1, column 6 (rest)"},
	{List, `{"a":1}`, "error: found '{', expected a list of documents, which begins with '[' at line 1, column 1 (rest)"},
	{List, ``, "error: found the end of the text, expected a list of documents, which begins with '[' at line 1, column 1 (rest)"},

	// Body.
	{Body, `{"data":[]}`, ``},
	{Body, ` { "x" : [1, {"data":[]}] , "data" : [ {"a":1} , {"a":2} ] , "y" : 1.5 } `, "{\"a\":1}\n{\"a\":2}"},
	{Body, `{"data":[{"a":"\z"},{"a":2}]}`, "error: found z, expected one of \" \\ / b f n r t u behind the backslash at line 1, column 17\n{\"a\":2}"},
	{Body, `{"data":[{"a":1}],"x":tru}`, "{\"a\":1}\nerror: found tru, expected true at line 1, column 23 (rest)"},
	{Body, `{"data":[{"a":1}]`, "{\"a\":1}\nerror: found the end of the text, expected ',' or '}' at line 1, column 18 (rest)"},
	{Body, `{"data":[{"a":1}]} x`, "{\"a\":1}\nerror: found x, expected nothing behind the list of documents at line 1, column 20 (rest)"},
	{Body, `{"data":[{}],"data":[{}]}`, "{}\nerror: found '[', expected \"data\" only once at line 1, column 21 (rest)"},
	{Body, `{"data":{"a":1}}`, "error: found '{', expected a list of documents as \"data\", which begins with '[' at line 1, column 9 (rest)"},
	{Body, `{"dat":[{"a":1}]}`, "error: found '}', expected the key \"data\" at line 1, column 17 (rest)"},
	{Body, `{}`, "error: found '}', expected the key \"data\" at line 1, column 2 (rest)"},
	{Body, `[{"a":1}]`, "error: found '[', expected an object with a list of documents: {\"data\": [...]} at line 1, column 1 (rest)"},
	{Body, `{"x"`, "error: found the end of the text, expected ':' at line 1, column 5 (rest)"},
	{Body, `{"x":1`, "error: found the end of the text, expected ',' or '}' at line 1, column 7 (rest)"},
	{Body, `{x`, "error: found x, expected a key in quotes at line 1, column 2 (rest)"},

	// Auto.
	{Auto, "\uFEFF [{\"a\":1}]", "{\"a\":1}"},
	{Auto, "{\"data\":[1]}\n{\"a\":1}", "{\"data\":[1]}\n{\"a\":1}"},
	{Auto, ``, ``},
	{Auto, `"x"`, "error: found '\"', expected a document, which begins with '{' at line 1, column 1 (rest)"},
}

// scanned is what a scanner gives, a line each, with a check of the offsets.
func scanned(t *testing.T, s *Scanner, text string) string {
	var lines []string
	for {
		out, err := s.Next([]byte("x"))
		if err == io.EOF {
			break
		}
		var e *SyntaxError
		switch {
		case err == nil:
			lines = append(lines, string(vec.AppendJSON(nil, out[1:])))
		case !errors.As(err, &e):
			return strings.Join(append(lines, "failed: "+err.Error()), "\n")
		default:
			line := "error: " + err.Error()
			if e.Rest {
				line += " (rest)"
			}
			lines = append(lines, line)
			before := text[:e.Offset]
			if got := 1 + strings.Count(before, "\n"); got != e.Line {
				t.Errorf("%.80q: offset %d is in line %d, not %d", text, e.Offset, got, e.Line)
			}
		}
		if string(out[:1]) != "x" || err != nil && len(out) > 1 {
			t.Errorf("%.80q: dst is %q", text, out)
		}
		if len(lines) > len(text)+1 {
			t.Fatalf("%.80q: the scanner goes on for ever", text)
		}
	}
	if s.Offset() > int64(len(text)) {
		t.Errorf("%.80q: offset %d", text, s.Offset())
	}
	return strings.Join(lines, "\n")
}

func TestScanner(t *testing.T) {
	var r Reader
	for _, test := range scans {
		// A byte order mark is no column, nor part of what follows.
		for name, s := range map[string]*Scanner{
			"text":    ScanText(&r, test.framing, []byte(test.text)),
			"reader":  NewScanner(&r, test.framing, strings.NewReader(test.text)),
			"bytes":   NewScanner(&Reader{}, test.framing, iotest.OneByteReader(strings.NewReader(test.text))),
			"simd":    ScanText(&Reader{Backend: Simdjson}, test.framing, []byte(test.text)),
			"dataerr": NewScanner(&r, test.framing, iotest.DataErrReader(strings.NewReader(test.text))),
		} {
			if got := scanned(t, s, test.text); got != test.want {
				t.Errorf("%d %.80q from %s: got\n%s\nwant\n%s", test.framing, test.text, name, got, test.want)
			}
		}
	}
}

// A source that breaks gives what came before, then its error.
func TestScannerSource(t *testing.T) {
	broken := errors.New("connection lost")
	for framing, text := range map[Framing]string{
		Lines: "{\"a\":1}\n{\"a\":", Concatenated: "{\"a\":1}\n{\"a\":2", List: `[{"a":1},{"a"`, Body: `{"data":[{"a":1},{"`,
	} {
		source := io.MultiReader(strings.NewReader(text), iotest.ErrReader(broken))
		want := "{\"a\":1}\nfailed: connection lost"
		if got := scanned(t, NewScanner(&Reader{}, framing, source), text); got != want {
			t.Errorf("%d: got %s", framing, got)
		}
	}
}

// Documents that are longer than what a scanner reads at once, and too long ones between good ones.
func TestScannerLong(t *testing.T) {
	long := `{"a":"` + strings.Repeat("x", 3*minRead) + `","b":[` + strings.Repeat(`{},`, minRead) + `{}]}`
	huge := `{"a":"` + strings.Repeat("x", MaxDocumentBytes) + `"}`
	tooLarge := fmt.Sprintf("document is larger than MaxDocumentBytes, which is %d", MaxDocumentBytes)
	for framing, text := range map[Framing]string{
		Lines:        long + "\n" + huge + "\n" + long + "\n{\"last\":1}\n",
		Concatenated: long + "\n" + huge + "\n" + long + "\n{\"last\":1}\n",
		List:         "[" + long + "," + huge + "," + long + ",{\"last\":1}]",
	} {
		for _, s := range []*Scanner{
			ScanText(&Reader{}, framing, []byte(text)),
			NewScanner(&Reader{}, framing, iotest.HalfReader(strings.NewReader(text))),
		} {
			lines := strings.Split(scanned(t, s, text), "\n")
			if len(lines) != 4 || lines[0] != long || !strings.Contains(lines[1], tooLarge) || lines[2] != long || lines[3] != `{"last":1}` {
				t.Errorf("%d: got %d results: %.300q", framing, len(lines), lines)
			}
		}
	}
}

// The next document may be further away than what a scanner reads at once.
func TestScannerResumesFar(t *testing.T) {
	far := strings.Repeat(" ", 2*minRead)
	for _, test := range []struct {
		framing Framing
		text    string
		want    string
	}{
		{List, `[{"a":tru},` + far + `{"a":2}]`, "error: found tru, expected true at line 1, column 7\n{\"a\":2}"},
		{List, `[{"a":tru},` + far + `1]`, "error: found tru, expected true at line 1, column 7 (rest)"},
		{List, `[{"a":tru},` + far, "error: found tru, expected true at line 1, column 7 (rest)"},
		{Concatenated, `{"a":tru` + far + "\n" + far + "\n{}", "error: found tru, expected true at line 1, column 6\n{}"},
		{Lines, `{"a":tru` + far + "\n" + far + "\n{}", "error: found tru, expected true at line 1, column 6\n{}"},
		{Lines, `{}` + far + "x", fmt.Sprintf("error: found x, expected the end of the line behind the document at line 1, column %d", 3+len(far))},
	} {
		for _, s := range []*Scanner{
			ScanText(&Reader{}, test.framing, []byte(test.text)),
			NewScanner(&Reader{}, test.framing, strings.NewReader(test.text)),
		} {
			if got := scanned(t, s, test.text); got != test.want {
				t.Errorf("%d: got\n%s\nwant\n%s", test.framing, got, test.want)
			}
		}
	}
}
