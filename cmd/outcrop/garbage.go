package main

import (
	"runtime"
	"runtime/debug"
)

const (
	// garbageSlack is how many bytes of garbage the server lets pile up, beyond as many as it has in use, before
	// it collects them. Queries leave megabytes behind each, and with a small heap every other one would pay
	// for a collection.
	garbageSlack = 64 << 20
	// hugeHeap is the most of the heap's address space that gets huge pages. In a virtual machine the first
	// touch of a small page takes 10 us and more: a query that allocates 20 MB would wait for its memory longer
	// than for anything else, and a sixth of the CPU time of loading would go there.
	hugeHeap = 4 << 30
)

// slacken makes the collector count garbageSlack as in use, until the returned function is called, and has the
// heap grow into huge pages. Neither touches memory, and so neither takes any.
func slacken() (end func()) {
	ballast := make([]byte, garbageSlack) // before the other: space that was used would have to be cleared
	if size := min(hugeHeap, addressSpace()/4); size > 0 {
		hugePages(make([]byte, size))
	}
	debug.FreeOSMemory() // the space is free again, and what is allocated goes there
	return func() { runtime.KeepAlive(ballast) }
}
