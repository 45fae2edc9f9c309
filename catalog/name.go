package catalog

import (
	"strings"
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

// Nearest returns the candidate that a misspelt name most likely means, "" if none is near:
// at most one edit for every three characters, not counting case. Of equals the one nearer in
// case wins, then the first.
func Nearest(name string, candidates []string) string {
	lower, far := strings.ToLower(name), max(1, utf8.RuneCountInString(name)/3)+1
	nearest, least, leastCased := "", far, 0
	for _, candidate := range candidates {
		d := distance(lower, strings.ToLower(candidate), far)
		if d > least || d == far {
			continue
		}
		cased := distance(name, candidate, len(name)+len(candidate))
		if d < least || cased < leastCased {
			nearest, least, leastCased = candidate, d, cased
		}
	}
	return nearest
}

// distance is the number of insertions, deletions, substitutions and swaps of neighbours
// between two strings (optimal string alignment), or at least limit if it is that much.
func distance(a, b string, limit int) int {
	x, y := []rune(a), []rune(b)
	if abs(len(x)-len(y)) >= limit {
		return limit
	}
	// before, above and here are the rows i-2, i-1 and i of the table of prefixes.
	before, above, here := make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range here {
		here[j] = j
	}
	for i := 1; i <= len(x); i++ {
		before, above, here = above, here, before
		here[0] = i
		for j := 1; j <= len(y); j++ {
			change := 1
			if x[i-1] == y[j-1] {
				change = 0
			}
			here[j] = min(above[j]+1, here[j-1]+1, above[j-1]+change)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				here[j] = min(here[j], before[j-2]+1)
			}
		}
	}
	return here[len(y)]
}

func abs(n int) int { return max(n, -n) }
