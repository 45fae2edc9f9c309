package bench

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// fake is a System that answers what it is told to.
type fake struct {
	answers map[string]*Answer
	log     *[]string
	name    string
}

func (f *fake) Load(_ context.Context, d *Dataset) error {
	if _, err := os.Stat(d.File("t").Path); err != nil {
		return err
	}
	*f.log = append(*f.log, f.name+" load")
	return nil
}
func (f *fake) Settle(context.Context) error { return nil }
func (f *fake) Query(_ context.Context, sql string) (*Answer, error) {
	if a := f.answers[sql]; a != nil {
		return a, nil
	}
	return nil, errors.New("refused")
}

func (f *fake) Run(_ context.Context, sql string) error {
	*f.log = append(*f.log, f.name)
	return nil
}
func (f *fake) Process() *Process { return ownProcess() }
func (f *fake) Close() error      { *f.log = append(*f.log, f.name+" close"); return nil }

func fakePeer(name string, log *[]string, answers map[string]*Answer) *Peer {
	return &Peer{
		Name: name, Dialects: []string{""},
		Version: func(context.Context, Setting) (string, error) { return "1", nil },
		Start:   func(context.Context, Setting) (System, error) { return &fake{answers, log, name}, nil },
	}
}

var fakeWorkload = Workload{
	Name:   "w",
	Tables: []Table{{Name: "t", Generate: func(_ float64, emit func([]byte) error) error { return emit([]byte(`{"a":1}`)) }}},
}

func TestRun(t *testing.T) {
	w := fakeWorkload
	sum := checksumOf(t, &w.Tables[0])
	w.Scales = []Scale{{Name: "tiny", Checksums: map[string]string{"t": sum}}}
	w.Queries = []Query{{Name: "same", SQL: "1"}, {Name: "differs", SQL: "2"}, {Name: "refused", SQL: "3"}}
	var log []string
	one, two := answer(row(int64(1))), answer(row(int64(2)))
	absent := fakePeer("absent", &log, nil)
	absent.Version = func(context.Context, Setting) (string, error) { return "", errors.New("is not installed") }
	r := &Runner{
		Suite:     Suite{Name: "test", Scale: "tiny", Rounds: 3, Patience: time.Minute, run: (*Runner).compare},
		Workloads: []*Workload{&w}, Work: t.TempDir(), Root: ".", Threads: 1,
		Peers: []*Peer{fakePeer("a", &log, map[string]*Answer{"1": one, "2": one, "3": one}), fakePeer("b", &log, map[string]*Answer{"1": one, "2": two}), absent},
	}
	result, err := r.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := "a load,b load,a,b,a,b,a,b,a,a,a,a,a,a,a close,b close"
	if got := strings.Join(log, ","); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if len(result.Left) != 1 || result.Left[0].Peer != "absent" || result.Left[0].Reason != "is not installed" {
		t.Errorf("left out: got %+v", result.Left)
	}
	same, differs, refused := &result.Queries[0], &result.Queries[1], &result.Queries[2]
	if ratio, ok := same.Ratio("b", "a"); !ok || ratio.Median <= 0 || len(same.Of("b").CPUMS) != 3 {
		t.Errorf("equal answers: got %+v", same)
	}
	if _, ok := differs.Ratio("b", "a"); ok || !strings.Contains(differs.Peers[1].Wrong, "1 against 2") {
		t.Errorf("an answer that differs: got %+v", differs.Peers[1])
	}
	if _, ok := refused.Ratio("b", "a"); ok || refused.Peers[1].Failed != "refused" {
		t.Errorf("a query that is refused: got %+v", refused.Peers[1])
	}
	path := filepath.Join(t.TempDir(), "r.json")
	if err := result.Write(path); err != nil {
		t.Fatal(err)
	}
	if back, err := ReadResult(path); err != nil || back.Queries[0].Of("b").WallMS[2] != same.Of("b").WallMS[2] {
		t.Errorf("read again: %v", err)
	}
}

func TestGenerate(t *testing.T) {
	w := fakeWorkload
	cache := t.TempDir()
	w.Scales = []Scale{{Name: "tiny", Checksums: map[string]string{"t": "0000000000000000"}}}
	_, err := Generate(t.Context(), cache, &w, "tiny", nil)
	wrong, ok := errors.AsType[*ChecksumError](err)
	if !ok {
		t.Fatalf("a wrong checksum: got %v", err)
	}
	w.Scales[0].Checksums["t"] = wrong.Got
	made := 0
	w.Tables = []Table{{Name: "t", Generate: func(size float64, emit func([]byte) error) error {
		made++
		return fakeWorkload.Tables[0].Generate(size, emit)
	}}}
	for range 2 {
		d, err := Generate(t.Context(), cache, &w, "tiny", nil)
		if err != nil || d.Rows() != 1 || d.Bytes() != 8 || made != 1 {
			t.Errorf("got %+v, %v; made %d times", d, err, made)
		}
	}
	if _, err := Generate(t.Context(), cache, &w, "huge", nil); err == nil || !strings.Contains(err.Error(), "[tiny]") {
		t.Errorf("a scale that there is not: got %v", err)
	}
}

// TestLatencyWorkload: the one row of it is what its checksum says.
func TestLatencyWorkload(t *testing.T) {
	if got, want := checksumOf(t, &latencyWorkload.Tables[0]), latencyWorkload.Scales[0].Checksums[latencyTable]; got != want {
		t.Errorf("got checksum %s, the workload says %s", got, want)
	}
}

func checksumOf(t *testing.T, table *Table) string {
	t.Helper()
	_, sum, err := Checksum(io.Discard, table, 0, nil)
	if err != nil {
		t.Fatal(err)
	}
	return sum
}
