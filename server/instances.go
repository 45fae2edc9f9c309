package server

import (
	"context"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/outcropdb/outcrop/catalog"
	"github.com/outcropdb/outcrop/exec/instance"
)

// spareProcs is how many more of Go's processors (GOMAXPROCS) there are while instances are kept apart: for a
// flush, a merge, the log, the doors and the collector, which take theirs while they wait for a CPU, too. A query has
// its CPU by then; without a processor it could not use it. 4 were measured to be too few.
const spareProcs = 10

// instances are the virtual instances of the catalog that are active, and what each has of the machine.
type instances struct {
	cpus   []int         // that instances share
	writes instance.Gate // for what computes for writes

	mu      sync.RWMutex
	groups  map[string]*group // by id, the default one's too
	leaving map[string]int    // groups that are suspended or deleted and still have queries, by id
	closed  bool

	available []int          // CPUs that the process may use
	free      []int          // of these, the ones that its threads are confined to, but for pinned workers
	procs     int            // GOMAXPROCS when no instances are kept apart; 0: none are
	last      sync.WaitGroup // of the leaving groups
}

// group is one that runs.
type group struct {
	*instance.Instance
	share  instance.Share
	memory int64        // bytes that its queries may take together
	last   atomic.Int64 // when its last query began or ended, in Unix milliseconds; when it became active, if none has
}

func (s *Server) newGroup(id, name string, cpus []int) *group {
	g := &group{Instance: instance.New(
		instance.Options{Name: name, CPUs: cpus, Apart: id != catalog.DefaultInstanceID},
		s.memory.Child("the memory of virtual instance "+name, 0),
	)}
	g.touch(s.now())
	s.instances.groups[id] = g
	return g
}

func (g *group) touch(now time.Time) { g.last.Store(now.UnixMilli()) }

// openInstances starts the default instance and the others that are active.
func (s *Server) openInstances() {
	in := &s.instances
	if in.cpus = s.options.CPUs; len(in.cpus) == 0 {
		in.cpus = instance.AvailableCPUs()
	}
	in.available = instance.AvailableCPUs()
	in.free = in.available
	in.groups, in.leaving = map[string]*group{}, map[string]int{}
	s.newGroup(catalog.DefaultInstanceID, "default", in.cpus)
	s.arrange()
}

// InstanceStatus is what a virtual instance has and does now.
type InstanceStatus struct {
	ID, Name         string
	CPUs             []int // none while it is suspended
	Shared           bool  // other instances use some of its CPUs, too
	Memory           int64 // bytes that its queries may take together
	Running, Waiting int64 // queries
	Leaving          bool  // it is suspended, and its last queries have not ended
	LastQuery        time.Time
}

// arrange brings what runs in line with the catalog: active instances get their CPUs and memory, the others'
// queries end and then their threads.
func (s *Server) arrange() {
	in := &s.instances
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.closed {
		return
	}
	var active []*catalog.Instance
	var wants []int
	for _, each := range s.catalog.Instances() {
		if !each.Default() && each.State == catalog.InstanceActive {
			active, wants = append(active, each), append(wants, each.CPUs())
		}
	}
	rest, shares := instance.Divide(in.cpus, wants)
	total := len(rest.CPUs)
	for _, share := range shares {
		total += len(share.CPUs)
	}
	memory := func(share instance.Share) int64 { return s.memory.Limit() * int64(len(share.CPUs)) / int64(total) }
	s.keepApart(rest, shares)
	s.give(in.groups[catalog.DefaultInstanceID], rest, memory(rest))
	wanted := map[string]bool{catalog.DefaultInstanceID: true}
	for i, each := range active {
		wanted[each.ID] = true
		g := in.groups[each.ID]
		if g == nil {
			g = s.newGroup(each.ID, each.Name, shares[i].CPUs)
		}
		s.give(g, shares[i], memory(shares[i]))
	}
	for id, g := range in.groups {
		if !wanted[id] {
			delete(in.groups, id)
			s.leave(id, g)
		}
	}
}

