package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"usher/server/internal/config"
	"usher/server/internal/store"
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

// metrics serves Prometheus text: the process, the sockets, the queues.
func metrics(st *store.Store, sockets *ws.Server) http.Handler {
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	registry.MustRegister(&queueCollector{store: st})
	registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "usher_chat_sockets", Help: "Open chat sockets.",
	}, func() float64 { return float64(sockets.Stats().Chat) }))
	registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "usher_agent_sockets", Help: "Open agent sockets.",
	}, func() float64 { return float64(sockets.Stats().Agent) }))
	return promhttp.HandlerFor(registry, promhttp.HandlerOpts{})
}

// queueCollector reads the queues when it is asked.
type queueCollector struct{ store *store.Store }

// Describe is left open: the queues come from data.
func (*queueCollector) Describe(chan<- *prometheus.Desc) {}

// Collect reports how many cases stand in each state of each queue.
func (q *queueCollector) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	depths, err := q.store.QueueDepths(ctx)
	if err != nil {
		return
	}
	desc := prometheus.NewDesc("usher_handoffs_open", "Open handoffs by queue and state.", []string{"queue", "state"}, nil)
	for _, d := range depths {
		out <- prometheus.MustNewConstMetric(desc, prometheus.GaugeValue, float64(d.Count), d.Queue, d.State)
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
