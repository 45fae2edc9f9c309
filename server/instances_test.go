package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/outcropdb/outcrop/catalog"
	"github.com/outcropdb/outcrop/exec/instance"
	"github.com/outcropdb/outcrop/plan"
)

// shares tells what each instance has: its name, CPUs, and memory in MiB.
func shares(s *Server) string {
	var out []string
	for _, status := range s.instanceStatuses() {
		text := fmt.Sprintf("%s %v %d", status.Name, status.CPUs, status.Memory>>20)
		if status.Shared {
			text += "!"
		}
		out = append(out, text)
	}
	return strings.Join(out, ", ")
}

func (s *Server) suspend(t *testing.T, id string, state catalog.InstanceState) *catalog.Instance {
	t.Helper()
	vi, err := s.UpdateInstance(context.Background(), id, func(next *catalog.Instance) error {
		next.State = state
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return vi
}

func newInstance(t *testing.T, s *Server, name, size string) *catalog.Instance {
	t.Helper()
	vi, err := s.CreateInstance(context.Background(), catalog.Instance{Name: name, Size: size, Remount: true}, catalog.By{})
	if err != nil {
		t.Fatal(err)
	}
	return vi
}

// Instances share the machine's CPUs and memory, also after a restart.
func TestInstancesShareTheMachine(t *testing.T) {
	options := Options{Dir: t.TempDir(), CPUs: []int{0, 1, 2, 3}, Memory: 64 << 20, Logger: slog.New(slog.DiscardHandler)}
	ctx := context.Background()
	s, err := Open(ctx, options)
	if err != nil {
		t.Fatal(err)
	}
	check := func(want string) {
		t.Helper()
		if got := shares(s); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	check("main [0 1 2 3] 64")
	a := newInstance(t, s, "a", "XSMALL")
	check("main [0 1] 32, a [3 2] 32")
	b := newInstance(t, s, "b", "NANO")
	check("main [0] 16, a [3 1] 32, b [2] 16")
	s.suspend(t, a.ID, catalog.InstanceSuspended)
	check("main [0 1 2] 48, a [] 0, b [3] 16")
	if err := s.Close(ctx); err != nil {
		t.Fatal(err)
	}
	if s, err = Open(ctx, options); err != nil {
		t.Fatal(err)
	}
	defer s.Close(ctx)
	check("main [0 1 2] 48, a [] 0, b [3] 16")
	if err := s.DeleteInstance(ctx, b.ID); err != nil {
		t.Fatal(err)
	}
	check("main [0 1 2 3] 64, a [] 0")
	a = s.suspend(t, a.ID, catalog.InstanceActive)
	check("main [0 1] 32, a [3 2] 32")
	status := s.InstanceStatus(a)
	if text := status.Explain(a, s.CPUs()); text != "it has 2 of the machine's 4 CPUs" {
		t.Error(text)
	}
	a, err = s.UpdateInstance(ctx, a.ID, func(next *catalog.Instance) error { next.Size = "XLARGE16"; return nil })
	if err != nil {
		t.Fatal(err)
	}
	check("main [0] 16, a [3 2 1] 48")
	status = s.InstanceStatus(a)
	if text := status.Explain(a, s.CPUs()); !strings.HasPrefix(text, "XLARGE16 stands for 512 CPUs; of the machine's 4 it has 3") {
		t.Error(text)
	}
	for _, name := range []string{"x", "y", "z"} {
		newInstance(t, s, name, "NANO")
	}
	check("main [0] 12, a [3] 12!, x [2] 12, y [1] 12, z [3] 12!")
}

// A suspended instance finishes its queries and takes no others.
func TestSuspend(t *testing.T) {
	s := openTest(t, Options{CPUs: []int{0, 0}})
	vi := newInstance(t, s, "vi", "NANO")
	at := &slow{in: make(chan struct{}), on: make(chan struct{})}
	done := make(chan error)
	go func() {
		_, err := s.Query(context.Background(), Request{SQL: "SELECT 1", Instance: "vi", By: "me"}, at)
		done <- err
	}()
	<-at.in
	active := s.ActiveQueries(vi.ID)
	if len(active) != 1 || active[0].SQL != "SELECT 1" || !active[0].Running || active[0].By != "me" || len(s.ActiveQueries(catalog.DefaultInstanceID)) != 0 {
		t.Errorf("active: %+v", active)
	}
	if status := s.InstanceStatus(vi); status.Running != 1 {
		t.Errorf("%+v", status)
	}
	vi = s.suspend(t, vi.ID, catalog.InstanceSuspended)
	if status := s.InstanceStatus(vi); !status.Leaving || status.CPUs != nil {
		t.Errorf("%+v", status)
	}
	if _, err := answer(s, Request{SQL: "SELECT 1", Instance: "vi"}); catalog.KindOf(err) != catalog.NotReady {
		t.Errorf("a query in a suspended instance: %v", err)
	}
	close(at.on)
	if err := <-done; err != nil {
		t.Errorf("the query that ran: %v", err)
	}
	s.instances.last.Wait()
	if status := s.InstanceStatus(vi); status.Leaving || len(s.ActiveQueries("")) != 0 {
		t.Errorf("%+v", status)
	}
}

// slow is a receiver that waits in the middle of a result.
type slow struct {
	result
	in, on chan struct{}
}

func (s *slow) Fields(fields []plan.Field) error {
	close(s.in)
	<-s.on
	return s.result.Fields(fields)
}

func TestAutoSuspend(t *testing.T) {
	s := openTest(t, Options{CPUs: []int{0, 0}})
	ctx := context.Background()
	if _, err := s.CreateInstance(ctx, catalog.Instance{Name: "vi", AutoSuspendSeconds: 900}, catalog.By{}); err != nil {
		t.Fatal(err)
	}
	newInstance(t, s, "forever", "NANO")
	suspended := func(after time.Duration) (out []string) {
		s.autoSuspend(ctx, time.Now().Add(after))
		for _, each := range s.catalog.Instances() {
			if each.State == catalog.InstanceSuspended {
				out = append(out, each.Name)
			}
		}
		return out
	}
	at := &slow{in: make(chan struct{}), on: make(chan struct{})}
	done := make(chan error)
	go func() {
		_, err := s.Query(ctx, Request{SQL: "SELECT 1", Instance: "vi"}, at)
		done <- err
	}()
	<-at.in
	if got := suspended(time.Hour); got != nil {
		t.Errorf("suspended under a query: %v", got)
	}
	close(at.on)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if got := suspended(14 * time.Minute); got != nil {
		t.Errorf("suspended too early: %v", got)
	}
	if got := suspended(16 * time.Minute); len(got) != 1 || got[0] != "vi" {
		t.Errorf("suspended: %v", got)
	}
}

// A query reads what is mounted on its instance, and its memory is the instance's.
func TestInstanceQueries(t *testing.T) {
	s := openTest(t, Options{CPUs: []int{0, 0}, Memory: 8 << 20})
	ctx := context.Background()
	c, err := testCollection(s, "c", "1")
	if err != nil {
		t.Fatal(err)
	}
	vi := newInstance(t, s, "vi", "NANO")
	query := Request{SQL: "SELECT count(*) FROM c", Instance: "vi"}
	if _, err := answer(s, query); err == nil || !strings.Contains(err.Error(), "Collection commons.c is not mounted on virtual instance vi") {
		t.Errorf("without a mount: %v", err)
	}
	if _, err := s.catalog.MountCollections(ctx, vi.ID, []*catalog.Collection{c}); err != nil {
		t.Fatal(err)
	}
	if _, err := answer(s, query); err != nil {
		t.Errorf("mounted: %v", err)
	}
	if err := s.catalog.SetQueryInstance(ctx, vi.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := answer(s, Request{SQL: "SELECT count(*) FROM c"}); err != nil {
		t.Errorf("in the default for queries: %v", err)
	}
	if _, err := s.catalog.Unmount(ctx, vi.ID, c); err != nil {
		t.Fatal(err)
	}
	// The plan is cached, and yet looks.
	if _, err := answer(s, Request{SQL: "SELECT count(*) FROM c"}); catalog.KindOf(err) != catalog.NotFound {
		t.Errorf("unmounted: %v", err)
	}
	if _, err := answer(s, Request{SQL: "SELECT 1", Instance: "nowhere"}); catalog.KindOf(err) != catalog.NotFound {
		t.Errorf("in no instance: %v", err)
	}
	_, err = answer(s, Request{SQL: "SELECT x.n FROM UNNEST(sequence(1, 200000) AS n) AS x ORDER BY x.n % 7", Instance: "vi"})
	var refused *instance.BudgetError
	if !errors.As(err, &refused) || refused.Limit != 2<<20 { // half of the instance's, which is half of all
		t.Errorf("a large query: %v", err)
	}
	if used := s.memory.Used(); used != 0 {
		t.Errorf("%d bytes are still taken", used)
	}
}

// Instances come and go under queries, each of which ends well or is told that its instance is not there.
func TestInstancesUnderQueries(t *testing.T) {
	s := openTest(t, Options{CPUs: []int{0, 0, 0}})
	ctx, stop := context.WithCancel(context.Background())
	var readers sync.WaitGroup
	defer readers.Wait()
	defer stop()
	for _, name := range []string{"", "a", "b"} {
		readers.Go(func() {
			for ctx.Err() == nil {
				got, err := answer(s, Request{SQL: "SELECT count(*) FROM UNNEST(sequence(1, 1000) AS n) AS x", Instance: name})
				switch kind := catalog.KindOf(err); {
				case err == nil && got.rows[0][0].Int() == 1000:
				case name != "" && (kind == catalog.NotFound || kind == catalog.NotReady || errors.Is(err, instance.ErrClosed)):
				default:
					t.Errorf("in %q: %v", name, err)
					return
				}
			}
		})
	}
	for range 20 {
		var changes sync.WaitGroup
		for _, name := range []string{"a", "b"} {
			changes.Go(func() {
				vi, err := s.CreateInstance(ctx, catalog.Instance{Name: name}, catalog.By{})
				if err != nil {
					t.Error(err)
					return
				}
				s.suspend(t, vi.ID, catalog.InstanceSuspended)
				s.suspend(t, vi.ID, catalog.InstanceActive)
				if err := s.DeleteInstance(ctx, vi.ID); err != nil {
					t.Error(err)
				}
			})
		}
		changes.Wait()
	}
}

// Writes are bounded, and Go gets more processors, as long as there are instances to keep apart from.
func TestKeepApart(t *testing.T) {
	s := openTest(t, Options{CPUs: []int{0, 1, 2, 3}})
	before := runtime.GOMAXPROCS(0)
	check := func(procs int, bound string) {
		t.Helper()
		if got := runtime.GOMAXPROCS(0); got != procs {
			t.Errorf("%d processors, want %d", got, procs)
		}
		if got := s.instances.writes.String(); got != bound {
			t.Errorf("writes: %s, want %s", got, bound)
		}
	}
	check(before, "no bound")
	a := newInstance(t, s, "a", "NANO")
	check(before+spareProcs, "3 at once")
	b := newInstance(t, s, "b", "XSMALL")
	check(before+spareProcs, "1 at once")
	ran := false
	if s.Compute(func() { ran = true }); !ran {
		t.Error("a task did not run")
	}
	s.suspend(t, a.ID, catalog.InstanceSuspended)
	check(before+spareProcs, "2 at once")
	if err := s.DeleteInstance(context.Background(), b.ID); err != nil {
		t.Fatal(err)
	}
	check(before, "no bound")
}
