package chat

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"usher/bot"
	"usher/handoff"
	"usher/server/internal/store"
	"usher/server/internal/wire"
)

// botName is who the bot signs as.
const botName = "Usher"

// writer turns the effects of one Step into one Change.
type writer struct {
	s        *Service
	at       time.Time
	conv     store.Conversation // as loaded
	record   record
	messages []store.Message
	events   []store.Event
	ticketed bool            // the ticket changed
	queues   map[string]bool // queues whose order may have changed
	heard    string          // the language of the person's message
	mine     bool            // messages[0] is the act's own
}

// left notes what was before: the queue a ticket may leave, whose order changes
// too, and what a waiting ticket's row says of the person.
func (w *writer) left(before bot.State) {
	after := &w.record.Bot
	if before.Ticket.Waiting() && !(after.Ticket.Waiting() && after.Ticket.Queue == before.Ticket.Queue) {
		w.queues = map[string]bool{before.Ticket.Queue: true}
	}
	told := before.Locale != after.Locale || before.Zone != after.Zone || before.Verified != after.Verified
	w.ticketed = told && after.Ticket.Open()
}

// own adds what somebody wrote.
func (w *writer) own(m store.Message) {
	w.mine = true
	w.add(m)
}

func (w *writer) add(m store.Message) {
	m.Conversation, m.At = w.conv.ID, w.at
	m.Seq = w.conv.LastSeq + int64(len(w.messages)) + 1
	w.messages = append(w.messages, m)
}

// perform does one effect.
func (w *writer) perform(effect bot.Effect) error {
	switch effect := effect.(type) {
	case bot.Heard:
		w.heard = effect.Lang
	case bot.Say:
		return w.say(effect)
	case bot.Announce:
		return w.announce(effect)
	case bot.Updated:
		w.ticketed = true
	case bot.OwnerChanged:
		return w.event("conversation.owner_changed", w.owner())
	case bot.Closed:
		return w.event("conversation.closed", struct{}{})
	case bot.Refused: // answered before anything is performed
	}
	return nil
}

// say puts the bot's message into the person's language, once: the transcript
// is what was really said.
func (w *writer) say(say bot.Say) error {
	lang := w.record.Bot.Locale
	book := w.s.Lines
	paragraphs := make([]string, 0, len(say.Parts))
	for _, p := range say.Parts {
		paragraphs = append(paragraphs, strings.TrimSpace(book.Say(lang, p.ID, p.Args)))
	}
	x := extra{Form: w.form(say.Form, lang)}
	for _, c := range say.Choices {
		label := lang
		if c.Lang != "" {
			label = c.Lang
		}
		x.Choices = append(x.Choices, wire.Choice{ID: c.ID, Label: book.Say(label, c.Line, c.Args)})
	}
	if !say.System {
		x.Meta = &wire.Meta{
			Intent: string(say.Meta.Intent), Confidence: say.Meta.Confidence,
			Advice: string(say.Meta.Advice), Facts: say.Meta.Facts,
		}
	}
	w.record.Offered = x.Choices
	if err := w.receipt(&x, say.Meta); err != nil {
		return err
	}
	raw, err := json.Marshal(x)
	if err != nil {
		return fmt.Errorf("bot message: %w", err)
	}
	m := store.Message{From: "bot", Name: botName, Text: strings.Join(paragraphs, "\n\n"), Lang: lang, Extra: raw}
	if say.System {
		m.From, m.Name = "system", ""
	}
	w.add(m)
	return nil
}

// receipt adds what a partner may ask for later: what the answer rests on.
func (w *writer) receipt(x *extra, meta bot.Meta) (err error) {
	if w.conv.Partner == "" || x.Meta == nil {
		return nil
	}
	if x.Receipt, err = w.s.receiptOf(meta); x.Receipt != nil {
		x.Meta.Decision = decisionID(w.conv.ID, w.conv.LastSeq+int64(len(w.messages))+1)
	}
	return err
}

