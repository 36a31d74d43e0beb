package chat

import (
	"sync"
	"testing"
	"time"

	"usher/bot"
	"usher/handoff"
	"usher/server/internal/wire"
)

func TestHello_NewThenResumed(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	w := must(h.Hello(t.Context(), Hello{Timezone: "America/Bogota"}))(t)
	equal(t, "new", w, Welcome{
		Conversation: w.Conversation, Session: h.tagged(w.Conversation), Locale: "en", Owner: "bot",
		Epoch: 1, LastSeq: 1, Recovered: true,
	})
	if len(w.Session) < 43 {
		t.Errorf("a session of %d characters", len(w.Session))
	}
	h.restart() // and the session stays the same
	h.say(w.Conversation, "hello")
	again := must(h.Hello(t.Context(), Hello{Session: w.Session, After: 2}))(t)
	w.LastSeq = 3
	equal(t, "resumed", again, w)
	equal(t, "the zone stays", h.state(w.Conversation).Zone, "America/Bogota")
	must(h.Hello(t.Context(), Hello{Session: w.Session, Timezone: "Asia/Tokyo"}))(t)
	equal(t, "the zone moves", h.state(w.Conversation).Zone, "Asia/Tokyo")
}

func TestHello_Refused(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	mine := must(h.Hello(t.Context(), Hello{Person: &Person{Subject: "u1"}}))(t)
	for name, c := range map[string]struct {
		hello Hello
		want  error
	}{
		"unknown session":         {Hello{Session: "unknown"}, ErrUnauthenticated},
		"a conversation's id":     {Hello{Session: mine.Conversation}, ErrUnauthenticated},
		"another's token":         {Hello{Session: mine.Session, Person: &Person{Subject: "u2"}}, ErrUnauthenticated},
		"ahead of the history":    {Hello{Session: mine.Session, After: 2}, ErrResync},
		"before the history":      {Hello{Session: mine.Session, After: -1}, ErrResync},
		"ahead without a history": {Hello{After: 1}, ErrResync},
		"of a replaced history":   {Hello{Session: h.secretOf(mine.Conversation) + ".ANOTHERONE", After: 1}, ErrResync},
		"of it, from the start":   {Hello{Session: h.secretOf(mine.Conversation) + ".ANOTHERONE"}, nil},
		"of no known history":     {Hello{Session: h.secretOf(mine.Conversation), After: 1}, nil},
		"no secret before a tag":  {Hello{Session: "." + h.tag()}, ErrUnauthenticated},
		"its own token":           {Hello{Session: mine.Session, Person: &Person{Subject: "u1"}}, nil},
		"the session alone":       {Hello{Session: mine.Session, After: 1}, nil},
	} {
		t.Run(name, func(t *testing.T) { fails(h.Hello(t.Context(), c.hello))(t, c.want) })
	}
	equal(t, "u2 left no trace", h.state(mine.Conversation).Fields, handoff.Fields{})
}

func TestHello_BySubject(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := &Person{
		Subject: "u1", Name: "Eva", Email: "eva@proton.me", Zone: "Asia/Tokyo", Status: "under_review",
		SubmittedAt: start.Add(-time.Hour), Cancellations: 2,
	}
	phone := must(h.Hello(t.Context(), Hello{Person: p}))(t)
	laptop := must(h.Hello(t.Context(), Hello{Person: p}))(t)
	equal(t, "the same on every device", laptop, phone)
	s := h.state(phone.Conversation)
	app := func(v string) handoff.Field { return handoff.Field{Value: v, Source: handoff.FromApp} }
	equal(t, "signed facts", s.Fields, handoff.Fields{
		Email: app("eva@proton.me"), Status: app("under_review"), SubmittedAt: app("2026-03-01T09:00:00Z"),
	})
	equal(t, "zone", s.Zone, "Asia/Tokyo")
	equal(t, "counts", s.Counts, bot.Counts{Cancellations: 2})
	ok(t, h.End(t.Context(), phone.Conversation))
	h.pass(time.Second)
	next := must(h.Hello(t.Context(), Hello{Person: p}))(t)
	if next.Conversation == phone.Conversation {
		t.Error("an ended conversation was opened again")
	}
}

// An anonymous conversation becomes the person's who comes back with a token,
// and nobody else's from then on.
func TestHello_AnonymousThenToken(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	w := h.chat()
	h.say(w.Conversation, "my email is other@proton.me, cancel my review")
	tok := &Person{Subject: "u1", Email: "eva@proton.me"}
	must(h.Hello(t.Context(), Hello{Session: w.Session, Person: tok}))(t)
	equal(t, "subject", must(h.Store.Load(t.Context(), w.Conversation))(t).Subject, "u1")
	equal(t, "email", h.state(w.Conversation).Fields.Email, handoff.Field{Value: "eva@proton.me", Source: handoff.FromApp})
	equal(t, "by subject", must(h.Hello(t.Context(), Hello{Person: tok}))(t).Conversation, w.Conversation)
	fails(h.Hello(t.Context(), Hello{Session: w.Session, Person: &Person{Subject: "u2"}}))(t, ErrUnauthenticated)
}

