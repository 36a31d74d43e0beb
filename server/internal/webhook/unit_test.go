package webhook

import (
	"net/http"
	"strings"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"usher/server/internal/store"
)

func TestWait_IsTheScheduleWithATenthOfJitter(t *testing.T) {
	t.Parallel()
	total := time.Duration(0)
	for i, planned := range schedule() {
		total += planned
		for chance, want := range map[float64]time.Duration{0: planned * 9 / 10, 0.5: planned, 1: planned * 11 / 10} {
			if got, more := wait(i+1, chance, 0); got.Round(time.Millisecond) != want || !more {
				t.Errorf("after %d attempts by chance %g: %v %v, want %v", i+1, chance, got, more, want)
			}
		}
		if got, _ := wait(i+1, 0.5, 30*time.Hour); got != 30*time.Hour {
			t.Errorf("asked for longer: %v", got)
		}
	}
	if total != 75*time.Hour+35*time.Minute+5*time.Second {
		t.Errorf("the schedule takes %v", total)
	}
	if _, more := wait(10, 0.5, time.Hour); more {
		t.Error("an eleventh attempt")
	}
}

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]time.Duration{
		"": 0, "0": 0, "120": 2 * time.Minute, "-5": 0, "1.5": 0, "soon": 0, "86400": 24 * time.Hour, "86401": 24 * time.Hour,
		"315360000": 24 * time.Hour, "99999999999999999999": 0, "9223372036854775807": 24 * time.Hour,
		start.Add(time.Hour).Format(http.TimeFormat): time.Hour, start.Add(-time.Hour).Format(http.TimeFormat): 0,
		start.AddDate(10, 0, 0).Format(http.TimeFormat): 24 * time.Hour,
	} {
		if got := retryAfterOf(http.Header{"Retry-After": {text}}, start); got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}

// The official verifier takes what is signed now, with either secret while both
// are valid, and nothing that was changed.
func TestSign_ByTheOfficialVerifier(t *testing.T) {
	t.Parallel()
	now, body := time.Now(), []byte(`{"type":"message.created"}`)
	w := &store.Webhook{Secret: NewSecret(), OldSecret: NewSecret(), OldUntil: now.Add(time.Minute)}
	header := func(at time.Time) http.Header {
		h := http.Header{}
		sign(h, w, "msg_w_1", at, body)
		return h
	}
	verify := func(secret []byte, h http.Header, body string) bool {
		v, err := standardwebhooks.NewWebhook(ShowSecret(secret))
		if err != nil {
			t.Fatal(err)
		}
		return v.Verify([]byte(body), h) == nil
	}
	both := header(now)
	changed := both.Clone()
	changed.Set("webhook-id", "msg_w_2")
	for name, row := range map[string]struct{ got, want bool }{
		"the new secret":            {verify(w.Secret, both, string(body)), true},
		"the old secret":            {verify(w.OldSecret, both, string(body)), true},
		"another secret":            {verify(NewSecret(), both, string(body)), false},
		"a byte of the body":        {verify(w.Secret, both, strings.Replace(string(body), "m", "n", 1)), false},
		"another id":                {verify(w.Secret, changed, string(body)), false},
		"301 seconds old":           {verify(w.Secret, header(now.Add(-301*time.Second)), string(body)), false},
		"the old one when it ended": {verify(w.OldSecret, header(now.Add(time.Minute)), string(body)), false},
	} {
		if row.got != row.want {
			t.Errorf("%s: verified %v", name, row.got)
		}
	}
	if !strings.HasPrefix(ShowSecret(w.Secret), "whsec_") || len(w.Secret) < 24 || len(w.Secret) > 64 {
		t.Errorf("secret %d bytes", len(w.Secret))
	}
}
