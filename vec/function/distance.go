package function

import (
	"fmt"

	"github.com/outcropdb/outcrop/vec"
)

// editDistance is Levenshtein's: how many runes to insert, delete or replace to make b of a.
func editDistance(a, b []rune) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i, x := range a {
		diagonal := row[0]
		row[0] = i + 1
		for j, y := range b {
			cost := diagonal
			if x != y {
				cost = 1 + min(diagonal, row[j], row[j+1])
			}
			diagonal, row[j+1] = row[j+1], cost
		}
	}
	return row[len(b)]
}

// maxDistanceCells bounds the work of one levenshtein_distance.
const maxDistanceCells = 100_000_000

func levenshtein(out *vec.Vector, args []*vec.Vector, rows int) error {
	a, b := textsOf(args[0]), textsOf(args[1])
	return eachInt(out, vec.Int, args, rows, func(i int) (int64, error) {
		x, y := []rune(string(a.at(i))), []rune(string(b.at(i)))
		if len(x)*len(y) > maxDistanceCells {
			return 0, fmt.Errorf("strings of %d and %d characters are too long", len(x), len(y))
		}
		return int64(editDistance(x, y)), nil
	})
}

func hamming(out *vec.Vector, args []*vec.Vector, rows int) error {
	a, b := textsOf(args[0]), textsOf(args[1])
	return eachInt(out, vec.Int, args, rows, func(i int) (int64, error) {
		x, y := []rune(string(a.at(i))), []rune(string(b.at(i)))
		if len(x) != len(y) {
			return 0, fmt.Errorf("strings of %d and %d characters: want equally many", len(x), len(y))
		}
		distance := int64(0)
		for k := range x {
			if x[k] != y[k] {
				distance++
			}
		}
		return distance, nil
	})
}
