package chat

import (
	"time"

	"usher/server/internal/wire"
)

// Hello is how a chat user comes in. Exactly the fields of the protocol's
// first frame, with the token already verified.
type Hello struct {
	Person         *Person // from the host app's token; nil: unverified
	Session        string  // resumes a conversation; "" begins or finds one
	After          int64   // the last seq the client has
	Locale         string
	Timezone       string
	AcceptLanguage string
}

// Person is who the host app says is chatting.
type Person struct {
	Subject, Email, Name, Locale, Zone string
	Status                             string
	SubmittedAt                        time.Time
	Cancellations, Cancellations24h    int
	FaceFailures, Rejections           int
}

// Welcome answers a Hello.
type Welcome struct {
	Conversation string        `json:"conversation"`
	Session      string        `json:"session"`
	Locale       string        `json:"locale"`
	Owner        string        `json:"owner"`
	Epoch        int64         `json:"epoch"`
	LastSeq      int64         `json:"last_seq"`
	Recovered    bool          `json:"recovered"`
	Closed       bool          `json:"closed,omitempty"`
	Handoff      *wire.Handoff `json:"handoff"`
	// Verified says that the host app signed who this is, now or earlier in
	// this conversation; Account is what it signed of the details of G4.4, so
	// that a client shows them as such and never asks.
	Verified bool                  `json:"verified"`
	Account  map[string]wire.Field `json:"account,omitempty"`
	events   int64                 // position in the events, for Follow
}

// Sent is one message as a client sends it.
type Sent struct {
	ClientID string
	Text     string
	Choice   string
	Form     map[string]string
}

// Ack is the receipt of a message: it is stored, and so is the bot's answer.
type Ack struct {
	ID        string    `json:"id"`
	Seq       int64     `json:"seq"`
	Through   int64     `json:"through"`
	At        time.Time `json:"at"`
	Duplicate bool      `json:"duplicate"`
}

// AgentPerson is a signed-in agent.
type AgentPerson struct {
	ID, Name, Role string
	Languages      []string
	Queues         []string // of those the role may see; none: all of them
}

// AgentWelcome answers an agent's hello.
type AgentWelcome struct {
	Agent    AgentInfo      `json:"agent"`
	Queues   []string       `json:"queues"`
	Handoffs []wire.Handoff `json:"handoffs"` // waiting in order, then own
}

// Meter says from which cancellation on what follows of it (G7).
type Meter struct {
	RiskFrom     int `json:"risk_from"`     // stricter checks, a longer queue
	MaterialFrom int `json:"material_from"` // further documents
	FreezeFrom   int `json:"freeze_from"`   // within 24 hours: the account may be frozen
}

// AgentInfo is the agent as the console shows it.
type AgentInfo struct {
	ID        string   `json:"id"`
	Name      string   `json:"name"`
	Role      string   `json:"role"`
	Languages []string `json:"languages"`
}

// Claimed is what an agent gets with a case.
type Claimed struct {
	Handoff    *wire.Handoff  `json:"handoff"`
	Transcript []wire.Message `json:"transcript"`
	Notes      []wire.Note    `json:"notes"`
	Earlier    []wire.Earlier `json:"earlier,omitempty"` // other cases of a verified person, the latest first
}
