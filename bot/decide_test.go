package bot_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"usher/bot"
	"usher/intents"
)

// want is the decision table once more, written from the rules and not from the
// code: the first row that applies wins. It gives advice, phase and queue.
func want(c bot.Case, manual, timed bool) (advice bot.Advice, phase bot.Phase, queue string) {
	implied := map[intents.ID]bot.Reason{
		"wrong_info": "wrong_info_minor", "wrong_document": "wrong_document", "switch_document": "switch_document",
		"account_info_issue": "account_info", "changed_mind": "changed_mind", "review_slow": "waiting",
	}
	phase = "unknown"
	if timed {
		phase = "automated"
		if manual {
			phase = "manual"
		}
	}
	if c.Status == "under_review_automated" {
		phase = "automated"
	}
	if c.Status == "under_review_manual" {
		phase = "manual"
	}
	_, cancels := implied[c.Intent]
	cancels = cancels || c.Intent == "cancel_review"
	switch {
	case c.Intent == "account_theft":
		return "secure_account_first", "", "account_security"
	case c.Intent == "talk_to_agent":
		if c.Insists {
			queue = "kyc_review"
		}
		return "hand_off_agent", "", queue
	case c.Intent == "rejected", cancels && c.Status == "rejected":
		return "fix_and_resubmit", "", ""
	case c.Intent == "out_of_scope":
		return "out_of_scope", phase, ""
	case c.Intent == "agent_refused" && phase == "automated":
		return "wait_automated_review", phase, ""
	case !cancels:
		return "answer_only", phase, ""
	case c.Status == "unverified", c.Status == "verified":
		return "nothing_to_cancel", "", ""
	}
	rowOf := map[bot.Reason]int{"changed_mind": 6, "waiting": 7, "wrong_info_minor": 8, "": 10, "other": 11}
	at := func(r bot.Reason) int {
		if n, ok := rowOf[r]; ok {
			return n
		}
		return 9
	}
	reason := c.Reason
	if r := implied[c.Intent]; r != "" {
		major := r == "wrong_info_minor" && c.Reason == "wrong_info_major"
		if c.Reason == "" || !major && at(r) < at(c.Reason) {
			reason = r
		}
	}
	if !c.Insists {
		switch reason {
		case "changed_mind":
			return "no_need_to_cancel", phase, ""
		case "waiting":
			switch phase {
			case "automated":
				return "wait_automated_review", phase, ""
			case "manual":
				return "wait_in_queue", phase, ""
			}
			return "", phase, ""
		case "wrong_info_minor":
			return "let_it_be_rejected", phase, ""
		case "other":
			return "hand_off_agent", phase, ""
		}
	}
	switch {
	case phase == "automated":
		return "wait_automated_review", phase, ""
	case phase == "manual" && (reason != "" || c.Insists):
		return "hand_off_cancel", phase, "kyc_review"
	}
	return "", phase, ""
}

// Every combination of what the table looks at, with the times at its edges.
func TestDecide_EveryCaseAgreesWithTheTable(t *testing.T) {
	t.Parallel()
	b := newBot(t)
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	ages := []struct {
		age           time.Duration
		timed, manual bool
	}{
		{-61 * time.Second, false, false},
		{-60 * time.Second, true, false},
		{29*time.Minute + 59*time.Second, true, false},
		{30 * time.Minute, true, true},
		{30*time.Minute + time.Second, true, true},
		{90 * 24 * time.Hour, true, true},
		{90*24*time.Hour + time.Second, false, false},
		{0, true, false},
	}
	n := 0
	for _, intent := range intents.All() {
		for _, reason := range append(bot.Reasons(), "") {
			for _, status := range append(bot.Statuses(), "") {
				for i := range len(ages) + 1 {
					for _, insists := range []bool{false, true} {
						c := bot.Case{Intent: intent, Reason: reason, Status: status, Now: now, Insists: insists}
						timed, manual := false, false
						if i < len(ages) {
							c.SubmittedAt, timed, manual = now.Add(-ages[i].age), ages[i].timed, ages[i].manual
						}
						advice, phase, queue := want(c, manual, timed)
						d := b.Decide(c)
						if d.Advice != advice || d.Phase != phase || d.Queue != queue {
							t.Fatalf("%+v: got %q %q %q, want %q %q %q", c, d.Advice, d.Phase, d.Queue, advice, phase, queue)
						}
						n++
					}
				}
			}
		}
	}
	t.Logf("%d cases", n)
}

