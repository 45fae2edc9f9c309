package workload

import "testing"

func TestHitsShape(t *testing.T) {
	if got := len(hits.Tables[0].Columns); got != 105 {
		t.Errorf("hits has %d columns, want 105", got)
	}
	if got := len(hits.Queries); got != 43 {
		t.Errorf("hits has %d queries, want 43", got)
	}
	names := map[string]bool{}
	for _, c := range hits.Tables[0].Columns {
		if names[c.Name] {
			t.Errorf("column %s twice", c.Name)
		}
		names[c.Name] = true
	}
	for _, q := range hits.Queries {
		if names[q.Name] || !q.Ordered {
			t.Errorf("query %s: twice, or without an order", q.Name)
		}
		names[q.Name] = true
	}
}
