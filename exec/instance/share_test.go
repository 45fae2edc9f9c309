package instance

import (
	"fmt"
	"testing"
)

func TestDivide(t *testing.T) {
	tests := []struct {
		cpus, wants []int
		want        string // the default instance's CPUs, then the others'; ! behind those that are shared
	}{
		{[]int{0, 1}, nil, "[0 1]"},
		{[]int{0, 1}, []int{4}, "[0] [1]"},
		{[]int{0, 1}, []int{1}, "[0] [1]"},
		{[]int{0}, []int{4, 1}, "[0]! [0]! [0]!"},
		{[]int{0, 1, 2, 3}, []int{1}, "[0 1 2] [3]"},
		{[]int{0, 1, 2, 3}, []int{2}, "[0 1] [3 2]"},
		{[]int{0, 1, 2, 3}, []int{2, 1}, "[0] [3 1] [2]"},
		{[]int{0, 1, 2, 3}, []int{4, 4}, "[0] [3 1] [2]"},
		{[]int{4, 6, 8, 10}, []int{1, 64}, "[4] [10] [8 6]"},
		{[]int{0, 1, 2}, []int{4, 4, 4}, "[0] [2]! [1] [2]!"},
		{[]int{0, 1}, []int{4, 4, 4}, "[0] [1]! [1]! [1]!"},
		{[]int{0, 1, 2}, []int{0}, "[0 1] [2]"},
	}
	for _, test := range tests {
		rest, shares := Divide(test.cpus, test.wants)
		got := ""
		for _, s := range append([]Share{rest}, shares...) {
			got += fmt.Sprintf(" %v", s.CPUs)
			if s.Shared {
				got += "!"
			}
		}
		if got[1:] != test.want {
			t.Errorf("%v among %v: got%s, want %s", test.cpus, test.wants, got, test.want)
		}
	}
}
