package rest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/klauspost/compress/gzip"
)

// gzipAbove is the size of a reply, in bytes, from which on packing pays.
const gzipAbove = 16 << 10

// packers are gzip writers at the level that costs less time than it saves on most networks.
var packers = sync.Pool{New: func() any {
	w, err := gzip.NewWriterLevel(nil, gzip.BestSpeed)
	if err != nil {
		panic("bug: " + err.Error())
	}
	return w
}}

// data answers with {"data": v}.
func (c *call) data(v any) error {
	return c.reply(http.StatusOK, struct {
		Data any `json:"data"`
	}{v})
}

// reply answers with v as JSON, which is encoded before anything is sent.
func (c *call) reply(status int, v any) error {
	b := getBuffer()
	defer b.release()
	encoder := json.NewEncoder(b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return fmt.Errorf("encode the reply: %w", err)
	}
	return c.send(status, b.bytes)
}

// send answers with JSON in parts that stand one after the other. That the client does not read it is not
// an error of ours.
func (c *call) send(status int, parts ...[]byte) error {
	size := 0
	for _, p := range parts {
		size += len(p)
	}
	c.replyDeadline()
	h := c.w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Vary", "Accept-Encoding")
	if size < gzipAbove || !c.takesGzip() {
		h.Set("Content-Length", strconv.Itoa(size))
		c.w.WriteHeader(status)
		for _, p := range parts {
			if _, err := c.w.Write(p); err != nil {
				return nil
			}
		}
		return nil
	}
	h.Set("Content-Encoding", "gzip")
	c.w.WriteHeader(status)
	packer := packers.Get().(*gzip.Writer)
	packer.Reset(c.w)
	defer func() {
		packer.Reset(nil) // lets go of c.w
		packers.Put(packer)
	}()
	for _, p := range parts {
		if _, err := packer.Write(p); err != nil {
			return nil
		}
	}
	_ = packer.Close() // an error is the client's, who went away
	return nil
}

// replyDeadline is for this reply: the connection's next one sets its own.
func (c *call) replyDeadline() {
	_ = http.NewResponseController(c.w).SetWriteDeadline(time.Now().Add(ReplyTimeout)) // not every ResponseWriter has deadlines
}

func (c *call) takesGzip() bool {
	for coding := range strings.SplitSeq(c.Header.Get("Accept-Encoding"), ",") {
		name, quality, _ := strings.Cut(strings.TrimSpace(coding), ";")
		if strings.EqualFold(name, "gzip") {
			q, err := strconv.ParseFloat(strings.TrimPrefix(strings.TrimSpace(quality), "q="), 64)
			return err != nil || q > 0
		}
	}
	return false
}
