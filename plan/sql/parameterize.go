package sql

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// Constant is what a parameter made by Parameterize stands for.
type Constant struct {
	Name  string // of the parameter
	Value any    // string or int64
}

// comparisons are the operators right of which a constant stands for itself: nothing is named after it.
var comparisons = map[string]bool{"=": true, "==": true, "<>": true, "!=": true, "<": true, "<=": true, ">": true, ">=": true}

// conditionEnd are the keywords that can follow the constant of a comparison.
var conditionEnd = map[string]bool{"AND": true, "OR": true, "LIMIT": true, "ORDER": true}

// Parameterize makes texts that differ in the constants of their conditions the same text, so that they share a
// plan: in a SELECT without another in it, strings and ints that a column is compared with in WHERE become
// parameters, :_1, :_2 and so on. Everything else stays where it was, so that positions in errors are right; a
// constant shorter than a parameter stays, too. Where there is nothing to do, constants is nil.
func Parameterize(source string) (text string, constants []Constant) {
	if strings.Contains(source, ":_") {
		return source, nil // names of the caller's own
	}
	tokens, err := lex(source)
	if err != nil || tokens[0].keyword != "SELECT" {
		return source, nil
	}
	var out strings.Builder
	done, depth, where := 0, 0, false
	for i := 1; i < len(tokens)-1; i++ {
		t := tokens[i]
		switch {
		case t.kind == symbol && t.text == "(":
			depth++
		case t.kind == symbol && t.text == ")":
			depth--
		}
		switch t.keyword {
		case "SELECT", "GROUP", "HAVING": // which compare expressions
			return source, nil
		case "WHERE":
			where = depth == 0 // else that of an aggregate
			continue
		case "ORDER", "LIMIT", "OPTION", "HINT":
			where = false
			continue
		}
		if !where || !comparisons[tokens[i-1].text] || tokens[i-1].kind != symbol {
			continue
		}
		if next := tokens[i+1]; next.kind != end && !conditionEnd[next.keyword] && (next.kind != symbol || next.text != ")") {
			continue
		}
		value, ok := constant(t)
		name := "_" + strconv.Itoa(len(constants)+1)
		written := source[t.start:t.stop]
		room := utf8.RuneCountInString(written) - len(name) - 1
		if !ok || room < 0 || strings.Contains(written, "\n") {
			continue
		}
		out.WriteString(source[done:t.start])
		out.WriteString(":" + name)
		out.WriteString(strings.Repeat(" ", room))
		done = int(t.stop)
		constants = append(constants, Constant{name, value})
	}
	if constants == nil {
		return source, nil
	}
	out.WriteString(source[done:])
	return out.String(), constants
}

// constant is the value of a string or a plain decimal int.
func constant(t token) (any, bool) {
	switch t.kind {
	case text:
		return t.text, true
	case number:
		n, err := strconv.ParseInt(t.text, 10, 64)
		return n, err == nil
	}
	return nil, false
}
