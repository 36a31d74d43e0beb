package api

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"syscall"
	"testing"
	"time"

	"usher/intents/match"
)

// BenchmarkClassify is POST /classify over real connections with the limiter in
// memory, beside a bare net/http handler that does the same work and nothing
// else: no key, no allowance, no strictness. The difference is what all of that
// costs; client and server share the machine. Where others use it too, the time
// says little: cpu_us/op is what a request really takes, of both sides together.
//
//	go test ./server/internal/api -run '^$' -bench Classify -benchtime 3s
func BenchmarkClassify(b *testing.B) {
	h := newHouse(b)
	key := h.key("Acme")
	understand := theMind().reader.Understand
	bare := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var in struct{ Text, Locale string }
		if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		reading := understand(in.Text, match.Hint{Chat: in.Locale})
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(classified{Intent: string(reading.Intent), Confidence: reading.Confidence, Lang: reading.Lang})
	}))
	b.Cleanup(bare.Close)
	body := []byte(`{"text":"My KYC review takes so long, please cancel it"}`)
	for _, side := range []struct{ name, url string }{{"api", h.url + prefix + "/classify"}, {"bare", bare.URL}} {
		b.Run(side.name, func(b *testing.B) {
			transport := &http.Transport{MaxIdleConnsPerHost: 64}
			defer transport.CloseIdleConnections()
			c := &http.Client{Transport: transport}
			b.ReportAllocs()
			b.SetParallelism(8)
			before := cpu()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					r, _ := http.NewRequestWithContext(context.Background(), http.MethodPost, side.url, bytes.NewReader(body))
					r.Header.Set("Authorization", "Bearer "+key)
					r.Header.Set("Content-Type", "application/json")
					answer, err := c.Do(r)
					if err != nil {
						b.Error(err)
						return
					}
					_, _ = io.Copy(io.Discard, answer.Body)
					_ = answer.Body.Close()
					if answer.StatusCode != http.StatusOK {
						b.Errorf("status %d", answer.StatusCode)
						return
					}
				}
			})
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "req/s")
			b.ReportMetric(float64((cpu()-before).Microseconds())/float64(b.N), "cpu_us/op")
		})
	}
}

// cpu is what this process has used of the machine's processors.
func cpu() time.Duration {
	var used syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &used)
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
