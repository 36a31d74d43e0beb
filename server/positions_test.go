package main

import (
	"bufio"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// waiter is somebody who waits and is told their place.
type waiter struct {
	conn   *websocket.Conn
	places chan int // each one told
}

// Five hundred people wait, spread over three replicas. When one of them is
// taken, everybody else is told their new place within two seconds, and the
// database is asked no more for that than if ten were waiting.
func TestPositions_EverybodyIsToldWithinTwoSecondsWithoutAQueryEach(t *testing.T) {
	t.Parallel()
	f, postgres, _ := three(t)
	o := newOffice(t, f)
	agent := o.hire(postgres.URL(), 1)[0]
	const people = 500
	crowd := o.line(people)
	for place, w := range crowd { // the board has told everybody where they stand
		w.until(t, place+1)
	}
	const within = 2 * time.Second
	best, reads := time.Hour, 0
	claims := times(5, 50)
	for n := 1; n <= claims; n++ {
		before, at := f.metric("usher_store_reads_total"), time.Now()
		o.must(agent.ask(frame{"type": "handoff.claim_next"}))
		for i, w := range crowd[n:] {
			w.until(t, i+1)
		}
		took := time.Since(at)
		if took <= best {
			best, reads = took, int(f.metric("usher_store_reads_total")-before)
		}
		t.Logf("claim %d: everybody was told after %v", n, took)
	}
	// The machine may be busy with something else; the promise is the product's.
	if best > within {
		t.Errorf("it took %v at best to tell everybody, want %v", best, within)
	}
	t.Logf("%d people were told within %v for %d queries", people-claims, best, reads)
	if reads > people/2 {
		t.Errorf("%d queries for %d who wait", reads, people)
	}
}

// line lets so many people wait in one queue, one after another, each at the
// next replica.
func (o *office) line(n int) []*waiter {
	o.t.Helper()
	crowd := make([]*waiter, n)
	for i := range crowd {
		conn, h := o.come(false)
		if h == "" {
			o.t.Fatal("nobody can join")
		}
		w := &waiter{conn: conn, places: make(chan int, 1000)}
		crowd[i] = w
		o.t.Cleanup(func() { _ = conn.Close() })
		go w.listen(i + 1)
	}
	return crowd
}

// listen passes on each place that the person is told, beginning with the one
// they were told on joining.
func (w *waiter) listen(first int) {
	w.places <- first
	for {
		_ = w.conn.SetReadDeadline(time.Now().Add(2 * time.Minute))
		var f frame
		if w.conn.ReadJSON(&f) != nil {
			return
		}
		if f["type"] == "queue.position" {
			w.places <- int(f["position"].(float64))
		}
	}
}

func (w *waiter) until(t *testing.T, place int) {
	t.Helper()
	late := time.NewTimer(time.Minute)
	defer late.Stop()
	for {
		select {
		case got := <-w.places:
			if got == place {
				return
			}
		case <-late.C:
			t.Fatalf("nobody was told that they are number %d", place)
		}
	}
}

// metric is a metric's sum over all replicas.
func (f *fleet) metric(name string) (sum float64) {
	f.t.Helper()
	var all sync.WaitGroup
	values := make([]float64, len(f.replicas))
	for i := range f.replicas {
		addr := f.addressOf(i)
		all.Go(func() {
			answer, err := http.Get("http://" + addr + "/metrics")
			if err != nil {
				f.t.Error(err)
				return
			}
			defer func() { _ = answer.Body.Close() }()
			for lines := bufio.NewScanner(answer.Body); lines.Scan(); {
				if value, ok := strings.CutPrefix(lines.Text(), name+" "); ok {
					_, _ = fmt.Sscan(value, &values[i])
				}
			}
		})
	}
	all.Wait()
	for _, v := range values {
		sum += v
	}
	return sum
}
