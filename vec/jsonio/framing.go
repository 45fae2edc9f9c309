package jsonio

import "bytes"

func (s *Scanner) nextLine(dst []byte) ([]byte, error) {
	if s.ended() {
		s.end()
		return dst, s.err
	}
	end, searched := -1, 0
	for {
		if end = bytes.IndexByte(s.buf[s.at+searched:], '\n'); end >= 0 {
			end += searched
			break
		}
		if searched = len(s.buf) - s.at; s.eof || searched > MaxDocumentBytes {
			end = searched
			break
		}
		s.more()
	}
	line := s.buf[s.at : s.at+end]
	out, n, err := s.reader.Document(dst, line)
	if err == nil {
		if n = space(line, n); n == len(line) {
			s.at += end
			return out, nil
		}
		err = locate(s.reader.unexpected(n, "the end of the line behind the document"), line)
	}
	e := s.placed(err.(*SyntaxError), s.at)
	s.at += end
	for s.toLine(); s.at == len(s.buf) && !s.eof; s.toLine() {
		s.more()
	}
	return s.failed(dst, e)
}

// toLine passes over the rest of a line, as far as it is in buf.
func (s *Scanner) toLine() {
	if i := bytes.IndexByte(s.buf[s.at:], '\n'); i >= 0 {
		s.at += i
	} else {
		s.at = len(s.buf)
	}
}

func (s *Scanner) nextConcatenated(dst []byte) ([]byte, error) {
	if s.ended() {
		s.end()
		return dst, s.err
	}
	out, e := s.document(dst)
	if e == nil {
		return out, nil
	}
	for s.at++; ; s.at++ {
		s.toLine()
		for s.at+1 >= len(s.buf) && !s.eof {
			s.more()
			s.toLine()
		}
		if s.at+1 >= len(s.buf) {
			s.at, e.Rest = len(s.buf), true
			break
		}
		if s.buf[s.at+1] == '{' {
			break
		}
	}
	return s.failed(dst, e)
}

func (s *Scanner) nextElement(dst []byte) ([]byte, error) {
	if !s.list {
		if e := s.enterList(); e != nil {
			return s.failed(dst, e)
		}
		if s.err != nil {
			return dst, s.err
		}
	}
	c := s.peek()
	if c == ']' {
		s.at++
		s.list, s.listEnded = false, true
		if e := s.leaveList(); e != nil {
			return s.failed(dst, e)
		}
		return dst, s.err
	}
	if s.elements {
		if c != ',' {
			return s.failed(dst, s.unexpected("',' or ']' behind a document of the list"))
		}
		s.at++
		s.peek()
	}
	s.elements = true
	out, e := s.document(dst)
	if e == nil {
		return out, nil
	}
	if !s.skip() || !s.resumes(e) {
		e.Rest = true
		s.end()
	}
	return s.failed(dst, e)
}

// skip passes over the value at s.at, trusting its brackets and quotes, up to the comma or bracket behind
// it. It is false when they do not match.
func (s *Scanner) skip() bool {
	var closers []byte
	quoted, escaped := false, false
	for ; ; s.at++ {
		for s.at == len(s.buf) {
			if s.eof {
				return false
			}
			s.more()
		}
		switch c := s.buf[s.at]; {
		case escaped:
			escaped = false
		case quoted && c == '\\':
			escaped = true
		case quoted && c == '\n':
			return false // more likely a quote is missing
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{':
			closers = append(closers, '}')
		case c == '[':
			closers = append(closers, ']')
		case len(closers) == 0 && (c == ',' || c == ']'):
			return true
		case c == '}' || c == ']':
			last := len(closers) - 1
			if last < 0 || closers[last] != c {
				return false
			}
			closers = closers[:last]
		}
	}
}

// resumes tells whether the list goes on at s.at, behind a bad document that was skipped. Where the
// fault lies in how tokens follow each other, quotes may have been taken for their opposites: then it must
// look like the next document.
func (s *Scanner) resumes(e *SyntaxError) bool {
	if e.meaning || s.buf[s.at] == ']' {
		return true
	}
	for i := s.at + 1; ; {
		if i = space(s.buf, i); i < len(s.buf) {
			return s.buf[i] == '{'
		}
		if s.eof {
			return false
		}
		i -= s.at
		s.more()
		i += s.at
	}
}

// enterList passes over what stands before the list's first element. A Body that has had its list is read
// to its end, after which s.err is io.EOF.
func (s *Scanner) enterList() *SyntaxError {
	if s.framing == List {
		if s.peek() != '[' {
			return s.unexpected("a list of documents, which begins with '['")
		}
		s.at++
		s.list = true
		return nil
	}
	if s.peek() != '{' {
		return s.unexpected(`an object with a list of documents: {"data": [...]}`)
	}
	s.at++
	if s.peek() == '}' {
		return s.unexpected(`the key "data"`)
	}
	return s.enterData()
}

// enterData reads keys and values of a Body up to the list, or to the end of the Body.
func (s *Scanner) enterData() *SyntaxError {
	r := s.reader
	for {
		s.peek()
		data := false
		e := s.parse(func(text []byte) (int, error) {
			r.begin(text)
			f, n, err := r.key(0, r.root)
			if err == nil {
				data = f.key == "data"
			}
			return n, locate(err, text)
		})
		if e != nil {
			e.Rest = true
			s.end()
			return e
		}
		if s.peek() != ':' {
			return s.unexpected("':'")
		}
		s.at++
		c := s.peek()
		if data && s.listEnded {
			return s.unexpected(`"data" only once`)
		}
		if data {
			if c != '[' {
				return s.unexpected(`a list of documents as "data", which begins with '['`)
			}
			s.at++
			s.list = true
			return nil
		}
		if e := s.parse(s.passValue); e != nil {
			e.Rest = true
			s.end()
			return e
		}
		switch s.peek() {
		case ',':
			s.at++
		case '}':
			if !s.listEnded {
				return s.unexpected(`the key "data"`)
			}
			s.at++
			return s.finish()
		default:
			return s.unexpected("',' or '}'")
		}
	}
}

// passValue reads the value at the beginning of text and forgets it.
func (s *Scanner) passValue(text []byte) (int, error) {
	r := s.reader
	r.begin(text)
	_, n, err := r.value(nil, 0, r.root, 0)
	if err == nil && n == len(text) && !s.eof {
		err = r.unexpected(n, "more of the number") // which may go on
	}
	return n, locate(err, text)
}

// leaveList reads what stands behind the list.
func (s *Scanner) leaveList() *SyntaxError {
	if s.framing == List {
		return s.finish()
	}
	switch s.peek() {
	case ',':
		s.at++
		return s.enterData()
	case '}':
		s.at++
		return s.finish()
	}
	return s.unexpected("',' or '}'")
}

// finish sees that nothing follows.
func (s *Scanner) finish() *SyntaxError {
	if !s.ended() {
		return s.unexpected("nothing behind the list of documents")
	}
	s.end()
	return nil
}
