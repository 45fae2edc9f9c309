package rest

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/klauspost/compress/gzip"
)

// buffer is bytes that calls use one after the other.
type buffer struct{ bytes []byte }

var buffers = sync.Pool{New: func() any { return new(buffer) }}

// maxKept is the largest buffer that waits for the next call: room for the documents of one.
const maxKept = 16 << 20

func getBuffer() *buffer {
	b := buffers.Get().(*buffer)
	b.bytes = b.bytes[:0]
	return b
}

func (b *buffer) release() {
	if cap(b.bytes) <= maxKept {
		buffers.Put(b)
	}
}

// Write appends.
func (b *buffer) Write(p []byte) (int, error) {
	b.bytes = append(b.bytes, p...)
	return len(p), nil
}

// fill appends all that r has.
func (b *buffer) fill(r io.Reader) error {
	for {
		if len(b.bytes) == cap(b.bytes) {
			b.bytes = append(b.bytes, 0)[:len(b.bytes)]
		}
		n, err := r.Read(b.bytes[len(b.bytes):cap(b.bytes)])
		b.bytes = b.bytes[:len(b.bytes)+n]
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// body reads the request's body of at most limit bytes, unpacked if it is packed. The caller releases it.
func (c *call) body(limit int64) (*buffer, error) {
	if c.ContentLength > limit {
		return nil, tooLarge("body of %d bytes; at most %d: send it in parts", c.ContentLength, limit)
	}
	size := c.ContentLength
	if size < 0 || c.Header.Get("Content-Encoding") != "" {
		size = limit // what it may come to
	}
	if c.api.bodies.Grow(size) != nil {
		return nil, refuse(http.StatusTooManyRequests, "RATELIMITEXCEEDED", "the server is busy with other requests: try again later")
	}
	c.taken += size
	reader := io.Reader(http.MaxBytesReader(c.w, c.Body, limit))
	switch encoding := strings.ToLower(c.Header.Get("Content-Encoding")); encoding {
	case "", "identity":
	case "gzip":
		unpacked, err := gzip.NewReader(reader)
		if err != nil {
			return nil, badBody(err)
		}
		reader = &bounded{unpacked, limit}
	default:
		return nil, refuse(http.StatusUnsupportedMediaType, "UNSUPPORTEDMEDIATYPE", "Content-Encoding %q; send gzip, or the body as it is", encoding)
	}
	b := getBuffer()
	if n := c.ContentLength; n > 0 && int64(cap(b.bytes)) <= n {
		b.bytes = make([]byte, 0, n+1) // one more, to see the end
	}
	if err := b.fill(reader); err != nil {
		b.release()
		return nil, badBody(err)
	}
	c.bodyDeadline(time.Time{})
	return b, nil
}

// bounded refuses to read more than it has left: a small body may unpack to a large one.
type bounded struct {
	io.Reader
	left int64
}

var errUnpacked = errors.New("unpacked too large")

func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return 0, errUnpacked
	}
	return n, err
}

func tooLarge(format string, args ...any) error {
	return refuse(http.StatusRequestEntityTooLarge, "CONTENTTOOLARGE", format, args...)
}

// badBody says why a body could not be read.
func badBody(err error) error {
	if e, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return tooLarge("body of more than %d bytes: send it in parts", e.Limit)
	}
	switch {
	case errors.Is(err, errUnpacked):
		return tooLarge("the body unpacks to more than is taken: send it in parts")
	case errors.Is(err, os.ErrDeadlineExceeded):
		return refuse(http.StatusRequestTimeout, "CLIENT_CONNECTION_ERROR", "the body did not arrive within %s", BodyTimeout)
	}
	return refuse(http.StatusBadRequest, "BADREQUEST", "cannot read the body: %s", err)
}

// decode reads a JSON body into a struct. An empty body leaves it as it is. Keys that it does not have are
// passed over: clients send more than is needed.
func (c *call) decode(into any) error {
	b, err := c.body(MaxBodyBytes)
	if err != nil {
		return err
	}
	defer b.release()
	if len(b.bytes) == 0 {
		return nil
	}
	err = json.Unmarshal(b.bytes, into)
	if err == nil {
		return nil
	}
	bad := &refusal{status: http.StatusBadRequest, kind: "INVALIDINPUT", message: "the body is not what was expected: " + err.Error()}
	if e, ok := errors.AsType[*json.SyntaxError](err); ok {
		bad.message = "the body is not JSON: " + err.Error()
		bad.line, bad.column = lineColumn(b.bytes, e.Offset)
	} else if e, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		bad.message = fmt.Sprintf("%s is a %s, which was not expected", e.Field, e.Value)
		bad.line, bad.column = lineColumn(b.bytes, e.Offset)
	}
	return bad
}

// lineColumn is where the byte before text[offset] stands, from 1.
func lineColumn(text []byte, offset int64) (line, column int) {
	line, column = 1, 0
	for _, b := range text[:min(int64(len(text)), offset)] {
		switch {
		case b == '\n':
			line, column = line+1, 0
		case b&0xC0 != 0x80: // the first byte of a character
			column++
		}
	}
	return line, max(column, 1)
}
