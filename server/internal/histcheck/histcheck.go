package histcheck

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"
)

// Outcome is what a client knows of a call.
type Outcome int

// The outcomes. Unknown is any answer that did not come: a time-out, a closed
// socket, an answer that says to try again.
const (
	Unknown Outcome = iota
	Acked
	Refused
)

// Op is one try to send a message. A message that is sent again after an
// unknown outcome is another Op with the same ID.
type Op struct {
	Conversation, Sender, ID string
	Call, Return             time.Duration // since the run began
	Outcome                  Outcome
	Seq                      uint64 // of an acked one
}

// Record is a stored message as somebody reads it.
type Record struct {
	Seq uint64
	ID  string // the sender's, "" for what the bot or the system wrote
}

// Stream is what one reader was shown of a conversation, in that order, from
// the number after From on.
type Stream struct {
	Reader, Conversation string
	From                 uint64
	Shown                []Record
}

// History is a whole run.
type History struct {
	Ops     []Op
	Final   map[string][]Record // conversation → all of it, in order, read back at the end
	Streams []Stream
}

// Report lists the breaches, each in words. A good run has none.
type Report struct {
	Lost       []string // acked, and not there
	Duplicated []string // one id under two numbers, or shown twice to one reader
	Phantom    []string // there, and never sent or definitely refused
	Moved      []string // acked under another number than it has
	Gaps       []string // numbers that are not 1, 2, 3 …
	Inversions []string // acked before another of its sender was called, and behind it
	Diverged   []string // a number that means another message to a reader
	Holes      []string // a reader was shown a number without the one before
	// Counts of what was tried, for judging whether it was enough.
	Ops, Acked, Unknown int
}

// Breaches are all of them in one list.
func (r Report) Breaches() []string {
	return slices.Concat(r.Lost, r.Duplicated, r.Phantom, r.Moved, r.Gaps, r.Inversions, r.Diverged, r.Holes)
}

// Vacuous tells whether the run proves nothing: fewer acked messages, or fewer
// with an unknown fate, than were to be.
func (r Report) Vacuous(acked, unknown int) bool { return r.Acked < acked || r.Unknown < unknown }

// Check judges a run.
func Check(h History) Report {
	r := Report{Ops: len(h.Ops)}
	c := checker{r: &r, final: h.Final, seqs: map[string]map[string]uint64{}}
	for _, conv := range slices.Sorted(maps.Keys(h.Final)) {
		c.readBack(conv, h.Final[conv])
	}
	c.ops(h.Ops)
	for _, s := range h.Streams {
		c.stream(s)
	}
	return r
}

type checker struct {
	r     *Report
	final map[string][]Record
	seqs  map[string]map[string]uint64 // conversation → id → number
}

func add(list *[]string, format string, args ...any) {
	*list = append(*list, fmt.Sprintf(format, args...))
}

func (c *checker) readBack(conv string, all []Record) {
	ids := map[string]uint64{}
	c.seqs[conv] = ids
	for i, m := range all {
		if want := uint64(i) + 1; m.Seq != want {
			add(&c.r.Gaps, "%s: number %d where %d belongs", conv, m.Seq, want)
		}
		if m.ID == "" {
			continue
		}
		if first, twice := ids[m.ID]; twice {
			add(&c.r.Duplicated, "%s: %s is number %d and %d", conv, m.ID, first, m.Seq)
			continue
		}
		ids[m.ID] = m.Seq
	}
}

// fate is what all tries of one message together say.
type fate struct {
	acked, maybe bool
}

func (c *checker) ops(ops []Op) {
	fates := map[[2]string]*fate{}
	for _, o := range ops {
		key := [2]string{o.Conversation, o.ID}
		f := fates[key]
		if f == nil {
			f = &fate{}
			fates[key] = f
		}
		seq, there := c.seqs[o.Conversation][o.ID]
		switch o.Outcome {
		case Unknown:
			c.r.Unknown++
			f.maybe = true
		case Acked:
			c.r.Acked++
			switch {
			case !there && !f.acked:
				add(&c.r.Lost, "%s: %s was acked as %d", o.Conversation, o.ID, o.Seq)
			case there && seq != o.Seq:
				add(&c.r.Moved, "%s: %s was acked as %d and is %d", o.Conversation, o.ID, o.Seq, seq)
			}
			f.acked = true
		case Refused:
		}
	}
	for conv, ids := range c.seqs {
		for id := range ids {
			if f := fates[[2]string{conv, id}]; f == nil || !f.acked && !f.maybe {
				add(&c.r.Phantom, "%s: %s is there", conv, id)
			}
		}
	}
	slices.Sort(c.r.Phantom)
	c.inversions(ops)
}

// inversions looks at each sender's messages in the order of their numbers: none
// may have been called after a later one was acked.
func (c *checker) inversions(ops []Op) {
	type sender struct{ conv, name string }
	type span struct {
		id        string
		seq       uint64
		call, ack time.Duration
	}
	spans := map[sender]map[string]*span{}
	for _, o := range ops {
		seq, there := c.seqs[o.Conversation][o.ID]
		if !there {
			continue
		}
		key := sender{o.Conversation, o.Sender}
		if spans[key] == nil {
			spans[key] = map[string]*span{}
		}
		s := spans[key][o.ID]
		if s == nil {
			s = &span{id: o.ID, seq: seq, call: o.Call, ack: -1}
			spans[key][o.ID] = s
		}
		s.call = min(s.call, o.Call)
		if o.Outcome == Acked && (s.ack < 0 || o.Return < s.ack) {
			s.ack = o.Return
		}
	}
	for key, all := range spans {
		list := slices.SortedFunc(maps.Values(all), func(a, b *span) int { return cmp.Compare(a.seq, b.seq) })
		latest := &span{call: -1}
		for _, s := range list {
			if s.ack >= 0 && latest.call > s.ack {
				add(&c.r.Inversions, "%s: %s (%d) was acked before %s (%d) was sent", key.conv, s.id, s.seq, latest.id, latest.seq)
			}
			if s.call > latest.call {
				latest = s
			}
		}
	}
	slices.Sort(c.r.Inversions)
}

func (c *checker) stream(s Stream) {
	final := c.final[s.Conversation]
	next := s.From + 1
	for _, m := range s.Shown {
		switch {
		case m.Seq < next:
			add(&c.r.Duplicated, "%s: %s was shown number %d again", s.Conversation, s.Reader, m.Seq)
			continue
		case m.Seq > next:
			add(&c.r.Holes, "%s: %s was shown %d where %d belongs", s.Conversation, s.Reader, m.Seq, next)
		}
		next = m.Seq + 1
		if m.Seq > uint64(len(final)) {
			add(&c.r.Diverged, "%s: %s was shown number %d, which is not there", s.Conversation, s.Reader, m.Seq)
		} else if at := final[m.Seq-1]; at.ID != m.ID {
			add(&c.r.Diverged, "%s: number %d is %q to %s and %q at the end", s.Conversation, m.Seq, m.ID, s.Reader, at.ID)
		}
	}
}
