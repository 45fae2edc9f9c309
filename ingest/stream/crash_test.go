package stream

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"testing"
)

// childDir is set in a process that publishes until it is killed.
const childDir = "STREAM_TEST_CHILD_DIR"

// publishUntilKilled prints a line for each acknowledged message: its text and sequence.
func publishUntilKilled(dir string) {
	s, err := Open(context.Background(), Options{Dir: dir, Logger: quiet})
	if err != nil {
		panic(err)
	}
	var wg sync.WaitGroup
	for p := range 64 {
		wg.Go(func() {
			for i := 0; ; i++ {
				text := fmt.Sprintf("%d.%d", p, i)
				sequence, err := s.Publish(context.Background(), ShardID{"c", p % 4 * logCount}, Message{Data: []byte(text), Origin: text})
				if err != nil {
					panic(err)
				}
				fmt.Println(text, sequence)
			}
		})
	}
	wg.Wait()
}

// A process is killed while 64 publishers share rounds and batches. Whatever it has
// acknowledged is there, at its sequence, once; and what was on its way is there once or not
// at all, so that its publisher may try again.
func TestKill(t *testing.T) {
	dir := t.TempDir()
	acknowledged := map[string]uint64{}
	for round := range 3 {
		child := exec.Command(os.Args[0])
		child.Env = append(os.Environ(), childDir+"="+dir)
		child.Stderr = os.Stderr
		out, err := child.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		for n := 0; lines.Scan(); n++ {
			if n == 500+333*round {
				child.Process.Kill()
			}
			var text string
			var sequence uint64
			if k, _ := fmt.Sscanln(lines.Text(), &text, &sequence); k == 2 {
				if before := acknowledged[text]; before != 0 && before != sequence {
					t.Errorf("%s: acknowledged at %d and again, within the window, at %d", text, before, sequence)
				}
				acknowledged[text] = sequence
			}
		}
		if child.Wait() == nil {
			t.Fatal("the child ended by itself")
		}
	}
	s := open(t, dir)
	seen := map[string]bool{}
	for shard := range 4 {
		id := ShardID{"c", shard * logCount}
		last, err := s.Last(t.Context(), id)
		if err != nil || last == 0 {
			t.Fatalf("shard %s: last %d, %v", id, last, err)
		}
		next := map[int]int{}
		err = s.Consume(t.Context(), id, 0, func(sequence uint64, data []byte, origin string) error {
			text := string(data)
			if seen[text] || origin != text {
				t.Errorf("%s is stored twice, or with the origin %q", text, origin)
			}
			seen[text] = true
			if at, ok := acknowledged[text]; ok && at != sequence {
				t.Errorf("%s was acknowledged at %d and is at %d", text, at, sequence)
			}
			var p, i int
			fmt.Sscanf(text, "%d.%d", &p, &i)
			if i != next[p] {
				t.Errorf("publisher %d: message %d, want %d", p, i, next[p])
			}
			next[p]++
			if sequence == last {
				return errEnough
			}
			return nil
		})
		if err != errEnough {
			t.Fatal(err)
		}
	}
	for text := range acknowledged {
		if !seen[text] {
			t.Errorf("%s was acknowledged and is lost", text)
		}
	}
}
