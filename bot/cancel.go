package bot

import (
	"time"

	"usher/handoff"
	"usher/intents"
	"usher/intents/slot"
)

// cancel takes up a wish to cancel, or what it adds to one under way.
func (t *turn) cancel(id intents.ID, h *heard) {
	s := &t.s
	in := t.b.catalog.Get(id)
	if t.onItsWay() {
		t.cancelWhileWaiting(id)
		return
	}
	if id == intents.ReviewSlow && t.deserved() {
		t.decide(t.caseNow())
		t.say("review_slow.aside")
		t.reask()
		return
	}
	switch {
	case h.found.Insists && s.Told != "":
		s.Insists = true
	case id == intents.CancelReview && s.Want != "" && h.choice == "" && against(s.Told):
		s.Insists = true // asked again after the advice
	case s.Want == "" || in.Reason != "":
		t.want(id, Reason(in.Reason), h)
	}
	s.Ask = nil
	t.proceed()
}

// deserved tells whether the cancellation under way is one that goes on: its
// reason calls for it, or the person insists. How long things take is then a
// question in the middle, no reason.
func (t *turn) deserved() bool {
	s := &t.s
	return s.Want != "" && (s.Insists || row[effectiveReason(t.implied(), Reason(s.Fields.Reason.Value))] == rowWanted)
}

// against tells whether an advice is one that a person may insist against.
func against(told Advice) bool {
	switch told {
	case NoNeedToCancel, LetItBeRejected, WaitInQueue, WaitAutomatedReview, HandOffAgent:
		return true
	}
	return false
}

// want begins a cancellation, or gives the one under way another reason.
func (t *turn) want(id intents.ID, implied Reason, h *heard) {
	s := &t.s
	another := s.Want != "" && s.Want != id
	s.Want, s.Told, s.Warned, s.Sched = id, "", false, false
	s.Insists = h.found.Insists && implied != ""
	if another && !h.learned[slot.KindReason] && !h.learned[slot.KindSeverity] {
		s.Fields.Reason = handoff.Field{}
	}
}

// cancelWhileWaiting answers somebody whose request is already on its way. A
// change of mind may take it back.
func (t *turn) cancelWhileWaiting(id intents.ID) {
	if id == intents.ChangedMind && t.s.Ticket.Queue != handoff.AccountSecurity {
		t.askWithdraw()
		return
	}
	t.stillWaiting()
}

func (t *turn) askWithdraw() {
	t.say("withdraw.ask")
	t.offer(Choice{ID: "yes", Line: "choice.withdraw"}, Choice{ID: "no", Line: "choice.keep_waiting"})
	t.ask(Ask{Kind: AskWithdraw, Optional: true})
}

func (t *turn) answerWithdraw(h *heard) bool {
	switch {
	case h.yes() || !h.no() && h.intent() == intents.ChangedMind:
		t.s.Ask = nil
		if t.withdraw() != nil {
			t.say("handoff.not_now")
		}
	case h.no():
		t.s.Ask = nil
		t.stillWaiting()
	case h.intent() == intents.CancelReview: // "cancel it" may mean the review or the request
		t.askWithdraw()
	default:
		return false
	}
	return true
}

// proceed goes one step further with the cancellation under way: it asks the
// table and says, asks or hands over what the table says.
func (t *turn) proceed() {
	if t.s.Want == "" || t.s.Ticket.Waiting() {
		t.syncTicket()
		t.say("details.updated")
		return
	}
	t.wantByReason()
	c := t.caseNow()
	d := t.decide(c)
	d.rowSay(t, c)
	switch d.Advice {
	case "":
		t.askDecisive(c)
	case NothingToCancel, FixAndResubmit:
		t.notUnderReview(d)
	case NoNeedToCancel, LetItBeRejected, WaitInQueue:
		t.advisedAgainst(d)
	case WaitAutomatedReview:
		if effectiveReason(t.implied(), c.Reason) == Waiting && !c.Insists {
			t.advisedAgainst(d)
			return
		}
		t.waitAutomated(d)
	case HandOffCancel:
		t.collect(d)
	case HandOffAgent:
		t.otherReason(d)
	}
}

