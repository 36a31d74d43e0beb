package bot

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"usher/handoff"
	"usher/intents"
)

// Reason is why somebody wants the review cancelled, in the protocol's words.
type Reason string

// The reasons of the protocol.
const (
	WrongDocument  Reason = "wrong_document"
	SwitchDocument Reason = "switch_document"
	AccountInfo    Reason = "account_info"
	WrongInfoMajor Reason = "wrong_info_major"
	WrongInfoMinor Reason = "wrong_info_minor"
	Waiting        Reason = "waiting"
	ChangedMind    Reason = "changed_mind"
	OtherReason    Reason = "other"
)

// Reasons lists every reason of the protocol.
func Reasons() []Reason {
	return []Reason{
		WrongDocument, SwitchDocument, AccountInfo, WrongInfoMajor,
		WrongInfoMinor, Waiting, ChangedMind, OtherReason,
	}
}

// Status is the review's status as the app shows it.
type Status string

// The statuses of the protocol.
const (
	UnderReview          Status = "under_review"
	UnderReviewAutomated Status = "under_review_automated"
	UnderReviewManual    Status = "under_review_manual"
	Rejected             Status = "rejected"
	Unverified           Status = "unverified"
	Verified             Status = "verified"
	StatusUnknown        Status = "unknown"
)

// Statuses lists every status of the protocol.
func Statuses() []Status {
	return []Status{
		UnderReview, UnderReviewAutomated, UnderReviewManual,
		Rejected, Unverified, Verified, StatusUnknown,
	}
}

// Advice is what the decision table says to do.
type Advice string

// The advices of the decision table; empty means none is due yet.
const (
	SecureAccountFirst  Advice = "secure_account_first"
	HandOffAgent        Advice = "hand_off_agent"
	NothingToCancel     Advice = "nothing_to_cancel"
	FixAndResubmit      Advice = "fix_and_resubmit"
	NoNeedToCancel      Advice = "no_need_to_cancel"
	WaitInQueue         Advice = "wait_in_queue"
	WaitAutomatedReview Advice = "wait_automated_review"
	LetItBeRejected     Advice = "let_it_be_rejected"
	HandOffCancel       Advice = "hand_off_cancel"
	AnswerOnly          Advice = "answer_only"
	OutOfScope          Advice = "out_of_scope"
)

// Phase is which part of the review is running.
type Phase string

// The phases of G0.2 and G0.3.
const (
	Automated    Phase = "automated"
	Manual       Phase = "manual"
	PhaseUnknown Phase = "unknown"
)

// Case is all that the decision table looks at.
type Case struct {
	Intent           intents.ID
	Reason           Reason // "" = not given
	Status           Status // "" = not given
	Email            string
	SubmittedAt      time.Time // zero = not given
	Now              time.Time
	Cancellations    int // made before, ever
	Cancellations24h int // made before, in the last 24 hours
	FaceFailures     int
	Rejections       int
	Insists          bool
}

// ErrCase is wrapped by every error of Case.Check.
var ErrCase = errors.New("bot: bad case")

// CaseError says which field of a case is wrong and what it may be.
type CaseError struct{ Field, Rule string }

// Error says the rule that was broken, never the value.
func (e *CaseError) Error() string { return fmt.Sprintf("%s %s", e.Field, e.Rule) }

// Unwrap makes errors.Is(err, ErrCase) true.
func (*CaseError) Unwrap() error { return ErrCase }

// Check refuses values outside the protocol's vocabulary.
func (c Case) Check() error {
	switch {
	case c.Intent == "":
		return &CaseError{"intent", "is required"}
	case !slices.Contains(intents.All(), c.Intent):
		return &CaseError{"intent", "is not one of the known intents"}
	case c.Reason != "" && !slices.Contains(Reasons(), c.Reason):
		return &CaseError{"reason", "is not one of the known reasons"}
	case c.Status != "" && !slices.Contains(Statuses(), c.Status):
		return &CaseError{"status", "is not one of the known statuses"}
	}
	for field, n := range map[string]int{
		"cancellations": c.Cancellations, "cancellations_24h": c.Cancellations24h,
		"face_failures": c.FaceFailures, "rejections": c.Rejections,
	} {
		if n < 0 {
			return &CaseError{field, "must not be negative"}
		}
	}
	return nil
}

// Decision is the decision table's answer to a Case.
type Decision struct {
	Row           int // of the decision table; 0: none is due yet
	Advice        Advice
	Phase         Phase
	Facts         []string
	Queue         string // queue it now; empty: do not
	Priority      handoff.Priority
	CancellableAt time.Time      // zero unless the clock decides the phase
	ResubmitAfter *time.Duration // nil where the table gives none
	Warnings      []string
	Missing       []string // details of G4.4 still to be asked
	Policy        string   // hash of the policy it was decided under
}
