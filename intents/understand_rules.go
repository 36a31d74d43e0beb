package intents

import "usher/intents/match"

// Thresholds on calibrated probabilities, chosen on authored lines in
// cross-validation and on development messages, never on test messages. A
// missed theft costs an account, a false alarm one tap; so does an agent.
const (
	theftActs         = 0.40  // act without asking ...
	theftInside       = 2     // ... where it is so many times likelier than being out of scope
	theftLeads        = 0.15  // the same where it is also clearly ahead ...
	theftAhead        = 1.5   // ... by this factor of the next likely
	theftWithCue      = 0.02  // act when the words also hold a weak cue
	theftWithTripwire = 0.03  // act when they hold a tripwire; below, ask
	theftByCue        = 0.80  // share of such messages that are thefts
	theftAsks         = 0.03  // ask
	cryWords          = 5     // so few with a word of alarm are worth the question, whatever the number
	fewWords          = 2     // in so few, only a word of alarm is worth the question
	theftDespite      = 0.90  // act although the words deny it
	theftOwned        = 0.60  // act although the words say that the owner did it, or that nothing came of it
	theftInClause     = 0.90  // act when one clause alone says so ...
	theftHidden       = 0.005 // ... and the whole does not speak clearly against it
	theftOwnedTrips   = 0.10  // the same where they hold a tripwire too
	agentWins         = 0.35
	namesAnother      = 0.80 // something else is meant, whoever is named
	sureP             = 0.60
	sureMargin        = 0.20
	hypothesisFrom    = 0.10
)

// decide applies what beats what: theft, then a person, then scope, then the
// likeliest intent.
func decide(r *match.Result, c *cues, heard heardCues) Reading {
	out := Reading{Lang: r.Lang, LangP: r.LangP, Script: r.Script, Words: r.Words}
	out.Ranked.fill(r)
	out.theft(r.P(string(AccountTheft)), r.OOS, heard)
	best := out.Ranked[0]
	switch {
	case out.Theft:
		out.Intent, out.Confidence = AccountTheft, max(r.P(string(AccountTheft)), out.Confidence)
		out.lead(AccountTheft, out.Confidence)
		out.Sure = true
		return out
	case c.transfer != nil && c.has(c.transfer, r) && (best.ID == TalkToAgent || best.P < namesAnother):
		out.Intent, out.Confidence, out.Sure = TalkToAgent, max(r.P(string(TalkToAgent)), sureP), true
		out.lead(TalkToAgent, out.Confidence)
		return out
	case r.P(string(TalkToAgent)) >= agentWins && !r.Abstain:
		best = Score{TalkToAgent, r.P(string(TalkToAgent))}
		out.lead(best.ID, best.P)
	case out.Hypothetical && best.ID == AccountTheft:
	case r.Abstain:
		out.Intent, out.Confidence = OutOfScope, r.OOS
		return out
	}
	out.Intent, out.Confidence = best.ID, best.P
	next := out.Ranked[1]
	if namesReason(best.ID) {
		// A named reason beats the bare wish to cancel, which then speaks for it.
		best.P += r.P(string(CancelReview))
		if next.ID == CancelReview {
			next = out.Ranked[2]
		}
	}
	out.Sure = best.P >= sureP && best.P-next.P >= sureMargin
	return out
}

// namesReason tells whether an intent is a reason for cancelling.
func namesReason(id ID) bool {
	switch id {
	case WrongInfo, WrongDocument, SwitchDocument, AccountInfoIssue, ChangedMind, ReviewSlow:
		return true
	}
	return false
}

// theft sets the three marks. The words are heard before the number: a
// hypothesis or a denial is never an urgent case (ruling 4 of the guide's
// rules), a tripwire always is unless the rest speaks clearly against it. One
// clause that tells a theft is enough, inside whatever other request.
func (out *Reading) theft(p, outside float64, c heardCues) {
	switch {
	case c.hypothesis && (c.tripwire || c.denied || p >= hypothesisFrom):
		out.Hypothetical = true
	case c.tripwire && p >= theftWithTripwire && (!c.owned || p >= theftOwnedTrips):
		out.Theft, out.Told, out.Confidence = true, true, theftByCue
	case c.tripwire:
		out.MaybeTheft = true
	case c.denied:
		out.Theft = p >= theftDespite
		out.MaybeTheft = !out.Theft && p >= theftActs
	case c.owned && !c.disowned:
		out.Theft = p >= theftOwned
		out.MaybeTheft = !out.Theft && p >= theftActs
	case c.disowned && p >= theftWithCue:
		out.Theft, out.Told, out.Confidence = true, true, theftByCue
	case p >= theftInside*outside && (p >= theftActs || p >= theftLeads && p >= theftAhead*out.nextP()):
		out.Theft = true
	case c.clause:
		out.Theft, out.Told, out.Confidence = true, true, theftByCue
	case c.alarm && out.Words <= cryWords:
		out.MaybeTheft, out.Told = true, true
	case p >= theftAsks && (out.Words > fewWords || c.alarm):
		out.MaybeTheft = true
	}
}

// nextP is the probability of the likeliest intent other than theft.
func (out *Reading) nextP() float64 {
	if out.Ranked[0].ID == AccountTheft {
		return out.Ranked[1].P
	}
	return out.Ranked[0].P
}

// fill takes the best of r that are in scope.
func (k *Ranking) fill(r *match.Result) {
	n := 0
	for _, s := range r.Scores {
		if n < len(k) && ID(s.Label) != OutOfScope {
			k[n] = Score{ID(s.Label), s.P}
			n++
		}
	}
}

// lead moves id to the front.
func (out *Reading) lead(id ID, p float64) {
	k := &out.Ranked
	at := len(k) - 1
	for i := range k {
		if k[i].ID == id {
			at = i
			break
		}
	}
	copy(k[1:at+1], k[:at])
	k[0] = Score{id, p}
}
