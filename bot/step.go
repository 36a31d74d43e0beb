package bot

import (
	"time"

	"usher/handoff"
)

// Step takes a conversation and what happened to it and returns the
// conversation as it is then, with the effects to perform. It is pure: the
// State given in stays as it was, and the same input gives the same output.
//
// The caller saves the State and the effects' results together, or neither.
func (b *Bot) Step(s State, e Event) (State, []Effect) {
	t := &turn{b: b, s: s.clone()}
	if err := t.take(e); err != nil {
		return s, []Effect{Refused{Err: err}}
	}
	return t.s, t.finish()
}

// turn is one Step under way: the state being changed and what is to be said.
type turn struct {
	b       *Bot
	s       State
	at      time.Time
	parts   []Part
	choices []Choice
	form    []string
	meta    Meta
	system  bool
	left    string   // the language that was left in this turn
	effects []Effect // announcements, in order
}

func (t *turn) take(e Event) error {
	switch e := e.(type) {
	case Opened:
		t.at = e.At
		t.opened(e)
	case Resumed:
		t.at = e.At
		t.resumed(e)
	case UserSaid:
		t.at = e.At
		return t.userSaid(e)
	case PersonRequested:
		t.at = e.At
		return t.personRequested(e)
	case Withdrew:
		t.at = e.At
		return t.withdraw()
	case LocaleSet:
		t.at = e.At
		t.s.Locale, t.s.Pinned, t.s.Leaning = e.Locale, true, ""
	case Ended:
		t.at = e.At
		return t.ended()
	case Ticked:
		t.at = e.At
		t.ticked()
	case AgentClaimed:
		t.at = e.At
		return t.claimed(e)
	case AgentSaid:
		t.at = e.At
		return t.agentSaid(e)
	case AgentReleased:
		t.at = e.At
		return t.released(e)
	case AgentTransferred:
		t.at = e.At
		return t.transferred(e)
	case AgentCompleted:
		t.at = e.At
		return t.completed(e)
	}
	return nil
}

// finish turns what was said into one message, before the announcements: the
// person first reads what happens, then sees it happen.
func (t *turn) finish() []Effect {
	if len(t.parts) == 0 {
		return t.effects
	}
	if t.left != "" {
		t.offer(Choice{ID: "locale:" + t.left, Line: "language.back", Lang: t.left})
	}
	say := Say{Parts: t.parts, Choices: t.choices, Form: t.form, Meta: t.meta, System: t.system}
	return append([]Effect{say}, t.effects...)
}

// say adds a paragraph to the message of this turn.
func (t *turn) say(id string, args ...any) {
	p := Part{ID: id}
	for i := 0; i+1 < len(args); i += 2 {
		if p.Args == nil {
			p.Args = map[string]any{}
		}
		p.Args[args[i].(string)] = args[i+1]
	}
	t.parts = append(t.parts, p)
}

// offer adds buttons.
func (t *turn) offer(choices ...Choice) { t.choices = append(t.choices, choices...) }

// ask opens a question; the last one asked in a turn stands.
func (t *turn) ask(a Ask) { t.s.Ask = &a }

// own changes who answers the person; another agent is another owner.
func (t *turn) own(o Owner) {
	if t.s.Owner == o && o != OwnerAgent {
		return
	}
	t.s.Owner = o
	t.s.Epoch++
	t.effects = append(t.effects, OwnerChanged{})
}

// announce tells all sides how the ticket now stands.
func (t *turn) announce(kind string) {
	t.effects = append(t.effects, Announce{Type: kind, Ticket: *t.s.Ticket})
}

// decide asks the table and notes what this turn's message rests on.
func (t *turn) decide(c Case) Decision {
	d := t.b.Decide(c)
	t.meta.Advice, t.meta.Facts, t.meta.Case = d.Advice, d.Facts, &c
	return d
}

// caseNow is the decision table's view of the conversation.
func (t *turn) caseNow() Case {
	s := &t.s
	c := Case{
		Intent: s.Want, Reason: Reason(s.Fields.Reason.Value), Status: Status(s.Fields.Status.Value),
		Email: s.Fields.Email.Value, Now: t.at, Insists: s.Insists,
	}
	n := s.counts(t.at)
	c.Cancellations, c.Cancellations24h = n.Cancellations, n.Cancellations24h
	c.FaceFailures, c.Rejections = n.FaceFailures, n.Rejections
	if at, ok := s.Fields.Submitted(); ok {
		c.SubmittedAt = at
	}
	return c
}

func (t *turn) queue(id string) handoff.Queue {
	q, _ := t.b.queues.Get(id)
	return q
}
