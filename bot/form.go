package bot

import (
	"slices"
	"time"

	"usher/handoff"
	"usher/intents"
	"usher/intents/slot"
	"usher/locales"
)

// collect is row 10, and row 9 on its way to a scheduled handoff: ask for what
// of G4.4 is missing, then show the request for confirmation.
func (t *turn) collect(Decision) {
	s := &t.s
	if !s.Fields.Reason.Given() {
		if reason := t.implied(); reason != "" {
			s.Fields.Reason = handoff.Field{Value: string(reason), Source: handoff.FromUser}
		}
	}
	t.collectAll()
}

// collectAll asks for the first detail that is missing, with the inline form
// for all of them, or shows the request when it is complete.
func (t *turn) collectAll() {
	missing := t.s.Fields.Missing()
	if len(missing) == 0 {
		t.confirm()
		return
	}
	order := []AskKind{AskReason, AskTime, AskStatus, AskEmail}
	for _, kind := range order {
		if slices.Contains(missing, string(Ask{Kind: kind}.slot())) {
			t.askFor(kind)
			break
		}
	}
	if len(missing) > 1 {
		t.form = missing
	}
}

// askFor opens a question of the form in words, with buttons where the
// answers are few.
func (t *turn) askFor(kind AskKind) {
	t.sayAsk(Ask{Kind: kind})
	t.ask(Ask{Kind: kind})
}

// reask says the open question again, after a digression or an unusable answer.
func (t *turn) reask() {
	if t.s.Ask != nil && t.s.Owner != OwnerAgent {
		t.sayAsk(*t.s.Ask)
	}
}

// sayAsk puts a question into words.
func (t *turn) sayAsk(ask Ask) {
	switch ask.Kind {
	case AskEmail:
		t.say("ask.email")
	case AskTypo:
		t.say("email.typo", "email", t.s.Fields.Email.Value, "suggestion", ask.Suggestion)
		t.offer(Choice{ID: "email:fix", Line: "choice.email_fix", Args: map[string]any{"email": ask.Suggestion}},
			Choice{ID: "email:keep", Line: "choice.email_keep", Args: map[string]any{"email": t.s.Fields.Email.Value}})
	case AskTime:
		t.say("ask.submitted_at")
		t.form = []string{"submitted_at"}
	case AskWhichTime:
		t.askWhichTime(ask.Times)
		t.s.Ask.Tries = ask.Tries
	case AskZone:
		t.say("time.which_zone")
	case AskStatus:
		t.say("ask.status")
		for _, v := range []Status{UnderReview, UnderReviewAutomated, UnderReviewManual, Rejected, Unverified, StatusUnknown} {
			t.offer(Choice{ID: "status:" + string(v), Line: "status." + string(v)})
		}
	case AskReason, AskWhat:
		t.say("ask.reason")
		for _, v := range Reasons() {
			t.offer(Choice{ID: "reason:" + string(v), Line: "reason." + string(v)})
		}
	case AskSeverity:
		t.say("wrong_info.severity")
		t.offer(Choice{ID: "severity:minor", Line: "choice.minor"}, Choice{ID: "severity:major", Line: "choice.major"})
	case AskConfirm:
		t.sayConfirm()
	case AskChange:
		t.sayChange()
	case AskSchedule:
		t.sayScheduleAgain()
	case AskUnverified:
		t.say("after.ask_unverified")
		t.offer(Choice{ID: "yes", Line: "choice.unverified_yes"}, Choice{ID: "no", Line: "choice.unverified_no"})
	case AskUnpark:
		t.say("after.ask_unpark")
		t.offer(Choice{ID: "yes", Line: "choice.go_on"}, Choice{ID: "no", Line: "choice.not_now"})
	case AskInsist:
		t.offer(Choice{ID: "ok", Line: "choice.leave_it"}, Choice{ID: "insist", Line: "choice.insist"})
	case AskHandoff:
		t.offer(Choice{ID: "yes", Line: "choice.person"}, Choice{ID: "no", Line: "choice.not_now"})
	case AskWithdraw:
		t.offer(Choice{ID: "yes", Line: "choice.withdraw"}, Choice{ID: "no", Line: "choice.keep_waiting"})
	case AskTheft:
		t.say("theft.check")
		t.offer(Choice{ID: "theft", Line: "choice.theft_yes"}, Choice{ID: "no", Line: "choice.theft_no"})
	}
}

func (t *turn) sayScheduleAgain() {
	at, ok := t.s.Fields.Submitted()
	if !ok {
		return
	}
	start := t.clock(at.Add(time.Duration(t.b.policy.Review.Automated)))
	t.offer(Choice{ID: "yes", Line: "choice.schedule", Args: map[string]any{"at": start}}, Choice{ID: "no", Line: "choice.wait"})
}

