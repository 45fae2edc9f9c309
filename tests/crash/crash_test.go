// Package crash kills a server that is being written to, again and again, and looks for what it owes to
// those it had answered.
package crash

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/outcropdb/outcrop/index"
	"github.com/outcropdb/outcrop/server"
)

var (
	seed  = flag.Uint64("seed", 1, "of the moments at which the server is killed, and of what is written")
	kills = flag.Int("kills", 20, "how often the server is killed")
)

const (
	collection = "crash"
	writers    = 5        // one of which writes the counters
	counters   = 12       // documents that each request of the last writer overwrites, all with one number
	mostAcks   = 60       // acknowledged requests before a kill, at most
	padding    = 16 << 10 // of a document: enough in all for flushes to be under way at some kills
)

// TestKill kills the server at random moments while several clients write, restarts it on the same folder,
// and checks: no acknowledged document is lost, none is there twice, a shard shows all of a request's
// documents or none of them, and an overwritten document has its newest acknowledged value, or one that was
// on its way.
func TestKill(t *testing.T) {
	path, data := build(t), filepath.Join(t.TempDir(), "data")
	r := rand.New(rand.NewPCG(*seed, 0))
	all := ledger{acknowledged: map[string]int{}}
	for round := range *kills {
		p := start(t, path, data)
		if round == 0 {
			var made any
			if err := p.call("/ws/commons/collections", map[string]any{"name": collection}, &made); err != nil {
				t.Fatal(err)
			}
		} else {
			all.check(t, p, round)
		}
		load := newLoad(p, round, r, &all)
		load.run()
		if len(load.errors) > 0 {
			t.Fatalf("round %d: %v\n%s", round, load.errors, p.log.Bytes())
		}
	}
	p := start(t, path, data)
	defer p.kill()
	all.check(t, p, *kills)
	if segments, _ := filepath.Glob(filepath.Join(data, "index", "collections", "*", "*", "*.segment")); len(segments) == 0 {
		t.Error("no segment was written: no kill can have met a flush")
	}
	t.Logf("%d requests acknowledged", len(all.acknowledged))
}

// ledger is what the server owes.
type ledger struct {
	mu           sync.Mutex
	acknowledged map[string]int // documents of each acknowledged request
	counter      int            // the newest acknowledged number
	attempted    int            // the newest one sent
}

// load is clients that write until the server is gone.
type load struct {
	*process
	*ledger
	round  int
	acks   int           // so far
	killAt int           // acks
	enough chan struct{} // closed at killAt
	delay  time.Duration // from then to the kill
	killed bool
	errors []error // of requests answered before the kill
}

func newLoad(p *process, round int, r *rand.Rand, all *ledger) *load {
	return &load{
		process: p, ledger: all, round: round, killAt: r.IntN(mostAcks), enough: make(chan struct{}),
		delay: time.Duration(r.IntN(20_000)) * time.Microsecond,
	}
}

func (l *load) run() {
	if l.killAt == 0 {
		close(l.enough)
	}
	var clients sync.WaitGroup
	for w := range writers {
		random := rand.New(rand.NewPCG(*seed, uint64(l.round*writers+w+1)))
		clients.Go(func() {
			if w == writers-1 {
				l.count()
			} else {
				l.add(w, random)
			}
		})
	}
	<-l.enough
	<-time.After(l.delay)
	l.mu.Lock()
	l.killed = true
	l.mu.Unlock()
	l.kill()
	clients.Wait()
}

// sent takes note of a request's end, and tells whether to go on.
func (l *load) sent(err error, acknowledged func()) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err != nil {
		if !l.killed {
			l.errors = append(l.errors, err)
			l.killed = true
			if l.acks < l.killAt {
				close(l.enough)
			}
		}
		return false
	}
	acknowledged() // also what was answered before the kill and read behind it
	if l.acks++; l.acks == l.killAt {
		close(l.enough)
	}
	return !l.killed
}

