package vec

import (
	"fmt"
	"strings"
)

// Path leads from a document to a value in it, key by key; the empty path is the whole document.
// Array subscripts are not steps of a path: a column ends at an array.
type Path []string

// String writes the path as SQL does: a.b."odd key". Distinct paths have distinct strings, so it also
// serves as a map key and as the column's name in segments and plans. The empty path is "".
func (p Path) String() string {
	var b strings.Builder
	for i, key := range p {
		if i > 0 {
			b.WriteByte('.')
		}
		if isIdentifier(key) {
			b.WriteString(key)
			continue
		}
		b.WriteByte('"')
		b.WriteString(strings.ReplaceAll(key, `"`, `""`))
		b.WriteByte('"')
	}
	return b.String()
}

// ParsePath reads what String writes.
func ParsePath(text string) (Path, error) {
	var p Path
	for rest := text; rest != ""; {
		var key string
		if rest[0] == '"' {
			end := 1
			for {
				i := strings.IndexByte(rest[end:], '"')
				if i < 0 {
					return nil, fmt.Errorf("path %q: quote is not closed", text)
				}
				if end += i + 1; end == len(rest) || rest[end] != '"' {
					break
				}
				end++
			}
			key, rest = strings.ReplaceAll(rest[1:end-1], `""`, `"`), rest[end:]
		} else {
			end := strings.IndexByte(rest, '.')
			if end < 0 {
				end = len(rest)
			}
			if key, rest = rest[:end], rest[end:]; !isIdentifier(key) {
				return nil, fmt.Errorf("path %q: %q needs quotes", text, key)
			}
		}
		p = append(p, key)
		if rest != "" {
			if rest[0] != '.' || len(rest) == 1 {
				return nil, fmt.Errorf("path %q: want a key behind each dot", text)
			}
			rest = rest[1:]
		}
	}
	return p, nil
}

// isIdentifier tells keys that need no quotes.
func isIdentifier(key string) bool {
	for i := range len(key) {
		c := key[i]
		if !(c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || i > 0 && '0' <= c && c <= '9') {
			return false
		}
	}
	return key != ""
}
