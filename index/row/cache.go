package row

import (
	"container/list"
	"sync"
	"sync/atomic"
)

// Cache keeps blocks that were read, and documents of blocks that were put together, those used last, up to a
// number of bytes. One cache serves all the rows of a process. Any number of workers may use it at once.
type Cache struct {
	limit        int
	ids          atomic.Uint64
	hits, misses atomic.Uint64

	mu    sync.Mutex
	used  int
	held  map[place]*list.Element
	order *list.List // of *cached, the one used last in front
}

// place is a block of a Reader, or its documents.
type place struct {
	reader    uint64
	block     int
	documents bool
}

type cached struct {
	place
	sized
}

// sized is a *block or *documents.
type sized interface{ bytes() int }

// heldBytes is what the cache itself needs for each.
const heldBytes = 200

// NewCache makes a cache that holds up to limitBytes; with 0, none.
func NewCache(limitBytes int) *Cache {
	return &Cache{limit: limitBytes, held: map[place]*list.Element{}, order: list.New()}
}

// Bytes is the memory that is held.
func (c *Cache) Bytes() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.used
}

// Counts says how often a document's block was in the cache, and how often it had to be read.
func (c *Cache) Counts() (hits, misses uint64) { return c.hits.Load(), c.misses.Load() }

func (c *Cache) newID() uint64 { return c.ids.Add(1) }

// find gives what is known of a block: its documents, or else the block; both nil if there is neither.
func (c *Cache) find(reader uint64, i int) (*documents, *block) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e := c.held[place{reader, i, true}]
	if e == nil {
		if e = c.held[place{reader, i, false}]; e == nil {
			c.misses.Add(1)
			return nil, nil
		}
	}
	c.hits.Add(1)
	c.order.MoveToFront(e)
	switch x := e.Value.(*cached).sized.(type) {
	case *documents:
		return x, nil
	case *block:
		return nil, x
	}
	panic("bug: the cache holds neither documents nor a block")
}

func (c *Cache) put(reader uint64, i int, x sized) {
	_, all := x.(*documents)
	at := place{reader, i, all}
	c.mu.Lock()
	defer c.mu.Unlock()
	if all { // which make the block superfluous
		c.drop(c.held[place{reader, i, false}])
	}
	if x.bytes() > c.limit || c.held[at] != nil {
		return
	}
	c.held[at] = c.order.PushFront(&cached{at, x})
	for c.used += x.bytes(); c.used > c.limit; {
		c.drop(c.order.Back())
	}
}

// drop lets go of e, which may be nil.
func (c *Cache) drop(e *list.Element) {
	if e == nil {
		return
	}
	old := c.order.Remove(e).(*cached)
	delete(c.held, old.place)
	c.used -= old.bytes()
}
