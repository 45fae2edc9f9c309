package bind

import (
	"fmt"

	"github.com/outcropdb/outcrop/internal/nearest"
)

// didYouMean suggests the candidate nearest to an unknown name, as the end of an error's text.
func didYouMean(name string, candidates []string) string {
	if near := nearest.Name(name, candidates); near != "" {
		return fmt.Sprintf("; did you mean %s?", near)
	}
	return ""
}
