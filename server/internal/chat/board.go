package chat

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"usher/handoff"
	"usher/server/internal/wire"
)

// board knows everybody's place in every queue. One query a queue serves all
// who wait in it, and no more than one each boardEvery.
type board struct {
	s      *Service
	mu     sync.Mutex
	places map[string]map[string]int // queue → handoff → position, 1 is next
	seats  map[string]map[*seat]bool
	fresh  map[string]bool // queues in which somebody has just sat down
	kick   chan struct{}
}

const (
	boardEvery = 500 * time.Millisecond
	boardMax   = 10_000 // positions beyond are not told
)

func newBoard(s *Service) *board {
	return &board{s: s, places: map[string]map[string]int{}, seats: map[string]map[*seat]bool{}, fresh: map[string]bool{}, kick: make(chan struct{}, 1)}
}

// seat is one waiting person's view of the board.
type seat struct {
	b       *board
	queue   string
	handoff string
	poke    func()
	read    bool // the board was read since; before, it may be older than what the person was told
}

func (b *board) sit(queue, handoff string, poke func()) *seat {
	s := &seat{b: b, queue: queue, handoff: handoff, poke: poke}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.seats[queue] == nil {
		b.seats[queue] = map[*seat]bool{}
	}
	b.seats[queue][s] = true
	// The queue may have moved since the person was told their place.
	b.fresh[queue] = true
	select {
	case b.kick <- struct{}{}:
	default:
	}
	return s
}

func (s *seat) leave() {
	s.b.mu.Lock()
	defer s.b.mu.Unlock()
	delete(s.b.seats[s.queue], s)
}

// now is the place as last read, 0 when not known.
func (s *seat) now() (int, *wire.Wait) {
	s.b.mu.Lock()
	position := 0
	if s.read {
		position = s.b.places[s.queue][s.handoff]
	}
	s.b.mu.Unlock()
	if position == 0 {
		return 0, nil
	}
	return position, s.b.wait(s.queue, position)
}

// place is a ticket's place now, asked from the store.
func (b *board) place(ctx context.Context, t handoff.Ticket) (int, *wire.Wait) {
	row, err := b.s.Store.Handoff(ctx, t.ID)
	if err != nil || row.State != "queued" {
		return 0, nil
	}
	ahead, err := b.s.Store.WaitingAhead(ctx, row)
	if err != nil {
		return 0, nil
	}
	return ahead + 1, b.wait(t.Queue, ahead+1)
}

// wait guesses from the place, the agents at work and the minutes a case takes
// (G4.5).
func (b *board) wait(queue string, position int) *wire.Wait {
	agents := max(b.s.presence.online(queue), 1)
	const low, high = 60, 300 // an agent reads and greets within one to five minutes
	rounds := (position - 1) / agents
	return &wire.Wait{LowS: low + rounds*600, HighS: high + rounds*1800}
}

// run reads a queue again when it was poked, and tells who sits in it.
func (b *board) run(ctx context.Context) {
	sub := b.s.Bus.Subscribe(topicQueue, "")
	defer sub.Close()
	pause := time.NewTimer(0)
	<-pause.C
	for {
		select {
		case <-ctx.Done():
			return
		case <-sub.Wake():
		case <-b.kick:
		}
		queues, missed := sub.Drain()
		for _, q := range b.s.Queues {
			if missed || slices.Contains(queues, q.ID) || b.satDown(q.ID) {
				b.refresh(ctx, q.ID)
			}
		}
		pause.Reset(boardEvery)
		select {
		case <-ctx.Done():
			return
		case <-pause.C:
		}
	}
}

// look has every queue read again.
func (b *board) look() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for queue := range b.seats {
		b.fresh[queue] = true
	}
	select {
	case b.kick <- struct{}{}:
	default:
	}
}

func (b *board) satDown(queue string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.fresh[queue]
}

func (b *board) refresh(ctx context.Context, queue string) {
	b.mu.Lock()
	delete(b.fresh, queue)
	seats := slices.Collect(maps.Keys(b.seats[queue]))
	b.mu.Unlock()
	if len(seats) == 0 {
		return
	}
	rows, err := b.s.Store.Positions(ctx, queue, boardMax)
	if err != nil {
		b.s.Log.WarnContext(ctx, "places in the queue not read", "queue", queue, "error", err)
		return
	}
	places := make(map[string]int, len(rows))
	for i, r := range rows {
		places[r.Handoff] = i + 1
	}
	b.mu.Lock()
	b.places[queue] = places
	for _, s := range seats {
		s.read = true
	}
	b.mu.Unlock()
	for _, s := range seats {
		s.poke()
	}
}
