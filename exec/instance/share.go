package instance

import "slices"

// Share is what an instance gets of a machine.
type Share struct {
	CPUs []int
	// Shared says that other instances have some of these CPUs, too.
	Shared bool
}

// Divide shares CPUs out among the default instance and others, which want so many each. Each of the others
// gets CPUs of its own, from the last one down, and the default one, of which there is always one, keeps the
// rest, at least one CPU. Where the wants are more than there is, CPUs go round, one to each that wants more,
// until there are none left; where there are fewer CPUs than instances, the others use theirs together.
func Divide(cpus []int, wants []int) (rest Share, shares []Share) {
	shares = make([]Share, len(wants))
	if len(wants) == 0 {
		return Share{CPUs: cpus}, shares
	}
	if len(cpus) == 1 {
		for i := range shares {
			shares[i] = Share{cpus, true}
		}
		return Share{cpus, true}, shares
	}
	free := slices.Clone(cpus[1:])
	together := len(wants) > len(free)
	for n := 0; len(free) > 0; n++ {
		given := false
		for i, want := range wants {
			if max(want, 1) > n && len(free) > 0 {
				last := len(free) - 1
				shares[i].CPUs = append(shares[i].CPUs, free[last])
				free, given = free[:last], true
			}
		}
		if !given {
			break
		}
	}
	if together {
		own := len(cpus) - 1
		for i := range shares {
			if shares[i].CPUs == nil {
				shares[i].CPUs = shares[i%own].CPUs
			}
			shares[i].Shared = i >= own || i+own < len(shares)
		}
	}
	return Share{CPUs: cpus[:1+len(free)]}, shares
}
