package jsonio

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/outcropdb/outcrop/vec"
)

// suite is JSONTestSuite's folder of texts to parse, whose names begin with what must become of them:
// y_ accepted, n_ rejected, i_ either. TestTexts covers the same ground where the folder is not there.
const suite = "../../../shared/suites/json/test_parsing"

func TestSuite(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(suite, "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		name := filepath.Base(file)
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, backend := range []Backend{Own, Simdjson} {
			r := Reader{Backend: backend}
			out, err := r.Value(nil, text)
			if name[0] == 'y' && err != nil {
				t.Errorf("%s: backend %d: %v", name, backend, err)
			}
			if name[0] == 'n' && err == nil {
				t.Errorf("%s: backend %d: accepted", name, backend)
			}
			if err == nil {
				if err := vec.Check(out, MaxDepth); err != nil {
					t.Errorf("%s: backend %d: %v", name, backend, err)
				}
			}
		}
		// As one of the documents of a list, it takes no neighbour with it that stands before it; the
		// one behind it, too, is kept where brackets and quotes match.
		list := append(append([]byte(`[{"first":1},`), text...), `,{"last":1}]`...)
		s := ScanText(&Reader{}, List, list)
		first, err := s.Next(nil)
		if err != nil || vec.Value(first).Field("first") == nil {
			t.Errorf("%s: first of a list: %v", name, err)
		}
		for calls := 0; !errors.Is(err, errEnd); calls++ {
			if _, err = s.Next(nil); calls > len(list) {
				t.Fatalf("%s: the scanner goes on for ever", name)
			}
		}
	}
	t.Logf("%d texts", len(files))
}
