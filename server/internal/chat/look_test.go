package chat

import (
	"testing"
	"time"

	"usher/server/internal/bus"
)

// Another replica writes, and its poke is lost: whoever follows is woken by the
// next look, within ten seconds, and within three while the others cannot be
// heard (G9). Nobody is woken by a look at what has not moved.
func TestLook_ALostPokeCostsOneInterval(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		bus   func(bus.Bus) bus.Bus
		every time.Duration
	}{
		"heard": {func(b bus.Bus) bus.Bus { return b }, 10 * time.Second},
		"deaf":  {func(b bus.Bus) bus.Bus { return deaf{b} }, 3 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			other := h.another(h.Store, bus.NewMemory(h.now))
			h.Service = h.another(h.Store, c.bus(bus.NewMemory(h.now)))
			w := h.chat()
			f := h.follow(w, 0)
			h.pass(c.every)
			woken(f)
			pull(t, f)
			must(other.Send(t.Context(), w.Conversation, Sent{ClientID: "m", Text: "hi"}))(t)
			h.pass(c.every - time.Millisecond)
			equal(t, "not yet", woken(f), false)
			h.pass(time.Millisecond)
			equal(t, "woken", woken(f), true)
			equal(t, "told", names(pull(t, f)), []string{"2 user", "3 bot"})
			h.pass(c.every)
			equal(t, "not woken for nothing", woken(f), false)
		})
	}
}

// Consoles and places in the queue come along too.
func TestLook_TellsConsoles(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	d := h.desk(ana)
	pull(t, d)
	other := h.another(h.Store, bus.NewMemory(h.now))
	w := must(other.Hello(t.Context(), Hello{}))(t)
	ok(t, other.RequestPerson(t.Context(), w.Conversation))
	equal(t, "its poke is lost", names(pull(t, d)), []string{})
	h.pass(10 * time.Second)
	until(t, d, "handoff.queued")
}

func woken(f *Follow) bool {
	select {
	case <-f.Wake():
		return true
	default:
		return false
	}
}

// deaf is a bus on which no other replica is heard.
type deaf struct{ bus.Bus }

func (deaf) Live() bool { return false }
