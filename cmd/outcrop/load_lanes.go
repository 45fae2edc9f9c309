package main

import (
	"context"

	"github.com/cespare/xxhash/v2"
)

// What is read between two turns of lanes. In between, a batch that gets full is sent at once.
const (
	turnBytes     = 2 << 20
	turnDocuments = 15_000 // some less than batchDocuments, for a lane gets more of them at times
)

// lanes are queues of batches, one for each sender, who sends one batch after the other.
//
// A document that names its _id goes into the lane that a hash of it chooses, so that versions of a document
// are written in the order in which they were read. Others go into the lane whose turn it is. Each turn ends
// with sending that lane's batch, however little it has: batches leave one by one, in equal intervals, and
// no document waits for longer than a round.
type lanes struct {
	queues  []chan *batch
	filling []*batch // by lane; nil: none
	free    chan *batch

	turn      int // a lane
	bytes     int // read since the last turn
	documents int
}

func newLanes(n int) *lanes {
	batches := 2*n + 1 // being filled, being sent, and one in between
	l := &lanes{filling: make([]*batch, n), free: make(chan *batch, batches)}
	for range n {
		l.queues = append(l.queues, make(chan *batch, batches))
	}
	for range batches {
		l.free <- &batch{}
	}
	return l
}

// lane is where a document goes whose _id has the given text; none: nil.
func (l *lanes) lane(id []byte) int {
	if id == nil {
		return l.turn
	}
	return int(xxhash.Sum64(id) % uint64(len(l.queues)))
}

// add puts a document into a batch of its lane.
func (l *lanes) add(ctx context.Context, id, document []byte, from batched) error {
	lane := l.lane(id)
	if b := l.filling[lane]; b != nil && !b.fits(document) {
		l.send(lane)
	}
	if l.filling[lane] == nil {
		select {
		case b := <-l.free:
			b.begin()
			l.filling[lane] = b
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	l.filling[lane].add(document, from)
	l.bytes += len(document)
	l.documents++
	return nil
}

// due tells whether the turn is over.
func (l *lanes) due() bool { return l.bytes >= turnBytes || l.documents >= turnDocuments }

// next ends the turn.
func (l *lanes) next() {
	l.send(l.turn)
	l.turn = (l.turn + 1) % len(l.queues)
	l.bytes, l.documents = 0, 0
}

// send hands a lane's batch to its sender. A queue has room for all batches that there are.
func (l *lanes) send(lane int) {
	if b := l.filling[lane]; b != nil {
		b.end()
		l.queues[lane] <- b
		l.filling[lane] = nil
	}
}

// flush hands over what is left.
func (l *lanes) flush() {
	for lane := range l.queues {
		l.send(lane)
	}
}

// close tells the senders that nothing comes any more.
func (l *lanes) close() {
	for _, queue := range l.queues {
		close(queue)
	}
}
