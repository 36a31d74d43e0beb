package bot

import (
	"time"

	"usher/handoff"
)

func (t *turn) opened(e Opened) {
	t.s = State{ID: e.ID, Locale: e.Locale, Client: e.Client, Zone: e.Zone, Owner: OwnerBot, Epoch: 1}
	if e.Identity != nil {
		t.identified(*e.Identity)
	}
	if t.s.Name != "" {
		t.say("greeting.named", "name", t.s.Name)
	} else {
		t.say("greeting.open")
	}
	t.offer(
		Choice{ID: "intent:cancel_review", Line: "cancel_review.label"},
		Choice{ID: "intent:review_slow", Line: "review_slow.label"},
		Choice{ID: "intent:account_theft", Line: "account_theft.label"},
	)
}

// resumed takes what a returning client brings; it says nothing.
func (t *turn) resumed(e Resumed) {
	if e.Zone != "" {
		t.s.Zone = e.Zone
	}
	if e.Identity != nil {
		t.identified(*e.Identity)
		t.syncTicket()
	}
}

// identified takes over what the host app signed. Signed facts are not asked
// for again; what the person typed meanwhile yields to them.
func (t *turn) identified(id Identity) {
	s := &t.s
	s.Verified = true
	if id.Name != "" {
		s.Name = id.Name
	}
	signed := func(f *handoff.Field, value string) {
		if value != "" {
			*f = handoff.Field{Value: value, Source: handoff.FromApp}
		}
	}
	signed(&s.Fields.Email, id.Email)
	signed(&s.Fields.Status, string(id.Status))
	if !id.SubmittedAt.IsZero() {
		signed(&s.Fields.SubmittedAt, id.SubmittedAt.UTC().Format(time.RFC3339))
	}
	s.Cancelled = nil // the app counts them from now on
	s.Counts.Cancellations = max(s.Counts.Cancellations, id.Counts.Cancellations)
	s.Counts.Cancellations24h = max(s.Counts.Cancellations24h, id.Counts.Cancellations24h)
	s.Counts.FaceFailures = max(s.Counts.FaceFailures, id.Counts.FaceFailures)
	s.Counts.Rejections = max(s.Counts.Rejections, id.Counts.Rejections)
}

// ended closes the conversation and takes a waiting request back with it; a
// theft report stays, for the person may have been the thief.
func (t *turn) ended() error {
	if t.s.Closed {
		return ErrClosed
	}
	if tk := t.s.Ticket; tk.Open() && tk.State != handoff.Accepted && tk.Queue != handoff.AccountSecurity {
		if err := t.withdraw(); err != nil {
			return err
		}
		t.parts, t.choices = nil, nil
	}
	t.s.Closed, t.s.Ask = true, nil
	t.effects = append(t.effects, Closed{})
	return nil
}
