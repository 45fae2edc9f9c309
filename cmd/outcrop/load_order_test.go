package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
)

// versions is a file of n documents, versions from+1 to from+n of a few ids: a string in field id, or else _id.
// Every fifth has no _id.
func versions(t *testing.T, dir, name, id string, from, n int) string {
	t.Helper()
	var b strings.Builder
	for i := range n {
		if version := from + i + 1; id == idField && version%5 == 0 {
			fmt.Fprintf(&b, "{\"version\":%d,\"text\":\"%s\"}\n", version, strings.Repeat("x", 100))
		} else {
			fmt.Fprintf(&b, "{\"version\":%d,\"%s\":\"few-%d\",\"text\":\"%s\"}\n", version, id, version%11, strings.Repeat("x", 100))
		}
	}
	return write(t, dir, name, b.String())
}

// check holds the fake to the last version of each id, of versions up to n.
func (f *fakeAPI) check(t *testing.T, id string, n int) {
	t.Helper()
	want := map[string]int{}
	for version := 1; version <= n; version++ {
		if id != idField || version%5 != 0 {
			want[fmt.Sprintf("few-%d", version%11)] = version
		}
	}
	for id, version := range want {
		var got struct{ Version int }
		if err := json.Unmarshal([]byte(f.docs[id]), &got); err != nil || got.Version != version {
			t.Errorf("%s: version %d is left, %v, want %d", id, got.Version, err, version)
		}
	}
}

// TestLoadKeepsOrder loads many versions of few documents, in two files, by 8 senders some of whose requests
// have to be repeated.
func TestLoadKeepsOrder(t *testing.T) {
	const n = 60_000
	for _, id := range []string{idField, "key"} {
		f, dir := newFakeAPI(t), t.TempDir()
		f.fail = func(request int, w http.ResponseWriter) bool {
			if request%4 != 2 {
				return false
			}
			w.WriteHeader(http.StatusServiceUnavailable)
			return true
		}
		arguments := []string{versions(t, dir, "a.json", id, 0, n), versions(t, dir, "b.json", id, n, n), "--parallel", "8"}
		if id != idField {
			arguments = append(arguments, "--id-field", id)
		}
		if status, says := f.load(t, dir, arguments...); status != 0 || !strings.Contains(says, "120,000 documents loaded") {
			t.Fatalf("got status %d: %s", status, says)
		}
		f.check(t, id, 2*n)
	}
}

// TestLoadResumesInOrder interrupts a load by one sender, of whom is known what is missing then, and goes on with 8.
func TestLoadResumesInOrder(t *testing.T) {
	const n = 150_000
	f, dir := newFakeAPI(t), t.TempDir()
	path, state := versions(t, dir, "a.json", idField, 0, n), filepath.Join(dir, "state")
	f.fail = func(request int, w http.ResponseWriter) bool {
		if request <= 5 {
			return false
		}
		w.WriteHeader(http.StatusForbidden)
		return true
	}
	if status, says := f.load(t, state, path, "--parallel", "1"); status != 1 {
		t.Fatalf("got status %d: %s", status, says)
	}
	f.fail = nil
	if status, says := f.load(t, state, path, "--resume", "--parallel", "8"); status != 0 || !strings.Contains(says, "before the interruption") {
		t.Fatalf("resumed: got status %d: %s", status, says)
	}
	f.check(t, idField, n)
	if want := n/5 + 11; len(f.docs) != want {
		t.Errorf("got %d documents, want %d", len(f.docs), want)
	}
}

// TestLoadSmallFiles has small files share requests.
func TestLoadSmallFiles(t *testing.T) {
	const n = 50
	f, dir := newFakeAPI(t), t.TempDir()
	for i := range n {
		text := fmt.Sprintf(`{"n":%d}{"_id":"x","n":%d}`, i, i)
		if i == 7 {
			text += `{"_id":7}`
		}
		write(t, dir, fmt.Sprintf("%02d.json", i), text)
	}
	status, says := f.load(t, filepath.Join(dir, "state"), filepath.Join(dir, "*.json"))
	if status != 1 || !strings.Contains(says, "100 documents loaded") || !strings.Contains(says, "07.json: byte 24: _id is no string") {
		t.Errorf("got status %d: %s", status, says)
	}
	if want := fmt.Sprintf(`{"_id":"x","n":%d}`, n-1); len(f.docs) != n+1 || f.docs["x"] != want {
		t.Errorf("got %d documents and %s, want %d and %s", len(f.docs), f.docs["x"], n+1, want)
	}
	if f.requests > 8 {
		t.Errorf("got %d requests for %d small files", f.requests, n)
	}
}

// TestLanes adds documents of one size without ids, and then some with ids.
func TestLanes(t *testing.T) {
	l := newLanes(3)
	document := make([]byte, turnBytes/4)
	add := func(id string) {
		var text []byte
		if id != "" {
			text = []byte(id)
		}
		if err := l.add(context.Background(), text, document, batched{}); err != nil {
			t.Fatal(err)
		}
		if l.due() {
			l.next()
		}
	}
	queued := func() (out []int) {
		for _, q := range l.queues {
			out = append(out, len(q))
		}
		return out
	}
	for range 8 {
		add("")
	}
	if got := queued(); fmt.Sprint(got) != "[1 1 0]" {
		t.Errorf("two turns without ids: got %v batches in the queues", got)
	}
	lane := l.lane([]byte("a"))
	for range 12 {
		add("a")
	}
	got := queued()
	if rest := got[(lane+1)%3] + got[(lane+2)%3]; rest > 2 || got[lane] < 1 || l.filling[(lane+1)%3] != nil || l.filling[(lane+2)%3] != nil {
		t.Errorf("three turns of one id, of lane %d: got %v batches in the queues", lane, got)
	}
	l.flush()
	for i, b := range l.filling {
		if b != nil {
			t.Errorf("lane %d has %d documents left", i, len(b.documents))
		}
	}
}
