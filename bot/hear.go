package bot

import (
	"strings"

	"usher/handoff"
	"usher/intents"
	"usher/intents/match"
	"usher/intents/slot"
)

// heard is one message of the person, understood.
type heard struct {
	reading intents.Reading
	found   slot.Found
	choice  string            // what the pressed button says; "" for typed text
	form    map[string]string // the inline form, nil for typed text
	learned map[slot.Kind]bool
	words   int
	secrets bool // something was masked in it
}

// intent is what the message asks for: the button, else the words.
func (h *heard) intent() intents.ID {
	if id, ok := strings.CutPrefix(h.choice, "intent:"); ok {
		return intents.ID(id)
	}
	switch h.choice {
	case "":
		if h.found.Template {
			return intents.CancelReview // the guide's own request (G4.4), whatever its choices say
		}
		return h.reading.Intent
	case "agent":
		return intents.TalkToAgent
	case "theft":
		return intents.AccountTheft
	case "no", "leave":
		return intents.Deny
	}
	return intents.Affirm
}

func (t *turn) userSaid(e UserSaid) error {
	if t.s.Closed {
		return ErrClosed
	}
	h := t.understand(e)
	t.effects = append(t.effects, Heard{Lang: h.reading.Lang})
	t.meta.Intent, t.meta.Confidence = h.intent(), h.reading.Confidence
	if h.choice != "" {
		t.meta.Confidence = 1
	}
	if t.backTo(h) {
		return nil
	}
	t.follow(h)
	if e.Secrets {
		t.say("secret.warning")
	}
	if t.hearsTheft(h) {
		t.theft()
		return nil
	}
	if t.s.Owner == OwnerAgent {
		t.system = true // a notice only: the agent answers
		return nil
	}
	open := t.s.Ask
	t.absorb(h)
	if e.Secrets && len(h.learned) == 0 && h.choice == "" {
		t.reask() // what was said was a secret: nothing else to answer
		return nil
	}
	if t.maybeTheft(h) {
		return nil
	}
	t.answer(h, open)
	return nil
}

// understand reads the words, unless a button or a form says it plainly.
func (t *turn) understand(e UserSaid) *heard {
	h := &heard{choice: t.offered(e.Choice), form: e.Form, learned: map[slot.Kind]bool{}, secrets: e.Secrets}
	hint := match.Hint{Chat: t.s.Locale, Locale: t.s.Client}
	h.reading = t.b.reader.Understand(e.Text, hint)
	if h.choice != "" || len(h.form) > 0 {
		h.reading.Theft, h.reading.MaybeTheft, h.reading.Hypothetical = false, false, false
		return h
	}
	h.words = h.reading.Words
	h.found = t.b.slots.Parse(e.Text, slot.Context{
		Now: t.at, Zone: t.s.Location(), Lang: h.reading.Lang, Asked: t.asked(),
	})
	return h
}

// offered accepts a button only when it has a meaning here; anything else is
// read as text.
func (t *turn) offered(choice string) string {
	kind, value, _ := strings.Cut(choice, ":")
	switch kind {
	case "intent":
		if in := t.b.catalog.Get(intents.ID(value)); in == nil {
			return ""
		}
	case "agent", "theft":
	case "locale":
		if !t.b.speaks[value] {
			return ""
		}
	default:
		if t.s.Ask == nil {
			return ""
		}
	}
	return choice
}

// asked tells the slot reader which question is open, so that a bare answer is
// read as one.
func (t *turn) asked() slot.Kind {
	if t.s.Ask == nil {
		return ""
	}
	switch t.s.Ask.Kind {
	case AskEmail:
		return slot.KindEmail
	case AskTime, AskWhichTime:
		return slot.KindTime
	case AskZone:
		return slot.KindZone
	case AskStatus:
		return slot.KindStatus
	case AskReason, AskWhat, AskChange:
		return slot.KindReason
	case AskSeverity:
		return slot.KindSeverity
	default:
		return slot.KindConfirm
	}
}

// hearsTheft is row 1: at any point of any conversation, unless the security
// team has it already.
func (t *turn) hearsTheft(h *heard) bool {
	told := h.reading.Theft && !t.bareAnswer(h) || h.choice == "theft" || h.choice == "intent:account_theft"
	if ask := t.s.Ask; ask != nil && ask.Kind == AskTheft && h.choice != "no" {
		told = told || h.choice == "yes" || h.found.YesNo == slot.Yes
	}
	if !told {
		return false
	}
	tk := t.s.Ticket
	return !(tk.Open() && tk.State == handoff.Accepted && tk.Queue == handoff.AccountSecurity)
}

// bareAnswer tells whether a message is nothing but a short answer to the open
// question, such as "it says under review", a fact that nobody asked for ("40
// minutes ago"), or a secret with a few words around it: too little to be heard
// as more.
func (t *turn) bareAnswer(h *heard) bool {
	const words, certain = 5, 0.9
	f := &h.found
	fact := f.Email != nil || f.Time != nil || f.Status != "" || f.Zone != nil
	read := fact || f.YesNo != "" || f.Unsure
	answer := t.s.Ask != nil && read || h.secrets || fact && !h.reading.Told
	return answer && h.words <= words && h.reading.Confidence < certain
}

// maybeTheft asks one yes/no question when the words might mean a theft; a
// false alarm costs one tap. It answers a pure hypothesis at once (ruling 4).
func (t *turn) maybeTheft(h *heard) bool {
	if tk := t.s.Ticket; tk.Open() && tk.Queue == handoff.AccountSecurity {
		return false
	}
	switch {
	case h.reading.Hypothetical && h.reading.Intent == intents.AccountTheft:
		t.meta.Advice, t.meta.Facts = AnswerOnly, []string{"G9.1", "G9.2", "G9.3"}
		t.say("account_theft.hypothetical")
		t.offer(Choice{ID: "theft", Line: "theft.report"})
		t.s.Answered = true
		t.reask()
		return true
	case h.reading.MaybeTheft && len(h.learned) == 0 && !h.found.Unsure && h.found.YesNo == "" && !t.bareAnswer(h) && !(t.s.Ask != nil && t.s.Ask.Kind == AskTheft):
		t.say("theft.check")
		t.offer(Choice{ID: "theft", Line: "choice.theft_yes"}, Choice{ID: "no", Line: "choice.theft_no"})
		t.ask(Ask{Kind: AskTheft, Then: t.nextBest(h)})
		return true
	}
	return false
}

// nextBest is what the message means if it is not a theft.
func (t *turn) nextBest(h *heard) intents.ID {
	for _, s := range h.reading.Ranked {
		if id := s.ID; id != intents.AccountTheft && id != intents.OutOfScope {
			return id
		}
	}
	return ""
}
