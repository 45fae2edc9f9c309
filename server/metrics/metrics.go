// Package metrics is what the others count, as Prometheus takes it.
package metrics

import (
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/outcropdb/outcrop/server"
)

// Handler answers with the metrics of a server and of its process, in Prometheus' or OpenMetrics' text.
func Handler(s *server.Server) http.Handler {
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), collector{s})
	return promhttp.HandlerFor(registry, promhttp.HandlerOpts{EnableOpenMetrics: true})
}

// metric is one number of Stats.
type metric struct {
	kind        prometheus.ValueType
	name, help  string
	value       func(*server.Stats) float64
	description *prometheus.Desc
}

const (
	counter = prometheus.CounterValue
	gauge   = prometheus.GaugeValue
)

// metrics has a row for each.
var metrics = describe([]metric{
	{kind: counter, name: "queries_total", help: "Queries that ended, well or not.", value: func(s *server.Stats) float64 { return float64(s.Queries) }},
	{kind: counter, name: "query_errors_total", help: "Queries that ended with an error.", value: func(s *server.Stats) float64 { return float64(s.Failed) }},
	{kind: counter, name: "query_rows_total", help: "Rows returned by queries.", value: func(s *server.Stats) float64 { return float64(s.Rows) }},
	{kind: counter, name: "query_documents_read_total", help: "Documents that queries read.", value: func(s *server.Stats) float64 { return float64(s.RowsRead) }},
	{kind: counter, name: "query_documents_skipped_total", help: "Documents that queries skipped by zone maps.", value: func(s *server.Stats) float64 { return float64(s.RowsSkipped) }},
	{kind: gauge, name: "queries_running", help: "Queries that run now.", value: func(s *server.Stats) float64 { return float64(s.Running) }},
	{kind: gauge, name: "queries_waiting", help: "Queries that wait for admission.", value: func(s *server.Stats) float64 { return float64(s.Waiting) }},
	{kind: gauge, name: "query_memory_bytes", help: "Memory that queries take now.", value: func(s *server.Stats) float64 { return float64(s.MemoryUsed) }},
	{kind: gauge, name: "query_memory_limit_bytes", help: "Memory that queries may take together.", value: func(s *server.Stats) float64 { return float64(s.MemoryLimit) }},

	{kind: counter, name: "writes_total", help: "Requests that changed documents.", value: func(s *server.Stats) float64 { return float64(s.Writes) }},
	{kind: counter, name: "documents_written_total", help: "Documents added, replaced or deleted.", value: func(s *server.Stats) float64 { return float64(s.Documents) }},
	{kind: counter, name: "documents_refused_total", help: "Documents refused, each alone.", value: func(s *server.Stats) float64 { return float64(s.Refused) }},
	{kind: gauge, name: "collections", help: "Collections.", value: func(s *server.Stats) float64 { return float64(s.Collections) }},

	{kind: counter, name: "log_messages_total", help: "Messages published and synced.", value: func(s *server.Stats) float64 { return float64(s.Stream.Messages) }},
	{kind: counter, name: "log_bytes_total", help: "Bytes of those messages.", value: func(s *server.Stats) float64 { return float64(s.Stream.Bytes) }},
	{kind: counter, name: "log_refused_total", help: "Messages refused because too much waited for the disk.", value: func(s *server.Stats) float64 { return float64(s.Stream.Refused) }},
	{kind: counter, name: "log_rounds_total", help: "Times that waiting messages were written together.", value: func(s *server.Stats) float64 { return float64(s.Stream.Rounds) }},
	{kind: counter, name: "log_delivered_total", help: "Messages given to the index.", value: func(s *server.Stats) float64 { return float64(s.Stream.Delivered) }},
	{kind: gauge, name: "log_in_flight_bytes", help: "Bytes that wait for their sync.", value: func(s *server.Stats) float64 { return float64(s.Stream.InFlight) }},

	{kind: gauge, name: "index_shards", help: "Open shards.", value: func(s *server.Stats) float64 { return float64(s.Index.Shards) }},
	{kind: gauge, name: "index_segments", help: "Segment files.", value: func(s *server.Stats) float64 { return float64(s.Index.Segments) }},
	{kind: gauge, name: "index_damaged_shards", help: "Shards with a damaged file, whose collections cannot be queried.", value: func(s *server.Stats) float64 { return float64(s.Index.Damaged) }},
	{kind: gauge, name: "index_documents", help: "Live documents.", value: func(s *server.Stats) float64 { return float64(s.Index.Rows) }},
	{kind: gauge, name: "index_dead_documents", help: "Documents overwritten or deleted that still take space.", value: func(s *server.Stats) float64 { return float64(s.Index.DeadRows) }},
	{kind: counter, name: "row_cache_hits_total", help: "Documents whose block was in the row cache.", value: func(s *server.Stats) float64 { return float64(s.Index.RowHits) }},
	{kind: counter, name: "row_cache_misses_total", help: "Documents whose block had to be read.", value: func(s *server.Stats) float64 { return float64(s.Index.RowMisses) }},
	{kind: gauge, name: "row_cache_bytes", help: "Memory of the row cache.", value: func(s *server.Stats) float64 { return float64(s.Index.RowCacheBytes) }},
	{kind: gauge, name: "index_file_bytes", help: "Bytes of segment files.", value: func(s *server.Stats) float64 { return float64(s.Index.FileBytes) }},
	{kind: gauge, name: "index_memory_bytes", help: "Bytes of documents that are not yet in a segment.", value: func(s *server.Stats) float64 { return float64(s.Index.MemtableBytes) }},
	{kind: counter, name: "index_flushes_total", help: "Flushes that came to an end.", value: func(s *server.Stats) float64 { return float64(s.Index.Flushes) }},
	{kind: counter, name: "index_flush_failures_total", help: "Flushes that failed.", value: func(s *server.Stats) float64 { return float64(s.Index.FlushFailures) }},
	{kind: counter, name: "index_flush_seconds_total", help: "Time of all flushes.", value: func(s *server.Stats) float64 { return s.Index.FlushTime.Seconds() }},
	{kind: counter, name: "index_flush_bytes_total", help: "Bytes of the segments that flushes wrote.", value: func(s *server.Stats) float64 { return float64(s.Index.FlushBytes) }},
	{kind: counter, name: "index_merges_total", help: "Merges of segments.", value: func(s *server.Stats) float64 { return float64(s.Index.Merges) }},
	{kind: counter, name: "index_merge_failures_total", help: "Merges that failed.", value: func(s *server.Stats) float64 { return float64(s.Index.MergeFailures) }},
	{kind: counter, name: "index_merge_seconds_total", help: "Time of all merges.", value: func(s *server.Stats) float64 { return s.Index.MergeTime.Seconds() }},
	{kind: counter, name: "index_merge_rest_seconds_total", help: "Of the time of all merges, what they left to queries.", value: func(s *server.Stats) float64 { return s.Index.MergeRest.Seconds() }},
	{kind: counter, name: "index_merge_bytes_total", help: "Bytes of the segments that merges wrote.", value: func(s *server.Stats) float64 { return float64(s.Index.MergeBytes) }},
	{kind: counter, name: "index_expired_documents_total", help: "Documents dropped because of their age.", value: func(s *server.Stats) float64 { return float64(s.Index.Expired) }},
})

