package bot

import (
	"strings"

	"usher/handoff"
	"usher/intents"
	"usher/intents/slot"
)

// answer deals with a message that is no theft: first as an answer to the
// question that was open when it came, then for a person, then by its intent.
func (t *turn) answer(h *heard, open *Ask) {
	if t.wantsPerson(h) {
		t.person(h.choice == "agent" || h.found.Transfer)
		return
	}
	if t.s.Ask != nil && t.s.Ask != open {
		// What was learned opened a question of its own, or asked again. A wish to
		// cancel that came with it goes on when that is answered.
		if id := h.intent(); t.s.Want == "" && t.b.catalog.Get(id).Kind == intents.KindCancel && !t.onItsWay() {
			t.want(id, Reason(t.b.catalog.Get(id).Reason), h)
		}
		return
	}
	if len(h.form) > 0 && len(h.learned) > 0 {
		t.s.Ask = nil
		t.proceed()
		return
	}
	if open != nil {
		if t.answerAsk(h, *open) {
			return
		}
		if len(h.learned) > 0 && t.s.Want != "" && !t.isNewTopic(h) {
			t.s.Ask = nil // another detail than the one asked for
			t.proceed()
			return
		}
		if !t.digression(h) {
			t.unusable(*open)
			return
		}
	} else if len(h.learned) > 0 && !t.isNewTopic(h) && (t.s.Want != "" || t.s.Ticket.Open()) {
		t.proceed()
		return
	}
	t.byIntent(h)
}

// wantsPerson hears the wish for a human in any state. A bare "yes" or a
// detail that was asked for is never one.
func (t *turn) wantsPerson(h *heard) bool {
	return h.intent() == intents.TalkToAgent && len(h.learned) == 0 || h.found.Transfer
}

// digression tells whether a message that does not answer the open question
// is about something else that can be answered.
func (t *turn) digression(h *heard) bool {
	if strings.HasPrefix(h.choice, "intent:") {
		return true
	}
	in := t.b.catalog.Get(h.intent())
	switch in.Kind {
	case intents.KindAnswer, intents.KindOutside:
		return false
	case intents.KindTalk:
		return in.ID != intents.Greeting || h.reading.Sure
	}
	return h.reading.Sure
}

// isNewTopic tells whether the message asks for something other than the form.
func (t *turn) isNewTopic(h *heard) bool {
	switch t.b.catalog.Get(h.intent()).Kind {
	case intents.KindQuestion, intents.KindRejected:
		return h.reading.Sure
	}
	return false
}

// byIntent answers what the message asks for, and then comes back to the
// question that is still open.
func (t *turn) byIntent(h *heard) {
	if !t.understood(h) {
		return
	}
	id, open := h.intent(), t.s.Ask
	if id != intents.OutOfScope {
		t.s.OutsideRun = 0
	}
	in := t.b.catalog.Get(id)
	switch in.Kind {
	case intents.KindCancel:
		t.cancel(id, h)
		return
	case intents.KindOutside:
		t.outside()
	case intents.KindTalk, intents.KindAnswer:
		t.talk(in)
	default:
		t.question(in)
	}
	if t.s.Ask == open {
		t.reask()
	}
}

// understood offers the best three when the words leave it open.
func (t *turn) understood(h *heard) bool {
	if h.choice != "" || h.reading.Sure || h.reading.Intent == intents.OutOfScope || len(h.learned) > 0 {
		return true
	}
	n := 0
	for _, s := range h.reading.Ranked {
		in := t.b.catalog.Get(s.ID)
		if in == nil || in.Lines["label"] == nil || in.Kind == intents.KindPerson || n == 3 {
			continue
		}
		t.offer(Choice{ID: "intent:" + string(s.ID), Line: string(s.ID) + ".label"})
		n++
	}
	t.offer(Choice{ID: "agent", Line: "talk_to_agent.label"})
	t.say("unsure.which")
	t.s.OutsideRun = 0
	return false
}

// question answers from the guide (row 12; row 4 for a rejection).
func (t *turn) question(in *intents.Intent) {
	s := &t.s
	if in.ID == intents.CancelNotApplied && t.reopens() {
		t.reopen()
		return
	}
	c := t.caseNow()
	c.Intent = in.ID
	d := t.decide(c)
	r := in.Row(t.b.conditions(c, d))
	for _, id := range r.Say {
		t.say(id)
	}
	if d.Advice == WaitAutomatedReview && !d.CancellableAt.IsZero() {
		t.say("cancel.until", "at", t.clock(d.CancellableAt), "wait", span(d.CancellableAt.Sub(t.at)))
	}
	if d.Advice == FixAndResubmit {
		t.say("resubmit_how.answer")
	}
	s.Answered = true
	if r.Offer != "" && !s.Ticket.Waiting() && s.Ask == nil {
		t.offerHandoff(r.Offer)
	}
}

func (t *turn) offerHandoff(queue string) {
	line := "choice.person"
	if queue == handoff.Supervisor {
		line = "choice.supervisor"
	}
	t.offer(Choice{ID: "yes", Line: line}, Choice{ID: "no", Line: "choice.not_now"})
	t.ask(Ask{Kind: AskHandoff, Queue: queue, Optional: true})
}

func (t *turn) talk(in *intents.Intent) {
	t.decide(Case{Intent: in.ID, Now: t.at})
	if in.Kind == intents.KindAnswer && t.s.Ask == nil && t.onItsWay() {
		t.stillWaiting()
		return
	}
	if t.s.Ask == nil || in.Kind == intents.KindTalk && in.ID != intents.Greeting {
		t.say(string(in.ID) + ".answer")
	}
}

// outside is row 13: say so; the second time in a row offer a person.
func (t *turn) outside() {
	t.decide(Case{Intent: intents.OutOfScope, Now: t.at})
	t.s.OutsideRun++
	if t.s.OutsideRun < 2 {
		t.say("out_of_scope.answer")
	}
	if t.s.Ask == nil && t.onItsWay() { // most ask when it is their turn
		t.stillWaiting()
		return
	}
	if t.s.OutsideRun < 2 {
		return
	}
	t.say("out_of_scope.again")
	if t.s.Ask == nil {
		t.offerHandoff(handoff.KYCReview)
	} else {
		t.offer(Choice{ID: "agent", Line: "talk_to_agent.label"})
	}
}

// yes and no read a button, a word, or the matcher's affirm and deny.
func (h *heard) yes() bool {
	return h.choice == "yes" || h.choice == "" && (h.found.YesNo == slot.Yes || h.found.YesNo == "" && h.reading.Intent == intents.Affirm)
}

func (h *heard) no() bool {
	return h.choice == "no" || h.choice == "" && (h.found.YesNo == slot.No || h.found.YesNo == "" && h.reading.Intent == intents.Deny)
}

// after is what follows "prefix:" in a button.
func (h *heard) after(prefix string) (string, bool) {
	return strings.CutPrefix(h.choice, prefix+":")
}