// implied is the reason that the intent under way implies.
func (t *turn) implied() Reason { return Reason(t.b.catalog.Get(t.s.Want).Reason) }

// rowSay says what the intent's own file has for this advice, once per advice.
func (d Decision) rowSay(t *turn, c Case) {
	s := &t.s
	told := d.Advice
	if told == "" {
		told = "pending"
	}
	first := s.Told == ""
	if s.Told == told || !first && d.Advice == "" {
		return
	}
	s.Told = told
	in := t.b.catalog.Get(s.Want)
	if !first && s.Want == intents.CancelReview && !s.Insists {
		return // what it has to say was said when it began
	}
	if d.Advice == NothingToCancel || d.Advice == FixAndResubmit {
		return
	}
	if s.Insists && effectiveReason(t.implied(), c.Reason) != "" && d.Advice != "" {
		t.say("cancel.as_you_wish")
		return
	}
	for _, id := range in.Row(t.b.conditions(c, d)).Say {
		if id == "wrong_info.severity" && c.Reason != "" {
			continue
		}
		t.say(id)
	}
	s.Answered = s.Answered || d.Advice != ""
}

// askDecisive asks for what decides: the reason when there is none, else when
// it was submitted. Who knows neither time nor phase gets a person.
func (t *turn) askDecisive(c Case) {
	reason := effectiveReason(t.implied(), c.Reason)
	switch {
	case reason == "" && !c.Insists:
		t.askFor(AskReason)
	case !t.s.Fields.SubmittedAt.Given():
		t.askFor(AskTime)
	case !t.s.Fields.Status.Given():
		t.askFor(AskStatus)
	default:
		t.say("cancel.phase_unknown")
		t.collect(Decision{})
	}
}

// notUnderReview is rows 3–5: there is nothing to cancel.
func (t *turn) notUnderReview(d Decision) {
	switch status := Status(t.s.Fields.Status.Value); {
	case d.Advice == FixAndResubmit:
		t.say("rejected.answer")
		t.sayResubmit(d)
	case status == Verified:
		t.say("cancel.verified")
	default:
		t.say("cancel.unverified")
		t.sayResubmit(d)
	}
	t.s.Answered = true
	t.forget()
}

// sayResubmit gives the wait before the next submission and the checklist.
func (t *turn) sayResubmit(d Decision) {
	if d.ResubmitAfter != nil && *d.ResubmitAfter > 0 {
		at := t.at.Add(*d.ResubmitAfter)
		t.say("resubmit.from", "wait", span(*d.ResubmitAfter), "at", t.moment(at))
	}
	t.say("resubmit_how.answer")
}

// forget ends the cancellation under way; what the person told is kept.
func (t *turn) forget() {
	s := &t.s
	s.Want, s.Told, s.Insists, s.Sched, s.Warned, s.Ask = "", "", false, false, false, nil
}

// advisedAgainst ends rows 6–8 with a choice: leave it, or insist.
func (t *turn) advisedAgainst(d Decision) {
	if d.Phase != "" && d.Phase != PhaseUnknown && !d.CancellableAt.IsZero() && t.implied() == Waiting {
		t.say("review_slow.so_far", "age", span(t.at.Sub(d.CancellableAt)+time.Duration(t.b.policy.Review.Automated)))
	}
	if t.saidSeverity() {
		t.offer(Choice{ID: "severity:minor", Line: "choice.minor"}, Choice{ID: "severity:major", Line: "choice.major"},
			Choice{ID: "insist", Line: "choice.insist"})
		t.ask(Ask{Kind: AskSeverity})
		return
	}
	if len(t.parts) == 0 || t.onlyReadback() {
		t.say("cancel.leave_it")
	}
	t.offer(Choice{ID: "ok", Line: "choice.leave_it"}, Choice{ID: "insist", Line: "choice.insist"})
	t.ask(Ask{Kind: AskInsist, Optional: true})
}

