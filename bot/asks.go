package bot

import (
	"slices"
	"time"

	"usher/handoff"
	"usher/intents"
	"usher/intents/slot"
)

// triesMax is how many unusable answers to one question end with a person.
const triesMax = 3

// answerAsk takes the message as the answer to the open question. False: it is
// none.
func (t *turn) answerAsk(h *heard, ask Ask) bool {
	switch ask.Kind {
	case AskEmail, AskTime, AskStatus, AskReason, AskWhat, AskSeverity:
		return t.answerSlot(h, ask)
	case AskTypo:
		return t.answerTypo(h, ask)
	case AskWhichTime:
		return t.answerWhichTime(h, ask)
	case AskZone:
		return t.answerZone(h, ask)
	case AskInsist:
		return t.answerInsist(h)
	case AskSchedule:
		return t.answerSchedule(h)
	case AskConfirm:
		return t.answerConfirm(h)
	case AskChange:
		return t.answerChange(h)
	case AskHandoff:
		return t.answerHandoff(h, ask)
	case AskTheft:
		return t.answerTheft(h, ask)
	case AskUnverified:
		return t.answerUnverified(h)
	case AskUnpark:
		return t.answerUnpark(h)
	case AskWithdraw:
		return t.answerWithdraw(h)
	}
	return false
}

// answerSlot takes a detail of the form: by button, by words already absorbed,
// or "I do not know".
func (t *turn) answerSlot(h *heard, ask Ask) bool {
	s := &t.s
	if v, ok := h.after("status"); ok && Status(v).known() {
		t.learn(h, slot.KindStatus, &s.Fields.Status, v)
	}
	if v, ok := h.after("reason"); ok && Reason(v).known() {
		t.learn(h, slot.KindReason, &s.Fields.Reason, v)
	}
	if v, ok := h.after("severity"); ok {
		t.learnSeverity(h, v)
	}
	answered := h.learned[ask.slot()]
	switch {
	case answered:
	case ask.Kind == AskSeverity:
		return t.answerSeverity(h)
	case t.leaves(h):
		t.leave(h)
		return true
	case (ask.Kind == AskReason || ask.Kind == AskWhat) && t.reasonByIntent(h):
		t.cancel(h.intent(), h)
		return true
	case (h.found.Unsure || h.choice == "unknown") && ask.Kind != AskEmail:
		t.unsureOf(ask)
	default:
		return false
	}
	s.Ask = nil
	t.proceed()
	return true
}

// wantByReason turns a bare wish to cancel into the intent that its reason is
// the mark of, so that it is answered in that intent's words.
func (t *turn) wantByReason() {
	s := &t.s
	reason := Reason(s.Fields.Reason.Value)
	if s.Want != intents.CancelReview || reason == "" {
		return
	}
	if reason == WrongInfoMajor {
		reason = WrongInfoMinor
	}
	for _, id := range intents.All() {
		if Reason(t.b.catalog.Get(id).Reason) == reason {
			s.Want, s.Told = id, ""
		}
	}
}

// slot is the detail a question asks for.
func (a Ask) slot() slot.Kind {
	switch a.Kind {
	case AskEmail:
		return slot.KindEmail
	case AskTime:
		return slot.KindTime
	case AskStatus:
		return slot.KindStatus
	case AskReason, AskWhat:
		return slot.KindReason
	case AskSeverity:
		return slot.KindSeverity
	}
	return ""
}

// reasonByIntent: "I uploaded the wrong one" answers "why?".
func (t *turn) reasonByIntent(h *heard) bool {
	return t.b.catalog.Get(h.intent()).Reason != "" && (h.reading.Sure || h.choice != "")
}

// unsureOf takes "I do not know" for an answer where the guide can go on
// without one (ruling 7); the email is asked again.
func (t *turn) unsureOf(ask Ask) {
	s := &t.s
	unknown := handoff.Field{Value: handoff.Unknown, Source: handoff.FromUser}
	switch ask.Kind {
	case AskTime:
		s.Fields.SubmittedAt = unknown
	case AskStatus:
		s.Fields.Status = unknown
		t.say("status.where")
	case AskReason, AskWhat:
		s.Fields.Reason = handoff.Field{Value: string(OtherReason), Source: handoff.FromUser}
	}
}

