//go:build !linux

package instance

import "runtime"

// pin does nothing where the system cannot bind threads to CPUs.
func pin(int) {}

// AvailableCPUs lists the CPUs that the process may run on.
func AvailableCPUs() []int {
	cpus := make([]int, runtime.NumCPU())
	for i := range cpus {
		cpus[i] = i
	}
	return cpus
}

// Confine does nothing where the system cannot bind threads to CPUs.
func Confine(_, _ []int) error { return nil }
