package patch

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// pointer is a JSON Pointer (RFC 6901): keys and subscripts, from the outside in.
type pointer []string

func parsePointer(text string) (pointer, error) {
	if text == "" {
		return nil, nil
	}
	if text[0] != '/' {
		return nil, fmt.Errorf("%q is no JSON Pointer: it does not begin with /", text)
	}
	tokens := strings.Split(text[1:], "/")
	for i, token := range tokens {
		if !strings.Contains(token, "~") {
			continue
		}
		for rest := token; ; {
			at := strings.IndexByte(rest, '~')
			if at < 0 {
				break
			}
			if rest = rest[at+1:]; rest == "" || rest[0] != '0' && rest[0] != '1' {
				return nil, fmt.Errorf("%q is no JSON Pointer: ~ is written ~0, and / is ~1", text)
			}
		}
		tokens[i] = strings.ReplaceAll(strings.ReplaceAll(token, "~1", "/"), "~0", "~")
	}
	return tokens, nil
}

// String is the pointer as text.
func (p pointer) String() string {
	var b strings.Builder
	for _, token := range p {
		b.WriteByte('/')
		b.WriteString(strings.ReplaceAll(strings.ReplaceAll(token, "~", "~0"), "/", "~1"))
	}
	return b.String()
}

// leads tells that q begins with p.
func (p pointer) leads(q pointer) bool { return len(p) <= len(q) && slices.Equal(p, q[:len(p)]) }

// writable refuses the whole document and the special fields.
func (p pointer) writable() error {
	switch {
	case len(p) == 0:
		return errors.New("the whole document cannot be patched: add it under its _id instead")
	case slices.Contains(special[:], p[0]):
		return fmt.Errorf("%s cannot be patched", p[0])
	case len(p) > MaxDepth:
		return fmt.Errorf("%d levels, at most %d", len(p), MaxDepth)
	}
	return nil
}

// subscript reads a token as an array's, from 0, of at most limit.
func subscript(token string, limit int) (int, error) {
	n, err := strconv.ParseUint(token, 10, 63)
	if err != nil || strconv.FormatUint(n, 10) != token {
		return 0, fmt.Errorf("%q is no subscript of an array: want 0, 1, 2", token)
	}
	if n > uint64(limit) {
		return 0, fmt.Errorf("subscript %d is outside of the array", n)
	}
	return int(n), nil
}
