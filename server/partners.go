package main

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"usher/server/internal/api"
	"usher/server/internal/config"
	"usher/server/internal/limit"
	"usher/server/internal/signin"
	"usher/server/internal/store"
	"usher/server/internal/webhook"
	"usher/server/internal/ws"
)

// newPartners gives partner apps their door, and calls them back.
func newPartners(h *house, m mind, st *store.Store, limiter limit.Limiter, c config.Config, log *slog.Logger, clock func() time.Time) (err error) {
	guard := &webhook.Guard{AllowPrivate: c.WebhookAllowPrivate}
	h.partners, err = api.New(api.Options{
		Chat: h.service, Store: st, Limiter: limiter, Clock: clock, Log: log, Understand: m.reader.Understand, Frames: ws.Published(),
		Hooks: guard,
		Admin: func(r *http.Request) (api.Maker, error) {
			a, err := h.door.Admin(r)
			return api.Maker{ID: a.ID, Role: a.Role}, admin(err)
		},
	})
	if err != nil {
		return err
	}
	h.hooks = webhook.New(webhook.Options{Chat: h.service, Store: st, Guard: guard, Cursor: h.partners.FeedCursor, Clock: clock, Log: log})
	return nil
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

// webhookCollector reads what the sender of webhooks counted, and from the store
// what is not of one replica.
type webhookCollector struct {
	sender *webhook.Sender
	store  *store.Store
}

// Describe is left open, as with the others.
func (*webhookCollector) Describe(chan<- *prometheus.Desc) {}

// Collect reports attempts by what came of them, what waits, and what is disabled.
func (c *webhookCollector) Collect(out chan<- prometheus.Metric) {
	s := c.sender.Stats()
	attempts := prometheus.NewDesc("usher_webhook_attempts_total", "Attempts to deliver an event to a webhook, by result.", []string{"result"}, nil)
	for result, n := range map[string]int64{"delivered": s.Delivered, "failed": s.Failed - s.Blocked, "blocked": s.Blocked} {
		out <- prometheus.MustNewConstMetric(attempts, prometheus.CounterValue, float64(n), result)
	}
	out <- prometheus.MustNewConstMetric(prometheus.NewDesc("usher_webhooks_disabled_total", "Webhooks that were disabled because of their receiver.", nil, nil),
		prometheus.CounterValue, float64(s.Disabled))
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	disabled, waiting, err := c.store.WebhookStats(ctx)
	if err != nil {
		return
	}
	for name, n := range map[string]int64{"usher_webhooks_disabled": disabled, "usher_webhook_deliveries_waiting": waiting} {
		out <- prometheus.MustNewConstMetric(prometheus.NewDesc(name, "In the whole database.", nil, nil), prometheus.GaugeValue, float64(n))
	}
}