func TestHello_TwoBindAtOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	replica := h.replica()
	for range 10 {
		w := h.chat()
		errs := make([]error, 2)
		var wg sync.WaitGroup
		for i, s := range []*Service{h.Service, replica} {
			wg.Go(func() {
				_, errs[i] = s.Hello(t.Context(), Hello{Session: w.Session, Person: &Person{Subject: []string{"u1", "u2"}[i], Email: []string{"u1@proton.me", "u2@proton.me"}[i]}})
			})
		}
		wg.Wait()
		subject := must(h.Store.Load(t.Context(), w.Conversation))(t).Subject
		if (errs[0] == nil) == (errs[1] == nil) {
			t.Fatalf("both or none were let in: %v", errs)
		}
		equal(t, "facts of who was let in", h.state(w.Conversation).Fields.Email.Value, subject+"@proton.me")
	}
}

func TestHello_LocaleAndZone(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	type chosen struct{ Locale, Zone string }
	for name, c := range map[string]struct {
		hello Hello
		want  chosen
	}{
		"named":          {Hello{Locale: "es-MX", AcceptLanguage: "en"}, chosen{"es", ""}},
		"signed":         {Hello{Person: &Person{Subject: "a", Locale: "es", Zone: "Asia/Tokyo"}, AcceptLanguage: "en"}, chosen{"es", "Asia/Tokyo"}},
		"header":         {Hello{AcceptLanguage: "fr;q=0.9, es;q=0.8"}, chosen{"es", ""}},
		"none fits":      {Hello{Locale: "fr", AcceptLanguage: "de"}, chosen{"en", ""}},
		"no language":    {Hello{Locale: "\x00", AcceptLanguage: ";;;"}, chosen{"en", ""}},
		"browser's zone": {Hello{Timezone: "Asia/Tokyo", Person: &Person{Subject: "b", Zone: "UTC"}}, chosen{"en", "Asia/Tokyo"}},
		"no zone":        {Hello{Timezone: "Mars/Base"}, chosen{"en", ""}},
		"a path":         {Hello{Timezone: "../../etc/passwd"}, chosen{"en", ""}},
		"the server's":   {Hello{Timezone: "Local"}, chosen{"en", ""}},
	} {
		t.Run(name, func(t *testing.T) {
			w := must(h.Hello(t.Context(), c.hello))(t)
			equal(t, name, chosen{w.Locale, h.state(w.Conversation).Zone}, c.want)
		})
	}
}

func TestSetLocale_MovesTheWaitingCaseToo(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	conv, id := h.waiting()
	equal(t, "taken", must(h.SetLocale(t.Context(), conv, "es-AR"))(t), "es")
	fails(h.SetLocale(t.Context(), conv, "fr"))(t, ErrBadValue)
	equal(t, "in the queue", must(h.Store.Handoff(t.Context(), id))(t).Lang, "es")
}

// A client is told what the host app signed, apart from what the person typed,
// and whether the conversation is over: it may have been away when that was said.
func TestHello_TellsWhatIsSignedAndWhetherItIsOver(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	guest := must(h.Hello(t.Context(), Hello{Timezone: "UTC"}))(t)
	h.say(guest.Conversation, "cancel my review, my email is ana@example.com")
	again := must(h.Hello(t.Context(), Hello{Session: guest.Session}))(t)
	equal(t, "a guest's account", again.Account, nil)
	equal(t, "a guest is verified", again.Verified, false)
	ok(t, h.End(t.Context(), guest.Conversation))
	equal(t, "a guest's end", must(h.Hello(t.Context(), Hello{Session: guest.Session}))(t).Closed, true)

	at := h.now().Add(-time.Hour).Truncate(time.Second)
	signed := must(h.Hello(t.Context(), Hello{Person: &Person{Subject: "u1", Email: "lea@example.com", Status: "under_review", SubmittedAt: at}}))(t)
	equal(t, "signed in", signed.Verified, true)
	equal(t, "the account", signed.Account, map[string]wire.Field{
		"email":        {Value: "lea@example.com", Source: "app", Label: "Email"},
		"status":       {Value: "under_review", Source: "app", Label: "Status", Text: "Under Review"},
		"submitted_at": {Value: at.UTC().Format(time.RFC3339), Source: "app", Label: "Submission time"},
	})
}
