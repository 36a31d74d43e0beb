package bot

import (
	"time"

	"usher/handoff"
	"usher/intents"
	"usher/intents/slot"
)

// absorb keeps every fact a message carries, asked for or not. A fact that the
// host app signed stays; one that the person typed yields to what they type
// now (ruling 9).
func (t *turn) absorb(h *heard) {
	if len(h.form) > 0 {
		t.absorbForm(h)
		return
	}
	f := &h.found
	t.absorbZone(f.Zone)
	t.absorbCounts(f.Counts)
	if f.Email != nil {
		t.learnEmail(h, *f.Email)
	}
	if !t.aboutReview(h) {
		return
	}
	if f.Status != "" {
		t.learn(h, slot.KindStatus, &t.s.Fields.Status, f.Status)
	}
	if f.Time != nil {
		t.learnTime(h, *f.Time)
	}
	if f.Reason != "" && t.readsReason(h) {
		t.learn(h, slot.KindReason, &t.s.Fields.Reason, f.Reason)
	}
	if f.Severity != "" && (t.s.Want == intents.WrongInfo || h.intent() == intents.WrongInfo) {
		t.learnSeverity(h, f.Severity)
	}
}

// aboutReview tells whether a time or a status in the message can be that of
// the review: a form is under way, or the message is about cancelling.
func (t *turn) aboutReview(h *heard) bool {
	if t.s.Want != "" || h.found.Template || t.s.Ticket.Open() {
		return true
	}
	switch t.b.catalog.Get(h.intent()).Kind {
	case intents.KindCancel:
		return true
	case intents.KindQuestion:
		return h.intent() == intents.AgentRefused || h.intent() == intents.HowToCancel
	}
	return false
}

// readsReason tells whether a reason in the words counts: it was asked for,
// stands in the guide's template, or no intent says it better.
func (t *turn) readsReason(h *heard) bool {
	asked := t.asked() == slot.KindReason
	return asked || h.found.Template || h.intent() == intents.CancelReview
}

func (t *turn) absorbZone(z *slot.Zone) {
	if z != nil && z.ID != "" {
		t.s.Zone = z.ID
	}
}

func (t *turn) absorbCounts(c slot.Counts) {
	for _, e := range []struct {
		told *int
		kept *int
	}{
		{c.Cancellations, &t.s.Counts.Cancellations},
		{c.Cancellations24h, &t.s.Counts.Cancellations24h},
		{c.FaceFailures, &t.s.Counts.FaceFailures},
		{c.Rejections, &t.s.Counts.Rejections},
	} {
		if e.told != nil {
			*e.kept = max(*e.kept, *e.told)
		}
	}
}

// learn keeps a value the person gave. The ticket that waits gets it too.
func (t *turn) learn(h *heard, kind slot.Kind, field *handoff.Field, value string) {
	h.learned[kind] = true
	if field.Source == handoff.FromApp {
		return
	}
	*field = handoff.Field{Value: value, Source: handoff.FromUser}
}

func (t *turn) learnEmail(h *heard, e slot.Email) {
	t.learn(h, slot.KindEmail, &t.s.Fields.Email, e.Address)
	if e.Suggestion != "" && !t.s.TypoAsked && t.s.Fields.Email.Source == handoff.FromUser {
		t.s.TypoAsked = true
		t.say("email.typo", "email", e.Address, "suggestion", e.Suggestion)
		t.offer(Choice{ID: "email:fix", Line: "choice.email_fix", Args: map[string]any{"email": e.Suggestion}},
			Choice{ID: "email:keep", Line: "choice.email_keep", Args: map[string]any{"email": e.Address}})
		t.ask(Ask{Kind: AskTypo, Suggestion: e.Suggestion})
	}
}

// learnTime keeps a submission time that can be used as it is; else it asks
// what is unclear: which of several, in which zone, or again with the reason
// (ruling 6). It reports whether a time was kept.
func (t *turn) learnTime(h *heard, told slot.Time) bool {
	h.learned[slot.KindTime] = true
	if t.s.Fields.SubmittedAt.Source == handoff.FromApp {
		return true
	}
	switch {
	case told.NeedsZone:
		t.say("time.which_zone")
		t.ask(Ask{Kind: AskZone, Pending: &told})
	case len(told.Candidates) > 1:
		t.askWhichTime(told.Candidates)
	case told.Precision == slot.PrecisionDay && t.s.Ask != nil && t.s.Ask.Kind == AskTime && t.s.Ask.Tries == 0:
		t.say("time.need_clock")
		t.ask(Ask{Kind: AskTime, Tries: 1})
	default:
		return t.useTime(told.At)
	}
	return false
}

