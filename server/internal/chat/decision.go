package chat

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"usher/bot"
	"usher/intents"
	"usher/server/internal/store"
	"usher/server/internal/wire"
)

// hiddenEmail stands for an email in a receipt: the decision table only looks
// at whether one was given.
const hiddenEmail = "given@hidden.invalid"

// Case is a case as clients write it.
type Case = wire.Case

// CaseOf is a case for the decision table; without a
// moment of its own it is decided for now.
func CaseOf(c Case, now time.Time) bot.Case {
	out := bot.Case{
		Intent: intents.ID(c.Intent), Reason: bot.Reason(c.Reason), Status: bot.Status(c.Status), Email: c.Email, Now: now,
		Cancellations: c.Cancellations, Cancellations24h: c.Cancellations24h,
		FaceFailures: c.FaceFailures, Rejections: c.Rejections, Insists: c.Insists,
	}
	if c.SubmittedAt != nil {
		out.SubmittedAt = *c.SubmittedAt
	}
	if c.Now != nil {
		out.Now = *c.Now
	}
	return out
}

// caseFor is the way back, without the email.
func caseFor(c bot.Case) wire.Case {
	out := wire.Case{
		Intent: string(c.Intent), Reason: string(c.Reason), Status: string(c.Status), Now: &c.Now,
		Cancellations: c.Cancellations, Cancellations24h: c.Cancellations24h,
		FaceFailures: c.FaceFailures, Rejections: c.Rejections, Insists: c.Insists,
	}
	if c.Email != "" {
		out.Email = hiddenEmail
	}
	if !c.SubmittedAt.IsZero() {
		out.SubmittedAt = &c.SubmittedAt
	}
	return out
}

// receipt says what a decision of this case rests on.
func (s *Service) receipt(c bot.Case) (*wire.DecisionReceipt, bot.Decision, error) {
	d := s.Bot.Decide(c)
	r := &wire.DecisionReceipt{Row: d.Row, Case: caseFor(c)}
	raw, err := json.Marshal(d)
	if err == nil {
		err = json.Unmarshal(raw, &r.Decision) // so that the bot alone says how it is written
	}
	if err != nil {
		return nil, d, fmt.Errorf("decision: %w", err)
	}
	return r, d, nil
}

// receiptOf is the receipt of what the bot says; nil where it rests on more
// than the decision table, or on nothing of it.
func (s *Service) receiptOf(m bot.Meta) (*wire.DecisionReceipt, error) {
	if m.Case == nil {
		return nil, nil
	}
	r, d, err := s.receipt(*m.Case)
	if err != nil || d.Advice != m.Advice || !slices.Equal(d.Facts, m.Facts) {
		return nil, err
	}
	return r, nil
}

// Decide answers a case and keeps the receipt. id: "" for a fresh one; the same
// again keeps the first.
func (s *Service) Decide(ctx context.Context, p Partner, id string, c bot.Case) (*wire.DecisionReceipt, error) {
	if err := c.Check(); err != nil {
		return nil, err
	}
	if id == "" {
		id = newID()
	}
	r, _, err := s.receipt(c)
	if err != nil {
		return nil, err
	}
	r.At, r.ID = s.Clock().UTC().Truncate(time.Millisecond), id
	raw, err := json.Marshal(r)
	if err != nil {
		return nil, fmt.Errorf("receipt: %w", err)
	}
	return r, kind(s.Store.AddDecision(ctx, store.Decision{ID: id, Partner: p.ID, At: r.At, Data: raw}))
}

// Decision is a receipt of the partner: of a decision it asked for, or of a
// message of the bot in a conversation of its own.
func (s *Service) Decision(ctx context.Context, p Partner, id string) (*wire.DecisionReceipt, error) {
	if conv, seq, ok := saidAt(id); ok {
		return s.decisionSaid(ctx, p, conv, seq)
	}
	d, err := s.Store.Decision(ctx, id)
	if err != nil {
		return nil, kind(err)
	}
	if d.Partner != p.ID {
		return nil, ErrNotFound
	}
	var r wire.DecisionReceipt
	if err := json.Unmarshal(d.Data, &r); err != nil {
		return nil, fmt.Errorf("receipt: %w", err)
	}
	return &r, nil
}

func (s *Service) decisionSaid(ctx context.Context, p Partner, conv string, seq int64) (*wire.DecisionReceipt, error) {
	if _, err := s.owned(ctx, p, conv); err != nil {
		return nil, err
	}
	m, err := s.Store.Messages(ctx, conv, seq-1, 1)
	if err != nil {
		return nil, kind(err)
	}
	var x extra
	if len(m) == 0 || m[0].Seq != seq || json.Unmarshal(m[0].Extra, &x) != nil || x.Receipt == nil {
		return nil, ErrNotFound
	}
	x.Receipt.ID, x.Receipt.At, x.Receipt.Conversation, x.Receipt.Seq = decisionID(conv, seq), m[0].At, conv, seq
	return x.Receipt, nil
}

// decisionID names the decision that a message rests on.
func decisionID(conv string, seq int64) string { return conv + "." + strconv.FormatInt(seq, 10) }

// saidAt is the way back; ids that we would not have written are none.
func saidAt(id string) (conv string, seq int64, ok bool) {
	conv, text, found := strings.Cut(id, ".")
	seq, err := strconv.ParseInt(text, 10, 64)
	return conv, seq, found && err == nil && seq > 0 && decisionID(conv, seq) == id
}
