package substrait

//go:generate go test -run TestExtensionIsUpToDate -rewrite .

import _ "embed"

//go:embed outcrop.yaml
var extension string

// Extension is the file that describes our own types and functions to other producers and consumers, in
// the YAML of Substrait's simple extensions. Its URN is function.OwnURN.
func Extension() string { return extension }
