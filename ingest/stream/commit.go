package stream

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"sync"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/nats-io/nuid"
)

// A single JetStream message costs one sync. An atomic batch of any length costs about ten
// (it is staged in files of its own first), and its bytes are written twice: worth it for
// many small messages, not for few or large ones.
const (
	// maxRound is the most messages of one round; JetStream's limit of a batch.
	maxRound = 1000

	// minBatch is from how many messages on a round becomes a batch.
	minBatch = 12

	// maxBatchMean is up to what mean size a round becomes a batch.
	maxBatchMean = 32 << 10
)

const (
	headerBatchID       = "Nats-Batch-Id"
	headerBatchSequence = "Nats-Batch-Sequence"
	headerBatchCommit   = "Nats-Batch-Commit"
)

// commits is the queue between publishers and a log's committer.
type commits struct {
	wake chan struct{} // room for one: there may be something to take

	mu      sync.Mutex
	waiting []*publication
	closed  bool // takes no more; the committer ends when waiting is empty
}

// add queues a publication; false says that the log is closed.
func (c *commits) add(p *publication) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return false
	}
	c.waiting = append(c.waiting, p)
	c.signal()
	return true
}

func (c *commits) signal() {
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// take waits for publications and takes a round of them; none means closed and empty.
func (c *commits) take() []*publication {
	for {
		c.mu.Lock()
		n, closed := min(len(c.waiting), maxRound), c.closed
		round := c.waiting[:n:n]
		if c.waiting = c.waiting[n:]; len(c.waiting) == 0 {
			c.waiting = nil // the round keeps the array; do not grow behind it
		}
		c.mu.Unlock()
		if n > 0 || closed {
			return round
		}
		<-c.wake
	}
}

// refuse lets the committer finish what it has and end.
func (l *log) refuse() {
	l.commits.mu.Lock()
	defer l.commits.mu.Unlock()
	l.commits.closed = true
	l.commits.signal()
}

// commit writes rounds until the log is closed: while one is being synced the next gathers,
// so the slower the disk, the more messages share a sync.
func (l *log) commit() {
	for {
		round := l.commits.take()
		if len(round) == 0 {
			return
		}
		l.stream.stats.rounds.Add(1)
		if !l.writeBatch(round) {
			l.writeEach(round)
		}
	}
}

// finish answers a publisher and gives its bytes back.
func (l *log) finish(p *publication, r result) {
	size := int64(len(p.message.Data))
	if r.err == nil {
		l.stream.stats.messages.Add(1)
		l.stream.stats.bytes.Add(size)
	}
	l.stream.free(size)
	p.result <- r
}

// writeEach sends all messages, then waits for all acknowledgements.
func (l *log) writeEach(round []*publication) {
	acks := make([]jetstream.PubAckFuture, len(round))
	for i, p := range round {
		var err error
		if acks[i], err = l.stream.js.PublishMsgAsync(p.message); err != nil {
			l.finish(p, result{err: err})
		}
	}
	for i, p := range round {
		if acks[i] == nil {
			continue
		}
		select {
		case ack := <-acks[i].Ok():
			if ack.Duplicate {
				l.stream.stats.duplicates.Add(1)
			}
			l.finish(p, result{sequence: ack.Sequence})
		case err := <-acks[i].Err():
			l.finish(p, result{err: err})
		}
	}
}

// writeBatch sends a round as one atomic batch where that pays. False says that nothing of it
// is stored: it did not pay, or the server refused, as it does when an origin is a repeat.
func (l *log) writeBatch(round []*publication) bool {
	bytes := 0
	for _, p := range round {
		bytes += len(p.message.Data)
	}
	if len(round) < minBatch || bytes/len(round) > maxBatchMean {
		return false
	}
	last, err := l.sendBatch(round)
	var refused *jetstream.APIError
	if errors.As(err, &refused) {
		return false
	}
	if err != nil {
		for _, p := range round {
			l.finish(p, result{err: err})
		}
		return true
	}
	l.stream.stats.batches.Add(1)
	first := last - uint64(len(round)) + 1
	for i, p := range round {
		l.finish(p, result{sequence: first + uint64(i)})
	}
	return true
}

// sendBatch returns the sequence of the batch's last message; the others precede it without
// a gap. The error is an APIError exactly if nothing was stored.
func (l *log) sendBatch(round []*publication) (last uint64, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), publishTimeout)
	defer cancel()
	conn, id := l.stream.conn, nuid.Next()
	defer l.begin(id)()
	for i, p := range round[:len(round)-1] {
		if err := conn.PublishMsg(batchMsg(p.message, id, i+1)); err != nil {
			return 0, err
		}
	}
	m := batchMsg(round[len(round)-1].message, id, len(round))
	m.Header[headerBatchCommit] = []string{"1"}
	reply, err := conn.RequestMsgWithContext(ctx, m)
	if errors.Is(err, context.DeadlineExceeded) {
		return 0, errNoReply
	}
	if err != nil {
		return 0, err
	}
	var ack struct {
		Sequence uint64              `json:"seq"`
		Count    int                 `json:"count"`
		Error    *jetstream.APIError `json:"error"`
	}
	if err := json.Unmarshal(reply.Data, &ack); err != nil {
		return 0, fmt.Errorf("acknowledgement of a batch: %w", err)
	}
	if ack.Error != nil {
		return 0, ack.Error
	}
	if ack.Count != len(round) {
		return 0, fmt.Errorf("acknowledgement of a batch: %d of %d messages", ack.Count, len(round))
	}
	return ack.Sequence, nil
}

// batch is one on its way to disk.
type batch struct {
	id   string
	done chan struct{} // closed when the server has answered
}

// begin marks a batch as on its way until the function it returns is called.
func (l *log) begin(id string) (end func()) {
	b := &batch{id, make(chan struct{})}
	l.sending.Store(b)
	return func() { l.sending.Store(nil); close(b.done) }
}

// await waits until a message that the tail has been given is on disk. The server shows a
// lone message after its sync, but a batch's messages before theirs.
func (l *log) await(header nats.Header) {
	b := l.sending.Load()
	if id := header[headerBatchID]; b != nil && len(id) == 1 && id[0] == b.id {
		<-b.done
	}
}

// batchMsg is a copy of a message that belongs to a batch; the message itself stays ready to
// be sent alone.
func batchMsg(m *nats.Msg, id string, number int) *nats.Msg {
	header := nats.Header{headerBatchID: {id}, headerBatchSequence: {strconv.Itoa(number)}}
	if v, ok := m.Header[headerMsgID]; ok {
		header[headerMsgID] = v
	}
	return &nats.Msg{Subject: m.Subject, Header: header, Data: m.Data}
}