// keepApart has the kernel keep everything but the queries of the other instances on the default one's CPUs: writes,
// flushes, merges, the log, the doors, garbage collection. What computes for writes is bounded to as many tasks as
// there are such CPUs, so that Go has processors left. Without other instances nothing of this is so. The caller
// has the instances' mu.
func (s *Server) keepApart(rest instance.Share, shares []instance.Share) {
	in := &s.instances
	free := slices.DeleteFunc(slices.Clone(in.available), func(cpu int) bool {
		return !slices.Contains(rest.CPUs, cpu) && slices.ContainsFunc(shares, func(s instance.Share) bool { return slices.Contains(s.CPUs, cpu) })
	})
	if len(free) > 0 && !slices.Equal(free, in.free) {
		if err := instance.Confine(in.free, free); err != nil {
			s.log.Warn("virtual instances are not kept apart", "error", err)
		}
		in.free = free
	}
	switch {
	case len(shares) > 0 && in.procs == 0:
		in.procs = runtime.GOMAXPROCS(0)
		runtime.GOMAXPROCS(in.procs + spareProcs)
	case len(shares) == 0 && in.procs > 0:
		runtime.GOMAXPROCS(in.procs)
		in.procs = 0
	}
	tasks := 0
	if len(shares) > 0 {
		tasks = len(rest.CPUs)
	}
	in.writes.SetLimit(tasks)
}

// Compute runs a task that computes for writes. While instances are kept apart it waits until there is a CPU for it.
func (s *Server) Compute(task func()) { s.instances.writes.Do(task) }

// give gives a group its part of the machine.
func (s *Server) give(g *group, share instance.Share, memory int64) {
	if slices.Equal(g.share.CPUs, share.CPUs) && g.share.Shared == share.Shared && g.memory == memory {
		return
	}
	g.share, g.memory = share, memory
	g.SetCPUs(share.CPUs)
	g.Budget().SetLimit(memory)
}

// leave ends a group when its queries have ended. The caller has the instances' mu.
func (s *Server) leave(id string, g *group) {
	in := &s.instances
	busy := g.Running()+g.Waiting() > 0
	if busy {
		in.leaving[id]++
	}
	in.last.Go(func() {
		g.Close()
		if !busy {
			return
		}
		in.mu.Lock()
		defer in.mu.Unlock()
		if in.leaving[id]--; in.leaving[id] == 0 {
			delete(in.leaving, id)
		}
	})
}

// closeInstances lets running queries finish and takes no more.
func (s *Server) closeInstances() {
	s.instances.mu.Lock()
	s.instances.closed = true
	groups := slices.Collect(maps.Values(s.instances.groups))
	s.instances.mu.Unlock()
	for _, g := range groups {
		g.Close()
	}
	s.instances.last.Wait()
	if len(groups) > 0 {
		s.instances.mu.Lock()
		defer s.instances.mu.Unlock()
		s.keepApart(instance.Share{CPUs: s.instances.cpus}, nil)
	}
}

// instanceOf is where a query runs: in the instance that it names by id or name, or else the organization's.
func (s *Server) instanceOf(idOrName string) (*catalog.Instance, *group, error) {
	known := s.catalog.QueryInstance()
	if idOrName != "" {
		var err error
		if known, err = s.catalog.Instance(idOrName); err != nil {
			return nil, nil, err
		}
	}
	s.instances.mu.RLock()
	g := s.instances.groups[known.ID]
	s.instances.mu.RUnlock()
	if g == nil {
		return nil, nil, &catalog.Error{Kind: catalog.NotReady, Message: fmt.Sprintf("virtual instance %q is suspended; resume it, or ask another", known.Name)}
	}
	g.touch(s.now())
	return known, g, nil
}

