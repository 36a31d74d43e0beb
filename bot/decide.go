package bot

import (
	"slices"
	"time"

	"usher/handoff"
	"usher/intents"
)

// Decide answers a case by the guide's decision table: the first row that
// applies wins. It looks at nothing but the case, the policy and the facts
// each intent rests on, and answers the same way twice.
func (b *Bot) Decide(c Case) Decision {
	d := Decision{Facts: []string{}, Warnings: []string{}, Missing: []string{}, Policy: b.policy.Hash}
	in := b.catalog.Get(c.Intent)
	c = b.settle(c)
	switch in.Kind {
	case intents.KindTheft: // row 1
		d.Row, d.Advice, d.Facts = 1, SecureAccountFirst, []string{"G9.1", "G9.2", "G9.3"}
		d.Queue = handoff.AccountSecurity
	case intents.KindPerson: // row 2
		d.Row, d.Advice, d.Facts = 2, HandOffAgent, []string{"G4.3"}
		if c.Insists {
			d.Queue = handoff.KYCReview
		}
	case intents.KindRejected: // row 4
		b.fixAndResubmit(c, &d)
	case intents.KindCancel:
		b.decideCancel(c, in, &d)
	default: // rows 12 and 13
		b.decideQuestion(c, in, &d)
	}
	if q, ok := b.queues.Get(d.Queue); ok {
		d.Priority = q.Priority
	}
	return d
}

// settle drops a submission time that counts as not given: too far in the
// future or too old.
func (b *Bot) settle(c Case) Case {
	if c.SubmittedAt.IsZero() {
		return c
	}
	age := c.Now.Sub(c.SubmittedAt)
	if age < -time.Duration(b.policy.Review.FutureLeeway) || age > time.Duration(b.policy.Review.Oldest) {
		c.SubmittedAt = time.Time{}
	}
	return c
}

// phase tells which part of the review is running: the app's label decides,
// else the clock (G0.2, G0.3, G4.2). The second value is set only by the clock.
func (b *Bot) phase(c Case) (Phase, time.Time) {
	switch {
	case c.Status == UnderReviewAutomated:
		return Automated, time.Time{}
	case c.Status == UnderReviewManual:
		return Manual, time.Time{}
	case c.SubmittedAt.IsZero():
		return PhaseUnknown, time.Time{}
	}
	cancellable := c.SubmittedAt.Add(time.Duration(b.policy.Review.Automated))
	if c.Now.Before(cancellable) {
		return Automated, cancellable
	}
	return Manual, cancellable
}

// decideCancel is rows 3–11.
func (b *Bot) decideCancel(c Case, in *intents.Intent, d *Decision) {
	switch c.Status {
	case Unverified: // row 3
		d.Row, d.Advice = 3, NothingToCancel
		d.Facts = append([]string{"G8.2", "G5"}, checklist...)
		d.ResubmitAfter = b.resubmitAfter(c)
		return
	case Rejected: // row 4
		b.fixAndResubmit(c, d)
		return
	case Verified: // row 5
		d.Row, d.Advice = 5, NothingToCancel
		return
	}
	c.Reason = effectiveReason(Reason(in.Reason), c.Reason)
	d.Phase, d.CancellableAt = b.phase(c)
	switch {
	case c.Reason == ChangedMind && !c.Insists: // row 6
		d.Row, d.Advice, d.Facts = 6, NoNeedToCancel, []string{"G2.4", "G8.4"}
	case c.Reason == Waiting && !c.Insists: // row 7
		d.Row = 7
		switch d.Phase {
		case Automated:
			d.Advice, d.Facts = WaitAutomatedReview, []string{"G2.3", "G2.2"}
		case Manual:
			d.Advice, d.Facts = WaitInQueue, []string{"G2.3", "G2.2"}
		default:
			d.Missing = []string{"submitted_at"}
		}
	case c.Reason == WrongInfoMinor && !c.Insists: // row 8
		d.Row, d.Advice, d.Facts = 8, LetItBeRejected, []string{"G2.1", "G2.2"}
	case c.Reason == OtherReason && !c.Insists: // row 11
		d.Row, d.Advice, d.Facts = 11, HandOffAgent, []string{"G1"}
	default:
		b.decideWanted(c, d)
	}
}

// decideWanted is rows 9 and 10: a reason that deserves cancelling, or
// somebody who insists; and cancel_review without a reason.
func (b *Bot) decideWanted(c Case, d *Decision) {
	d.Missing = missing(c)
	switch {
	case d.Phase == Automated: // row 9, true whatever the reason
		d.Row, d.Advice, d.Facts = rowWanted, WaitAutomatedReview, []string{"G4.2"}
		if c.Reason == WrongDocument {
			d.Facts = append(d.Facts, "G3.1")
		}
	case c.Reason == "" && !c.Insists:
		return // the reason decides: none is due yet
	case d.Phase == Manual: // row 10
		d.Row, d.Advice, d.Queue = 10, HandOffCancel, handoff.KYCReview
		d.Facts = append(slices.Clone(reasonFacts[c.Reason]), "G4.4", "G4.5")
	default:
		return // the clock decides: none is due yet
	}
	d.Warnings = b.warnings(c)
	d.ResubmitAfter = b.resubmitAfter(c)
}

