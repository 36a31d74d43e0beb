package chat

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"usher/bot"
	"usher/server/internal/audit"
	"usher/server/internal/bus"
	"usher/server/internal/store"
	"usher/server/internal/wire"
)

// act is one thing to do to a conversation.
type act struct {
	event func(at time.Time) bot.Event // what happens, as Step hears it
	// prepare, if set, may turn what the client sent into the event with the
	// record at hand (labels typed instead of pressed), or refuse it.
	prepare func(r *record, at time.Time) (bot.Event, error)
	message *store.Message // what somebody wrote, without Seq and At
	notes   []store.Note
	create  *store.Conversation                 // a new conversation instead of a stored one
	bind    string                              // the subject whose conversation it is from now on
	partner string                              // whose conversation it must be; "": anybody's
	about   *partnerData                        // of a new conversation of a partner
	quiet   bool                                // save only if the state changed
	noted   func(after bot.State) []audit.Entry // what the log of what staff do gets with it; optional
}

// done is what came of an act.
type done struct {
	conv      store.Conversation
	record    record
	message   store.Message // the act's own, as stored
	duplicate bool
	saved     bool
}

// attempts is how often an act is stepped again when others were faster. Each
// time somebody else's act was stored, so this many replicas' acts in a row.
const attempts = 128

// step is the one way through the door: load, Step, say, save, wake. Nothing is
// said or announced that is not stored.
func (s *Service) step(ctx context.Context, id string, a act) (done, error) {
	e := s.cache.entry(id)
	e.Lock()
	defer e.Unlock()
	if a.create != nil {
		e.conv, e.record, e.loaded = *a.create, record{Partner: a.about}, true
	}
	fresh := a.create != nil
	for range attempts {
		fresh = fresh || !e.loaded
		if err := e.load(ctx, s.Store, id); err != nil {
			s.cache.forget(id)
			return done{}, kind(err)
		}
		if a.partner != "" && e.conv.Partner != a.partner {
			return done{}, ErrNotFound
		}
		d, err := s.once(ctx, e, a)
		if errors.Is(err, store.ErrConflict) && a.create == nil {
			e.loaded = false
			continue
		}
		if !fresh && !d.saved && !errors.Is(err, store.ErrUnavailable) && !errors.Is(err, store.ErrDuplicate) {
			// Nothing was stored, so nothing has shown that what is in memory
			// still holds: another replica may know better.
			e.loaded = false
			continue
		}
		if errors.Is(err, store.ErrDuplicate) {
			e.loaded = false
			return s.duplicate(ctx, id, a)
		}
		if err != nil {
			// The commit's fate may be unknown: look again before the next act.
			e.loaded = e.loaded && !errors.Is(err, store.ErrUnavailable)
			return done{}, kind(err)
		}
		return d, nil
	}
	return done{}, fmt.Errorf("too many others wrote at once: %w", ErrUnavailable)
}

// once steps and saves; the entry is only changed when the save has succeeded.
func (s *Service) once(ctx context.Context, e *entry, a act) (done, error) {
	at := s.Clock().UTC().Truncate(time.Millisecond)
	rec := e.record
	var event bot.Event
	if a.prepare != nil {
		var err error
		if event, err = a.prepare(&rec, at); err != nil {
			return done{}, err
		}
	} else {
		event = a.event(at)
	}
	next, effects := s.Bot.Step(rec.Bot, event)
	w := &writer{s: s, at: at, conv: e.conv, record: record{Bot: next, Offered: rec.Offered, Partner: rec.Partner}}
	if a.bind != "" {
		if e.conv.Subject != "" && e.conv.Subject != a.bind {
			return done{}, ErrUnauthenticated // another person was faster
		}
		w.conv.Subject = a.bind
	}
	w.left(rec.Bot)
	if a.message != nil {
		w.own(*a.message)
	}
	for _, effect := range effects {
		if refused, ok := effect.(bot.Refused); ok {
			return done{}, s.refused(ctx, e, a, refused.Err)
		}
		if err := w.perform(effect); err != nil {
			return done{}, err
		}
	}
	change, err := w.change(a.notes)
	if err != nil {
		return done{}, err
	}
	if a.quiet && len(w.messages)+len(w.events)+len(a.notes) == 0 && change.Conversation.Subject == e.conv.Subject &&
		string(change.Conversation.State) == string(e.conv.State) {
		return done{conv: e.conv, record: e.record}, nil
	}
	change.Before = &e.conv
	if a.noted != nil {
		change.Audit = a.noted(next)
	}
	// A client that hangs up now must not keep the others from being told.
	if err := s.Store.Save(context.WithoutCancel(ctx), change); err != nil {
		if errors.Is(err, store.ErrUnavailable) {
			s.tails.doubt(e.conv.ID) // it may be stored
			s.wake(ctx, e.conv.ID, w)
		}
		return done{}, err
	}
	s.tails.saved(e.conv, change)
	e.conv, e.record = change.Conversation, w.record
	e.conv.Version++
	s.wake(ctx, e.conv.ID, w)
	d := done{conv: e.conv, record: e.record, saved: true}
	if a.message != nil {
		d.message = change.Messages[0]
	}
	return d, nil
}

