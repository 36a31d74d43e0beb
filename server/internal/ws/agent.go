package ws

import (
	"context"
	"time"

	"usher/server/internal/chat"
	"usher/server/internal/strictjson"
)

// agent is the peer of /v1/agent.
type agent struct {
	server *Server
	token  string // of the session: the cookie's, or the hello's instead
	person chat.AgentPerson
	active time.Time // when the session was last told that somebody works
}

// activeEvery is how often a session is told that somebody works: well within
// the half hour after which it ends.
const activeEvery = 5 * time.Minute

// works keeps the session alive: who works over the socket makes no requests.
func (a *agent) works(ctx context.Context) {
	now := a.server.options.Now()
	if a.active.IsZero() {
		a.active = now // the hello has just proved the session
	}
	if a.server.options.Active != nil && now.Sub(a.active) >= activeEvery {
		a.active = now
		a.server.options.Active(ctx, a.token)
	}
}

func (a *agent) rates(l *limits) (frames, flood rate) { return l.agentFrames, l.agentFlood }

// stands asks whether the session has been revoked. Where nobody knows, the
// agent stays: nothing can be read or written without the store either.
func (a *agent) stands(ctx context.Context) bool {
	valid, err := a.server.options.StillValid(ctx, a.token)
	return valid || err != nil
}

type agentHello struct {
	Type  string  `json:"type"`
	Token *string `json:"token"`
}

type agentWelcome struct {
	Type string `json:"type"`
	chat.AgentWelcome
}

func (a *agent) hello(ctx context.Context, s *socket, f strictjson.Frame) (feed, string, error) {
	h, err := decode[agentHello](f)
	if err != nil {
		return nil, "", err
	}
	if h.Token != nil {
		a.token = *h.Token
	}
	if a.token == "" || len(a.token) > maxSecret {
		return nil, "", refusal{code: codeUnauthenticated, close: byeUnauthenticated()}
	}
	if a.person, err = a.server.options.Agent(ctx, a.token); err != nil {
		if refuse(err).code == codeUnavailable {
			return nil, "", err
		}
		return nil, "", refusal{code: codeUnauthenticated, close: byeUnauthenticated()}
	}
	welcome, desk, err := a.server.options.Chat.AgentHello(ctx, a.person)
	if err != nil {
		return nil, "", err
	}
	if err := s.send(agentWelcome{"welcome", welcome}); err != nil {
		desk.Close()
		return nil, "", err
	}
	return desk, agentSession + a.person.ID, nil
}

func (a *agent) handle(ctx context.Context, s *socket, f strictjson.Frame) error {
	a.works(ctx)
	switch f.Type {
	case "handoff.claim":
		return a.handoff(ctx, s, f, func(ctx context.Context, id string) (any, error) {
			claimed, err := a.server.options.Chat.Claim(ctx, a.person, id)
			return claimedAck(f.ID, claimed), err
		})
	case "handoff.claim_next":
		return a.claimNext(ctx, s, f)
	case "handoff.release":
		return a.handoff(ctx, s, f, func(ctx context.Context, id string) (any, error) {
			h, err := a.server.options.Chat.Release(ctx, a.person, id)
			return handoffAck{"ack", f.ID, h}, err
		})
	case "handoff.transfer":
		return a.transfer(ctx, s, f)
	case "handoff.complete":
		return a.complete(ctx, s, f)
	case "handoff.preview":
		return a.preview(ctx, s, f)
	case "field.reveal":
		return a.reveal(ctx, s, f)
	case "team.list":
		return a.team(ctx, s, f)
	case "message.send":
		return a.message(ctx, s, f)
	case "note.add":
		return a.note(ctx, s, f)
	case "typing":
		return a.typing(ctx, s, f)
	case "receipt":
		return a.receipt(ctx, f)
	case "presence.set":
		return a.presence(ctx, s, f)
	case "conversation.watch":
		return a.conversation(ctx, s, f, a.server.options.Chat.Watch)
	case "conversation.take_over":
		return a.conversation(ctx, s, f, a.server.options.Chat.TakeOver)
	case "handoff.request", "handoff.withdraw", "locale.set", "rating.send", "conversation.end":
		return refusal{code: codeForbidden}
	}
	return refusal{code: codeUnknownType}
}

type agentMessage struct {
	Type         string `json:"type"`
	ID           string `json:"id" strict:"required"`
	Conversation string `json:"conversation" strict:"required"`
	Text         string `json:"text" strict:"required"`
}

func (a *agent) message(ctx context.Context, s *socket, f strictjson.Frame) error {
	m, err := decode[agentMessage](f)
	if err != nil {
		return err
	}
	if err := check(clientID(f, m.ID), name(m.Conversation), text(m.Text)); err != nil {
		return err
	}
	if err := s.allow(ctx, agentSession+a.person.ID); err != nil {
		return err
	}
	receipt, err := a.server.options.Chat.AgentSend(ctx, a.person, m.Conversation, chat.Sent{ClientID: m.ID, Text: m.Text})
	if err != nil {
		return err
	}
	return s.send(ack{"ack", receipt})
}

type agentTyping struct {
	Type         string `json:"type"`
	Conversation string `json:"conversation" strict:"required"`
}

func (a *agent) typing(ctx context.Context, s *socket, f strictjson.Frame) error {
	t, err := decode[agentTyping](f)
	if err != nil {
		return err
	}
	if err := check(name(t.Conversation)); err != nil {
		return err
	}
	if !s.isTyping() {
		return nil
	}
	return a.server.options.Chat.AgentTyping(ctx, a.person, t.Conversation)
}

type agentReceipt struct {
	Type         string `json:"type"`
	Conversation string `json:"conversation" strict:"required"`
	Read         int64  `json:"read" strict:"required"`
}

func (a *agent) receipt(ctx context.Context, f strictjson.Frame) error {
	r, err := decode[agentReceipt](f)
	if err != nil {
		return err
	}
	if err := check(name(r.Conversation), seq(r.Read)); err != nil {
		return err
	}
	return a.server.options.Chat.AgentRead(ctx, a.person, r.Conversation, r.Read)
}
