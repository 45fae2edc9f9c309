package catalog

import (
	"unicode/utf8"
)

const (
	// maxName is the most bytes of a name; of a workspace, with all it is nested in.
	maxName = 255

	// maxDescription is the most bytes of a description.
	maxDescription = 4096
)

// validName says whether a string can name a resource: letters, digits, '_' and '-', first a
// letter or '_'. kind is for the error.
func validName(kind, name string) error {
	if name == "" {
		return invalid("the name of a %s is missing", kind)
	}
	if len(name) > maxName {
		return invalid("the name of a %s has %d bytes; at most %d", kind, len(name), maxName)
	}
	for i, c := range []byte(name) {
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_'
		if !letter && (i == 0 || !(c >= '0' && c <= '9' || c == '-')) {
			return invalid("%s %q: a name has letters, digits, '_' and '-', and begins with a letter or '_'", kind, name)
		}
	}
	return nil
}

func validDescription(kind, name, description string) error {
	if len(description) > maxDescription {
		return invalid("%s %q: a description of %d bytes; at most %d", kind, name, len(description), maxDescription)
	}
	if !utf8.ValidString(description) {
		return invalid("%s %q: the description is not UTF-8", kind, name)
	}
	return nil
}
