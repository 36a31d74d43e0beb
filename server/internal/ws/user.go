package ws

import (
	"context"
	"net/http"

	"usher/server/internal/chat"
	"usher/server/internal/strictjson"
)

// user is the peer of /v1/chat.
type user struct {
	server       *Server
	language     string // Accept-Language of the handshake
	conversation string
}

func newUser(s *Server, r *http.Request) *user {
	const enough = 256 // bytes; the first languages are the ones that count
	language := r.Header.Get("Accept-Language")
	return &user{server: s, language: string([]byte(language[:min(len(language), enough)]))}
}

func (u *user) rates(l *limits) (frames, flood rate) { return l.frames, l.flood }

type userHello struct {
	Type     string  `json:"type"`
	Token    *string `json:"token"`
	Session  *string `json:"session"`
	After    *int64  `json:"after"`
	Locale   *string `json:"locale"`
	Timezone *string `json:"timezone"`
}

type userWelcome struct {
	Type string `json:"type"`
	chat.Welcome
	Limits welcomeLimits `json:"limits"`
}

type welcomeLimits struct {
	TextChars  int   `json:"text_chars"`
	FrameBytes int   `json:"frame_bytes"`
	AgentGrace int64 `json:"agent_grace_s"`
}

func (u *user) hello(ctx context.Context, s *socket, f strictjson.Frame) (feed, string, error) {
	h, err := decode[userHello](f)
	if err != nil {
		return nil, "", err
	}
	var after int64
	if h.After != nil {
		after = *h.After
	}
	if err := check(seq(after), unless(fits(given(h.Locale), maxTag) && fits(given(h.Timezone), maxName), codeBadValue),
		unless(len(given(h.Token)) <= maxSecret && len(given(h.Session)) <= maxSecret, codeTooLong)); err != nil {
		return nil, "", err
	}
	hello := chat.Hello{
		Session: given(h.Session), After: after, Locale: given(h.Locale), Timezone: given(h.Timezone),
		AcceptLanguage: u.language,
	}
	if h.Token != nil {
		person, err := u.server.options.Person(*h.Token)
		if err != nil {
			return nil, "", refusal{code: codeUnauthenticated, close: byeUnauthenticated()}
		}
		hello.Person = &person
	}
	welcome, err := u.server.options.Chat.Hello(ctx, hello)
	if err != nil {
		return nil, "", err
	}
	u.conversation = welcome.Conversation
	err = s.send(userWelcome{
		Type: "welcome", Welcome: welcome,
		Limits: welcomeLimits{TextChars: textChars, FrameBytes: frameBytes, AgentGrace: int64(u.server.options.AgentGrace.Seconds())},
	})
	if err != nil {
		return nil, "", err
	}
	return u.server.options.Chat.Follow(welcome.Conversation, after, welcome), userSession + welcome.Conversation, nil
}

func (u *user) handle(ctx context.Context, s *socket, f strictjson.Frame) error {
	switch f.Type {
	case "message.send":
		return u.message(ctx, s, f)
	case "typing":
		return u.typing(ctx, s, f)
	case "receipt":
		return u.receipt(ctx, f)
	case "handoff.request":
		return u.plain(ctx, s, f, u.server.options.Chat.RequestPerson)
	case "handoff.withdraw":
		return u.plain(ctx, s, f, u.server.options.Chat.Withdraw)
	case "conversation.end":
		return u.plain(ctx, s, f, u.server.options.Chat.End)
	case "locale.set":
		return u.locale(ctx, s, f)
	case "rating.send":
		return u.rating(ctx, s, f)
	case "handoff.claim", "handoff.claim_next", "handoff.release", "handoff.transfer", "handoff.complete",
		"note.add", "presence.set", "conversation.watch", "conversation.take_over":
		return refusal{code: codeForbidden}
	}
	return refusal{code: codeUnknownType}
}

type plainFrame struct {
	Type string  `json:"type"`
	ID   *string `json:"id"`
}

// plainAck answers a command that has nothing to tell.
type plainAck struct {
	Type string `json:"type"`
	ID   string `json:"id,omitempty"`
}

// plain does what needs no more than to be asked for. Events are the answer; a
// client that gives an id gets an ack as well.
func (u *user) plain(ctx context.Context, s *socket, f strictjson.Frame, do func(context.Context, string) error) error {
	p, err := decode[plainFrame](f)
	if err != nil {
		return err
	}
	if err := check(optionalID(f, p.ID)); err != nil {
		return err
	}
	if err := do(ctx, u.conversation); err != nil {
		return err
	}
	if f.ID == "" {
		return nil
	}
	return s.send(plainAck{"ack", f.ID})
}

func (u *user) typing(ctx context.Context, s *socket, f strictjson.Frame) error {
	if _, err := decode[plainFrame](f); err != nil {
		return err
	}
	if s.isTyping() {
		u.server.options.Chat.Typing(ctx, u.conversation)
	}
	return nil
}

type userReceipt struct {
	Type string `json:"type"`
	Read int64  `json:"read" strict:"required"`
}

func (u *user) receipt(ctx context.Context, f strictjson.Frame) error {
	r, err := decode[userReceipt](f)
	if err != nil {
		return err
	}
	if err := check(seq(r.Read)); err != nil {
		return err
	}
	return u.server.options.Chat.Read(ctx, u.conversation, r.Read)
}

type localeFrame struct {
	Type   string  `json:"type"`
	ID     *string `json:"id"`
	Locale string  `json:"locale" strict:"required"`
}

type localeAnswer struct {
	Type   string `json:"type"`
	ID     string `json:"id,omitempty"`
	Locale string `json:"locale"`
}

func (u *user) locale(ctx context.Context, s *socket, f strictjson.Frame) error {
	l, err := decode[localeFrame](f)
	if err != nil {
		return err
	}
	if err := check(optionalID(f, l.ID), unless(l.Locale != "" && fits(l.Locale, maxTag), codeBadValue)); err != nil {
		return err
	}
	locale, err := u.server.options.Chat.SetLocale(ctx, u.conversation, l.Locale)
	if err != nil {
		return err
	}
	return s.send(localeAnswer{"locale", f.ID, locale})
}

type ratingFrame struct {
	Type    string  `json:"type"`
	ID      *string `json:"id"`
	Handoff string  `json:"handoff" strict:"required"`
	Stars   int     `json:"stars" strict:"required"`
	Text    *string `json:"text"`
}

func (u *user) rating(ctx context.Context, s *socket, f strictjson.Frame) error {
	r, err := decode[ratingFrame](f)
	if err != nil {
		return err
	}
	if err := check(optionalID(f, r.ID), name(r.Handoff), unless(r.Stars >= 1 && r.Stars <= 5, codeBadValue),
		short(given(r.Text))); err != nil {
		return err
	}
	if err := u.server.options.Chat.Rate(ctx, u.conversation, r.Handoff, r.Stars, given(r.Text)); err != nil {
		return err
	}
	return s.send(plainAck{"ack", f.ID})
}
