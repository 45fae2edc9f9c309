package main

import (
	"bytes"
	"os"

	"golang.org/x/sys/unix"
)

// hugePages asks for huge pages, where there are any.
func hugePages(memory []byte) { _ = unix.Madvise(memory, unix.MADV_HUGEPAGE) }

// addressSpace is how many bytes may be allocated without being touched: as many as the machine has, and none
// where they would count at once.
func addressSpace() int {
	mode, err := os.ReadFile("/proc/sys/vm/overcommit_memory")
	var limit unix.Rlimit
	var machine unix.Sysinfo_t
	switch {
	case err != nil || bytes.HasPrefix(mode, []byte("2")): // strict accounting
	case unix.Getrlimit(unix.RLIMIT_AS, &limit) != nil || limit.Cur != unix.RLIM_INFINITY:
	case unix.Sysinfo(&machine) == nil:
		return int(machine.Totalram) * int(machine.Unit)
	}
	return 0
}
