package slot

import (
	"testing"
	"time"
)

// English is read in every message, but what the message's own language knows
// as something else, or has judged, is not English there.
func TestParse_EnglishInOtherLanguages(t *testing.T) {
	t.Parallel()
	p, here := english(t), time.FixedZone("", 3*3600)
	for _, c := range []struct {
		lang  string
		asked Kind
		text  string
		want  string
	}{
		{"fr", KindTime, "yesterday at 8 pm", "time:2026-11-21 20:00"},
		{"tr", "", "my kyc got rejected", "status:rejected"},
		{"pt", KindTime, "waiting for 48 hours", "time:2026-11-20 18:20"},
		{"ar", KindReason, "photo", "reason:wrong_document"},
		{"ru", KindStatus, "статус failed", "status:rejected"},
		{"tr", "", "KYC PENDİNG", "status:under_review"},
		// words of their own
		{"fr", KindTime, "mon compte", "none"},
		{"es", KindTime, "el tema del SAT", "none"},
		{"hi", KindTime, "sat sri akal", "none"},
		{"es", "", "ya", "none"},
		{"es", KindConfirm, "n/a", "none"},
		{"fr", KindReason, "refus car mon visage ne correspond pas à la photo", "none"},
		// no accents in English
		{"tr", KindConfirm, "süre", "none"},
		{"tr", KindConfirm, "nö", "none"},
		// a stretch of time that the own language does not take for an age
		{"pt", KindTime, "saque suspenso por 24h", "none"},
		// figures for letters
		{"ar", KindTime, "mesh 3ayz at3eb", "none"},
	} {
		if got := describe(p.Parse(c.text, Context{Now: noon, Zone: here, Lang: c.lang, Asked: c.asked}), here); got != c.want {
			t.Errorf("%s %q (asked %q): %s, want %s", c.lang, c.text, c.asked, got, c.want)
		}
	}
}
