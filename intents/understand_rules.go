package intents

import "usher/intents/match"

// Thresholds on calibrated probabilities, chosen on authored lines in
// cross-validation and on development messages, never on test messages. A
// missed theft costs an account, a false alarm one tap; so does an agent.
const (
	theftActs         = 0.35 // act without asking
	theftWithCue      = 0.02 // act when the words also hold a weak cue
	theftWithTripwire = 0.03 // act when they hold a tripwire; below, ask
	theftByCue        = 0.80 // share of such messages that are thefts
	theftAsks         = 0.05 // ask
	theftDespite      = 0.90 // act although the words deny it
	agentWins         = 0.35
	sureP             = 0.60
	sureMargin        = 0.20
	hypothesisFrom    = 0.10
)

// decide applies what beats what: theft, then a person, then scope, then the
// likeliest intent.
func (u *Understander) decide(r *match.Result) Reading {
	out := Reading{Lang: r.Lang, LangP: r.LangP, Script: r.Script, Words: r.Words}
	out.Ranked.fill(r)
	c := u.cues[r.Lang]
	if c == nil {
		c = u.cues[fallbackCues]
	}
	out.theft(r.P(string(AccountTheft)), c.read(r))
	best := out.Ranked[0]
	switch {
	case out.Theft:
		out.Intent, out.Confidence = AccountTheft, max(r.P(string(AccountTheft)), out.Confidence)
		out.lead(AccountTheft, out.Confidence)
		out.Sure = true
		return out
	case c.transfer != nil && c.has(c.transfer, r):
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
	out.Sure = best.P >= sureP && best.P-out.Ranked[1].P >= sureMargin
	return out
}

// theft sets the three marks. The words are heard before the number: a
// hypothesis or a denial is never an urgent case (ruling 4 of the guide's
// rules), a tripwire always is unless the rest speaks clearly against it.
func (out *Reading) theft(p float64, c heardCues) {
	switch {
	case c.hypothesis && (c.tripwire || c.denied || p >= hypothesisFrom):
		out.Hypothetical = true
	case c.tripwire && p >= theftWithTripwire:
		out.Theft, out.Confidence = true, theftByCue
	case c.tripwire:
		out.MaybeTheft = true
	case c.denied:
		out.Theft = p >= theftDespite
		out.MaybeTheft = !out.Theft && p >= theftActs
	case c.disowned && p >= theftWithCue:
		out.Theft, out.Confidence = true, theftByCue
	case p >= theftActs:
		out.Theft = true
	case p >= theftAsks:
		out.MaybeTheft = true
	}
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
