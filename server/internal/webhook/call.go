package webhook

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"time"

	"usher/server/internal/store"
)

const (
	// callMax is how long an attempt may take, from the name to the answer's end.
	callMax = 15 * time.Second
	// answerMax is how much of an answer is read; it is thrown away.
	answerMax  = 4 << 10
	headersMax = 16 << 10
)

// The words for what failed, in the log of deliveries.
const (
	failBlocked = "blocked_address"
	failStatus  = "status"
	failTimeout = "timeout"
	failTLS     = "tls"
	failDNS     = "dns"
	failConnect = "connect"
	failAnswer  = "bad_answer"
)

// outcome is how an attempt went.
type outcome struct {
	status     int // 0: no answer
	fail       string
	retryAfter time.Duration
}

// newClient makes a client that keeps no connection, follows nothing and asks no
// proxy.
func newClient(g *Guard, limit time.Duration) *http.Client {
	return &http.Client{
		Timeout:       limit,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			DialContext: g.dialer().DialContext, DisableKeepAlives: true, DisableCompression: true,
			TLSHandshakeTimeout: limit, ResponseHeaderTimeout: limit, MaxResponseHeaderBytes: headersMax,
			TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12},
		},
	}
}

// call makes one attempt. An answer counts when it has come to its end, or to as
// much of it as is read.
func call(ctx context.Context, client *http.Client, w *store.Webhook, d *store.Delivery, at time.Time) outcome {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, w.URL, bytes.NewReader(d.Body))
	if err != nil {
		return outcome{fail: failConnect}
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", "Usher-Webhooks/1")
	sign(r.Header, w, d.ID, at, d.Body)
	answer, err := client.Do(r)
	if err != nil {
		return outcome{fail: failureOf(err)}
	}
	defer func() { _ = answer.Body.Close() }()
	out := outcome{status: answer.StatusCode, retryAfter: retryAfterOf(answer.Header, at)}
	_, err = io.CopyN(io.Discard, answer.Body, answerMax)
	switch {
	case out.status < 200 || out.status > 299:
		out.fail = failStatus
	case err != nil && !errors.Is(err, io.EOF):
		out.fail = failureOf(err)
	}
	return out
}

// failureOf finds the word for what went wrong. Nothing of the receiver's own
// words is kept.
func failureOf(err error) string {
	if errors.Is(err, errBlocked) {
		return failBlocked
	}
	if t, ok := errors.AsType[net.Error](err); ok && t.Timeout() {
		return failTimeout
	}
	if _, ok := errors.AsType[*net.DNSError](err); ok {
		return failDNS
	}
	_, record := errors.AsType[tls.RecordHeaderError](err)
	_, alert := errors.AsType[tls.AlertError](err)
	_, certificate := errors.AsType[*tls.CertificateVerificationError](err)
	_, authority := errors.AsType[x509.UnknownAuthorityError](err)
	if record || alert || certificate || authority || errors.Is(err, http.ErrSchemeMismatch) {
		return failTLS
	}
	if op, ok := errors.AsType[*net.OpError](err); ok && op.Op == "dial" {
		return failConnect
	}
	return failAnswer
}
