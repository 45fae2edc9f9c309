package instance

import (
	"log/slog"
	"runtime"

	"golang.org/x/sys/unix"
)

// pin binds the calling thread to a CPU. A refusal costs speed, not answers: it is logged.
func pin(cpu int) {
	set := setOf([]int{cpu})
	if err := unix.SchedSetaffinity(0, &set); err != nil {
		slog.Warn("cannot pin a worker", "cpu", cpu, "error", err)
	}
}

// AvailableCPUs lists the CPUs that the process may run on.
func AvailableCPUs() []int {
	var set unix.CPUSet
	if err := unix.SchedGetaffinity(0, &set); err != nil {
		return make([]int, runtime.NumCPU())
	}
	var cpus []int
	for cpu := 0; len(cpus) < set.Count(); cpu++ {
		if set.IsSet(cpu) {
			cpus = append(cpus, cpu)
		}
	}
	return cpus
}
