package bench

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// Runner runs a suite.
type Runner struct {
	Suite     Suite
	Peers     []*Peer // the first is the one that the others are compared with
	Workloads []*Workload
	Root      string // of the checkout
	Work      string // folder for data, logs and what peers keep meanwhile
	Threads   int    // of each peer
	// AnswersOnly: nothing is timed, answers are compared.
	AnswersOnly bool
	// Limits are measured before and after; none: left out.
	Limits []LimitSource
	// Progress, if not nil, is told what is going on; total is 0 where it is not known.
	Progress func(what string, done, total int64)

	result *Result
	dir    string // scratch
}

// queryTimeout bounds one query. A peer that takes longer is not asked again in that workload.
const queryTimeout = 2 * time.Minute

// Run measures. Its error is of the harness; what peers cannot do is in the result.
func (r *Runner) Run(ctx context.Context) (*Result, error) {
	r.result = &Result{
		Format: resultFormat, Suite: r.Suite.Name, Started: time.Now().UTC().Truncate(time.Second),
		Threads: r.Threads, Rounds: r.Suite.Rounds, Machine: ThisMachine(r.Root),
	}
	if err := os.MkdirAll(filepath.Join(r.Work, "log"), 0o755); err != nil {
		return nil, err
	}
	if !r.AnswersOnly {
		release, err := alone(r.Work)
		if err != nil {
			return nil, err
		}
		defer release()
	}
	var err error
	if r.dir, err = scratch(r.Work); err != nil {
		return nil, err
	}
	defer os.RemoveAll(r.dir) // what stays, the next run removes
	if err := r.findPeers(ctx); err != nil {
		return nil, err
	}
	before := r.measureLimits(ctx)
	if err := r.Suite.run(r, ctx); err != nil {
		return nil, err
	}
	r.result.Limits, r.result.Discarded = drift(before, r.measureLimits(ctx))
	r.result.Seconds = time.Since(r.result.Started).Seconds()
	return r.result, nil
}

// findPeers drops peers that cannot run here. Without the first there is nothing to compare the others with.
func (r *Runner) findPeers(ctx context.Context) error {
	var able []*Peer
	for i, p := range r.Peers {
		version, err := p.Version(ctx, Setting{Root: r.Root, Threads: r.Threads})
		if err != nil && i == 0 {
			return fmt.Errorf("%s: %w", p.Name, err)
		}
		if err != nil {
			r.left(Left{Peer: p.Name, Reason: err.Error()})
			continue
		}
		able = append(able, p)
		r.result.Peers = append(r.result.Peers, PeerInfo{p.Name, p.About, version})
	}
	r.Peers = able
	return nil
}

func (r *Runner) left(l Left) { r.result.Left = append(r.result.Left, l) }

func (r *Runner) progress(done, total int64, format string, a ...any) {
	if r.Progress != nil {
		r.Progress(fmt.Sprintf(format, a...), done, total)
	}
}

// running is a peer at work on a workload.
type running struct {
	peer    *Peer
	system  System
	setting Setting
	log     *os.File
}

// start starts a peer in an empty folder.
func (r *Runner) start(ctx context.Context, p *Peer, w *Workload) (*running, error) {
	name := p.Name + "-" + w.Name
	s := Setting{Root: r.Root, Dir: filepath.Join(r.dir, name), Threads: r.Threads}
	if err := os.RemoveAll(s.Dir); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(s.Dir, 0o755); err != nil {
		return nil, err
	}
	log, err := os.Create(filepath.Join(r.Work, "log", name+".log"))
	if err != nil {
		return nil, err
	}
	s.Log = log
	system, err := p.Start(ctx, s)
	if err != nil {
		log.Close()
		return nil, fmt.Errorf("starting: %w (log: %s)", err, log.Name())
	}
	return &running{p, system, s, log}, nil
}

// close ends a peer and removes what it kept.
func (r *Runner) close(p *running) {
	if p.system != nil {
		if err := p.system.Close(); err != nil {
			fmt.Fprintln(p.log, "closing:", err)
		}
	}
	p.log.Close()
	os.RemoveAll(p.setting.Dir) // the next start in it begins with the same, and says if it fails
}

// diskBytes is what files take in a folder.
func diskBytes(dir string) (total int64, err error) {
	err = filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return nil // removed meanwhile, or a folder
		}
		if info, err := d.Info(); err == nil {
			total += allocated(info)
		}
		return nil
	})
	return total, err
}
