package main

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// nextStatement cuts the first statement off a text: up to a ';' that stands in no string, quoted name or
// comment. whole is false when the text ends before one. A statement of white space and comments is "".
func nextStatement(text string) (statement, rest string, whole bool) {
	empty := true
	for i := 0; i < len(text); {
		switch c := text[i]; {
		case c == ';':
			if empty {
				return "", text[i+1:], true
			}
			return strings.TrimSpace(text[:i]), text[i+1:], true
		case c == '\'' || c == '"' || c == '`':
			empty = false
			// A doubled quote ends one literal and begins the next, which comes to the same.
			end := strings.IndexByte(text[i+1:], c)
			if end < 0 {
				return strings.TrimSpace(text), "", false
			}
			i += end + 2
		case strings.HasPrefix(text[i:], "--"):
			end := strings.IndexByte(text[i:], '\n')
			if end < 0 {
				end = len(text) - i
			}
			i += end
		case strings.HasPrefix(text[i:], "/*"):
			end := strings.Index(text[i+2:], "*/")
			if end < 0 {
				return strings.TrimSpace(text), "", false
			}
			i += end + 4
		default:
			r, n := utf8.DecodeRuneInString(text[i:])
			empty = empty && unicode.IsSpace(r)
			i += n
		}
	}
	if empty {
		return "", "", false
	}
	return strings.TrimSpace(text), "", false
}

// statements are those of a script, the last one with or without ';'.
func statements(text string) []string {
	var out []string
	for text != "" {
		var statement string
		if statement, text, _ = nextStatement(text); statement != "" {
			out = append(out, statement)
		}
	}
	return out
}
