package bot

import (
	"testing"
	"time"

	"usher/intents"
	"usher/intents/slot"
	"usher/locales"
)

// ears is a bot that understands and reads facts, and does nothing else.
func ears(t *testing.T) *Bot {
	t.Helper()
	reader, err := intents.NewUnderstander(locales.Files)
	if err != nil {
		t.Fatal(err)
	}
	slots, err := slot.New(locales.Files)
	if err != nil {
		t.Fatal(err)
	}
	return &Bot{reader: reader, slots: slots}
}

// A theft told while the status is asked for is no short answer, although
// there is not one space in it and a status as well.
func TestBareAnswer_CountsWordsWithoutSpaces(t *testing.T) {
	t.Parallel()
	b := ears(t)
	at := time.Date(2026, 11, 22, 15, 20, 0, 0, time.UTC)
	for text, want := range map[string]bool{
		"还在审核中":   true,
		"审核中（人工）": true,
		"审核中，但是我的账户昨晚被陌生人登录了":     false,
		"未认证。有人盗了我的号还提走了币，快帮我冻结":  false,
		"不是我提交的，我的账户好像被盗了，现在是审核中": false,
		"still under review": true,
		"under review, but a stranger logged in and took my coins": false,
	} {
		turn := &turn{b: b, s: State{Ask: &Ask{Kind: AskStatus}}, at: at}
		h := turn.understand(UserSaid{At: at, Text: text})
		h.reading.Confidence = 0.5
		h.found = b.slots.Parse(text, slot.Context{Now: at, Lang: "zh", Asked: slot.KindStatus})
		if h.found.Status == "" {
			t.Errorf("%q: no status was read", text)
		}
		if got := turn.bareAnswer(h); got != want {
			t.Errorf("%q, %d words: %v, want %v", text, h.words, got, want)
		}
	}
}

// A fact that nobody asked for is no theft, however odd it looks alone.
func TestHearsTheft_NotInABareFact(t *testing.T) {
	t.Parallel()
	b := ears(t)
	at := time.Date(2026, 3, 1, 10, 40, 0, 0, time.UTC)
	for text, want := range map[string]bool{
		"il y a 40 min": false, "hace 40 minutos": false, "40 minutes ago": false, "40 dakika önce": false, "ana@proton.me": false,
		"quelqu'un s'est connecté à mon compte il y a 40 min": true, "i got hacked 40 minutes ago": true,
	} {
		turn := &turn{b: b, s: State{Locale: "en"}, at: at}
		h := turn.understand(UserSaid{At: at, Text: text})
		if got := turn.hearsTheft(h); got != want {
			t.Errorf("%q: %v, want %v (%+v)", text, got, want, h.reading)
		}
	}
}