// CreateInstance makes a virtual instance, which takes queries at once.
func (s *Server) CreateInstance(ctx context.Context, want catalog.Instance, by catalog.By) (*catalog.Instance, error) {
	made, err := s.catalog.CreateInstance(ctx, want, by)
	if err == nil {
		s.arrange()
	}
	return made, err
}

// UpdateInstance changes a virtual instance, suspends or resumes it; see catalog.UpdateInstance. Queries that run
// keep their CPUs, and finish also in one that is suspended.
func (s *Server) UpdateInstance(ctx context.Context, id string, change func(*catalog.Instance) error) (*catalog.Instance, error) {
	changed, err := s.catalog.UpdateInstance(ctx, id, change)
	if err == nil {
		s.arrange()
	}
	return changed, err
}

// DeleteInstance deletes a virtual instance. Queries that run in it finish.
func (s *Server) DeleteInstance(ctx context.Context, id string) error {
	err := s.catalog.DeleteInstance(ctx, id)
	if err == nil {
		s.arrange()
	}
	return err
}

// autoSuspend suspends the instances that nobody has asked for as long as they say.
func (s *Server) autoSuspend(ctx context.Context, now time.Time) {
	for _, each := range s.catalog.Instances() {
		if each.AutoSuspendSeconds == 0 || each.State != catalog.InstanceActive || !s.idle(each, now) {
			continue
		}
		_, err := s.UpdateInstance(ctx, each.ID, func(next *catalog.Instance) error {
			next.State = catalog.InstanceSuspended
			return nil
		})
		if err != nil && ctx.Err() == nil {
			s.log.Warn("a virtual instance cannot be suspended; it will be tried again", "instance", each.Name, "error", err)
		}
	}
}

func (s *Server) idle(each *catalog.Instance, now time.Time) bool {
	status := s.InstanceStatus(each)
	return status.Running+status.Waiting == 0 && now.Sub(status.LastQuery) >= time.Duration(each.AutoSuspendSeconds)*time.Second
}

// InstanceStatus is what an instance of the catalog has and does now. LastQuery is when it became active if
// there was none since.
func (s *Server) InstanceStatus(of *catalog.Instance) InstanceStatus {
	s.instances.mu.RLock()
	defer s.instances.mu.RUnlock()
	status := InstanceStatus{ID: of.ID, Name: of.Name, Leaving: s.instances.leaving[of.ID] > 0}
	if g := s.instances.groups[of.ID]; g != nil {
		status.CPUs, status.Shared, status.Memory = g.share.CPUs, g.share.Shared, g.memory
		status.Running, status.Waiting = g.Running(), g.Waiting()
		status.LastQuery = time.UnixMilli(g.last.Load()).UTC()
	}
	return status
}

// Explain says in words what the instance has, and, where that is not what its size stands for, why.
func (i *InstanceStatus) Explain(of *catalog.Instance, machine int) string {
	var b strings.Builder
	switch want := of.CPUs(); {
	case i.CPUs == nil:
		return "suspended: it has no CPUs and takes no queries until it is resumed"
	case of.Default():
		fmt.Fprintf(&b, "it has %d of the machine's %d CPUs, which the others leave, for its queries and for all writes", len(i.CPUs), machine)
	case len(i.CPUs) < want:
		fmt.Fprintf(&b, "%s stands for %d CPUs; of the machine's %d it has %d: the default instance and the others have the rest", of.Size, want, machine, len(i.CPUs))
	default:
		fmt.Fprintf(&b, "it has %d of the machine's %d CPUs", len(i.CPUs), machine)
	}
	if i.Shared {
		b.WriteString("; other virtual instances use the same ones, since there are more instances than CPUs")
	}
	return b.String()
}

// CPUs of the machine that virtual instances share.
func (s *Server) CPUs() int { return len(s.instances.cpus) }

// instanceStatuses are those of all.
func (s *Server) instanceStatuses() []InstanceStatus {
	var all []InstanceStatus
	for _, each := range s.catalog.Instances() {
		all = append(all, s.InstanceStatus(each))
	}
	return all
}