func TestDecide_WarningsByOrdinal(t *testing.T) {
	t.Parallel()
	b := newBot(t)
	for _, tc := range []struct {
		ever, day int
		want      string
	}{
		{0, 0, ""},
		{1, 0, "G7.1 G7.2"},
		{2, 0, "G7.1 G7.2"},
		{3, 0, "G7.1 G7.2 G7.3"},
		{4, 4, "G7.1 G7.2 G7.3"},
		{5, 4, "G7.1 G7.2 G7.3"},
		{5, 5, "G7.1 G7.2 G7.3 G7.4"},
		{0, 5, "G7.1 G7.2 G7.3 G7.4"},
	} {
		d := b.Decide(bot.Case{
			Intent: "wrong_document", Status: "under_review_manual", Now: time.Unix(0, 0),
			Cancellations: tc.ever, Cancellations24h: tc.day,
		})
		if got := strings.Join(d.Warnings, " "); got != tc.want {
			t.Errorf("after %d cancellations, %d of them today: %q, want %q", tc.ever, tc.day, got, tc.want)
		}
	}
}

func TestDecide_TheLongerWaitWins(t *testing.T) {
	t.Parallel()
	b := newBot(t)
	for _, tc := range []struct {
		face, rejections int
		want             time.Duration
	}{{0, 0, 0}, {0, 1, 0}, {1, 0, 24 * time.Hour}, {0, 2, 48 * time.Hour}, {3, 2, 48 * time.Hour}} {
		for _, c := range []bot.Case{{Intent: "rejected"}, {Intent: "cancel_review", Status: "unverified"}, {Intent: "wrong_document", Status: "under_review_manual"}} {
			c.FaceFailures, c.Rejections = tc.face, tc.rejections
			if d := b.Decide(c); d.ResubmitAfter == nil || *d.ResubmitAfter != tc.want {
				t.Errorf("%+v: wait %v, want %v", c, d.ResubmitAfter, tc.want)
			}
		}
	}
}

func TestDecide_TheExampleOfTheContract(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 22, 9, 10, 0, 0, time.UTC)
	d := newBot(t).Decide(bot.Case{
		Intent: "cancel_review", Reason: "wrong_document", Status: "under_review", SubmittedAt: at, Now: at.Add(30 * time.Minute),
	})
	d.Policy = "-"
	got, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"advice":"hand_off_cancel","phase":"manual","facts":["G3.1","G4.4","G4.5"],"queue":"kyc_review",` +
		`"priority":"normal","cancellable_at":"2026-11-22T09:40:00Z","resubmit_after":"0s","warnings":[],"missing":["email"],"policy":"-"}`
	if string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if !slices.Equal(d.Missing, []string{"email"}) {
		t.Errorf("missing %v", d.Missing)
	}
}

func BenchmarkStep(b *testing.B) {
	bo := newBot(b)
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	s, _ := bo.Step(bot.State{}, bot.Opened{At: at, ID: "c", Locale: "en"})
	b.ReportAllocs()
	for b.Loop() {
		bo.Step(s, bot.UserSaid{At: at, Text: "what happens to my photos when i cancel"})
	}
}

func BenchmarkDecide(b *testing.B) {
	bo := newBot(b)
	for b.Loop() {
		bo.Decide(bot.Case{Intent: "wrong_document", Status: "under_review_manual"})
	}
}

func FuzzStep(f *testing.F) {
	bo := newBot(f)
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	f.Add("i uploaded the wrong passport", "40 min ago", "yes")
	f.Fuzz(func(t *testing.T, first, second, third string) {
		s, _ := bo.Step(bot.State{}, bot.Opened{At: at, ID: "c", Locale: "en"})
		for _, text := range []string{first, second, third} {
			before, err := json.Marshal(s)
			if err != nil {
				t.Fatal(err)
			}
			next, effects := bo.Step(s, bot.UserSaid{At: at, Text: text})
			if after, _ := json.Marshal(s); string(after) != string(before) {
				t.Fatal("the state given in was changed")
			}
			if len(effects) == 0 {
				t.Fatalf("%q gets no answer at all", text)
			}
			s = next
		}
	})
}