const namespace = "outcrop_"

func describe(list []metric) []metric {
	for i := range list {
		list[i].description = prometheus.NewDesc(namespace+list[i].name, list[i].help, nil, nil)
	}
	return list
}

var latency = prometheus.NewDesc(namespace+"query_seconds", "How long queries took, waiting for admission included.", nil, nil)

// perInstance has a row for each number of a virtual instance, which is the metric's label.
var perInstance = []struct {
	description *prometheus.Desc
	value       func(*server.InstanceStatus) float64
}{
	{instanceDesc("instance_cpus", "CPUs that a virtual instance has; 0 while it is suspended."), func(i *server.InstanceStatus) float64 { return float64(len(i.CPUs)) }},
	{instanceDesc("instance_memory_limit_bytes", "Memory that its queries may take together."), func(i *server.InstanceStatus) float64 { return float64(i.Memory) }},
	{instanceDesc("instance_queries_running", "Its queries that run now."), func(i *server.InstanceStatus) float64 { return float64(i.Running) }},
	{instanceDesc("instance_queries_waiting", "Its queries that wait for admission."), func(i *server.InstanceStatus) float64 { return float64(i.Waiting) }},
}

func instanceDesc(name, help string) *prometheus.Desc {
	return prometheus.NewDesc(namespace+name, help, []string{"instance"}, nil)
}

// collector reads Stats once a scrape.
type collector struct{ server *server.Server }

// Describe is prometheus.Collector's.
func (c collector) Describe(out chan<- *prometheus.Desc) {
	for i := range metrics {
		out <- metrics[i].description
	}
	for i := range perInstance {
		out <- perInstance[i].description
	}
	out <- latency
}

// Collect is prometheus.Collector's.
func (c collector) Collect(out chan<- prometheus.Metric) {
	stats := c.server.Stats()
	for i := range metrics {
		m := &metrics[i]
		out <- prometheus.MustNewConstMetric(m.description, m.kind, m.value(&stats))
	}
	for i := range stats.Instances {
		for _, m := range perInstance {
			out <- prometheus.MustNewConstMetric(m.description, gauge, m.value(&stats.Instances[i]), stats.Instances[i].Name)
		}
	}
	buckets, sum, count := histogram(&stats)
	out <- prometheus.MustNewConstHistogram(latency, count, sum, buckets)
}

// histogram is the latencies as Prometheus has them: each bucket with all that is below it.
func histogram(s *server.Stats) (buckets map[float64]uint64, sum float64, count uint64) {
	buckets = make(map[float64]uint64, len(server.LatencyBounds))
	for i, n := range s.Latency {
		count += uint64(n)
		if i < len(server.LatencyBounds) {
			buckets[server.LatencyBounds[i].Seconds()] = count
		}
	}
	return buckets, time.Duration(s.QueryTime).Seconds(), count
}