// form builds the inline form for some details of G4.4.
func (w *writer) form(ids []string, lang string) *wire.Form {
	if len(ids) == 0 {
		return nil
	}
	book := w.s.Lines
	form := &wire.Form{}
	for _, id := range ids {
		f := wire.FormField{ID: id, Label: book.Say(lang, "field."+id, nil)}
		switch id {
		case "email":
			f.Type = "email"
		case "submitted_at":
			f.Type, f.Zone = "datetime", w.record.Bot.Zone
		case "status":
			f.Type = "select"
			for _, v := range bot.Statuses() {
				f.Options = append(f.Options, wire.Choice{ID: string(v), Label: book.Say(lang, "status."+string(v), nil)})
			}
		case "reason":
			f.Type = "select"
			for _, v := range bot.Reasons() {
				f.Options = append(f.Options, wire.Choice{ID: string(v), Label: book.Say(lang, "reason."+string(v), nil)})
			}
		}
		form.Fields = append(form.Fields, f)
	}
	return form
}

// caseData is what is kept of a handoff, beside its columns and in its events.
type caseData struct {
	Ticket   handoff.Ticket `json:"ticket"`
	Epoch    int64          `json:"epoch"`
	Lang     string         `json:"lang"`
	Zone     string         `json:"zone,omitempty"`
	Verified bool           `json:"verified,omitempty"`
	Partner  string         `json:"partner,omitempty"` // the name of whose conversation it is
}

func (w *writer) caseData(t handoff.Ticket) caseData {
	return dataOf(&w.record, t)
}

func (w *writer) announce(a bot.Announce) error {
	w.ticketed = true
	if w.queues == nil {
		w.queues = map[string]bool{}
	}
	w.queues[a.Ticket.Queue] = true
	return w.event(a.Type, w.caseData(a.Ticket))
}

// ownerData is the payload of conversation.owner_changed.
type ownerData struct {
	Owner string         `json:"owner"`
	Epoch int64          `json:"epoch"`
	Agent *handoff.Agent `json:"agent,omitempty"`
}

func (w *writer) owner() ownerData {
	b := &w.record.Bot
	o := ownerData{Owner: string(b.Owner), Epoch: b.Epoch}
	if b.Owner == bot.OwnerAgent {
		o.Agent = b.Ticket.Agent
	}
	return o
}

func (w *writer) event(kind string, data any) error {
	raw, err := json.Marshal(data)
	if err != nil {
		return fmt.Errorf("event %s: %w", kind, err)
	}
	w.events = append(w.events, store.Event{Type: kind, Data: raw})
	return nil
}

// change gathers everything into what the store saves whole or not at all.
func (w *writer) change(notes []store.Note) (store.Change, error) {
	c := w.conv
	b := &w.record.Bot
	c.LastSeq += int64(len(w.messages))
	for i := range w.events {
		e := &w.events[i]
		e.Conversation, e.N, e.AfterSeq, e.At = c.ID, c.LastEvent+int64(i)+1, c.LastSeq, w.at
	}
	c.LastEvent += int64(len(w.events))
	if w.mine {
		w.messages[0].Through = c.LastSeq
		if w.messages[0].Lang == "" {
			w.messages[0].Lang = w.heard
		}
	}
	for i := range notes {
		notes[i].Conversation, notes[i].At = c.ID, w.at
	}
	c.Epoch, c.Owner, c.Due, c.UpdatedAt = b.Epoch, string(b.Owner), b.Due(), w.at
	if b.Closed && c.ClosedAt.IsZero() {
		c.ClosedAt = w.at
	}
	state, err := json.Marshal(w.record)
	if err != nil {
		return store.Change{}, fmt.Errorf("conversation state: %w", err)
	}
	c.State = state
	change := store.Change{Conversation: c, Messages: w.messages, Events: w.events, Notes: notes}
	if w.ticketed {
		row, err := w.row(*b.Ticket)
		if err != nil {
			return store.Change{}, err
		}
		change.Handoffs = []store.Handoff{row}
	}
	return change, nil
}

// row is the ticket as the queue sees it.
func (w *writer) row(t handoff.Ticket) (store.Handoff, error) {
	data, err := json.Marshal(w.caseData(t))
	if err != nil {
		return store.Handoff{}, fmt.Errorf("handoff: %w", err)
	}
	q, _ := w.s.Queues.Get(t.Queue)
	row := store.Handoff{
		ID: t.ID, Conversation: w.conv.ID, Queue: t.Queue, Rank: q.Rank, State: string(t.State),
		Lang: w.record.Bot.Locale, ReservedFor: t.ReservedFor, QueuedAt: t.QueuedAt, UpdatedAt: w.at, Data: data,
	}
	if t.Front {
		row.Front = 1
	}
	if t.Agent != nil {
		row.AgentID = t.Agent.ID
	}
	return row, nil
}
