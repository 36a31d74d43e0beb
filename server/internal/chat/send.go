package chat

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"usher/bot"
	"usher/intents/secret"
	"usher/server/internal/store"
	"usher/server/internal/wire"
)

// Send takes a message of the person. It returns after the commit of the
// message together with the bot's whole answer. The same id again gets the
// first receipt; with other content ErrIDReused. Secrets are masked here,
// before anything is stored, logged or shown.
func (s *Service) Send(ctx context.Context, conv string, m Sent) (Ack, error) {
	d, err := s.send(ctx, conv, "", m)
	if err != nil {
		return Ack{}, err
	}
	return ackOf(m.ClientID, d), nil
}

// send takes a message into a conversation that must be the partner's; "": any.
func (s *Service) send(ctx context.Context, conv, partner string, m Sent) (done, error) {
	plain := s.mask(m, false)
	raw, err := json.Marshal(extra{Print: fingerprint(plain, m.Choice), Client: m.ClientID})
	if err != nil {
		return done{}, fmt.Errorf("message: %w", err)
	}
	msg := store.Message{From: "user", ClientKey: "u:" + m.ClientID, Extra: raw}
	return s.step(ctx, conv, act{
		partner: partner, message: &msg,
		prepare: func(r *record, at time.Time) (bot.Event, error) {
			said := plain
			if r.Bot.Ask != nil && r.Bot.Ask.Kind == bot.AskTime {
				said = s.mask(m, true)
			}
			choice := chosen(r.Offered, m.Choice, said.text)
			if msg.Text = shown(r.Offered, choice, said.text, said.form); msg.Text == choice {
				msg.Text, _ = s.Masker.Mask(choice, secret.Context{AskedTime: true}) // a button nobody offered
			}
			return bot.UserSaid{At: at, Text: msg.Text, Choice: choice, Form: said.form, Secrets: said.secrets}, nil
		},
	})
}

// masked is what a client sent, without its secrets.
type masked struct {
	text    string
	form    map[string]string
	secrets bool // there were some
}

// mask takes the secrets out of everything a client sent; a time was asked for
// or not.
func (s *Service) mask(m Sent, askedTime bool) masked {
	text, kinds := s.Masker.Mask(m.Text, secret.Context{AskedTime: askedTime})
	out := masked{text: text, form: make(map[string]string, len(m.Form)), secrets: len(kinds) > 0}
	for k, v := range m.Form {
		value, kinds := s.Masker.Mask(v, secret.Context{AskedTime: true})
		out.form[k], out.secrets = value, out.secrets || len(kinds) > 0
	}
	return out
}

func ackOf(id string, d done) Ack {
	return Ack{ID: id, Seq: d.message.Seq, Through: d.message.Through, At: d.message.At, Duplicate: d.duplicate}
}

// fingerprint tells apart what two messages with one id said: the same for the
// same message, whatever the bot has asked meanwhile.
func fingerprint(m masked, choice string) string {
	h := sha256.New()
	fmt.Fprintf(h, "%q %q", m.text, choice)
	for _, k := range slices.Sorted(maps.Keys(m.form)) {
		fmt.Fprintf(h, " %q=%q", k, m.form[k])
	}
	return hex.EncodeToString(h.Sum(nil)[:12])
}

// chosen is the button that was pressed, or whose label or number was typed.
func chosen(offered []wire.Choice, choice, text string) string {
	if choice != "" {
		return choice
	}
	typed := strings.TrimRight(strings.TrimSpace(text), ".!")
	for i, c := range offered {
		if strings.EqualFold(typed, c.Label) || typed == strconv.Itoa(i+1) {
			return c.ID
		}
	}
	return ""
}

// shown is what the transcript has for a message that is only a button or a
// form: the label, or the values.
func shown(offered []wire.Choice, choice, text string, form map[string]string) string {
	if strings.TrimSpace(text) != "" {
		return text
	}
	for _, c := range offered {
		if c.ID == choice {
			return c.Label
		}
	}
	if len(form) > 0 {
		values := make([]string, 0, len(form))
		for _, k := range []string{"reason", "email", "submitted_at", "status"} {
			if form[k] != "" {
				values = append(values, form[k])
			}
		}
		return strings.Join(values, "\n")
	}
	return choice
}
