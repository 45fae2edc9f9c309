package fs

import (
	"fmt"
	"io"
	iofs "io/fs"
	"math/rand/v2"
	"path"
	"slices"
	"sort"
	"strings"
	"sync"
)

// Crash is files in memory that lose, in a crash, all that a disk is allowed to lose. The crash happens at
// a chosen operation: a write is torn at a random place, any other operation happens or not; from then on
// everything fails with ErrCrashed. Restart gives what the machine finds when it comes up again.
// What happens depends only on the seed and the operations.
type Crash struct {
	mu         sync.Mutex
	random     *rand.Rand
	operations int
	at         int // the crash comes with operation number at, from 1; 0: never
	dirs       map[string]bool
	names      map[string]*node // as seen now
	lasting    map[string]*node // as of each folder's last sync
	changes    []change         // since then, in order
	locks      map[string]bool
}

var _ FS = (*Crash)(nil)

// node is a file's content under whatever names.
type node struct{ now, lasting []byte }

// change is one operation on names that is not synced.
type change struct {
	from, to string // from loses its node, to gets it; either may be ""
	node     *node
}

// NewCrash makes an empty file system whose operation number at, from 1, is its crash; 0: it does not crash.
func NewCrash(seed uint64, at int) *Crash {
	return &Crash{
		random: rand.New(rand.NewPCG(seed, 0)), at: at, dirs: map[string]bool{".": true, "/": true},
		names: map[string]*node{}, lasting: map[string]*node{}, locks: map[string]bool{},
	}
}

// Operations is the number of operations so far that a crash can hit: all that change anything.
func (c *Crash) Operations() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.operations
}

// Crashed tells whether the crash has come.
func (c *Crash) Crashed() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.crashed()
}

func (c *Crash) crashed() bool { return c.at > 0 && c.operations >= c.at }

// CrashAt sets the number of operations after which the crash comes, counted from now.
func (c *Crash) CrashAt(after int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.operations + after
}

// step counts an operation. now: it is the one that crashes; err: it came after the crash.
func (c *Crash) step() (now bool, err error) {
	if c.crashed() {
		return false, ErrCrashed
	}
	c.operations++
	return c.crashed(), nil
}

// Restart is the file system after the crash, or after the power went off just now: what was synced, and of
// the rest what chance spared. It will not crash unless CrashAt says so. c is not to be used any more.
func (c *Crash) Restart() *Crash {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at, c.operations = 1, 1
	next := NewCrash(c.random.Uint64(), 0)
	next.dirs = c.dirs
	spare := c.random.IntN(3) // of names: none, all, or each by chance
	for _, ch := range c.changes {
		if spare == 1 || spare == 2 && c.random.IntN(2) == 0 {
			ch.apply(c.lasting)
		}
	}
	copies := map[*node]*node{}
	names := make([]string, 0, len(c.lasting))
	for name := range c.lasting {
		names = append(names, name)
	}
	sort.Strings(names) // for the same chance in every run
	for _, name := range names {
		n := c.lasting[name]
		if copies[n] == nil {
			content := n.survive(c.random)
			copies[n] = &node{now: content, lasting: content}
		}
		next.names[name], next.lasting[name] = copies[n], copies[n]
	}
	return next
}

// survive is a file's content after a crash: as synced, or as written, or something between: cut short,
// its last bytes perhaps never written.
func (n *node) survive(random *rand.Rand) []byte {
	switch random.IntN(3) {
	case 0:
		return slices.Clone(n.lasting)
	case 1:
		return slices.Clone(n.now)
	}
	extra := len(n.now) - len(n.lasting)
	if extra <= 0 {
		return slices.Clone(n.now)
	}
	content := slices.Clone(n.now[:len(n.lasting)+random.IntN(extra+1)])
	lost := random.IntN(len(content) - len(n.lasting) + 1)
	clear(content[len(content)-lost:])
	return content
}

func (ch change) apply(names map[string]*node) {
	if ch.from != "" {
		delete(names, ch.from)
	}
	if ch.to != "" {
		names[ch.to] = ch.node
	}
}

// change does an operation on names. One that is hit by the crash happens by chance.
func (c *Crash) change(from, to string, n *node) error {
	now, err := c.step()
	if err != nil {
		return err
	}
	if !now || c.random.IntN(2) == 0 {
		ch := change{from: from, to: to, node: n}
		ch.apply(c.names)
		c.changes = append(c.changes, ch)
	}
	if now {
		return ErrCrashed
	}
	return nil
}

