package wire

import (
	"encoding/json"
	"time"
)

// Message is one message of a conversation. Seq counts 1, 2, 3 … per
// conversation without gaps.
type Message struct {
	Seq          int64     `json:"seq"`
	Conversation string    `json:"conversation"`
	From         string    `json:"from"` // user, bot, agent or system
	Name         string    `json:"name,omitempty"`
	Text         string    `json:"text"`
	Lang         string    `json:"lang,omitempty"`
	At           time.Time `json:"at"`
	Choices      []Choice  `json:"choices,omitempty"`
	Form         *Form     `json:"form,omitempty"`
	Meta         *Meta     `json:"meta,omitempty"`
	ClientID     string    `json:"id,omitempty"` // the sender's own id, shown to the sender's side only
}

// Choice is one quick reply.
type Choice struct {
	ID    string `json:"id"`
	Label string `json:"label"`
}

// Form asks for several details at once; plain text always works too.
type Form struct {
	Fields []FormField `json:"fields"`
}

// FormField is one input of a form.
type FormField struct {
	ID      string   `json:"id"`   // email, submitted_at, status or reason
	Type    string   `json:"type"` // email, datetime or select
	Label   string   `json:"label"`
	Zone    string   `json:"zone,omitempty"` // of a datetime, when known
	Options []Choice `json:"options,omitempty"`
}

// Meta says what a bot message rests on.
type Meta struct {
	Intent     string   `json:"intent,omitempty"`
	Confidence float64  `json:"confidence,omitempty"`
	Advice     string   `json:"advice,omitempty"`
	Facts      []string `json:"facts,omitempty"`
	Decision   string   `json:"decision,omitempty"`
}

// Handoff is a handoff as one side may see it: Verdict, Outcome's note and the
// like are for agents only.
type Handoff struct {
	ID           string           `json:"id"`
	Conversation string           `json:"conversation"`
	Queue        string           `json:"queue"`
	Priority     string           `json:"priority"`
	State        string           `json:"state"`
	Position     int              `json:"position,omitempty"` // 1 is next
	Wait         *Wait            `json:"wait,omitempty"`
	StartsAt     time.Time        `json:"starts_at,omitzero"`
	QueuedAt     time.Time        `json:"queued_at,omitzero"`
	Agent        *Agent           `json:"agent,omitempty"`
	Lang         string           `json:"lang,omitempty"`
	Fields       map[string]Field `json:"fields,omitempty"`
	Request      string           `json:"request,omitempty"`
	Verdict      *Verdict         `json:"verdict,omitempty"`
	Verified     *bool            `json:"verified,omitempty"`     // agents only: the host app signed who this is
	Timezone     string           `json:"timezone,omitempty"`     // agents only: the person's zone
	Front        bool             `json:"front,omitempty"`        // agents only: given back or reopened, ahead of its class
	ReservedFor  string           `json:"reserved_for,omitempty"` // agents only: the agent it goes back to
	Partner      string           `json:"partner,omitempty"`      // agents only: the name of the partner app it came from
	Outcome      string           `json:"outcome,omitempty"`
	Epoch        int64            `json:"epoch"`
}

// Wait is a span of seconds in which the handoff will probably be accepted.
type Wait struct {
	LowS  int `json:"low_s"`
	HighS int `json:"high_s"`
}

// Agent is how an agent is shown to others.
type Agent struct {
	ID   string `json:"id,omitempty"` // to agents only
	Name string `json:"name"`
}

// Field is one detail of the request with its source: user or app. Masked: the
// value is a stand-in until the case is claimed or the field revealed. Label and
// Text say what it is called and what a value that is a name means, in the
// language of the conversation.
type Field struct {
	Value  string `json:"value"`
	Source string `json:"source"`
	Masked bool   `json:"masked,omitempty"`
	Label  string `json:"label,omitempty"`
	Text   string `json:"text,omitempty"` // of a status, a reason, or "unknown"
}

// Verdict is the bot's conclusion, for agents.
type Verdict struct {
	Advice        string    `json:"advice"`
	Facts         []string  `json:"facts"`
	CancellableAt time.Time `json:"cancellable_at,omitzero"`
	Warnings      []string  `json:"warnings"`
	Cancellations int       `json:"cancellations,omitempty"` // made before this one, ever
	// Cancellations24h is how many of them were made within the last 24 hours.
	Cancellations24h int `json:"cancellations_24h,omitempty"`
}

// Earlier is a case that the same person had before, for agents.
type Earlier struct {
	Handoff string    `json:"handoff"`
	Queue   string    `json:"queue"`
	State   string    `json:"state"`
	Outcome string    `json:"outcome,omitempty"`
	Reason  string    `json:"reason,omitempty"`
	Agent   *Agent    `json:"agent,omitempty"` // who had it last
	At      time.Time `json:"at"`              // when it joined its queue
	Note    string    `json:"note,omitempty"`  // left at its end
}

// Colleague is an agent as others see them who may pass a case on.
type Colleague struct {
	ID        string   `json:"id"`
	Name      string   `json:"name"`
	Role      string   `json:"role"`
	Languages []string `json:"languages"`
	Queues    []string `json:"queues"` // that they may take cases of
	State     string   `json:"state"`  // online, away or offline
	Cases     int      `json:"cases"`  // held now
}

// Note is an agents-only remark.
type Note struct {
	Conversation string    `json:"conversation"`
	Agent        Agent     `json:"agent"`
	Text         string    `json:"text"`
	At           time.Time `json:"at"`
}

// Event is one frame to a client other than ack, error and welcome: the
// payload sits under its noun.
type Event struct {
	Type         string   `json:"type"`
	Message      *Message `json:"message,omitempty"`
	Handoff      *Handoff `json:"handoff,omitempty"`
	HandoffID    string   `json:"-"`
	Note         *Note    `json:"note,omitempty"`
	Conversation string   `json:"conversation,omitempty"`
	Owner        string   `json:"owner,omitempty"`
	Epoch        int64    `json:"epoch,omitempty"`
	Agent        *Agent   `json:"agent,omitempty"`
	From         string   `json:"from,omitempty"` // typing, message.receipt
	Read         int64    `json:"read,omitempty"`
	Position     int      `json:"position,omitempty"`
	Wait         *Wait    `json:"wait,omitempty"`
	Locale       string   `json:"locale,omitempty"`
}

// MarshalJSON writes queue.position with the handoff's id under "handoff", all
// other events with the handoff itself there.
func (e Event) MarshalJSON() ([]byte, error) {
	type plain Event
	if e.HandoffID == "" {
		return json.Marshal(plain(e))
	}
	return json.Marshal(struct {
		plain
		Handoff string `json:"handoff"`
	}{plain(e), e.HandoffID})
}
