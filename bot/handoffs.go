package bot

import (
	"strconv"

	"usher/handoff"
	"usher/intents"
)

// ticket is the ticket under way, or a new one.
func (t *turn) ticket() *handoff.Ticket {
	s := &t.s
	if s.Ticket == nil || s.Ticket.Ended() {
		s.Tickets++
		s.Ticket = &handoff.Ticket{ID: s.ID + "-" + strconv.Itoa(s.Tickets), CreatedAt: t.at}
	}
	s.Ticket.Fields = s.Fields
	return s.Ticket
}

// enqueue puts the ticket into a queue now.
func (t *turn) enqueue(queue string) {
	t.ticket().Enqueue(t.queue(queue), t.at)
	t.own(OwnerQueue)
	t.announce("handoff.queued")
}

func (t *turn) verdict(d Decision) handoff.Verdict {
	v := handoff.Verdict{
		Advice: string(d.Advice), Facts: d.Facts, Warnings: d.Warnings,
		Cancellations: t.ordinal() - 1, Cancellations24h: t.s.counts(t.at).Cancellations24h,
	}
	if !d.CancellableAt.IsZero() {
		at := d.CancellableAt
		v.CancellableAt = &at
	}
	return v
}

// syncTicket gives a ticket that waits what the person has told since.
func (t *turn) syncTicket() {
	if tk := t.s.Ticket; tk.Open() && tk.Fields != t.s.Fields {
		tk.Fields = t.s.Fields
		t.effects = append(t.effects, Updated{Ticket: *tk})
	}
}

// theft is row 1: hand off first, then the steps, then ask for what is
// missing. A case that waits or is held elsewhere moves with its id.
func (t *turn) theft() {
	s := &t.s
	d := t.decide(Case{Intent: "account_theft", Now: t.at})
	t.system = false
	if s.Want != "" {
		s.Parked = &Parked{Want: s.Want, Insists: s.Insists}
	}
	fields := s.Fields
	t.forget()
	s.Fields = fields
	s.OutsideRun = 0
	if tk := s.Ticket; tk.Open() && tk.Queue == handoff.AccountSecurity {
		t.say("theft.already")
		t.askTheftEmail()
		return
	}
	if tk := s.Ticket; tk.Open() && s.Parked == nil && tk.Fields.Reason.Given() {
		s.Parked = &Parked{Want: "cancel_review"}
	}
	t.ticket().Verdict = t.verdict(d)
	t.enqueue(handoff.AccountSecurity)
	t.say("account_theft.steps")
	t.askTheftEmail()
	s.Answered = true
}

func (t *turn) askTheftEmail() {
	if t.s.Fields.Email.Given() {
		return
	}
	t.say("theft.ask_email")
	t.ask(Ask{Kind: AskEmail, Optional: true})
}

// person is row 2 and ruling 10: the first bare wish gets one short offer,
// insisting gets a person.
func (t *turn) person(insists bool) {
	s := &t.s
	insists = insists || s.Answered || s.PersonAsked
	t.decide(Case{Intent: "talk_to_agent", Now: t.at, Insists: insists})
	s.PersonAsked = true
	switch tk := s.Ticket; {
	case tk.Waiting():
		t.stillWaiting()
	case !insists:
		t.say("talk_to_agent.offer")
		t.offer(Choice{ID: "agent", Line: "talk_to_agent.now"})
	default:
		t.queueFor(handoff.KYCReview)
	}
}

func (t *turn) personRequested(e PersonRequested) error {
	s := &t.s
	switch {
	case s.Closed:
		return ErrClosed
	case s.Owner == OwnerAgent:
		return ErrConflict
	}
	if e.Reason != "" {
		s.Fields.Reason = handoff.Field{Value: string(e.Reason), Source: handoff.FromApp}
		t.syncTicket()
	}
	t.meta.Intent, t.meta.Confidence = "talk_to_agent", 1
	switch e.Queue {
	case handoff.AccountSecurity:
		t.meta.Intent = intents.AccountTheft
		t.theft()
	case handoff.Supervisor:
		if s.Ticket.Waiting() {
			t.stillWaiting()
			break
		}
		t.queueFor(handoff.Supervisor)
	default:
		t.person(true)
	}
	return nil
}

// queueFor hands the conversation over with what is known. The form is
// offered, never forced.
func (t *turn) queueFor(queue string) {
	s := &t.s
	if s.Ticket.Waiting() && s.Ticket.Queue == handoff.AccountSecurity {
		t.stillWaiting()
		return
	}
	reopened := queue == handoff.Supervisor && s.Ticket != nil && s.Ticket.State == handoff.Completed
	if !s.Ticket.Open() && !reopened {
		t.ticket()
	}
	if s.Want != "" && !s.Fields.Reason.Given() && t.implied() != "" {
		s.Fields.Reason = handoff.Field{Value: string(t.implied()), Source: handoff.FromUser}
	}
	s.Ticket.Fields = s.Fields
	if s.Want != "" {
		s.Ticket.Verdict = t.verdict(t.b.Decide(t.caseNow()))
	}
	t.forget()
	s.Ticket.Enqueue(t.queue(queue), t.at)
	t.own(OwnerQueue)
	t.announce("handoff.queued")
	t.say("handoff.queued_person")
	if missing := s.Fields.Missing(); len(missing) > 0 && queue == handoff.KYCReview {
		t.say("handoff.details_welcome")
		t.form = missing
	}
}

// onItsWay tells whether a request waits for a person or for its minute.
func (t *turn) onItsWay() bool {
	tk := t.s.Ticket
	return tk.Waiting() || tk.Open() && tk.State == handoff.Scheduled
}

// stillWaiting tells somebody in a queue that their place is kept.
func (t *turn) stillWaiting() {
	if tk := t.s.Ticket; tk.Open() && tk.State == handoff.Scheduled {
		t.say("schedule.still", "at", t.clock(tk.StartsAt))
		return
	}
	if t.s.Ticket.Queue == handoff.AccountSecurity {
		t.say("theft.already")
		return
	}
	t.say("handoff.still")
}

func (t *turn) withdraw() error {
	s := &t.s
	switch {
	case s.Closed:
		return ErrClosed
	case !s.Ticket.Open() || s.Ticket.State == handoff.Accepted:
		return ErrConflict
	}
	waiting := s.Ticket.Waiting()
	if err := s.Ticket.Withdraw(); err != nil {
		return ErrConflict
	}
	if waiting {
		t.own(OwnerBot)
	}
	t.forget()
	t.announce("handoff.withdrawn")
	t.say("handoff.withdrawn")
	return nil
}

// ticked is row 9's end: the completed request joins the queue by itself.
func (t *turn) ticked() {
	tk := t.s.Ticket
	if !tk.Open() || tk.State != handoff.Scheduled || t.at.Before(tk.StartsAt) {
		return
	}
	t.decide(Case{
		Intent: "cancel_review", Reason: Reason(tk.Fields.Reason.Value), Insists: true,
		Status: UnderReviewManual, Now: t.at,
	})
	at := tk.StartsAt
	t.enqueue(handoff.KYCReview)
	t.say("schedule.joined", "at", t.clock(at))
}