func (c *Crash) MakeDir(dir string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.crashed() {
		return ErrCrashed
	}
	for ; !c.dirs[dir]; dir = path.Dir(dir) {
		c.dirs[dir] = true
	}
	return nil
}

func (c *Crash) Create(name string) (File, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.dirs[path.Dir(name)] {
		return nil, missing("create", name)
	}
	n := &node{}
	if err := c.change("", name, n); err != nil {
		return nil, err
	}
	return &crashFile{c: c, node: n, name: name}, nil
}

func (c *Crash) Map(name string) (*Mapping, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.crashed() {
		return nil, ErrCrashed
	}
	n := c.names[name]
	if n == nil {
		return nil, missing("map", name)
	}
	return &Mapping{Bytes: slices.Clone(n.now)}, nil
}

func (c *Crash) Rename(from, to string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := c.names[from]
	if n == nil {
		return missing("rename", from)
	}
	return c.change(from, to, n)
}

func (c *Crash) Remove(name string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.dirs[name] {
		if len(c.list(name)) > 0 {
			return fmt.Errorf("remove %s: folder is not empty", name)
		}
		now, err := c.step()
		if err == nil {
			delete(c.dirs, name)
		}
		if now {
			err = ErrCrashed
		}
		return err
	}
	if c.names[name] == nil {
		return missing("remove", name)
	}
	return c.change(name, "", nil)
}

func (c *Crash) List(dir string) ([]string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.crashed() {
		return nil, ErrCrashed
	}
	if !c.dirs[dir] {
		return nil, missing("list", dir)
	}
	return c.list(dir), nil
}

func (c *Crash) list(dir string) (names []string) {
	for name := range c.names {
		if path.Dir(name) == dir {
			names = append(names, path.Base(name))
		}
	}
	for name := range c.dirs {
		if name != dir && path.Dir(name) == dir {
			names = append(names, path.Base(name))
		}
	}
	sort.Strings(names)
	return names
}

func (c *Crash) SyncDir(dir string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	now, err := c.step()
	if err != nil {
		return err
	}
	if now && c.random.IntN(2) == 0 {
		return ErrCrashed
	}
	rest := c.changes[:0]
	for _, ch := range c.changes {
		if ch.from != "" && path.Dir(ch.from) == dir || ch.to != "" && path.Dir(ch.to) == dir {
			ch.apply(c.lasting)
		} else {
			rest = append(rest, ch)
		}
	}
	c.changes = rest
	if now {
		return ErrCrashed
	}
	return nil
}

func (c *Crash) Lock(name string) (io.Closer, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.crashed() {
		return nil, ErrCrashed
	}
	if c.locks[name] {
		return nil, &LockedError{Name: name, Owner: "self"}
	}
	c.locks[name] = true
	return &crashLock{c, name}, nil
}

type crashLock struct {
	c    *Crash
	name string
}

func (l *crashLock) Close() error {
	l.c.mu.Lock()
	defer l.c.mu.Unlock()
	delete(l.c.locks, l.name)
	return nil
}

type crashFile struct {
	c    *Crash
	node *node
	name string
}

func (f *crashFile) Write(b []byte) (int, error) {
	f.c.mu.Lock()
	defer f.c.mu.Unlock()
	now, err := f.c.step()
	if err != nil {
		return 0, err
	}
	n := len(b)
	if now {
		n, err = f.c.random.IntN(n+1), ErrCrashed
	}
	f.node.now = append(f.node.now, b[:n]...)
	return n, err
}

func (f *crashFile) Sync() error {
	f.c.mu.Lock()
	defer f.c.mu.Unlock()
	now, err := f.c.step()
	if err != nil {
		return err
	}
	if now {
		err = ErrCrashed
		if f.c.random.IntN(2) == 0 {
			return err
		}
	}
	f.node.lasting = slices.Clone(f.node.now)
	return err
}

func (f *crashFile) Close() error { return nil }

func missing(op, name string) error {
	return &iofs.PathError{Op: op, Path: name, Err: iofs.ErrNotExist}
}

// String lists the files and their sizes, for the messages of tests.
func (c *Crash) String() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	var lines []string
	for name, n := range c.names {
		lines = append(lines, fmt.Sprintf("%s %d", name, len(n.now)))
	}
	sort.Strings(lines)
	return strings.Join(lines, "\n")
}
