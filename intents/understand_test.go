package intents_test

import (
	"testing"

	"usher/intents"
	"usher/intents/match"
	"usher/locales"
)

func understander(t testing.TB) *intents.Understander {
	t.Helper()
	u, err := intents.NewUnderstander(locales.Files)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func TestUnderstand_DenialsAndHypothesesAreNeverUrgent(t *testing.T) {
	t.Parallel()
	u := understander(t)
	for _, text := range []string{
		"i was not hacked, just cancel my review please", "what if someone hacked me?",
		"nobody got into my account, it is only slow", "what should i do if my account gets hacked one day",
	} {
		if u.Understand(text, match.Hint{}).Theft {
			t.Errorf("%q is taken for a theft", text)
		}
	}
	if !u.Understand("someone hacked my account", match.Hint{}).Theft {
		t.Error("a plain report is not taken for a theft")
	}
}

// A cry of a few words is asked about, even where it could mean anything.
func TestUnderstand_ACryIsAskedAbout(t *testing.T) {
	t.Parallel()
	u := understander(t)
	for _, text := range []string{"hacked", "got hacked an hour ago", "hacked 40 minutes ago", "stolen!!", "hacker in here"} {
		if r := u.Understand(text, match.Hint{Chat: "en"}); !r.Theft && !r.MaybeTheft {
			t.Errorf("%q is not asked about: %+v", text, r)
		}
	}
	for _, text := range []string{"not hacked", "what if i get hacked", "40 minutes ago", "cancel please"} {
		if r := u.Understand(text, match.Hint{Chat: "en"}); r.Theft {
			t.Errorf("%q is taken for a theft: %+v", text, r)
		}
	}
}

func BenchmarkUnderstand(b *testing.B) {
	u := understander(b)
	b.ReportAllocs()
	for b.Loop() {
		u.Understand("hi i uploaded the wrong passport yesterday, can you cancel my review please", match.Hint{Chat: "en"})
	}
}

func FuzzUnderstand(f *testing.F) {
	u := understander(f)
	f.Add("someone hacked my account")
	f.Add("取消审核 🙏 ١٢٣ \xff\x00")
	f.Fuzz(func(t *testing.T, text string) {
		r := u.Understand(text, match.Hint{})
		if !known(r.Intent) || r.Confidence < 0 || r.Confidence > 1 {
			t.Errorf("%q gives %q with %v", text, r.Intent, r.Confidence)
		}
	})
}

func known(id intents.ID) bool {
	for _, k := range intents.All() {
		if k == id {
			return true
		}
	}
	return false
}
