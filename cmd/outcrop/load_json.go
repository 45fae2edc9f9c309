package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/outcropdb/outcrop/vec/jsonio"
)

// jsonSource reads JSON text: a document a line, one after the other, or an array of them.
type jsonSource struct {
	*textStream
	reader  jsonio.Reader
	scanner *jsonio.Scanner
	base    int64 // position of the scanner's offset 0
	rest    bool  // nothing can be found behind the last error
}

func openJSON(f *loadFile, in *os.File, from int64, _ readOptions) (source, error) {
	list := false
	if from > 0 { // only the text's beginning tells whether it is an array
		begin, err := openText(f.name, in, 0)
		if err != nil {
			return nil, err
		}
		begin.skipMark()
		list = begin.peekText() == '['
		begin.close()
	}
	text, err := openText(f.name, in, from)
	if err != nil {
		return nil, err
	}
	s := &jsonSource{textStream: text, base: from}
	input := io.Reader(text)
	framing := jsonio.Auto
	if list {
		// The array goes on behind the documents that were read: it gets another '[', which takes the
		// place of the last byte that is passed over.
		skipped := text.skip(" \t\r\n,")
		s.base += skipped - 1
		input = io.MultiReader(strings.NewReader("["), text)
		framing = jsonio.List
	} else if from > 0 {
		framing = jsonio.Concatenated
	}
	s.scanner = jsonio.NewScanner(&s.reader, framing, input)
	return s, nil
}

// skip passes over any of the given bytes and returns how many there were.
func (t *textStream) skip(bytes string) (n int64) {
	for {
		b, err := t.ReadByte()
		if err != nil {
			return n
		}
		if strings.IndexByte(bytes, b) < 0 {
			t.UnreadByte()
			return n
		}
		n++
	}
}

// peekText is the first byte that is no white space; 0 at the end.
func (t *textStream) peekText() byte {
	t.skip(" \t\r\n")
	head, _ := t.Peek(1)
	if len(head) == 0 {
		return 0
	}
	return head[0]
}

func (s *jsonSource) next(dst []byte) ([]byte, error) {
	if s.rest {
		return dst, io.EOF
	}
	dst, err := s.scanner.Next(dst)
	syntax, ok := errors.AsType[*jsonio.SyntaxError](err)
	if !ok {
		return dst, err
	}
	s.rest = syntax.Rest
	where := fmt.Sprintf("line %d, column %d", syntax.Line, syntax.Column)
	if s.base != 0 {
		where = fmt.Sprintf("byte %d", s.base+int64(syntax.Offset))
	}
	message := syntax.Message
	if syntax.Rest {
		message += "; nothing behind this place could be read"
	}
	return dst, &badDocument{where: where, err: errors.New(message)}
}

func (s *jsonSource) position() int64 { return s.base + s.scanner.Offset() }
