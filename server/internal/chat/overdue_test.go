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
		for line := range strings.Lines(h.log.text()) {
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
