package api

import (
	"time"

	"usher/server/internal/wire"
)

// What clients send. The tags are what is published and enforced; strictjson
// demands what is `strict:"required"`, so the two stand together.

type openBody struct {
	ExternalUserID string         `json:"external_user_id" strict:"required" minLength:"1" maxLength:"200" doc:"Your own id of the user. Whatever you make for one id belongs to one person."`
	Locale         string         `json:"locale,omitempty" maxLength:"35" pattern:"^[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8})*$" doc:"The user's language (BCP 47). The nearest one that the bot speaks is taken."`
	Timezone       string         `json:"timezone,omitempty" minLength:"1" maxLength:"64" doc:"The user's time zone (IANA name)."`
	User           *personBody    `json:"user,omitempty" doc:"What you vouch for: it is not asked again and marked as yours."`
	KYC            *kycBody       `json:"kyc,omitempty" doc:"What you know of the verification."`
	Metadata       map[string]any `json:"metadata,omitempty" maxProperties:"16" doc:"Yours: texts, numbers and flags; given back with the conversation."`
}

type personBody struct {
	Email string `json:"email,omitempty" maxLength:"254" pattern:"^[^\\s@<>\"(),:;]{1,64}@[^\\s@<>\"(),:;]{1,189}$"`
	Name  string `json:"name,omitempty" minLength:"1" maxLength:"200"`
	// The two names of OpenID Connect, for whoever has them at hand.
	Locale string `json:"locale,omitempty" maxLength:"35" pattern:"^[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8})*$" doc:"Used where the conversation names none."`
	Zone   string `json:"zoneinfo,omitempty" minLength:"1" maxLength:"64" doc:"Used where the conversation names no timezone."`
}

type kycBody struct {
	Status           string     `json:"status,omitempty"`
	SubmittedAt      *time.Time `json:"submitted_at,omitempty"`
	Cancellations    int        `json:"cancellations,omitempty" minimum:"0" maximum:"1000000"`
	Cancellations24h int        `json:"cancellations_24h,omitempty" minimum:"0" maximum:"1000000"`
	FaceFailures     int        `json:"face_failures,omitempty" minimum:"0" maximum:"1000000"`
	Rejections       int        `json:"rejections,omitempty" minimum:"0" maximum:"1000000"`
}

type sendBody struct {
	ID     string            `json:"id" strict:"required" minLength:"1" maxLength:"64" pattern:"^[^\\x00-\\x1f\\x7f]+$" doc:"Your id of the message. Sent again, it is stored once and answered the same."`
	Text   string            `json:"text,omitempty" maxLength:"4000" doc:"What the user wrote; needed unless there is a choice or a form."`
	Choice string            `json:"choice,omitempty" minLength:"1" maxLength:"64" doc:"The id of a choice that the last message offered."`
	Form   map[string]string `json:"form,omitempty" maxProperties:"16" doc:"The values of the form that the last message offered."`
}

type handoffBody struct {
	Queue  string `json:"queue,omitempty" doc:"Who should take it; absent: kyc_review."`
	Reason string `json:"reason,omitempty" doc:"Why the review is to be cancelled."`
}

type classifyBody struct {
	Text   string `json:"text" strict:"required" minLength:"1" maxLength:"4000"`
	Locale string `json:"locale,omitempty" maxLength:"35" pattern:"^[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8})*$" doc:"What the user usually writes in; the text decides."`
}

// What is answered where package wire has no name for it.

type messageList struct {
	Messages []wire.Message `json:"messages" nullable:"false"`
}

type eventList struct {
	Events []wire.FeedEvent `json:"events" nullable:"false"`
	Cursor string           `json:"cursor" doc:"Pass it as after to go on behind the last event."`
}

// classified is what a message was understood as.
type classified struct {
	Intent     string   `json:"intent" doc:"What to act on: out_of_scope when nothing fits."`
	Confidence float64  `json:"confidence" minimum:"0" maximum:"1" doc:"Calibrated probability that it is right."`
	Lang       string   `json:"lang" doc:"ISO 639 code of what it was written in; und when unknown."`
	Intents    []ranked `json:"intents" nullable:"false" doc:"The likeliest, best first."`
}

type ranked struct {
	Intent     string  `json:"intent"`
	Confidence float64 `json:"confidence" minimum:"0" maximum:"1"`
}
