package chat

import (
	"strings"
	"testing"
	"time"
)

func TestSweep_AlarmsWhenACaseWaitsForTooLong(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	alarms := func(queue string) int {
		n := 0
		for line := range strings.Lines(h.log.String()) {
			if strings.Contains(line, "cases wait for too long") && strings.Contains(line, "queue="+queue+" cases=1 ") {
				n++
			}
		}
		return n
	}
	h.stolen()
	kyc, _ := h.waiting()
	h.pass(2*time.Minute - time.Second)
	equal(t, "theft before its target", alarms("account_security"), 0)
	h.pass(overdueEvery)
	equal(t, "theft", alarms("account_security"), 1)
	h.pass(overdueEvery)
	equal(t, "not told twice within a minute", alarms("account_security"), 1)
	h.pass(alarmEvery)
	equal(t, "told again", alarms("account_security"), 2)
	equal(t, "kyc before its target", alarms("kyc_review"), 0)
	h.pass(28 * time.Minute)
	equal(t, "kyc", alarms("kyc_review"), 1)
	ok(t, h.Withdraw(t.Context(), kyc))
	h.pass(alarmEvery)
	equal(t, "withdrawn", alarms("kyc_review"), 1)
}

// Every replica raises the alarm by itself, from what is stored: one that has
// just started, whichever replica the case came to, and for a case that comes
// back from an agent at once, as its age has stayed.
func TestSweep_AlarmsOnEveryReplica(t *testing.T) {
	t.Parallel()
	for queue, c := range map[string]struct {
		target time.Duration
		join   func(*house) (conv, id string)
		agent  AgentPerson
	}{
		"account_security": {2 * time.Minute, (*house).stolen, sec},
		"kyc_review":       {30 * time.Minute, (*house).waiting, ana},
	} {
		h := newHouse(t)
		alarms := func() int { return strings.Count(h.log.String(), "queue="+queue+" cases=1 ") }
		other := h.another(h.Store, h.Bus)
		_, id := c.join(h)
		d := h.desk(c.agent)
		must(h.Claim(t.Context(), c.agent, id))(t)
		h.pass(c.target)
		equal(t, queue+" while an agent has it", alarms(), 0)
		d.Close()
		h.pass(grace)
		equal(t, queue+" as soon as it is back", alarms(), 1)
		other.Sweep(t.Context())
		equal(t, queue+" by the other", alarms(), 2)
		h.another(h.Store, h.Bus).Sweep(t.Context())
		equal(t, queue+" by one that has just started", alarms(), 3)
	}
}
