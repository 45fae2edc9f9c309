package row

import (
	"container/list"
	"sync"
	"sync/atomic"
)

// Cache keeps decoded blocks, those used last, up to a number of bytes. One cache serves all the rows of a
// process. Any number of workers may use it at once.
type Cache struct {
	limit int
	ids   atomic.Uint64

	mu     sync.Mutex
	used   int
	blocks map[place]*list.Element
	order  *list.List // of *held, the one used last in front
}

// place is a block of a Reader.
type place struct {
	reader uint64
	block  int
}

type held struct {
	place
	*block
}

// block is decoded: the documents, and where each begins and ends.
type block struct {
	offsets []uint32
	data    []byte
}

func (b *block) bytes() int { return 4*len(b.offsets) + cap(b.data) + heldBytes }

// heldBytes is what the cache itself needs for a block.
const heldBytes = 200

// NewCache makes a cache that holds up to limitBytes; with 0, none.
func NewCache(limitBytes int) *Cache {
	return &Cache{limit: limitBytes, blocks: map[place]*list.Element{}, order: list.New()}
}

// Bytes is the memory that the blocks held take.
func (c *Cache) Bytes() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.used
}

func (c *Cache) newID() uint64 { return c.ids.Add(1) }

func (c *Cache) get(reader uint64, i int) *block {
	c.mu.Lock()
	defer c.mu.Unlock()
	e := c.blocks[place{reader, i}]
	if e == nil {
		return nil
	}
	c.order.MoveToFront(e)
	return e.Value.(*held).block
}

func (c *Cache) put(reader uint64, i int, b *block) {
	at := place{reader, i}
	c.mu.Lock()
	defer c.mu.Unlock()
	if b.bytes() > c.limit || c.blocks[at] != nil {
		return
	}
	c.blocks[at] = c.order.PushFront(&held{at, b})
	for c.used += b.bytes(); c.used > c.limit; {
		last := c.order.Back()
		old := c.order.Remove(last).(*held)
		delete(c.blocks, old.place)
		c.used -= old.bytes()
	}
}
