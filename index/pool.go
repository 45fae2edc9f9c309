package index

import "sync"

// pool runs jobs on at most Workers goroutines, flushes before merges. It has none while there is no work.
type pool struct {
	mu      sync.Mutex
	queues  [2][]func() // by Job
	running int
	merging int
	workers sync.WaitGroup
}

// run runs a job some time.
func (p *pool) run(kind Job, job func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.queues[kind] = append(p.queues[kind], job)
	if p.running < Workers {
		p.running++
		p.workers.Go(p.work)
	}
}

// work runs jobs until there is none that it may run.
func (p *pool) work() {
	for {
		kind, job := p.next()
		if job == nil {
			return
		}
		job()
		p.mu.Lock()
		if kind == MergeJob {
			p.merging--
		}
		p.mu.Unlock()
	}
}

func (p *pool) next() (Job, func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for kind, queue := range p.queues {
		if len(queue) == 0 || Job(kind) == MergeJob && p.merging == Workers-1 {
			continue
		}
		p.queues[kind] = queue[1:]
		if Job(kind) == MergeJob {
			p.merging++
		}
		return Job(kind), queue[0]
	}
	p.running--
	return 0, nil
}

// wait returns when all work is done. Nothing may be run any more.
func (p *pool) wait() { p.workers.Wait() }
