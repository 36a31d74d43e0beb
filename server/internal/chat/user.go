package chat

import (
	"context"
	"errors"
	"time"

	"usher/bot"
	"usher/handoff"
	"usher/intents/secret"
	"usher/server/internal/auth"
	"usher/server/internal/bus"
	"usher/server/internal/store"
	"usher/server/internal/wire"
)

// Hello lets a chat user in: it resumes the session, else the open conversation
// of the person the host app vouches for, else it begins a new one.
// ErrUnauthenticated: unknown session, or another person's. ErrResync: After is
// ahead of this history, or of another that a restored backup has replaced.
func (s *Service) Hello(ctx context.Context, h Hello) (Welcome, error) {
	conv, err := s.find(ctx, h)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return s.open(ctx, h)
	case err != nil:
		return Welcome{}, kind(err)
	}
	if _, ours := s.untagged(h.Session); h.After < 0 || h.After > conv.LastSeq || h.After > 0 && !ours {
		return Welcome{}, ErrResync
	}
	// Who holds both the session's secret and a token of their own makes the
	// conversation theirs, with the facts of that token, in one save.
	resume := act{quiet: true, event: func(at time.Time) bot.Event {
		return bot.Resumed{At: at, Identity: identity(h.Person), Zone: zone(h)}
	}}
	if h.Person != nil {
		resume.bind = h.Person.Subject
	}
	d, err := s.step(ctx, conv.ID, resume)
	if err != nil {
		return Welcome{}, err
	}
	return s.welcome(ctx, d), nil
}

// find is the conversation a hello means; ErrNotFound: begin a new one.
func (s *Service) find(ctx context.Context, h Hello) (store.Conversation, error) {
	if h.Session != "" {
		secret, _ := s.untagged(h.Session)
		conv, err := s.Store.BySession(ctx, hashOf(secret))
		if errors.Is(err, store.ErrNotFound) {
			return conv, ErrUnauthenticated
		}
		if err == nil && h.Person != nil && conv.Subject != "" && conv.Subject != h.Person.Subject {
			return conv, ErrUnauthenticated
		}
		return conv, err
	}
	if h.Person == nil {
		return store.Conversation{}, store.ErrNotFound
	}
	conv, err := s.Store.LatestBySubject(ctx, h.Person.Subject, "")
	if err == nil && !conv.ClosedAt.IsZero() {
		return conv, store.ErrNotFound
	}
	return conv, err
}

func (s *Service) open(ctx context.Context, h Hello) (Welcome, error) {
	if h.After != 0 {
		return Welcome{}, ErrResync
	}
	id := newID()
	wanted := []string{h.Locale}
	if h.Person != nil {
		wanted = append(wanted, h.Person.Locale)
	}
	locale, _ := s.Lines.Match(append(wanted, h.AcceptLanguage)...)
	conv := store.Conversation{
		ID: id, SessionHash: hashOf(s.secretOf(id)), CreatedAt: s.Clock().UTC().Truncate(time.Millisecond),
	}
	if h.Person != nil {
		conv.Subject = h.Person.Subject
	}
	d, err := s.step(ctx, id, act{create: &conv, event: func(at time.Time) bot.Event {
		return bot.Opened{At: at, ID: id, Locale: locale, Client: h.Locale, Zone: zone(h), Identity: identity(h.Person)}
	}})
	if err != nil {
		return Welcome{}, err
	}
	return s.welcome(ctx, d), nil
}

func (s *Service) welcome(ctx context.Context, d done) Welcome {
	w := Welcome{
		Conversation: d.conv.ID, Session: s.tagged(d.conv.ID), Locale: d.record.Bot.Locale,
		Owner: d.conv.Owner, Epoch: d.conv.Epoch, LastSeq: d.conv.LastSeq, Recovered: true, events: d.conv.LastEvent,
		Closed: d.record.Bot.Closed, Verified: d.record.Bot.Verified,
	}
	for id, f := range wireFields(d.record.Bot.Fields) {
		if f.Source != string(handoff.FromApp) {
			continue
		}
		if w.Account == nil {
			w.Account = map[string]wire.Field{}
		}
		w.Account[id] = f
	}
	s.label(w.Account, w.Locale)
	if t := d.record.Bot.Ticket; t != nil {
		w.Handoff = s.forUser(ctx, d.conv.ID, dataOf(&d.record, *t))
	}
	return w
}

