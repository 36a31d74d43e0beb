package slot

import "time"

// Kind names one thing that can be read. The first four are the names the
// handoff's fields have on the wire (G4.4).
type Kind string

// The kinds, also the values of [Context.Asked].
const (
	KindEmail    Kind = "email"
	KindTime     Kind = "submitted_at"
	KindStatus   Kind = "status"
	KindReason   Kind = "reason"
	KindZone     Kind = "zone"     // the bot asked in which time zone
	KindSeverity Kind = "severity" // the bot asked "minor or major?"
	KindConfirm  Kind = "confirm"  // the bot asked a yes/no question
)

// Statuses of an identity verification, as they travel on the wire.
const (
	StatusUnderReview = "under_review"
	StatusAutomated   = "under_review_automated"
	StatusManual      = "under_review_manual"
	StatusRejected    = "rejected"
	StatusUnverified  = "unverified"
	StatusVerified    = "verified"
	StatusUnknown     = "unknown" // the person cannot find it, or is not sure
)

// Reasons for a cancellation, as they travel on the wire.
const (
	ReasonWrongDocument  = "wrong_document"
	ReasonSwitchDocument = "switch_document"
	ReasonAccountInfo    = "account_info"
	ReasonMajor          = "wrong_info_major"
	ReasonMinor          = "wrong_info_minor"
	ReasonWaiting        = "waiting"
	ReasonChangedMind    = "changed_mind"
	ReasonOther          = "other"
)

// Severity of a wrong entry.
const (
	SeverityMinor = "minor"
	SeverityMajor = "major"
)

// Answers to a yes/no question.
const (
	Yes = "yes"
	No  = "no"
)

// Context is what the reader needs to know besides the words.
type Context struct {
	Now  time.Time      // the moment the message was sent; required for times
	Zone *time.Location // the person's zone; nil = unknown
	Lang string         // a language tag; unknown or empty = English
	// Asked is what the bot just asked for: a bare answer is read as that.
	Asked Kind

	force bool // Zone decides between the zones an abbreviation can mean
}

// Found is everything read out of one message. The zero value means that
// nothing was found. It survives a round trip through JSON.
type Found struct {
	Email *Email `json:"email,omitempty"`
	// EmailAttempt is something meant as an address that cannot be one
	// ("ana@gmail"), only when Email is nil.
	EmailAttempt *Email `json:"email_attempt,omitempty"`
	Time         *Time  `json:"time,omitempty"`
	Zone         *Zone  `json:"zone,omitempty"` // a zone the person named
	Status       string `json:"status,omitempty"`
	// Reason is the one that counts when several were told; Reasons then has
	// all of them, this one first.
	Reason  string   `json:"reason,omitempty"`
	Reasons []string `json:"reasons,omitempty"`
	// WrongInfo says that something typed in was wrong; when Reason is empty
	// too, whether it is minor or major is still to be asked (ruling 2).
	WrongInfo bool   `json:"wrong_info,omitempty"`
	Severity  string `json:"severity,omitempty"` // "minor" or "major"
	YesNo     string `json:"yes_no,omitempty"`   // "yes" or "no"
	Insists   bool   `json:"insists,omitempty"`  // "cancel it anyway"
	Unsure    bool   `json:"unsure,omitempty"`   // "not sure", "can't find it"
	Transfer  bool   `json:"transfer,omitempty"` // the literal phrase of G4.3
	Template  bool   `json:"template,omitempty"` // at least two labelled fields of G4.4
	// Placeholders lists the fields of a pasted G4.4 template that were left
	// as they came, in the order they stand there.
	Placeholders []Kind `json:"placeholders,omitempty"`
	Counts       Counts `json:"counts,omitzero"`
}

// Counts are numbers of past events the person told; nil = not told.
type Counts struct {
	// Cancellations before the one being asked for: "my third time" is 2.
	Cancellations    *int `json:"cancellations,omitempty"`
	Cancellations24h *int `json:"cancellations_24h,omitempty"`
	FaceFailures     *int `json:"face_failures,omitempty"`
	Rejections       *int `json:"rejections,omitempty"`
}

// Email is an address, exactly as typed.
type Email struct {
	Address string `json:"address"`
	// Suggestion is what was probably meant when there seems to be a typo;
	// to be asked about once, never applied silently (ruling 9).
	Suggestion string `json:"suggestion,omitempty"`
	// Candidates lists all addresses when the message has more than one,
	// Address being the last of them.
	Candidates []string `json:"candidates,omitempty"`
}

// Precision is how finely a time was told.
type Precision string

// The precisions.
const (
	PrecisionMinute Precision = "minute"
	PrecisionHour   Precision = "hour"
	PrecisionDay    Precision = "day" // "yesterday": only the date is known; At is noon of it
)

// Time is a moment as told. Exactly one of three holds: At is set; NeedsZone
// is true; or Candidates has at least two entries.
type Time struct {
	// At is the instant, UTC. It may lie in the future or long ago: whoever
	// uses it judges that and says why.
	At time.Time `json:"at,omitzero"`
	// Relative: told as an age ("40 minutes ago"), so no zone is needed.
	Relative bool `json:"relative,omitempty"`
	// NeedsZone: a clock time, and nobody knows in which zone. Use
	// [Parser.Settle] once it is known.
	NeedsZone bool `json:"needs_zone,omitempty"`
	// Wall is the clock as told, with NeedsZone: read its fields, its UTC
	// label means nothing.
	Wall time.Time `json:"wall,omitzero"`
	// Candidates are the plausible instants when the words leave a choice,
	// the latest first.
	Candidates []time.Time `json:"candidates,omitempty"`
	Precision  Precision   `json:"precision,omitempty"`
	Approx     bool        `json:"approx,omitempty"` // "about", "around"
	// Said is the piece of the message it was read from, for Settle and for
	// reading it back; Heard and Lang are the context it was read in.
	Said  string    `json:"said,omitempty"`
	Heard time.Time `json:"heard,omitzero"`
	Lang  string    `json:"lang,omitempty"`
}

// Zone is a named time zone.
type Zone struct {
	// ID is an IANA name or "UTC+03:00"; empty when Candidates has a choice.
	ID         string   `json:"id,omitempty"`
	Candidates []string `json:"candidates,omitempty"`
}
