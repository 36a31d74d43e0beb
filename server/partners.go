package main

import (
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"usher/server/internal/api"
	"usher/server/internal/limit"
	"usher/server/internal/signin"
	"usher/server/internal/store"
	"usher/server/internal/ws"
)

// newPartners gives partner apps their door.
func newPartners(h *house, m mind, st *store.Store, limiter limit.Limiter, log *slog.Logger, clock func() time.Time) (*api.API, error) {
	return api.New(api.Options{
		Chat: h.service, Store: st, Limiter: limiter, Clock: clock, Log: log, Understand: m.reader.Understand, Frames: ws.Published(),
		Admin: func(r *http.Request) (api.Maker, error) {
			a, err := h.door.Admin(r)
			return api.Maker{ID: a.ID, Role: a.Role}, admin(err)
		},
	})
}

// admin names why somebody may not look after keys.
func admin(err error) error {
	switch {
	case errors.Is(err, signin.ErrUnauthenticated):
		return api.ErrNotSignedIn
	case errors.Is(err, signin.ErrForbidden):
		return api.ErrNoAdmin
	}
	return err
}

// beside serves the API by the path as it was sent: a mux would first redirect
// a path with dots or doubled slashes to another one.
func beside(partners http.Handler, others http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/api/") {
			partners.ServeHTTP(w, r)
			return
		}
		others.ServeHTTP(w, r)
	})
}

// partnerCollector reads what the partner API counted.
type partnerCollector struct{ partners *api.API }

// Describe is left open: statuses come from data.
func (*partnerCollector) Describe(chan<- *prometheus.Desc) {}

// Collect reports answers by status, and who waits for news.
func (c *partnerCollector) Collect(out chan<- prometheus.Metric) {
	waiting := prometheus.NewDesc("usher_api_waiting", "Long polls of partners that wait.", nil, nil)
	out <- prometheus.MustNewConstMetric(waiting, prometheus.GaugeValue, float64(c.partners.Waiting()))
	answers := prometheus.NewDesc("usher_api_requests_total", "Requests of partners by the status of the answer.", []string{"status"}, nil)
	for status, n := range c.partners.Answered() {
		out <- prometheus.MustNewConstMetric(answers, prometheus.CounterValue, float64(n), strconv.Itoa(status))
	}
}
