package server

import "golang.org/x/sys/unix"

// fallbackMemory is taken where the machine does not say how much it has.
const fallbackMemory = 4 << 30

// machineMemory is the machine's memory in bytes.
func machineMemory() int64 {
	var info unix.Sysinfo_t
	if err := unix.Sysinfo(&info); err != nil {
		return fallbackMemory
	}
	return int64(info.Totalram) * int64(info.Unit)
}