// add writes new documents, each of which says to which request it belongs, and how many of it are on its shard.
func (l *load) add(writer int, random *rand.Rand) {
	for n := 0; ; n++ {
		request := fmt.Sprintf("%d-%d-%d", l.round, writer, n)
		size := 1 + random.IntN(40)
		documents, shares := make([]any, size), map[int]int{}
		id := func(k int) string { return fmt.Sprintf("%s-%d", request, k) }
		for k := range size {
			shares[shardOf(id(k))]++
		}
		pad := strings.Repeat(fmt.Sprint(random.Uint64()), padding/20)
		for k := range size {
			shard := shardOf(id(k))
			documents[k] = map[string]any{"_id": id(k), "request": request, "round": l.round, "shard": shard, "share": shares[shard], "pad": pad}
		}
		if !l.sent(l.write(documents), func() { l.acknowledged[request] = size }) {
			return
		}
	}
}

// count overwrites the counters with one number after another.
func (l *load) count() {
	for {
		l.mu.Lock()
		l.attempted++
		number := l.attempted
		l.mu.Unlock()
		var documents []any
		for k := range counters {
			documents = append(documents, map[string]any{"_id": counterID(k), "number": number, "shard": shardOf(counterID(k))})
		}
		if !l.sent(l.write(documents), func() { l.counter = number }) {
			return
		}
	}
}

func counterID(k int) string { return fmt.Sprintf("counter-%d", k) }

func shardOf(id string) int { return index.ShardOf([]byte(id), server.DefaultShards) }

// check compares what the server shows with the ledger.
func (l *ledger) check(t *testing.T, p *process, round int) {
	t.Helper()
	l.settle(t, p, round)
	type share struct {
		Request             string
		Shard, Share, Count int
	}
	found := map[string]int{}
	for _, s := range query[share](t, p, `SELECT request, shard, share, count(*) AS count FROM crash WHERE request IS NOT NULL GROUP BY request, shard, share`) {
		if s.Count != s.Share {
			t.Errorf("round %d: request %s: shard %d shows %d of %d documents", round, s.Request, s.Shard, s.Count, s.Share)
		}
		found[s.Request] += s.Count
	}
	for request, size := range l.acknowledged {
		if found[request] != size {
			t.Errorf("round %d: request %s: %d of %d acknowledged documents are there", round, request, found[request], size)
		}
	}
	type total struct{ Documents, Ids int }
	if n := query[total](t, p, `SELECT count(*) AS documents, count(DISTINCT _id) AS ids FROM crash`)[0]; n.Documents != n.Ids {
		t.Errorf("round %d: %d documents have %d _ids", round, n.Documents, n.Ids)
	}
	l.checkCounters(t, p, round)
	if t.Failed() {
		t.Fatalf("seed %d\n%s", *seed, p.log.Bytes())
	}
}

func (l *ledger) checkCounters(t *testing.T, p *process, round int) {
	t.Helper()
	type counter struct {
		ID            string `json:"_id"`
		Number, Shard int
	}
	numbers, seen := map[int]int{}, map[string]bool{}
	for _, c := range query[counter](t, p, `SELECT _id, number, shard FROM crash WHERE number IS NOT NULL`) {
		if c.Number < l.counter || c.Number > l.attempted {
			t.Errorf("round %d: %s is %d, acknowledged was %d, sent %d", round, c.ID, c.Number, l.counter, l.attempted)
		}
		if n, ok := numbers[c.Shard]; ok && n != c.Number {
			t.Errorf("round %d: shard %d shows the numbers %d and %d, which were never together", round, c.Shard, n, c.Number)
		}
		numbers[c.Shard], seen[c.ID] = c.Number, true
	}
	if l.counter > 0 && len(seen) != counters {
		t.Errorf("round %d: %d counters, want %d", round, len(seen), counters)
	}
}

// settle waits until a restart's replay is through: a write is answered when it is visible, and shards show
// their writes in order.
func (l *ledger) settle(t *testing.T, p *process, round int) {
	t.Helper()
	var documents []any
	shards := map[int]bool{}
	for k := 0; len(shards) < server.DefaultShards; k++ {
		id := fmt.Sprintf("settle-%d", k)
		shards[shardOf(id)] = true
		documents = append(documents, map[string]any{"_id": id, "round": round})
	}
	if err := p.write(documents); err != nil {
		t.Fatalf("round %d: %v\n%s", round, err, p.log.Bytes())
	}
}
