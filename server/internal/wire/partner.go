package wire

import "time"

// Conversation is a conversation as the partner that made it sees it.
type Conversation struct {
	ID             string           `json:"id" doc:"Opaque; 26 letters and digits."`
	ExternalUserID string           `json:"external_user_id" doc:"Whose conversation it is, in the partner's own words."`
	Locale         string           `json:"locale" doc:"The language the bot speaks now (BCP 47)."`
	Timezone       string           `json:"timezone,omitempty" doc:"IANA name or UTC offset, when known."`
	Owner          string           `json:"owner" enum:"bot,queue,agent" doc:"Who answers the person: exactly one at every moment."`
	Epoch          int64            `json:"epoch" doc:"Counts the owners; never goes down."`
	LastSeq        int64            `json:"last_seq" doc:"The newest message's number."`
	Handoff        *Handoff         `json:"handoff" doc:"The open handoff, else the last one; null before the first."`
	Fields         map[string]Field `json:"fields" doc:"What is known of the request: email, submitted_at, status, reason."`
	Metadata       map[string]any   `json:"metadata" doc:"As given when the conversation was made."`
	CreatedAt      time.Time        `json:"created_at"`
	ClosedAt       time.Time        `json:"closed_at,omitzero" doc:"When it ended; absent while it is open."`
}

// Reply answers a message of the person: what was stored of it and everything
// that was said to it in the same commit.
type Reply struct {
	Message  *Message  `json:"message"`
	Replies  []Message `json:"replies" nullable:"false" doc:"What the bot said to it, in order; empty while an agent answers."`
	Owner    string    `json:"owner" enum:"bot,queue,agent"`
	Handoff  *Handoff  `json:"handoff"`
	Repeated bool      `json:"duplicate" doc:"The same id came before; nothing new was stored."`
}

// Case is what the decision table is asked, as clients write it.
type Case struct {
	Intent           string     `json:"intent" doc:"Id of an intent."`
	Reason           string     `json:"reason,omitempty" doc:"Why the review is to be cancelled."`
	Status           string     `json:"status,omitempty" doc:"The review's status as the app shows it."`
	Email            string     `json:"email,omitempty" maxLength:"254"`
	SubmittedAt      *time.Time `json:"submitted_at,omitempty" doc:"When it was submitted."`
	Now              *time.Time `json:"now,omitempty" doc:"The moment to decide for; absent: this one."`
	Cancellations    int        `json:"cancellations,omitempty" minimum:"0" maximum:"1000000" doc:"Made before, ever."`
	Cancellations24h int        `json:"cancellations_24h,omitempty" minimum:"0" maximum:"1000000" doc:"Made before, in the last 24 hours."`
	FaceFailures     int        `json:"face_failures,omitempty" minimum:"0" maximum:"1000000"`
	Rejections       int        `json:"rejections,omitempty" minimum:"0" maximum:"1000000"`
	Insists          bool       `json:"insists,omitempty" doc:"Wants it against the advice."`
}

// DecisionReceipt says what a decision rested on. Asking again with Case, under
// the policy named in Decision, gives the same Decision.
type DecisionReceipt struct {
	ID           string    `json:"id,omitempty"`
	At           time.Time `json:"at,omitzero"`
	Conversation string    `json:"conversation,omitempty" doc:"Where it was said; absent for one that was asked for alone."`
	Seq          int64     `json:"seq,omitempty" doc:"The message that rests on it."`
	Row          int       `json:"row" doc:"Which row of the decision table applied; 0: none is due yet."`
	Case         Case      `json:"case" doc:"The inputs. An email that was given is hidden: only that it was given counts."`
	Decision     Decision  `json:"decision"`
}

// Decision is what the decision table answers.
type Decision struct {
	ID            string     `json:"id,omitempty" doc:"Of the receipt, where it was asked for alone."`
	Advice        string     `json:"advice" doc:"What to do; empty: none is due yet, see missing."`
	Phase         string     `json:"phase" doc:"Which part of the review is running."`
	Facts         []string   `json:"facts" nullable:"false" doc:"The guide's facts that it rests on."`
	Queue         string     `json:"queue" doc:"Where to hand it over to now; empty: not."`
	Priority      string     `json:"priority"`
	CancellableAt *time.Time `json:"cancellable_at,omitempty" doc:"When the review can be cancelled."`
	ResubmitAfter string     `json:"resubmit_after,omitempty" doc:"How long to wait before submitting again, as Go writes durations."`
	Warnings      []string   `json:"warnings" nullable:"false" doc:"Facts of the side effects to warn of."`
	Missing       []string   `json:"missing" nullable:"false" doc:"Details still to be asked for."`
	Policy        string     `json:"policy" doc:"Hash of the policy it was decided under."`
}

// FeedEvent is an event in the change feed and in webhooks.
type FeedEvent struct {
	Cursor    string    `json:"cursor" doc:"Go on after this event by passing it as after."`
	Type      string    `json:"type"`
	Timestamp time.Time `json:"timestamp"`
	Data      any       `json:"data"`
}

// OwnerChange is the payload of conversation.owner_changed where it does not
// stand beside its type.
type OwnerChange struct {
	Conversation string `json:"conversation"`
	Owner        string `json:"owner" enum:"bot,queue,agent"`
	Epoch        int64  `json:"epoch"`
	Agent        *Agent `json:"agent,omitempty"`
}

// Closing is the payload of conversation.closed in the same places.
type Closing struct {
	Conversation string `json:"conversation"`
}
