package workload

// share is a case and how often it comes, relative to the others.
type share struct {
	value  string
	weight float64
}

// shares choose among texts that are not equally likely.
type shares struct {
	values []string
	weighted
}

func newShares(cases ...share) *shares {
	s := &shares{}
	var weights []float64
	for _, c := range cases {
		s.values = append(s.values, c.value)
		weights = append(weights, c.weight)
	}
	s.weighted = newWeighted(weights...)
	return s
}

func (s *shares) one(r *random) string { return s.values[s.pick(r)] }
