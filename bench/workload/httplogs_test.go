package workload

import (
	"encoding/json"
	"maps"
	"testing"
)

// TestHTTPLogsOverwriting overwrites by _id, and ends with what httplogsUnique writes.
func TestHTTPLogsOverwriting(t *testing.T) {
	collect := func(generate func(float64, func([]byte) error) error) (documents map[string]string, written int) {
		documents = map[string]string{}
		err := generate(4_000, func(document []byte) error {
			var d struct {
				ID      string `json:"_id"`
				Version int
			}
			if err := json.Unmarshal(document, &d); err != nil {
				return err
			}
			written++
			documents[d.ID] = string(document)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return documents, written
	}
	with, written := collect(httplogs.Tables[0].Generate)
	unique, once := collect(httplogsUnique.Tables[0].Generate)
	if !maps.Equal(with, unique) {
		t.Errorf("%d documents are left of httplogs, httplogs-unique has %d, and not the same", len(with), len(unique))
	}
	if once != len(unique) {
		t.Errorf("httplogs-unique writes %d documents of %d _ids", once, len(unique))
	}
	if share := 1 - float64(len(with))/float64(written); share < 0.23 || share > 0.27 {
		t.Errorf("%v of what is written replaces a document, want 0.25", share)
	}
}
