package vec

type scratch struct{}

func (s *scratch) bytes() int { return 0 }