// useTime keeps a submission time and reads it back with its zone and age, or
// asks again and says why.
func (t *turn) useTime(at time.Time) bool {
	age := t.at.Sub(at)
	tries := 0
	if t.s.Ask != nil && t.s.Ask.Kind == AskTime {
		tries = t.s.Ask.Tries
	}
	switch {
	case age < -time.Duration(t.b.policy.Review.FutureLeeway):
		t.say("time.future", "at", t.moment(at))
		t.ask(Ask{Kind: AskTime, Tries: tries + 1})
	case age > time.Duration(t.b.policy.Review.Oldest):
		t.say("time.too_old", "at", t.moment(at), "n", int(time.Duration(t.b.policy.Review.Oldest).Hours()/24))
		t.ask(Ask{Kind: AskTime, Tries: tries + 1})
	default:
		t.s.Fields.SubmittedAt = handoff.Field{Value: at.UTC().Format(time.RFC3339), Source: handoff.FromUser}
		t.say("time.readback", "at", t.moment(at), "age", span(max(age, 0)))
		return true
	}
	return false
}

func (t *turn) askWhichTime(times []time.Time) {
	t.say("time.which")
	for i, at := range times {
		t.offer(Choice{ID: "time:" + at.UTC().Format(time.RFC3339), Line: "choice.time", Args: map[string]any{"at": t.moment(at), "n": i + 1}})
	}
	t.ask(Ask{Kind: AskWhichTime, Times: times})
}

func (t *turn) learnSeverity(h *heard, severity string) {
	reason := WrongInfoMinor
	if severity == slot.SeverityMajor {
		reason = WrongInfoMajor
	}
	t.learn(h, slot.KindSeverity, &t.s.Fields.Reason, string(reason))
}

// absorbForm takes the inline form. A field that cannot be right is said so
// and asked again; the others are kept.
func (t *turn) absorbForm(h *heard) {
	s := &t.s
	if v := h.form["timezone"]; (&slot.Zone{ID: v}).Location() != nil {
		s.Zone = v
	}
	if v := h.form["email"]; v != "" {
		if found := t.b.slots.Parse(v, slot.Context{Now: t.at, Asked: slot.KindEmail}); found.Email != nil {
			t.learnEmail(h, *found.Email)
		} else {
			t.say("email.bad")
		}
	}
	if v := Status(h.form["status"]); v != "" && v.known() {
		t.learn(h, slot.KindStatus, &s.Fields.Status, string(v))
	}
	if v := Reason(h.form["reason"]); v != "" && v.known() {
		t.learn(h, slot.KindReason, &s.Fields.Reason, string(v))
	}
	if v := h.form["submitted_at"]; v != "" {
		t.formTime(h, v)
	}
}

func (t *turn) formTime(h *heard, v string) {
	if at, err := time.Parse(time.RFC3339, v); err == nil {
		h.learned[slot.KindTime] = true
		t.useTime(at)
		return
	}
	wall, err := time.Parse("2006-01-02T15:04", v)
	switch zone := t.s.Location(); {
	case err != nil:
		t.learnText(h, v)
	case zone == nil:
		t.learnTime(h, slot.Time{NeedsZone: true, Wall: wall, Said: v, Heard: t.at})
	default:
		h.learned[slot.KindTime] = true
		t.useTime(time.Date(wall.Year(), wall.Month(), wall.Day(), wall.Hour(), wall.Minute(), 0, 0, zone))
	}
}

// learnText reads a time typed into the form in words.
func (t *turn) learnText(h *heard, v string) {
	found := t.b.slots.Parse(v, slot.Context{Now: t.at, Zone: t.s.Location(), Lang: t.s.Locale, Asked: slot.KindTime})
	if found.Time != nil {
		t.learnTime(h, *found.Time)
		return
	}
	t.say("time.bad")
	t.ask(Ask{Kind: AskTime, Tries: 1})
}
