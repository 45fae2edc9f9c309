package peer

import (
	"strconv"
	"strings"
)

// sqlName is a name in double quotes, sqlText a string in single ones, as standard SQL has them.
func sqlName(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

func sqlText(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }

// pythonText is a string of Python.
func pythonText(text string) string { return strconv.Quote(text) }