// decideQuestion is rows 12 and 13.
func (b *Bot) decideQuestion(c Case, in *intents.Intent, d *Decision) {
	d.Phase, d.CancellableAt = b.phase(c)
	switch {
	case in.Kind == intents.KindOutside:
		d.Row, d.Advice = 13, OutOfScope
	case in.ID == intents.AgentRefused && d.Phase == Automated:
		d.Row, d.Advice = 12, WaitAutomatedReview
	default:
		d.Row, d.Advice = 12, AnswerOnly
	}
	d.Facts = append(d.Facts, in.Row(b.conditions(c, *d)).Facts...)
}

func (b *Bot) conditions(c Case, d Decision) intents.Now {
	return intents.Now{
		Advice:     string(d.Advice),
		Phase:      string(d.Phase),
		FaceFailed: c.FaceFailures >= b.policy.Resubmit.FaceFailuresFrom,
		Rejected:   c.Rejections >= b.policy.Resubmit.RejectionsFrom,
	}
}

func (b *Bot) fixAndResubmit(c Case, d *Decision) {
	d.Row, d.Advice = 4, FixAndResubmit
	d.Facts = append([]string{"G2.1", "G5"}, checklist...)
	d.ResubmitAfter = b.resubmitAfter(c)
}

// checklist is what to put right before the next submission (G6).
var checklist = []string{"G6.1", "G6.2", "G6.3", "G6.4", "G6.5"}

// reasonFacts is what the guide says for cancelling, by reason (row 10).
var reasonFacts = map[Reason][]string{
	WrongDocument:  {"G3.1"},
	SwitchDocument: {"G3.2"},
	AccountInfo:    {"G3.3"},
	WrongInfoMajor: {"G2.1", "G2.2"},
}

// row is where the decision table handles a reason; the lower wins when an
// intent implies one reason and an explicit one differs.
var row = map[Reason]int{
	ChangedMind: 6, Waiting: 7, WrongInfoMinor: 8,
	WrongDocument: rowWanted, SwitchDocument: rowWanted, AccountInfo: rowWanted, WrongInfoMajor: rowWanted,
	OtherReason: 11,
}

// rowWanted is where the reasons stand that deserve cancelling.
const rowWanted = 9

// effectiveReason settles which reason counts: the lower row, the explicit one
// where they are level, and an explicit major error over the minor one that
// the intent implies.
func effectiveReason(implied, explicit Reason) Reason {
	switch {
	case implied == "":
		return explicit
	case explicit == "":
		return implied
	case implied == WrongInfoMinor && explicit == WrongInfoMajor:
		return explicit
	case row[implied] < row[explicit]:
		return implied
	}
	return explicit
}

// missing lists what of G4.4 was not given; "unknown" counts as given.
func missing(c Case) []string {
	f := handoff.Fields{
		Email:  handoff.Field{Value: c.Email},
		Status: handoff.Field{Value: string(c.Status)},
		Reason: handoff.Field{Value: string(c.Reason)},
	}
	if !c.SubmittedAt.IsZero() {
		f.SubmittedAt.Value = c.SubmittedAt.Format(time.RFC3339)
	}
	return f.Missing()
}

// warnings are the side effects that this cancellation's ordinal calls for.
func (b *Bot) warnings(c Case) []string {
	n := 1 + max(c.Cancellations, c.Cancellations24h)
	w := []string{}
	if n >= b.policy.Warn.RiskFrom {
		w = append(w, "G7.1", "G7.2")
	}
	if n >= b.policy.Warn.MaterialFrom {
		w = append(w, "G7.3")
	}
	if 1+c.Cancellations24h >= b.policy.Warn.FreezeFrom {
		w = append(w, "G7.4")
	}
	return w
}

// resubmitAfter is the recommended wait before the next submission (G5): the
// longest that applies.
func (b *Bot) resubmitAfter(c Case) *time.Duration {
	var wait time.Duration
	if c.FaceFailures >= b.policy.Resubmit.FaceFailuresFrom {
		wait = max(wait, time.Duration(b.policy.Resubmit.FaceFailedWait))
	}
	if c.Rejections >= b.policy.Resubmit.RejectionsFrom {
		wait = max(wait, time.Duration(b.policy.Resubmit.RejectedWait))
	}
	return &wait
}
