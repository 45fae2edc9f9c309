package jsonio_test

import (
	"errors"
	"fmt"
	"io"

	"github.com/outcropdb/outcrop/vec"
	"github.com/outcropdb/outcrop/vec/jsonio"
)

func ExampleScanner() {
	body := `{"data": [{"a": 1}, {"b": "\ud800"}, {"c": 1.50}]}`
	s := jsonio.ScanText(&jsonio.Reader{}, jsonio.Body, []byte(body))
	for {
		doc, err := s.Next(nil)
		if err == io.EOF {
			break
		}
		var bad *jsonio.SyntaxError
		if errors.As(err, &bad) {
			fmt.Println("refused:", bad)
			continue
		}
		if err != nil {
			fmt.Println(err)
			break
		}
		fmt.Printf("%s\n", vec.AppendJSON(nil, doc))
	}
	// Output:
	// {"a":1}
	// refused: found lone surrogate \ud800, expected a pair at line 1, column 28
	// {"c":1.5}
}
