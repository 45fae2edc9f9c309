package bench

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// Process is a peer's process and its children, which are measured together.
type Process struct {
	command *exec.Cmd
	waited  chan struct{}
	err     error // of Wait, once waited is closed
}

// stopFor bounds how long a process may take to end after it was told to.
const stopFor = 60 * time.Second

// StartProcess starts a command. Its owner calls Stop.
func StartProcess(command *exec.Cmd) (*Process, error) {
	command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := command.Start(); err != nil {
		return nil, err
	}
	p := &Process{command: command, waited: make(chan struct{})}
	go func() { p.err = command.Wait(); close(p.waited) }()
	return p, nil
}

// Ended is closed when the process has.
func (p *Process) Ended() <-chan struct{} { return p.waited }

// fateFor bounds how long Fate waits.
const fateFor = time.Second

// Fate says how a process ended that seems to have: "exit status 1", "signal: killed".
func (p *Process) Fate() string {
	select {
	case <-p.waited:
		return p.command.ProcessState.String()
	case <-time.After(fateFor):
		return "still there"
	}
}

// Kill ends the process at once; Stop still has to be called.
func (p *Process) Kill() { p.command.Process.Kill() }

// Stop tells the process to end, and kills it when it does not.
func (p *Process) Stop() error {
	p.command.Process.Signal(syscall.SIGTERM)
	select {
	case <-p.waited:
	case <-time.After(stopFor):
		p.command.Process.Kill()
		<-p.waited
		return fmt.Errorf("%s did not end within %v of SIGTERM and was killed", filepath.Base(p.command.Path), stopFor)
	}
	if exit, ok := errors.AsType[*exec.ExitError](p.err); ok && exit.Sys().(syscall.WaitStatus).Signaled() {
		return nil // by us
	}
	return p.err
}

// CPU time that it and its children have used so far, in user and kernel.
func (p *Process) CPU() (total time.Duration, err error) {
	pids, err := family(p.command.Process.Pid)
	for _, pid := range pids {
		var at unix.Timespec
		// The clock of another process's CPU time, as clock_getcpuclockid makes it: to the nanosecond, where
		// /proc/PID/stat counts hundredths of a second.
		if unix.ClockGettime(int32(^pid<<3|2), &at) == nil {
			total += time.Duration(at.Nano())
		}
		total += ended(pid)
	}
	return total, err
}

// tick is the unit of times in /proc/PID/stat.
const tick = 10 * time.Millisecond

// ended is the CPU time of a process's children that have ended, as PostgreSQL's do with each query.
func ended(pid int) time.Duration {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0
	}
	// The name, in parentheses, is the second field and may hold anything; cutime and cstime are 16 and 17.
	_, fields, _ := strings.Cut(string(text[bytes.LastIndexByte(text, ')'):]), " ")
	var ticks int64
	for _, field := range strings.Fields(fields)[13:15] {
		n, _ := strconv.ParseInt(field, 10, 64)
		ticks += n
	}
	return time.Duration(ticks) * tick
}

// PeakRSS is the most memory that the process had since its start, or since ResetPeak, plus that of its
// children, in bytes. Memory made to be shared counts once, other pages that children share each time.
func (p *Process) PeakRSS() (total int64, err error) { return p.status("VmHWM:") }

// RSS is the memory that it and its children have now, in bytes.
func (p *Process) RSS() (total int64, err error) { return p.status("VmRSS:") }

// ResetPeak makes PeakRSS begin anew.
func (p *Process) ResetPeak() error {
	pids, err := family(p.command.Process.Pid)
	for _, pid := range pids {
		os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", pid), []byte("5"), 0) // one that has ended has no peak
	}
	return err
}

func (p *Process) status(field string) (total int64, err error) {
	pids, err := family(p.command.Process.Pid)
	shared := int64(0) // the most that one has of it
	for _, pid := range pids {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
		if err != nil {
			continue // ended meanwhile
		}
		of := bytesOf(string(text), "RssShmem:")
		shared = max(shared, of)
		total += bytesOf(string(text), field) - of
	}
	return total + shared, err
}

// bytesOf is a field of /proc/PID/status.
func bytesOf(status, field string) int64 {
	for line := range strings.Lines(status) {
		if value, ok := strings.CutPrefix(line, field); ok {
			kib, _ := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(value), " kB"), 10, 64)
			return kib << 10
		}
	}
	return 0
}

// family is a process and its descendants.
func family(pid int) ([]int, error) {
	lists, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	if err != nil || len(lists) == 0 {
		return nil, fmt.Errorf("process %d is gone", pid)
	}
	pids := []int{pid}
	for _, list := range lists {
		text, _ := os.ReadFile(list) // none if the thread has ended
		for _, field := range strings.Fields(string(text)) {
			child, err := strconv.Atoi(field)
			if err != nil || slices.Contains(pids, child) {
				continue
			}
			if more, err := family(child); err == nil {
				pids = append(pids, more...)
			}
		}
	}
	return pids, nil
}
