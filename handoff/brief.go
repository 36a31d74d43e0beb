package handoff

import (
	"strings"
	"time"
)

// Brief fills in the request of G4.4 for the agent, in English whatever the
// person speaks: every field on its own line, what is not known said so. The
// time is shown in UTC and, when it is known, in the person's own zone.
//
// A theft that came without a reason to cancel asks for the account (G9.1): an
// application under review may be the thief's, or not exist.
func Brief(queue string, f Fields, zone *time.Location) string {
	var b strings.Builder
	if queue == AccountSecurity && !f.Reason.Given() {
		b.WriteString("Request: secure the account\n")
	} else {
		b.WriteString("Request: cancel the KYC application under review\n")
	}
	b.WriteString("Reason: " + orNotGiven(reasonText(f.Reason.Value)) + "\n")
	b.WriteString("Registered email: " + orNotGiven(f.Email.Value) + "\n")
	b.WriteString("Submission time: " + submittedText(f, zone) + "\n")
	b.WriteString("Current status: " + orNotGiven(statusText(f.Status.Value)))
	return b.String()
}

func orNotGiven(s string) string {
	if s == "" {
		return "not given"
	}
	return s
}

func submittedText(f Fields, zone *time.Location) string {
	at, ok := f.Submitted()
	if !ok {
		return orNotGiven(f.SubmittedAt.Value)
	}
	const layout = "2006-01-02 15:04"
	text := at.UTC().Format(layout) + " UTC"
	if zone != nil && at.In(zone).Format(layout) != at.UTC().Format(layout) {
		text += " (" + at.In(zone).Format(layout+" -07:00") + " for the customer)"
	}
	return text
}

func reasonText(v string) string {
	switch v {
	case "wrong_document":
		return "uploaded the wrong document"
	case "switch_document":
		return "wants to change the document type"
	case "account_info":
		return "registered email or phone is wrong"
	case "wrong_info_major":
		return "major error in the information"
	case "wrong_info_minor":
		return "minor error in the information"
	case "waiting":
		return "waiting too long"
	case "changed_mind":
		return "no longer wants the verification"
	case "other":
		return "other"
	default:
		return v
	}
}

func statusText(v string) string {
	switch v {
	case "under_review":
		return "Under Review"
	case "under_review_automated":
		return "Under Review (Automated)"
	case "under_review_manual":
		return "Under Review (Manual)"
	case "rejected":
		return "Rejected"
	case "unverified":
		return "Unverified"
	case "verified":
		return "Verified"
	default:
		return v
	}
}