func identity(p *Person) *bot.Identity {
	if p == nil {
		return nil
	}
	return &bot.Identity{
		Name: auth.Greeted(p.Name), Email: p.Email, Status: bot.Status(p.Status), SubmittedAt: p.SubmittedAt,
		Counts: bot.Counts{
			Cancellations: p.Cancellations, Cancellations24h: p.Cancellations24h,
			FaceFailures: p.FaceFailures, Rejections: p.Rejections,
		},
	}
}

// zone is the person's time zone: the browser's, else the host app's; a name
// that is none is dropped, and the bot asks when it matters.
func zone(h Hello) string {
	names := []string{h.Timezone}
	if h.Person != nil {
		names = append(names, h.Person.Zone)
	}
	for _, name := range names {
		if name == "" || name == "Local" {
			continue
		}
		if _, err := time.LoadLocation(name); err == nil {
			return name
		}
	}
	return ""
}

// RequestPerson is the button "talk to a person": queue at once. ErrConflict:
// a person answers already.
func (s *Service) RequestPerson(ctx context.Context, conv string) error {
	_, err := s.step(ctx, conv, act{event: func(at time.Time) bot.Event { return bot.PersonRequested{At: at} }})
	return err
}

// Withdraw takes a waiting request back. ErrConflict: nothing waits, or a
// person has it.
func (s *Service) Withdraw(ctx context.Context, conv string) error {
	_, err := s.step(ctx, conv, act{event: func(at time.Time) bot.Event { return bot.Withdrew{At: at} }})
	return err
}

// SetLocale changes the language the bot speaks and returns the one it took:
// the nearest it has. ErrBadValue: none is near.
func (s *Service) SetLocale(ctx context.Context, conv, locale string) (string, error) {
	tag, ok := s.Lines.Match(locale)
	if !ok {
		return "", ErrBadValue
	}
	_, err := s.step(ctx, conv, act{quiet: true, event: func(at time.Time) bot.Event {
		return bot.LocaleSet{At: at, Locale: tag}
	}})
	return tag, err
}

// End closes the conversation. ErrClosed: it is closed already.
func (s *Service) End(ctx context.Context, conv string) error {
	_, err := s.step(ctx, conv, act{event: func(at time.Time) bot.Event { return bot.Ended{At: at} }})
	return err
}

// Rate keeps the person's rating of a finished handoff of theirs; the last one
// counts. ErrNotFound: no such handoff here. ErrConflict: it is not finished.
func (s *Service) Rate(ctx context.Context, conv, handoff string, stars int, text string) error {
	if stars < 1 || stars > 5 {
		return ErrBadValue
	}
	h, err := s.Store.Handoff(ctx, handoff)
	switch {
	case err != nil:
		return kind(err)
	case h.Conversation != conv:
		return ErrNotFound
	case h.State != "completed":
		return ErrConflict
	}
	masked, _ := s.Masker.Mask(text, secret.Context{})
	return kind(s.Store.AddRating(ctx, store.Rating{Handoff: handoff, Stars: stars, Text: masked, At: s.Clock()}))
}

// Read moves the person's read mark. ErrResync: that message is not there.
func (s *Service) Read(ctx context.Context, conv string, seq int64) error {
	return s.read(ctx, conv, "user", seq)
}

func (s *Service) read(ctx context.Context, conv, party string, seq int64) error {
	c, err := s.Store.Load(ctx, conv)
	if err != nil {
		return kind(err)
	}
	if seq < 0 || seq > c.LastSeq {
		return ErrResync
	}
	if _, err := s.Store.SetReceipt(ctx, conv, party, seq); err != nil {
		return kind(err)
	}
	s.Bus.Publish(ctx, bus.Poke{Topic: topicRead, ID: conv})
	return nil
}

// Typing says that the person is typing. It may be lost.
func (s *Service) Typing(ctx context.Context, conv string) {
	s.Bus.ShowTyping(ctx, bus.Typing{Conversation: conv, From: "user"})
}
