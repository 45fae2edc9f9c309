package bench

import (
	"os"
	"os/exec"
	"testing"
	"time"
)

// ownProcess is the test's, to be measured and not to be stopped.
func ownProcess() *Process {
	self, err := os.FindProcess(os.Getpid())
	if err != nil {
		panic("bug: " + err.Error())
	}
	return &Process{command: &exec.Cmd{Process: self}}
}

func TestProcess(t *testing.T) {
	p := ownProcess()
	before, err := p.CPU()
	if err != nil {
		t.Fatal(err)
	}
	for begin := time.Now(); time.Since(begin) < 20*time.Millisecond; {
	}
	after, err := p.CPU()
	if used := after - before; err != nil || used <= 0 || used > time.Second {
		t.Errorf("20 ms of work: got %v of CPU time, %v", used, err)
	}
	rss, err := p.RSS()
	if err != nil || rss < 1<<20 {
		t.Errorf("memory: got %d, %v", rss, err)
	}
	if peak, err := p.PeakRSS(); err != nil || peak < rss {
		t.Errorf("peak: got %d, %v, want at least %d", peak, err, rss)
	}
}

// TestProcessEndedChildren: the work of a child that has ended counts.
func TestProcessEndedChildren(t *testing.T) {
	c := exec.Command("sh", "-c", "(i=0; while [ $i -lt 500000 ]; do i=$((i+1)); done); echo done; exec sleep 1000")
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	p, err := StartProcess(c)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := out.Read(make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	if used, err := p.CPU(); err != nil || used < 3*tick {
		t.Errorf("got %v of CPU time, %v", used, err)
	}
	if err := p.Stop(); err != nil {
		t.Error(err)
	}
}

func TestProcessStop(t *testing.T) {
	p, err := StartProcess(exec.Command("sleep", "1000"))
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Stop(); err != nil {
		t.Error(err)
	}
	if _, err := p.CPU(); err == nil {
		t.Error("CPU time of a process that is gone: got no error")
	}
	failing, err := StartProcess(exec.Command("false"))
	if err != nil {
		t.Fatal(err)
	}
	<-failing.Ended()
	if fate := failing.Fate(); fate != "exit status 1" {
		t.Errorf("fate: got %s, want exit status 1", fate)
	}
	if failing.Stop() == nil {
		t.Error("a process that failed: got no error")
	}
}
