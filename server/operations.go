package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"usher/handoff"
	"usher/server/internal/api"
	"usher/server/internal/config"
	"usher/server/internal/store"
	"usher/server/internal/webhook"
	"usher/server/internal/ws"
)

// readiness answers the two questions of whoever runs the server.
type readiness struct {
	store    *store.Store
	draining atomic.Bool
}

// alive says that the process runs.
func (*readiness) alive(w http.ResponseWriter, _ *http.Request) {
	_, _ = io.WriteString(w, "ok\n")
}

// ready says that it can serve: not draining, and the database answers.
func (r *readiness) ready(w http.ResponseWriter, req *http.Request) {
	ctx, cancel := context.WithTimeout(req.Context(), 2*time.Second)
	defer cancel()
	if r.draining.Load() || r.store.Ping(ctx) != nil {
		w.Header().Set("Content-Type", "application/problem+json")
		w.WriteHeader(http.StatusServiceUnavailable)
		_ = json.NewEncoder(w).Encode(map[string]any{"type": "about:blank", "title": "Not ready.", "status": 503, "code": "unavailable"})
		return
	}
	_, _ = io.WriteString(w, "ok\n")
}

// metrics serves Prometheus text: the process, the sockets, the partner API, the
// store, the queues.
func metrics(st *store.Store, sockets *ws.Server, partners *api.API, hooks *webhook.Sender, queues handoff.Queues, clock func() time.Time) http.Handler {
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	registry.MustRegister(&queueCollector{store: st, queues: queues, clock: clock})
	registry.MustRegister(&socketCollector{sockets: sockets}, &storeCollector{store: st}, &partnerCollector{partners}, &webhookCollector{hooks, st})
	return promhttp.HandlerFor(registry, promhttp.HandlerOpts{})
}

// queueCollector reads the queues when it is asked.
type queueCollector struct {
	store  *store.Store
	queues handoff.Queues
	clock  func() time.Time
}

// Describe is left open: the queues come from data.
func (*queueCollector) Describe(chan<- *prometheus.Desc) {}

// Collect reports how many cases wait in each queue, since when, and how many
// for longer than the queue's target.
func (q *queueCollector) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	depths, err := q.store.QueueDepths(ctx)
	if err != nil {
		return
	}
	waiting := prometheus.NewDesc("usher_handoffs_waiting", "Cases waiting in a queue.", []string{"queue"}, nil)
	oldest := prometheus.NewDesc("usher_handoff_oldest_seconds", "When the oldest waiting case of a queue joined it, Unix time.", []string{"queue"}, nil)
	for _, d := range depths {
		const millis = 1000
		out <- prometheus.MustNewConstMetric(waiting, prometheus.GaugeValue, float64(d.Waiting), d.Queue)
		out <- prometheus.MustNewConstMetric(oldest, prometheus.GaugeValue, float64(d.Oldest)/millis, d.Queue)
	}
	late := prometheus.NewDesc("usher_handoffs_overdue", "Cases waiting in a queue for longer than its target, counted up to 1000.", []string{"queue"}, nil)
	for _, x := range q.queues {
		n, _, err := q.store.Overdue(ctx, x.ID, q.clock().Add(-x.Target))
		if err != nil {
			return
		}
		out <- prometheus.MustNewConstMetric(late, prometheus.GaugeValue, float64(n), x.ID)
	}
}

// storeCollector reads what the store counted.
type storeCollector struct{ store *store.Store }

// Describe is left open, as with the others.
func (*storeCollector) Describe(chan<- *prometheus.Desc) {}

// Collect reports queries, writes and how many of them shared a commit.
func (c *storeCollector) Collect(out chan<- prometheus.Metric) {
	s := c.store.Stats()
	for _, m := range []struct {
		name, help string
		kind       prometheus.ValueType
		n          int64
	}{
		{"usher_store_reads_total", "Queries that only read.", prometheus.CounterValue, s.Reads},
		{"usher_store_writes_total", "Writes answered.", prometheus.CounterValue, s.Writes},
		{"usher_store_writes_refused_total", "Writes answered with an error.", prometheus.CounterValue, s.Refused},
		{"usher_store_commits_total", "Transactions committed; writes share them.", prometheus.CounterValue, s.Commits},
		{"usher_store_commits_failed_total", "Transactions whose outcome is unknown.", prometheus.CounterValue, s.Failed},
		{"usher_store_writes_waiting", "Writes waiting for a commit to begin.", prometheus.GaugeValue, int64(s.Queued)},
	} {
		out <- prometheus.MustNewConstMetric(prometheus.NewDesc(m.name, m.help, nil, nil), m.kind, float64(m.n))
	}
}

// socketCollector reads what the sockets counted.
type socketCollector struct{ sockets *ws.Server }

// Describe is left open: codes come from data.
func (*socketCollector) Describe(chan<- *prometheus.Desc) {}

// Collect reports open sockets, frames, error frames by code and closes by code.
func (c *socketCollector) Collect(out chan<- prometheus.Metric) {
	s := c.sockets.Stats()
	one := func(name, help string, kind prometheus.ValueType, v float64) {
		out <- prometheus.MustNewConstMetric(prometheus.NewDesc(name, help, nil, nil), kind, v)
	}
	one("usher_sockets_open", "Open sockets.", prometheus.GaugeValue, float64(s.Open))
	one("usher_frames_in_total", "Frames received.", prometheus.CounterValue, float64(s.FramesIn))
	one("usher_frames_out_total", "Frames sent.", prometheus.CounterValue, float64(s.FramesOut))
	errs := prometheus.NewDesc("usher_frame_errors_total", "Error frames by code.", []string{"code"}, nil)
	for code, n := range s.Errors {
		out <- prometheus.MustNewConstMetric(errs, prometheus.CounterValue, float64(n), code)
	}
	closes := prometheus.NewDesc("usher_closes_total", "Closed sockets by close code.", []string{"code"}, nil)
	for code, n := range s.Closed {
		out <- prometheus.MustNewConstMetric(closes, prometheus.CounterValue, float64(n), strconv.Itoa(code))
	}
}

// health asks the server at the listen address whether it is ready, for a
// container's health check.
func health(ctx context.Context, _ world, c config.Config, _ []string) error {
	host, port, err := net.SplitHostPort(c.Listen)
	if err != nil {
		return &usageError{"listen: not host:port"}
	}
	if host == "" || host == "0.0.0.0" || host == "::" {
		host = "localhost"
	}
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort(host, port)+"/readyz", nil)
	if err != nil {
		return err
	}
	answer, err := (&http.Client{Timeout: 3 * time.Second}).Do(req)
	if err != nil {
		return fmt.Errorf("not ready: %w", err)
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("not ready: status %d", answer.StatusCode)
	}
	return nil
}
