package metrics

import (
	"bufio"
	"context"
	"log/slog"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/outcropdb/outcrop/catalog"
	"github.com/outcropdb/outcrop/index"
	"github.com/outcropdb/outcrop/ingest"
	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/server"
	"github.com/outcropdb/outcrop/vec"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

type nobody struct{}

func (nobody) Fields([]plan.Field) error { return nil }
func (nobody) Batch(*vec.Batch) error    { return nil }

func TestHandler(t *testing.T) {
	s, err := server.Open(t.Context(), server.Options{Dir: t.TempDir(), Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close(context.Background())
	c, err := s.CreateCollection(t.Context(), catalog.Collection{Workspace: "commons", Name: "c"}, catalog.By{})
	if err != nil {
		t.Fatal(err)
	}
	document, mark := vec.BeginObject(nil)
	document = vec.EndObject(document, mark)
	changes := []ingest.Change{{Op: index.Upsert, Document: document}, {Op: index.Upsert, Document: document}, {Op: index.Upsert, Document: vec.NullValue()}}
	if _, _, err := s.Write(t.Context(), c, changes); err != nil {
		t.Fatal(err)
	}
	for _, sql := range []string{"SELECT * FROM c", "SELECT 1", "SELECT"} {
		if _, err := s.Query(t.Context(), server.Request{SQL: sql}, nobody{}); (err != nil) != (sql == "SELECT") {
			t.Fatal(sql, err)
		}
	}
	w := httptest.NewRecorder()
	Handler(s).ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
	values := map[string]float64{}
	for lines := bufio.NewScanner(w.Body); lines.Scan(); {
		name, value, _ := strings.Cut(lines.Text(), " ")
		if n, err := strconv.ParseFloat(value, 64); err == nil {
			values[name] = n
		}
	}
	for name, want := range map[string]float64{
		"outcrop_queries_total": 3, "outcrop_query_errors_total": 1, "outcrop_query_rows_total": 3, "outcrop_query_seconds_count": 3,
		`outcrop_query_seconds_bucket{le="+Inf"}`: 3, "outcrop_queries_running": 0, `outcrop_instance_queries_running{instance="main"}`: 0,
		"outcrop_writes_total":            1,
		"outcrop_documents_written_total": 2, "outcrop_documents_refused_total": 1, "outcrop_collections": 1, "outcrop_index_documents": 2,
		"outcrop_index_shards": server.DefaultShards,
	} {
		if got, ok := values[name]; !ok || got != want {
			t.Errorf("%s: got %v (%t), want %v", name, got, ok, want)
		}
	}
	for _, name := range []string{"go_goroutines", "outcrop_log_messages_total", "outcrop_query_memory_limit_bytes"} {
		if values[name] == 0 {
			t.Errorf("%s is 0", name)
		}
	}
}

func TestHistogram(t *testing.T) {
	stats := server.Stats{QueryTime: 3 * time.Second}
	stats.Latency[0], stats.Latency[2], stats.Latency[len(server.LatencyBounds)] = 5, 2, 1
	buckets, sum, count := histogram(&stats)
	if count != 8 || sum != 3 || buckets[0.001] != 5 || buckets[0.002] != 5 || buckets[0.005] != 7 || buckets[60] != 7 || len(buckets) != len(server.LatencyBounds) {
		t.Error(buckets, sum, count)
	}
}
