package intents

// ID names an intent; the names are the protocol's.
type ID string

// The intents of the protocol.
const (
	CancelReview     ID = "cancel_review"
	WrongInfo        ID = "wrong_info"
	WrongDocument    ID = "wrong_document"
	SwitchDocument   ID = "switch_document"
	AccountInfoIssue ID = "account_info_issue"
	ChangedMind      ID = "changed_mind"
	ReviewSlow       ID = "review_slow"
	AccountTheft     ID = "account_theft"
	ResubmitWhen     ID = "resubmit_when"
	ResubmitHow      ID = "resubmit_how"
	CancelEffects    ID = "cancel_effects"
	AccountFrozen    ID = "account_frozen"
	CancelNotApplied ID = "cancel_not_applied"
	AgentRefused     ID = "agent_refused"
	PhotosDeleted    ID = "photos_deleted"
	KYCAfterCancel   ID = "kyc_after_cancel"
	PassGuarantee    ID = "pass_guarantee"
	DeleteAccount    ID = "delete_account"
	StricterReview   ID = "stricter_review"
	FaceFailed       ID = "face_failed"
	Rejected         ID = "rejected"
	ExtraMaterials   ID = "extra_materials"
	HowToCancel      ID = "how_to_cancel"
	ContactSupport   ID = "contact_support"
	TalkToAgent      ID = "talk_to_agent"
	Greeting         ID = "greeting"
	Thanks           ID = "thanks"
	Goodbye          ID = "goodbye"
	Affirm           ID = "affirm"
	Deny             ID = "deny"
	OutOfScope       ID = "out_of_scope"
)

// All lists every intent, in the protocol's order.
func All() []ID {
	return []ID{
		CancelReview, WrongInfo, WrongDocument, SwitchDocument, AccountInfoIssue, ChangedMind,
		ReviewSlow, AccountTheft, ResubmitWhen, ResubmitHow, CancelEffects, AccountFrozen,
		CancelNotApplied, AgentRefused, PhotosDeleted, KYCAfterCancel, PassGuarantee, DeleteAccount,
		StricterReview, FaceFailed, Rejected, ExtraMaterials, HowToCancel, ContactSupport,
		TalkToAgent, Greeting, Thanks, Goodbye, Affirm, Deny, OutOfScope,
	}
}