func (t *turn) saidSeverity() bool {
	for _, p := range t.parts {
		if p.ID == "wrong_info.severity" {
			return true
		}
	}
	return false
}

func (t *turn) onlyReadback() bool {
	return len(t.parts) == 1 && t.parts[0].ID == "time.readback"
}

func (t *turn) answerInsist(h *heard) bool {
	s := &t.s
	switch {
	case h.choice == "insist" || h.found.Insists || h.choice == "" && h.intent() == intents.CancelReview:
		s.Insists, s.Ask = true, nil
		t.proceed()
	case h.choice == "" && t.reasonByIntent(h) && h.intent() != s.Want:
		t.cancel(h.intent(), h)
	case h.no():
		t.say("insist.check")
		t.offer(Choice{ID: "insist", Line: "choice.insist"}, Choice{ID: "ok", Line: "choice.leave_it"})
	case h.choice == "ok" || h.yes() || h.intent() == intents.Thanks || h.intent() == intents.Goodbye:
		t.say("form.left")
		t.forget()
	default:
		return false
	}
	return true
}

// waitAutomated is row 9: it cannot be cancelled yet; offer to hand over by
// itself when it can.
func (t *turn) waitAutomated(d Decision) {
	s := &t.s
	if s.Sched {
		t.collect(d)
		return
	}
	s.Answered = true
	if d.CancellableAt.IsZero() {
		t.say("cancel.automated_label")
		t.say("cancel.when_manual")
		t.ask(Ask{Kind: AskSchedule, Optional: true})
		t.offer(Choice{ID: "no", Line: "choice.wait"}, Choice{ID: "agent", Line: "talk_to_agent.label"})
		return
	}
	t.say("cancel.automated", "at", t.clock(d.CancellableAt), "wait", span(d.CancellableAt.Sub(t.at)))
	t.say("schedule.offer", "at", t.clock(d.CancellableAt))
	t.offer(Choice{ID: "yes", Line: "choice.schedule", Args: map[string]any{"at": t.clock(d.CancellableAt)}},
		Choice{ID: "no", Line: "choice.wait"})
	t.ask(Ask{Kind: AskSchedule, Optional: true})
}

func (t *turn) answerSchedule(h *heard) bool {
	s := &t.s
	_, timed := s.Fields.Submitted()
	switch {
	case h.learned[slot.KindTime] && h.choice == "": // "no wait, it was two hours ago" corrects, it declines nothing
		s.Ask, s.Told = nil, ""
		t.proceed()
	case timed && (h.yes() || h.choice == "insist" || h.found.Insists):
		s.Sched, s.Ask = true, nil
		t.proceed()
	case h.no() || h.choice == "ok":
		t.say("schedule.declined")
		s.Ask = nil // the wish and its reason stay: they are to write again
	case len(h.learned) > 0:
		s.Ask, s.Told = nil, ""
		t.proceed()
	case h.found.Insists || h.yes():
		t.say("cancel.really_not_yet")
		t.offer(Choice{ID: "agent", Line: "talk_to_agent.label"})
	default:
		return false
	}
	return true
}

// otherReason is row 11: ask once what happened, offer a person.
func (t *turn) otherReason(Decision) {
	t.say("cancel.what_happened")
	t.offer(Choice{ID: "agent", Line: "talk_to_agent.label"}, Choice{ID: "insist", Line: "choice.insist"})
	t.ask(Ask{Kind: AskInsist, Optional: true})
}

// leaves hears "never mind" in the middle of the form.
func (t *turn) leaves(h *heard) bool {
	return h.choice == "leave" || h.choice == "" && h.reading.Sure &&
		(h.intent() == intents.ChangedMind || h.intent() == intents.Goodbye)
}

// leave ends the form; somebody who no longer wants the verification is told
// that nothing need be cancelled (row 6).
func (t *turn) leave(h *heard) {
	if h.intent() == intents.ChangedMind {
		t.decide(Case{Intent: intents.ChangedMind, Now: t.at})
		t.say("changed_mind.no_need")
	} else {
		t.say("form.left")
	}
	t.forget()
}