// refused gives a resent message its first receipt even where the conversation
// would take no new one.
func (s *Service) refused(ctx context.Context, e *entry, a act, err error) error {
	if a.message != nil && a.message.ClientKey != "" {
		if _, lookup := s.Store.MessageByClientKey(ctx, e.conv.ID, a.message.ClientKey); lookup == nil {
			return store.ErrDuplicate
		}
	}
	return err
}

// duplicate answers a message that is stored already with what it was then.
func (s *Service) duplicate(ctx context.Context, id string, a act) (done, error) {
	m, err := s.Store.MessageByClientKey(ctx, id, a.message.ClientKey)
	if err != nil {
		return done{}, kind(err)
	}
	var then, now extra
	if json.Unmarshal(m.Extra, &then) != nil || json.Unmarshal(a.message.Extra, &now) != nil || then.Print != now.Print {
		return done{}, ErrIDReused
	}
	return done{message: m, duplicate: true}, nil
}

// kind gives the errors of lower floors this package's names.
func kind(err error) error {
	switch {
	case errors.Is(err, store.ErrNotFound):
		return ErrNotFound
	case errors.Is(err, store.ErrUnavailable), errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return fmt.Errorf("%w: %w", ErrUnavailable, err)
	case errors.Is(err, bot.ErrClosed):
		return ErrClosed
	case errors.Is(err, bot.ErrConflict):
		return ErrConflict
	case errors.Is(err, bot.ErrNotOwner):
		return ErrClaimLost
	case errors.Is(err, bot.ErrBadValue):
		return ErrBadValue
	}
	return err
}

// wake pokes whoever watches, after the commit and never before.
func (s *Service) wake(ctx context.Context, id string, w *writer) {
	var pokes []bus.Poke
	if w.ticketed { // before the chat, so that a desk lets go of a case before it reads on
		pokes = append(pokes, bus.Poke{Topic: topicCase, ID: id})
		for queue := range w.queues {
			pokes = append(pokes, bus.Poke{Topic: topicQueue, ID: queue})
		}
	}
	pokes = append(pokes, bus.Poke{Topic: topicChat, ID: id})
	pokes = append(pokes, pokePartner(w.conv)...)
	s.Bus.Publish(context.WithoutCancel(ctx), pokes...)
}

// The topics of the bus: a conversation by id, a case by its conversation's
// id, a queue by name, read marks by conversation.
const (
	topicChat  = "chat"
	topicCase  = "case"
	topicQueue = "queue"
	topicRead  = "read"
	// topicPartner is a partner's feed by the partner's id.
	topicPartner = "partner"
)

// extra is what a message carries besides its text, as the store keeps it.
type extra struct {
	Choices []wire.Choice `json:"choices,omitempty"`
	Form    *wire.Form    `json:"form,omitempty"`
	Meta    *wire.Meta    `json:"meta,omitempty"`
	Print   string        `json:"print,omitempty"` // fingerprint of what the client sent, masked
	Client  string        `json:"client,omitempty"`
	// Receipt is what a message to a partner's user rests on.
	Receipt *wire.DecisionReceipt `json:"receipt,omitempty"`
}
