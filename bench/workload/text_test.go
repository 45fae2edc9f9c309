package workload

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestPlanted(t *testing.T) {
	const rows = 3_001
	counts := make([]int, len(textPlanted))
	titled, length := 0, 0
	err := prose.Tables[0].Generate(rows, func(document []byte) error {
		var d struct {
			Title, Body string
			Words       int
		}
		if err := json.Unmarshal(document, &d); err != nil {
			return err
		}
		planted := 0
		for i, p := range textPlanted {
			n := strings.Count(d.Body, p.phrase)
			counts[i] += n
			planted += n * len(strings.Fields(p.phrase))
		}
		if got := len(strings.Fields(d.Body)); got != d.Words+planted {
			length++
		}
		if strings.HasPrefix(d.Title, textTitled.phrase) {
			titled++
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range textPlanted {
		if counts[i] != p.count(rows) {
			t.Errorf("%q is in %d documents, planted in %d", p.phrase, counts[i], p.count(rows))
		}
	}
	if titled != textTitled.count(rows) {
		t.Errorf("%d titles begin with %q, want %d", titled, textTitled.phrase, textTitled.count(rows))
	}
	if length > 0 {
		t.Errorf("%d documents have another number of words than they say", length)
	}
}
