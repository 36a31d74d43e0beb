package bus

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"
)

// The pace of a carrier in trouble: after three failures it only tries once a
// second; between them it waits a little.
const (
	failuresToOpen = 3
	shortPause     = 50 * time.Millisecond
	longPause      = time.Second
)

// maxBatch is how many pokes one message to Redis holds, some 60 kB, and
// maxOutbox how many wait for Redis before they are given up.
const (
	maxBatch  = 1000
	maxOutbox = 64 * maxBatch
)

// Redis carries pokes between replicas. Watchers of this process are woken
// without it.
type Redis struct {
	local   *Memory
	client  *redis.Client
	channel string
	origin  string // who sent a message, to skip one's own
	log     *slog.Logger

	mu      sync.Mutex
	pokes   queue[Poke]
	typing  queue[Typing]
	missed  bool // something was not sent: tell the others to look
	outbox  chan struct{}
	sending link
	hearing link

	stop  context.CancelFunc
	ended sync.WaitGroup
}

var _ Bus = (*Redis)(nil)

// NewRedis starts carrying pokes over a channel of the client's server, which
// every replica must name alike. It starts without Redis too, and is live as
// soon as there is one. The client stays the caller's to close, after the bus.
func NewRedis(client *redis.Client, channel string, log *slog.Logger, now func() time.Time) *Redis {
	ctx, stop := context.WithCancel(context.Background())
	r := &Redis{
		local: NewMemory(now), client: client, channel: channel, origin: rand.Text(), log: log,
		pokes: queue[Poke]{known: map[Poke]struct{}{}}, typing: queue[Typing]{known: map[Typing]struct{}{}}, outbox: make(chan struct{}, 1), stop: stop,
	}
	r.sending.name, r.hearing.name = "send", "hear"
	r.ended.Go(func() { r.send(ctx) })
	r.ended.Go(func() { r.hear(ctx) })
	return r
}

// Publish wakes this process's watchers at once and the others' soon.
func (r *Redis) Publish(ctx context.Context, pokes ...Poke) {
	r.local.Publish(ctx, pokes...)
	r.mu.Lock()
	for _, poke := range pokes {
		if !r.missed && !r.pokes.add(poke) {
			r.giveUp()
		}
	}
	r.mu.Unlock()
	signal(r.outbox)
}

// ShowTyping tells who watches the conversation that somebody types.
func (r *Redis) ShowTyping(ctx context.Context, typing Typing) {
	r.local.ShowTyping(ctx, typing)
	r.mu.Lock()
	if !r.missed {
		r.typing.add(typing)
	}
	r.mu.Unlock()
	signal(r.outbox)
}

// Subscribe watches one id of a topic, or with "" every id of it.
func (r *Redis) Subscribe(topic, id string) *Subscription { return r.local.Subscribe(topic, id) }

// WatchTyping watches who types in a conversation.
func (r *Redis) WatchTyping(conversation string) *TypingWatch {
	return r.local.WatchTyping(conversation)
}

// Live reports whether pokes come and go.
func (r *Redis) Live() bool { return r.sending.state.Load() != down && r.hearing.state.Load() == up }

// Close stops carrying. What was not sent yet is not sent any more.
func (r *Redis) Close() error {
	r.stop()
	r.ended.Wait()
	r.lost() // and nothing is collected from now on
	return nil
}

// message is what goes over the channel.
type message struct {
	Origin string   `json:"origin"`
	Pokes  []Poke   `json:"pokes,omitempty"`
	Typing []Typing `json:"typing,omitempty"`
	Missed bool     `json:"missed,omitempty"`
}

// send empties the outbox until the context ends.
func (r *Redis) send(ctx context.Context) {
	failures := 0
	for ctx.Err() == nil {
		select {
		case <-r.outbox:
		case <-ctx.Done():
			return
		}
		for out, ok := r.next(); ok && ctx.Err() == nil; out, ok = r.next() {
			if err := r.publish(ctx, out); err != nil {
				failures++
				r.lost()
				r.change(&r.sending, down, err)
				pause(ctx, failures)
				continue
			}
			failures = 0
			r.change(&r.sending, up, nil)
		}
	}
}

// next takes up to a batch out of the outbox.
func (r *Redis) next() (message, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := message{Origin: r.origin, Pokes: r.pokes.take(), Typing: r.typing.take(), Missed: r.missed}
	r.missed = false
	return out, out.Missed || len(out.Pokes) > 0 || len(out.Typing) > 0
}

// lost empties the outbox, but remembers that it did.
func (r *Redis) lost() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.giveUp()
}

func (r *Redis) giveUp() {
	r.missed = true
	r.pokes.empty()
	r.typing.empty()
}

// queue keeps the order in which its different members came.
type queue[T comparable] struct {
	order []T
	known map[T]struct{}
}

// add appends a member that is not there yet, and reports whether there was room.
func (q *queue[T]) add(member T) bool {
	if _, ok := q.known[member]; ok {
		return true
	}
	if len(q.order) >= maxOutbox {
		return false
	}
	q.order, q.known[member] = append(q.order, member), struct{}{}
	return true
}

// take removes up to a batch from the front.
func (q *queue[T]) take() []T {
	batch := q.order[:min(len(q.order), maxBatch):min(len(q.order), maxBatch)]
	q.order = q.order[len(batch):]
	for _, member := range batch {
		delete(q.known, member)
	}
	return batch
}

func (q *queue[T]) empty() {
	q.order = nil
	clear(q.known)
}

func (r *Redis) publish(ctx context.Context, out message) error {
	text, err := json.Marshal(out)
	if err != nil {
		return fmt.Errorf("encode pokes: %w", err)
	}
	return r.client.Publish(ctx, r.channel, text).Err()
}

// link is one direction to Redis, and what is known of it.
type link struct {
	name  string
	state atomic.Int32
}

// The states of a link; before the first try it is none of them.
const (
	up   = 1
	down = 2
)

// change notes a state, and logs it when it is new.
func (r *Redis) change(l *link, state int32, err error) {
	switch {
	case l.state.Swap(state) == state:
	case state == up:
		r.log.Info("the bus reaches redis", "direction", l.name)
	default:
		r.log.Warn("the bus does not reach redis, watchers look at the store instead", "direction", l.name, "error", err)
	}
}

// pause waits before the next try, longer when many failed.
func pause(ctx context.Context, failures int) {
	wait := shortPause
	if failures >= failuresToOpen {
		wait = longPause
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