func (t *turn) answerSeverity(h *heard) bool {
	s := &t.s
	switch {
	case h.found.Insists || h.choice == "insist" || h.intent() == intents.CancelReview:
		s.Insists, s.Ask = true, nil
		t.proceed()
	case h.found.Unsure || h.no() || h.yes() || h.choice == "ok": // unsure counts as minor (ruling 2)
		s.Fields.Reason = handoff.Field{Value: string(WrongInfoMinor), Source: handoff.FromUser}
		s.Ask = nil
		t.proceed()
	default:
		return false
	}
	return true
}

func (t *turn) answerTypo(h *heard, ask Ask) bool {
	s := &t.s
	switch {
	case h.choice == "email:fix" || h.yes():
		s.Fields.Email = handoff.Field{Value: ask.Suggestion, Source: handoff.FromUser}
	case h.choice == "email:keep" || h.no() || h.learned[slot.KindEmail]:
	default:
		return false
	}
	s.Ask = nil
	t.goOn("email.noted")
	return true
}

// goOn continues the form after a side question, or says that the detail is
// kept where there is no form.
func (t *turn) goOn(noted string) {
	t.syncTicket()
	if t.s.Want != "" && !t.s.Ticket.Open() {
		t.proceed()
		return
	}
	t.say(noted)
}

func (t *turn) answerWhichTime(h *heard, ask Ask) bool {
	v, ok := h.after("time")
	if !ok {
		if !h.found.Unsure {
			return false
		}
		t.s.Ask = &Ask{Kind: AskTime, Tries: ask.Tries + 1}
		t.unusable(*t.s.Ask)
		return true
	}
	at, err := time.Parse(time.RFC3339, v)
	if err != nil || !slices.ContainsFunc(ask.Times, at.Equal) {
		return false
	}
	if t.s.Ask = nil; t.useTime(at) {
		t.goOn("details.updated")
	}
	return true
}

func (t *turn) answerZone(h *heard, ask Ask) bool {
	z := t.s.Location()
	if z == nil || ask.Pending == nil {
		return false
	}
	if t.s.Ask = nil; t.learnTime(h, t.b.slots.Settle(*ask.Pending, z)) {
		t.goOn("details.updated")
	}
	return true
}

func (t *turn) answerHandoff(h *heard, ask Ask) bool {
	switch {
	case h.yes() || h.choice == "escalate":
		t.s.Ask = nil
		t.queueFor(ask.Queue)
	case h.no():
		t.s.Ask = nil
		t.say("handoff.not_now")
	default:
		t.s.Ask = nil
		return false
	}
	return true
}

func (t *turn) answerTheft(h *heard, ask Ask) bool {
	if !h.no() {
		return false
	}
	t.s.Ask = nil
	in := t.b.catalog.Get(ask.Then)
	if in == nil || in.Kind == intents.KindTheft {
		t.say("deny.answer")
		return true
	}
	h.choice = "intent:" + string(ask.Then)
	t.byIntent(h)
	return true
}

// unusable counts an answer that was none; the third ends with a person who
// gets what is known.
func (t *turn) unusable(ask Ask) {
	if ask.Optional {
		t.s.Ask = nil
		if t.onItsWay() {
			t.stillWaiting() // a person is offered to nobody who is in line for one
			return
		}
		t.say("unsure.again")
		t.offer(Choice{ID: "agent", Line: "talk_to_agent.label"})
		return
	}
	ask.Tries++
	if ask.Tries >= triesMax {
		t.s.Ask = nil
		t.meta.Advice, t.meta.Facts = HandOffAgent, nil
		t.say("form.gave_up")
		t.queueFor(handoff.KYCReview)
		return
	}
	t.s.Ask = &ask
	if len(t.parts) == 0 && t.b.catalog.Get(t.meta.Intent).Kind != intents.KindCancel {
		t.say("form.not_understood") // what only repeats the wish was understood
	}
	t.reask()
}
