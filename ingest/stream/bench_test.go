package stream

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"
)

// BenchmarkPublish: acknowledged messages, synced, by how many publish at once and how large.
func BenchmarkPublish(b *testing.B) {
	for _, c := range []struct{ publishers, size int }{{1, 1 << 10}, {64, 1 << 10}, {512, 1 << 10}, {1, 256 << 10}, {8, 256 << 10}} {
		b.Run(fmt.Sprintf("%dx%dKiB", c.publishers, c.size>>10), func(b *testing.B) {
			s := open(b, b.TempDir())
			data := make([]byte, c.size)
			b.SetBytes(int64(c.size))
			b.ResetTimer()
			var wg sync.WaitGroup
			for p := range c.publishers {
				wg.Go(func() {
					for i := p; i < b.N; i += c.publishers {
						if _, err := s.Publish(b.Context(), ShardID{"c", p}, Message{Data: data}); err != nil {
							b.Error(err)
						}
					}
				})
			}
			wg.Wait()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "messages/s")
		})
	}
}

// BenchmarkDelivery: from calling Publish, and from its return, to apply; one message at a time.
func BenchmarkDelivery(b *testing.B) {
	s := open(b, b.TempDir())
	shard := ShardID{"c", 0}
	ctx, cancel := context.WithCancel(b.Context())
	arrived := make(chan time.Time, 1)
	var wg sync.WaitGroup
	wg.Go(func() {
		s.Consume(ctx, shard, 0, func(uint64, []byte, string) error { arrived <- time.Now(); return nil })
	})
	publish(b, s, shard, "warm", "")
	<-arrived
	data := make([]byte, 1<<10)
	called, acknowledged := make([]time.Duration, b.N), make([]time.Duration, b.N)
	b.ResetTimer()
	for i := range b.N {
		start := time.Now()
		if _, err := s.Publish(b.Context(), shard, Message{Data: data}); err != nil {
			b.Fatal(err)
		}
		ack := time.Now()
		at := <-arrived
		called[i], acknowledged[i] = at.Sub(start), at.Sub(ack)
	}
	b.StopTimer()
	cancel()
	wg.Wait()
	for name, d := range map[string][]time.Duration{"call": called, "ack": acknowledged} {
		slices.Sort(d)
		b.ReportMetric(float64(d[len(d)/2].Microseconds()), name+"-p50-us")
		b.ReportMetric(float64(d[len(d)*99/100].Microseconds()), name+"-p99-us")
	}
}

// BenchmarkOpen: a folder with 10,000 shards of one message each.
func BenchmarkOpen(b *testing.B) {
	dir := b.TempDir()
	s := open(b, dir)
	var wg sync.WaitGroup
	for p := range 100 {
		wg.Go(func() {
			for i := range 100 {
				publish(b, s, ShardID{fmt.Sprint("c", p*100+i), 0}, "x", "")
			}
		})
	}
	wg.Wait()
	s.Close()
	for b.Loop() {
		open(b, dir).Close()
	}
}
