package peer

import "strings"

// sqlName is a name in double quotes, sqlText a string in single ones, as standard SQL has them.
func sqlName(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

func sqlText(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }
