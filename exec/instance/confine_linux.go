package instance

import (
	"errors"
	"fmt"
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// confinePasses bounds how often Confine looks for threads that others started meanwhile.
const confinePasses = 8

// Confine moves the process's threads from the CPUs that they may run on, all of those and no others, to
// other ones: what the runtime starts later follows, since a thread begins where the one does that starts it.
// Pinned workers, which have a CPU of their own, stay, and start no threads.
func Confine(from, to []int) error {
	old, now := setOf(from), setOf(to)
	for range confinePasses {
		tasks, err := os.ReadDir("/proc/self/task")
		if err != nil {
			return fmt.Errorf("confine threads to CPUs %v: %w", to, err)
		}
		moved := false
		for _, task := range tasks {
			id, err := strconv.Atoi(task.Name())
			if err != nil {
				continue
			}
			var set unix.CPUSet
			if unix.SchedGetaffinity(id, &set) != nil || set != old {
				continue // has ended, or is another's
			}
			if err := unix.SchedSetaffinity(id, &now); err != nil && !errors.Is(err, unix.ESRCH) {
				return fmt.Errorf("confine threads to CPUs %v: %w", to, err)
			}
			moved = true
		}
		if !moved {
			break
		}
	}
	return nil
}

func setOf(cpus []int) (set unix.CPUSet) {
	for _, cpu := range cpus {
		set.Set(cpu)
	}
	return set
}
