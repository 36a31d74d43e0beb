package audit

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Action is something that is noted.
type Action string

// All that is noted. What an entry's Conversation, Handoff and Object hold is
// said where they are not obvious.
const (
	// TranscriptViewed: a whole transcript was handed out.
	TranscriptViewed Action = "transcript.viewed"
	// FieldRevealed: a masked field was shown. Object: the field's name.
	FieldRevealed  Action = "field.revealed"
	CaseClaimed    Action = "case.claimed"
	CaseReleased   Action = "case.released"
	CaseReturned   Action = "case.returned" // by the server: the agent was gone
	CaseCompleted  Action = "case.completed"
	CaseTakenOver  Action = "case.taken_over"
	CaseReassigned Action = "case.reassigned" // Object: the agent who gets it
	// CaseTransferred: Detail says to which queue; Object: the colleague, if any.
	CaseTransferred Action = "case.transferred"
	Watched         Action = "conversation.watched"
	Whispered       Action = "conversation.whispered"
	// MessageStopped: an agent's message asked for a secret and was not sent.
	MessageStopped Action = "message.stopped"
	// Exported: data left the console or the server. Detail says what kind.
	Exported       Action = "data.exported"
	Erased         Action = "data.erased"
	SignedIn       Action = "signin.succeeded" // Detail: by which way
	SignInFailed   Action = "signin.failed"    // Detail: why; no Actor when the address is nobody's
	SignedOut      Action = "signin.ended"
	RecoveryUsed   Action = "signin.recovery_used"
	AgentAdded     Action = "agent.added"   // Object: the agent, here and below
	AgentChanged   Action = "agent.changed" // Detail: which of name, email, languages, queues
	RoleChanged    Action = "agent.role_changed"
	AgentDisabled  Action = "agent.disabled"
	AgentEnabled   Action = "agent.enabled"
	PasswordChange Action = "agent.password_changed"
	TOTPEnrolled   Action = "agent.totp_enrolled"
	TOTPRemoved    Action = "agent.totp_removed"
	CodesRenewed   Action = "agent.recovery_renewed"
	KeyAdded       Action = "key.added" // Object: the key's id
	KeyRevoked     Action = "key.revoked"
	LogVerified    Action = "audit.verified" // Detail: whole or damaged
)

// Actions lists the vocabulary.
func Actions() []Action {
	return []Action{
		TranscriptViewed, FieldRevealed, CaseClaimed, CaseReleased, CaseReturned, CaseCompleted, CaseTakenOver,
		CaseReassigned, CaseTransferred, Watched, Whispered, MessageStopped, Exported, Erased, SignedIn, SignInFailed,
		SignedOut, RecoveryUsed, AgentAdded, AgentChanged, RoleChanged, AgentDisabled, AgentEnabled, PasswordChange,
		TOTPEnrolled, TOTPRemoved, CodesRenewed, KeyAdded, KeyRevoked, LogVerified,
	}
}

// Actors that are no agents.
const (
	// Operator ran a command on the server's machine.
	Operator = "operator"
	// System is the server by itself.
	System = "system"
)

// Entry is one line of the log. N and At are given when it is stored.
type Entry struct {
	N            int64     // 1, 2, 3 … without a gap
	At           time.Time // of the store's clock, in milliseconds
	Actor        string    // an agent's id, [Operator], [System] or "": nobody known
	Role         string    // of the actor at that moment, "" for no agent
	Action       Action
	Conversation string // ids, "" where the action is about none
	Handoff      string
	Object       string // whom or what else it was done to: an agent, a field, a key
	Detail       string // see [Entry.Check]
}

// ErrEntry wraps what keeps an entry out of the log.
var ErrEntry = errors.New("audit entry")

// The lengths of what an entry may hold, in bytes.
const (
	idMax     = 128
	detailMax = 200
)

// Check refuses what does not belong in a log: actions outside the vocabulary,
// ids that are none, and a detail of other characters than lower-case letters,
// digits and "_=,.:/ -" – a vocabulary's words have no others, names and
// addresses do.
func (e Entry) Check() error {
	if !slices.Contains(Actions(), e.Action) {
		return fmt.Errorf("%w: unknown action %q", ErrEntry, e.Action)
	}
	for _, id := range []string{e.Actor, e.Role, e.Conversation, e.Handoff, e.Object} {
		if len(id) > idMax || !utf8.ValidString(id) || strings.ContainsFunc(id, func(r rune) bool { return r <= ' ' || r == '@' }) {
			return fmt.Errorf("%w: %s: an id is too long or none", ErrEntry, e.Action)
		}
	}
	other := func(r rune) bool { return !strings.ContainsRune(detailLetters, r) }
	if len(e.Detail) > detailMax || strings.ContainsFunc(e.Detail, other) {
		return fmt.Errorf("%w: %s: the detail is more than a few words of a vocabulary", ErrEntry, e.Action)
	}
	return nil
}

const detailLetters = "abcdefghijklmnopqrstuvwxyz0123456789_=,.:/ -"
