package bench

import (
	"os"
	"os/exec"
	"runtime"
	"strings"

	"golang.org/x/sys/unix"
)

// Machine is what a run was measured on, and what was built.
type Machine struct {
	CPU      string `json:"cpu"`
	CPUs     int    `json:"cpus"`
	Memory   int64  `json:"memory"` // bytes
	Kernel   string `json:"kernel"`
	Go       string `json:"go"`
	Revision string `json:"revision"` // of the checkout
	// Load is the machine's load average over the last minute as the run began: above 0.5 somebody else was
	// at work.
	Load string `json:"load"`
}

// ThisMachine looks at this machine and at the checkout in root. What cannot be found out is empty.
func ThisMachine(root string) Machine {
	m := Machine{CPUs: runtime.NumCPU(), Go: runtime.Version(), CPU: runtime.GOARCH}
	if text, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for line := range strings.Lines(string(text)) {
			if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
				m.CPU = strings.TrimSpace(value)
				break
			}
		}
	}
	var info unix.Sysinfo_t
	if unix.Sysinfo(&info) == nil {
		m.Memory = int64(info.Totalram) * int64(info.Unit)
	}
	if text, err := os.ReadFile("/proc/sys/kernel/osrelease"); err == nil {
		m.Kernel = strings.TrimSpace(string(text))
	}
	if text, err := os.ReadFile("/proc/loadavg"); err == nil {
		m.Load, _, _ = strings.Cut(string(text), " ")
	}
	git := exec.Command("git", "describe", "--tags", "--always", "--dirty")
	git.Dir = root
	if out, err := git.Output(); err == nil {
		m.Revision = strings.TrimSpace(string(out))
	}
	return m
}
