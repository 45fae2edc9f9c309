// Package nearest finds what a misspelt name was meant to be, for errors that say so.
package nearest

import (
	"strings"
	"unicode/utf8"
)

// Name returns the candidate that a misspelt name most likely means, "" if none is near:
// at most one edit for every three characters, and not all of them, not counting case. Of equals the one nearer in
// case wins, then the first.
func Name(name string, candidates []string) string {
	length := utf8.RuneCountInString(name)
	lower, far := strings.ToLower(name), min(max(1, length/3)+1, length)
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
