package bind

import (
	"fmt"
	"strings"
)

// didYouMean suggests the candidate nearest to an unknown name, as the end of an error's text.
func didYouMean(name string, candidates []string) string {
	if near := nearest(name, candidates); near != "" {
		return fmt.Sprintf("; did you mean %s?", near)
	}
	return ""
}

// nearest is the candidate that differs least from name, case aside; "" when none is close.
func nearest(name string, candidates []string) string {
	want := []rune(strings.ToLower(name))
	best, found := len(want)/3+1, ""
	for _, c := range candidates {
		d := distance(want, []rune(strings.ToLower(c)))
		if d < len(want) && (d < best || d == best && found == "") {
			best, found = d, c
		}
	}
	return found
}

// distance is Levenshtein's.
func distance(a, b []rune) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i, x := range a {
		diagonal := row[0]
		row[0] = i + 1
		for j, y := range b {
			change := diagonal
			if x != y {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
