package sql

import (
	"strconv"

	"github.com/outcropdb/outcrop/plan"
)

// kind is what sort of token it is.
type kind uint8

const (
	end       kind = iota // after the last token
	word                  // an identifier or keyword without quotes
	quoted                // "name" or `name`
	text                  // 'string' or E'string'
	binary                // X'bytes'
	number                // 1, 0x1f, 1.5e3
	parameter             // $1
	symbol                // operators and punctuation
)

type token struct {
	kind kind
	at   plan.Position
	// The token is source[start:stop]. The text is short enough for 32 bits.
	start, stop int32
	// text is the token without quotes and with escapes resolved; of a parameter, its number.
	text string
	// keyword is text in upper case if it is a word in the table of keywords, else "".
	keyword string
}

// String is the token as error messages show it.
func (t token) String() string {
	const longest = 40 // characters of a token shown
	shown := t.text
	if r := []rune(shown); len(r) > longest {
		shown = string(r[:longest]) + "..."
	}
	switch t.kind {
	case end:
		return "the end of the text"
	case text:
		return "string '" + shown + "'"
	case binary:
		return "a bytes literal"
	case number:
		return "number " + shown
	case parameter:
		return "parameter $" + shown
	case symbol:
		return strconv.Quote(shown)
	}
	if t.keyword != "" {
		return t.keyword
	}
	return "name " + strconv.Quote(shown)
}

// use says where a keyword may not stand as a plain name. Everywhere else it may:
// after a dot, after AS, and at the start of an expression, names are free unless reserved.
type use uint8

const (
	reserved use = 1 << iota // a name only in quotes or after a dot
	follows                  // continues a clause: not a table, nor an alias without AS
	starts                   // has a meaning of its own at the start of an expression or table
	calls                    // has a meaning of its own before an opening parenthesis
)

// keywords are all words the grammar knows. A word that is not here never stops being a name.
var keywords = map[string]use{
	"ALIAS": 0, "ALL": starts | calls, "ALTER": 0, "ANALYZE": 0, "AND": reserved, "ANY": calls,
	"ARRAY": starts, "AS": reserved, "ASC": 0, "AT": 0, "BERNOULLI": 0, "BETWEEN": reserved,
	"BOTH": starts, "BY": 0, "CASE": reserved, "CAST": calls, "CHARACTER": 0, "CLUSTER": follows,
	"COLLECTION": 0, "CREATE": 0, "CROSS": follows, "CUBE": calls, "CURRENT": 0,
	"CURRENT_DATE": starts, "CURRENT_DATETIME": starts, "CURRENT_TIME": starts,
	"CURRENT_TIMESTAMP": starts, "DATE": 0, "DATETIME": 0, "DEFAULT": 0, "DELETE": 0, "DESC": 0,
	"DESCRIBE": 0, "DISTINCT": reserved, "DOUBLE": 0, "DROP": 0, "ELSE": reserved, "END": 0,
	"ESCAPE": 0, "EXCEPT": reserved, "EXCLUDE": 0, "EXISTS": calls, "EXPLAIN": 0, "EXTRACT": 0,
	"FALSE": reserved, "FETCH": follows, "FILTER": 0, "FIRST": 0, "FOLLOWING": 0, "FOR": 0,
	"FORMAT": 0, "FROM": reserved, "FULL": follows, "GROUP": follows, "GROUPING": 0, "GROUPS": 0,
	"HAVING": reserved, "HINT": follows, "IF": 0, "IGNORE": 0, "ILIKE": reserved, "IN": reserved,
	"INNER": follows, "INSERT": 0, "INTEGRATION": 0, "INTERSECT": reserved, "INTERVAL": starts | calls,
	"INTO": 0, "IS": reserved, "ISNULL": follows, "JOIN": follows, "JSON": 0, "LAMBDA": 0, "LAST": 0,
	"LATERAL": starts | calls, "LEADING": starts, "LEFT": follows, "LIKE": reserved, "LIMIT": follows,
	"LOCALTIME": starts, "LOCALTIMESTAMP": starts, "MATERIALIZED": 0, "NATURAL": follows, "NEXT": 0,
	"NO": 0, "NOT": reserved, "NOTNULL": follows, "NULL": reserved, "NULLS": 0, "OFFSET": follows,
	"ON": follows | calls, "ONLY": 0, "OPTION": follows, "OR": reserved, "ORDER": follows, "ORDINALITY": 0,
	"OTHERS": 0, "OUTER": 0, "OVER": 0, "OVERLAY": 0, "PARTITION": 0, "PERCENT": 0, "PLACING": 0,
	"POSITION": 0, "PRECEDING": 0, "PRECISION": 0, "QUALIFY": follows, "RANGE": 0, "RECURSIVE": 0,
	"REPEATABLE": 0, "REPLACE": 0, "RESPECT": 0, "RIGHT": follows, "ROLLUP": calls, "ROW": calls,
	"ROWS": 0, "SELECT": reserved, "SET": follows, "SETS": 0, "SIMILAR": 0, "SOME": calls,
	"SUBSTRAIT": 0, "SUBSTRING": 0, "SYMMETRIC": starts | calls, "SYSTEM": 0, "TABLE": starts,
	"TABLESAMPLE": follows, "TEXT": 0, "THEN": reserved, "TIES": 0, "TIME": 0, "TIMESTAMP": 0,
	"TO": 0, "TRAILING": starts, "TRIM": 0, "TRUE": reserved, "TRY_CAST": calls, "UNBOUNDED": starts,
	"UNDEFINED": reserved, "UNION": reserved, "UNKNOWN": 0, "UNNEST": calls, "UPDATE": 0,
	"USING": follows, "VALUES": calls, "VARYING": 0, "VIEW": 0, "WHEN": reserved, "WHERE": reserved,
	"WINDOW": follows, "WITH": reserved, "WITHIN": 0, "WITHOUT": 0, "WORKSPACE": 0, "ZONE": 0,
}

// longestKeyword bounds the words worth looking up.
const longestKeyword = len("CURRENT_TIMESTAMP")

// keyword is name in upper case if it is one, else "". It does not allocate.
func keyword(name string) string {
	var upper [longestKeyword]byte
	if len(name) > len(upper) {
		return ""
	}
	for i := range len(name) {
		c := name[i]
		if 'a' <= c && c <= 'z' {
			c -= 'a' - 'A'
		}
		upper[i] = c
	}
	return canonical[string(upper[:len(name)])]
}

// canonical maps each keyword to itself, so that finding one yields a string that is there already.
var canonical = func() map[string]string {
	m := make(map[string]string, len(keywords))
	for k := range keywords {
		m[k] = k
	}
	return m
}()

// units are the spellings of the units of INTERVAL and EXTRACT, and the name the tree has for each.
var units = map[string]string{
	"YEAR": "YEAR", "YEARS": "YEAR", "QUARTER": "QUARTER", "QUARTERS": "QUARTER",
	"MONTH": "MONTH", "MONTHS": "MONTH", "WEEK": "WEEK", "WEEKS": "WEEK", "DAY": "DAY", "DAYS": "DAY",
	"HOUR": "HOUR", "HOURS": "HOUR", "MINUTE": "MINUTE", "MINUTES": "MINUTE",
	"SECOND": "SECOND", "SECONDS": "SECOND", "MILLISECOND": "MILLISECOND", "MILLISECONDS": "MILLISECOND",
	"MICROSECOND": "MICROSECOND", "MICROSECONDS": "MICROSECOND",
}