// confirm shows the warnings once and the filled-in request.
func (t *turn) confirm() {
	s := &t.s
	if !s.Warned {
		s.Warned = true
		for _, w := range t.b.warnings(t.caseNow()) {
			t.say("warn."+w, "n", t.ordinal())
		}
	}
	t.sayConfirm()
	t.ask(Ask{Kind: AskConfirm})
}

// ordinal is which cancellation this one is.
func (t *turn) ordinal() int {
	n := t.s.counts(t.at)
	return 1 + max(n.Cancellations, n.Cancellations24h)
}

func (t *turn) sayConfirm() {
	s := &t.s
	t.say("confirm.request",
		"reason", locales.Ref("reason."+s.Fields.Reason.Value), "email", t.fieldText(s.Fields.Email),
		"submitted_at", t.submittedText(), "status", locales.Ref("status."+s.Fields.Status.Value))
	send := "choice.send"
	if at, ok := s.Fields.Submitted(); ok && s.Sched {
		send = "choice.send_later"
		t.say("confirm.scheduled", "at", t.clock(at.Add(time.Duration(t.b.policy.Review.Automated))))
	} else {
		t.say("confirm.ask")
	}
	t.offer(Choice{ID: "yes", Line: send}, Choice{ID: "change", Line: "choice.change"}, Choice{ID: "leave", Line: "choice.drop"})
}

func (t *turn) fieldText(f handoff.Field) any {
	if f.Value == handoff.Unknown {
		return locales.Ref("field.unknown")
	}
	return f.Value
}

func (t *turn) submittedText() any {
	if at, ok := t.s.Fields.Submitted(); ok {
		return t.moment(at)
	}
	return locales.Ref("field.unknown")
}

// answerConfirm sends the request, changes it, or drops it. A detail in the
// answer corrects the request, and it is shown again.
func (t *turn) answerConfirm(h *heard) bool {
	s := &t.s
	if v, ok := h.after("reason"); ok && Reason(v).known() {
		t.learn(h, slot.KindReason, &s.Fields.Reason, v)
	}
	switch {
	case len(h.learned) > 0:
		s.Ask = nil
		t.proceed()
	case h.yes() || h.found.Insists:
		s.Ask = nil
		t.send()
	case t.leaves(h) || h.choice == "" && h.intent() == intents.ChangedMind && h.reading.Sure:
		t.leave(h)
	case h.choice == "change" || h.no():
		t.sayChange()
		t.ask(Ask{Kind: AskChange})
	default:
		return false
	}
	return true
}

func (t *turn) sayChange() {
	t.say("confirm.change")
	for _, id := range []string{"email", "submitted_at", "status", "reason"} {
		if t.fieldByID(id).Source == handoff.FromUser {
			t.offer(Choice{ID: "change:" + id, Line: "field." + id})
		}
	}
	t.offer(Choice{ID: "leave", Line: "choice.drop"})
}

func (t *turn) fieldByID(id string) *handoff.Field {
	f := &t.s.Fields
	switch id {
	case "email":
		return &f.Email
	case "submitted_at":
		return &f.SubmittedAt
	case "status":
		return &f.Status
	default:
		return &f.Reason
	}
}

func (t *turn) answerChange(h *heard) bool {
	s := &t.s
	id, ok := h.after("change")
	switch {
	case ok && slices.Contains([]string{"email", "submitted_at", "status", "reason"}, id):
		*t.fieldByID(id) = handoff.Field{}
		s.Ask = nil
		t.collectAll()
	case len(h.learned) > 0:
		s.Ask = nil
		t.proceed()
	case t.leaves(h):
		t.leave(h)
	case h.yes():
		s.Ask = nil
		t.confirm()
	default:
		return false
	}
	return true
}

// send hands the confirmed request over: now, or by itself when it may be
// cancelled.
func (t *turn) send() {
	s := &t.s
	c := t.caseNow()
	d := t.decide(c)
	tk := t.ticket()
	tk.Verdict = t.verdict(d)
	at, timed := s.Fields.Submitted()
	start := at.Add(time.Duration(t.b.policy.Review.Automated))
	if s.Sched && timed && t.at.Before(start) && d.Phase == Automated {
		tk.Schedule(t.queue(handoff.KYCReview), start)
		t.say("schedule.done", "at", t.clock(start))
		t.announce("handoff.scheduled")
		t.forget()
		return
	}
	t.forget()
	t.enqueue(handoff.KYCReview)
	t.say("handoff.queued_cancel")
}
