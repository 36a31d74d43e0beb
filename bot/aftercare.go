package bot

import (
	"time"

	"usher/handoff"
	"usher/intents"
	"usher/locales"
)

// aftercare is what the bot does when an agent is done.
func (t *turn) aftercare(o handoff.Outcome) {
	s := &t.s
	s.Answered = true
	switch o {
	case handoff.OutcomeCancelled:
		t.meta.Facts = []string{"G4.6"}
		t.say("after.cancelled")
		t.askFor(AskUnverified)
	case handoff.OutcomeRefused:
		t.afterRefused()
	case handoff.OutcomeRestored:
		t.afterRestored()
	case handoff.OutcomeEscalated:
		t.say("after.escalated")
		t.offerHandoff(handoff.Supervisor)
	case handoff.OutcomeNoReply:
		t.say("after.no_reply")
		t.offerHandoff(s.Ticket.Queue)
	case handoff.OutcomeAnswered:
		t.say("after.answered")
	}
}

// afterRefused is G8.6: true in the automated phase, else a supervisor in one
// tap.
func (t *turn) afterRefused() {
	c := t.caseNow()
	c.Intent = intents.AgentRefused
	if d := t.decide(c); d.Advice == WaitAutomatedReview {
		t.say("agent_refused.automated")
	} else {
		t.say("after.refused")
	}
	t.offer(Choice{ID: "escalate", Line: "choice.supervisor"}, Choice{ID: "no", Line: "choice.not_now"})
	t.ask(Ask{Kind: AskHandoff, Queue: handoff.Supervisor, Optional: true})
}

// afterRestored is step 4 of G9.2: the account is back, so now decide about
// the verification.
func (t *turn) afterRestored() {
	t.meta.Facts = []string{"G9.2"}
	t.say("after.restored")
	if t.s.Parked != nil {
		t.askFor(AskUnpark)
		return
	}
	t.say("after.restored_decide")
	t.offer(Choice{ID: "intent:cancel_review", Line: "cancel_review.label"},
		Choice{ID: "intent:resubmit_how", Line: "resubmit_how.label"})
}

func (t *turn) answerUnpark(h *heard) bool {
	s := &t.s
	switch {
	case h.yes() || h.found.Insists || h.choice == "" && h.intent() == intents.CancelReview:
		parked := s.Parked
		s.Parked, s.Ask = nil, nil
		if parked == nil {
			return false
		}
		s.Want, s.Insists, s.Told = parked.Want, parked.Insists, ""
		t.proceed()
	case h.no():
		s.Parked, s.Ask = nil, nil
		t.say("form.left")
	default:
		return false
	}
	return true
}

// answerUnverified follows a cancellation: "no" brings the same case back to
// the same agent (G4.7), "yes" says when and how to submit again (G5, G6).
func (t *turn) answerUnverified(h *heard) bool {
	s := &t.s
	status := Status(h.found.Status)
	switch {
	case status == Unverified || h.yes():
		s.Fields.Status = handoff.Field{Value: string(Unverified), Source: handoff.FromUser}
		s.Ask = nil
		t.resubmitAdvice()
	case h.no() || status == UnderReview || status == UnderReviewManual || status == UnderReviewAutomated ||
		h.intent() == intents.CancelNotApplied:
		t.reopen()
	default:
		return false
	}
	return true
}

// reopens tells whether the last case ended with a cancellation, so that "it
// still says under review" brings it back.
func (t *turn) reopens() bool {
	tk := t.s.Ticket
	return tk != nil && tk.State == handoff.Completed && tk.Outcome == handoff.OutcomeCancelled
}

func (t *turn) reopen() {
	s := &t.s
	s.Ask = nil
	s.Ticket.Reopen(t.queue(s.Ticket.Queue), t.at)
	t.own(OwnerQueue)
	t.announce("handoff.queued")
	t.meta.Advice, t.meta.Facts = HandOffAgent, []string{"G4.7"}
	t.say("after.reopened")
}

// resubmitAdvice says when to submit again for this reason, at the earliest,
// the next good hours, and what to put right (G5, G6).
func (t *turn) resubmitAdvice() {
	s := &t.s
	c := t.caseNow()
	c.Intent, c.Status = intents.CancelReview, Unverified
	d := t.decide(c)
	earliest := t.at
	if d.ResubmitAfter != nil && *d.ResubmitAfter > 0 {
		earliest = t.at.Add(*d.ResubmitAfter)
		t.say("resubmit.from", "wait", span(*d.ResubmitAfter), "at", t.moment(earliest))
	} else {
		t.say("resubmit.now_" + resubmitKind(Reason(s.Fields.Reason.Value)))
	}
	from, to := t.b.policy.NextWindow(earliest)
	beijing := func(at time.Time) locales.Clock {
		return locales.Clock{At: at, Now: t.at, Zone: t.b.policy.windowZone}
	}
	t.say("resubmit.window", "from", beijing(from), "to", beijing(to), "local_from", t.moment(from), "local_to", t.moment(to))
	t.say("resubmit_how.answer")
	s.Fields.SubmittedAt, s.Fields.Reason = handoff.Field{}, handoff.Field{}
	s.Cancelled = append(s.Cancelled, t.at)
	s.Answered = true
	t.forget()
}

func resubmitKind(r Reason) string {
	switch r {
	case WrongDocument, SwitchDocument:
		return "document"
	case AccountInfo, WrongInfoMajor, WrongInfoMinor:
		return "info"
	}
	return "any"
}
