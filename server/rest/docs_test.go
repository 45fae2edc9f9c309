package rest

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// docs/rest.md has every operation with its privilege, and every limit.
func TestDocumented(t *testing.T) {
	text, err := os.ReadFile("../../docs/rest.md")
	if err != nil {
		t.Fatal(err)
	}
	doc := string(text)
	for _, r := range routes {
		privilege := string(r.needs) + " "
		switch r.needs {
		case public:
			privilege = ""
		case authenticated:
			privilege = "QUERY_DATA_WS " // in each workspace that the query names
		}
		if row := fmt.Sprintf("| `%s` | %s|", strings.TrimSuffix(r.pattern, "{$}"), privilege); !strings.Contains(doc, row) {
			t.Errorf("missing: %s", row)
		}
	}
	for _, limit := range []string{
		fmt.Sprintf("unpacked | %d MiB", MaxDocumentsBytes>>20), fmt.Sprintf("| %d,%03d |", MaxDocuments/1000, MaxDocuments%1000),
		fmt.Sprintf("other body | %d MiB", MaxBodyBytes>>20), fmt.Sprintf("JSON | %d MiB", MaxResultBytes>>20),
		fmt.Sprintf("headers | %d KiB", MaxHeaderBytes>>10), fmt.Sprintf("headers to arrive | %g s", HeaderTimeout.Seconds()),
		fmt.Sprintf("body to arrive | %g min", BodyTimeout.Minutes()), fmt.Sprintf("taken | %g min", ReplyTimeout.Minutes()),
		fmt.Sprintf("worked on | %d MiB", MaxBodiesBytes>>20), fmt.Sprintf("HTTP | %d MiB", MaxResultsBytes>>20),
		fmt.Sprintf("from %d KiB on", gzipAbove>>10),
	} {
		if !strings.Contains(doc, limit) {
			t.Errorf("missing: %s", limit)
		}
	}
	for _, f := range families {
		if f.status != statusClientGone && !strings.Contains(doc, f.kind) {
			t.Errorf("missing: %s", f.kind)
		}
	}
}
