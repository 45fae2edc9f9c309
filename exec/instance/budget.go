package instance

import (
	"fmt"
	"sync/atomic"
)

// Budget is an allowance of memory. What grows asks before it allocates; budgets nest (node > instance >
// query), and a Grow must fit all the way up. Safe for concurrent use.
type Budget struct {
	name   string
	limit  atomic.Int64
	used   atomic.Int64
	peak   atomic.Int64
	parent *Budget
}

// BudgetError says which budget refused, and how much it had.
type BudgetError struct {
	Budget             string
	Limit, Used, Asked int64 // bytes
}

func (e *BudgetError) Error() string {
	return fmt.Sprintf("out of memory: %s allows %d MiB, %d MiB are in use and %d KiB more were asked for; "+
		"narrow the query, or raise the limit", e.Budget, e.Limit>>20, e.Used>>20, (e.Asked+1023)>>10)
}

// NewBudget makes an outermost budget of limit bytes.
func NewBudget(name string, limit int64) *Budget { return newBudget(name, limit, nil) }

func newBudget(name string, limit int64, parent *Budget) *Budget {
	b := &Budget{name: name, parent: parent}
	b.limit.Store(limit)
	return b
}

// Child is a budget within b. A limit of 0 leaves only b's.
func (b *Budget) Child(name string, limit int64) *Budget {
	if most := b.limit.Load(); limit <= 0 || limit > most {
		limit = most
	}
	return newBudget(name, limit, b)
}

// Grow takes bytes from b and the budgets around it, or from none of them and says which refused.
func (b *Budget) Grow(bytes int64) error {
	used := b.used.Add(bytes)
	if limit := b.limit.Load(); used > limit && bytes > 0 {
		b.used.Add(-bytes)
		return &BudgetError{b.name, limit, used - bytes, bytes}
	}
	if b.parent != nil {
		if err := b.parent.Grow(bytes); err != nil {
			b.used.Add(-bytes)
			return err
		}
	}
	for {
		peak := b.peak.Load()
		if used <= peak || b.peak.CompareAndSwap(peak, used) {
			return nil
		}
	}
}

// Shrink gives bytes back.
func (b *Budget) Shrink(bytes int64) {
	for ; b != nil; b = b.parent {
		b.used.Add(-bytes)
	}
}

// Close gives back all that is still taken.
func (b *Budget) Close() { b.Shrink(b.used.Load()) }

// Used is what is taken now, in bytes.
func (b *Budget) Used() int64 { return b.used.Load() }

// Peak is the most that was ever taken, in bytes.
func (b *Budget) Peak() int64 { return b.peak.Load() }

// Limit in bytes.
func (b *Budget) Limit() int64 { return b.limit.Load() }

// SetLimit changes the limit. What is taken beyond a smaller one stays, but nothing more is granted. Budgets
// within keep theirs.
func (b *Budget) SetLimit(bytes int64) { b.limit.Store(bytes) }

// Account is one owner's share of a budget: it grows in steps of accountStep, so that asking is cheap.
// It belongs to one worker.
type Account struct {
	Budget *Budget
	used   int64
	taken  int64
}

const accountStep = 64 << 10 // bytes

// Set says that the owner now holds, or is about to hold, bytes.
func (a *Account) Set(bytes int64) error {
	if bytes > a.taken {
		more := max(bytes-a.taken, accountStep)
		if err := a.Budget.Grow(more); err != nil {
			return err
		}
		a.taken += more
	}
	a.used = bytes
	return nil
}

// Close gives all back.
func (a *Account) Close() {
	a.Budget.Shrink(a.taken)
	a.taken, a.used = 0, 0
}
