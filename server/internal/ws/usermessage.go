package ws

import (
	"context"
	"strings"

	"usher/server/internal/chat"
	"usher/server/internal/strictjson"
)

type userMessage struct {
	Type   string            `json:"type"`
	ID     string            `json:"id" strict:"required"`
	Text   *string           `json:"text"`
	Choice *string           `json:"choice"`
	Form   map[string]string `json:"form"`
}

// ack is the receipt of a message.
type ack struct {
	Type string `json:"type"`
	chat.Ack
}

func (u *user) message(ctx context.Context, s *socket, f strictjson.Frame) error {
	m, err := decode[userMessage](f)
	if err != nil {
		return err
	}
	if err := check(clientID(f, m.ID), m.content()); err != nil {
		return err
	}
	if err := s.allow(ctx, userSession+u.conversation); err != nil {
		return err
	}
	receipt, err := u.server.options.Chat.Send(ctx, u.conversation, chat.Sent{
		ClientID: m.ID, Text: given(m.Text), Choice: given(m.Choice), Form: m.Form,
	})
	if err != nil {
		return err
	}
	return s.send(ack{"ack", receipt})
}

// content wants a text to read, or a choice or form instead of it.
func (m *userMessage) content() code {
	instead := given(m.Choice) != "" || len(m.Form) > 0
	switch {
	case m.Text == nil && m.Choice == nil && m.Form == nil:
		return codeMissingField
	case !instead:
		return text(given(m.Text))
	case m.Choice != nil && name(*m.Choice) != "":
		return codeBadValue
	case len(m.Form) > maxFields:
		return codeTooMany
	}
	var all strings.Builder
	all.WriteString(given(m.Text))
	for field, value := range m.Form {
		if name(field) != "" {
			return codeBadValue
		}
		all.WriteString(value)
	}
	return short(all.String())
}
