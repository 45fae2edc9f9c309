package jsonio

import (
	"bytes"
	"errors"
	"io"
	"unicode/utf8"
)

// Framing says how documents follow one another in a text.
type Framing uint8

const (
	Auto         Framing = iota // List when the text begins with '[', else Concatenated
	Lines                       // NDJSON: a document a line; lines of white space do not count
	Concatenated                // one after the other, with or without white space, over several lines each if they like
	List                        // [document, document]
	Body                        // {"data": [document, document]}, the API's form; other keys are passed over
)

// Scanner reads many documents from one text. A bad document fails alone wherever the next one can be
// found: in Lines at the next line, in Concatenated at the next line that begins with '{', in List and Body
// behind the bad one when its brackets and quotes match. A byte order mark at the beginning is passed over.
type Scanner struct {
	reader  *Reader
	framing Framing
	source  io.Reader // nil: buf has it all
	buf     []byte
	at      int   // in buf: everything before has been dealt with
	base    int64 // offset in the text of buf[0]
	eof     bool  // nothing follows buf
	begun   bool
	broken  error // the source's error, told when buf is used up
	err     error // what Next answers from now on, once it is set

	mark, line, column int // buf[mark] is in this line and column, both from 0

	list      bool // inside the list of List or Body
	elements  bool // the list's first element has been read
	listEnded bool // Body's list has been read
}

// NewScanner scans what source gives. The Reader is r for the time being.
func NewScanner(r *Reader, framing Framing, source io.Reader) *Scanner {
	return &Scanner{reader: r, framing: framing, source: source}
}

// ScanText scans text, which must not change until the end.
func ScanText(r *Reader, framing Framing, text []byte) *Scanner {
	return &Scanner{reader: r, framing: framing, buf: text, eof: true}
}

// Next appends the next document to dst, encoded. It returns io.EOF behind the last one. A *SyntaxError
// is about one document, or with Rest set about everything from there on; either way Next may be called
// again. Any other error is the source's and final. After an error dst is as long as it was.
func (s *Scanner) Next(dst []byte) ([]byte, error) {
	if !s.begun && s.err == nil {
		s.begin()
	}
	if s.err != nil {
		return dst, s.err
	}
	switch s.framing {
	case Lines:
		return s.nextLine(dst)
	case List, Body:
		return s.nextElement(dst)
	}
	return s.nextConcatenated(dst)
}

// Offset is the number of bytes of the text that have been dealt with: every document before has been
// returned, or reported as an error.
func (s *Scanner) Offset() int64 { return s.base + int64(s.at) }

func (s *Scanner) begin() {
	s.begun = true
	for !s.eof && len(s.buf) < utf8.UTFMax {
		s.more()
	}
	if bytes.HasPrefix(s.buf, []byte("\uFEFF")) {
		s.at, s.mark = 3, 3
	}
	if s.framing == Auto {
		s.framing = Concatenated
		if s.peek() == '[' {
			s.framing = List
		}
	}
}

// minRead is how much a Scanner reads at once, at least.
const minRead = 64 << 10

// more gets more of the text behind buf and drops what has been dealt with. What is left is at buf[s.at:],
// and twice as long when it was long: reading a document over from its beginning after each call takes
// time in proportion to its size.
func (s *Scanner) more() {
	s.locate(s.at)
	s.base += int64(s.at)
	left := copy(s.buf, s.buf[s.at:])
	s.at, s.mark = 0, 0
	want := 1
	if left >= minRead {
		want = left
	}
	if room := left + max(want, minRead); cap(s.buf) < room {
		s.buf = append(make([]byte, 0, room), s.buf[:left]...)
	}
	n, err := io.ReadAtLeast(s.source, s.buf[left:cap(s.buf)], want)
	s.buf = s.buf[:left+n]
	switch {
	case err == io.EOF || err == io.ErrUnexpectedEOF:
		s.eof = true
	case err != nil:
		s.eof, s.broken = true, err
	}
}

// peek passes over white space and returns the byte behind it, 0 at the end.
func (s *Scanner) peek() byte {
	for {
		s.at = space(s.buf, s.at)
		if s.at < len(s.buf) {
			return s.buf[s.at]
		}
		if s.eof {
			return 0
		}
		s.more()
	}
}

// ended passes over white space and tells whether nothing follows.
func (s *Scanner) ended() bool { return s.peek() == 0 && s.at == len(s.buf) }

// locate brings mark forward to i.
func (s *Scanner) locate(i int) {
	passed := s.buf[s.mark:i]
	if newlines := bytes.Count(passed, []byte{'\n'}); newlines > 0 {
		s.line += newlines
		s.column = 0
		passed = passed[bytes.LastIndexByte(passed, '\n')+1:]
	}
	s.column += utf8.RuneCount(passed)
	s.mark = i
}

// placed makes the place in e, which counts from buf[from], count from the text's beginning.
func (s *Scanner) placed(e *SyntaxError, from int) *SyntaxError {
	s.locate(from)
	if e.Line == 1 {
		e.Column += s.column
	}
	e.Line += s.line
	e.Offset += int(s.base) + from
	return e
}

// unexpected reports what stands at buf[s.at] and gives up the rest.
func (s *Scanner) unexpected(want string) *SyntaxError {
	for !s.eof && len(s.buf)-s.at <= maxFound {
		s.more()
	}
	e := syntaxError(0, "found %s, expected %s", found(s.buf, s.at), want)
	e.Line, e.Column, e.Rest = 1, 1, true
	s.end()
	return s.placed(e, s.at)
}

// end makes the next call of Next the end.
func (s *Scanner) end() {
	if s.err = s.broken; s.err == nil {
		s.err = io.EOF
	}
}

// parse calls read on buf[s.at:], and again with more of the text while it complains about the end of
// that, and passes over what it read. After an error s.at stays.
func (s *Scanner) parse(read func(text []byte) (int, error)) *SyntaxError {
	for {
		n, err := read(s.buf[s.at:])
		if err == nil {
			s.at += n
			return nil
		}
		var e *SyntaxError
		if !errors.As(err, &e) {
			panic("bug: a reader's error is no SyntaxError: " + err.Error())
		}
		if s.eof || e.Offset+maxFound < len(s.buf)-s.at {
			return s.placed(e, s.at)
		}
		s.more()
	}
}

// document reads the document at buf[s.at].
func (s *Scanner) document(dst []byte) ([]byte, *SyntaxError) {
	e := s.parse(func(text []byte) (n int, err error) {
		dst, n, err = s.reader.Document(dst, text)
		return n, err
	})
	return dst, e
}

// failed is the error of a document, unless it is for want of what a broken source did not give.
func (s *Scanner) failed(dst []byte, e *SyntaxError) ([]byte, error) {
	if s.broken != nil && e.Offset == int(s.base)+len(s.buf) {
		s.err = s.broken
		return dst, s.err
	}
	return dst, e
}
