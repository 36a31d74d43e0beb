package handoff

import (
	"testing"
	"time"
)

func TestBrief(t *testing.T) {
	t.Parallel()
	given := func(v string) Field { return Field{Value: v, Source: FromUser} }
	all := Fields{
		Email: given("eva@proton.me"), SubmittedAt: given("2026-03-01T23:40:00Z"),
		Status: given("under_review_manual"), Reason: given("wrong_document"),
	}
	for name, c := range map[string]struct {
		queue  string
		fields Fields
		zone   *time.Location
		want   string
	}{
		"all of it": {KYCReview, all, time.FixedZone("UTC+05:30", 19800), `Request: cancel the KYC application under review
Reason: uploaded the wrong document
Registered email: eva@proton.me
Submission time: 2026-03-01 23:40 UTC (2026-03-02 05:10 +05:30 for the customer)
Current status: Under Review (Manual)`},
		"in UTC": {KYCReview, all, time.UTC, `Request: cancel the KYC application under review
Reason: uploaded the wrong document
Registered email: eva@proton.me
Submission time: 2026-03-01 23:40 UTC
Current status: Under Review (Manual)`},
		"nothing": {KYCReview, Fields{}, nil, `Request: cancel the KYC application under review
Reason: not given
Registered email: not given
Submission time: not given
Current status: not given`},
		"not known": {KYCReview, Fields{SubmittedAt: given(Unknown), Status: given(Unknown), Reason: given("other")}, nil, `Request: cancel the KYC application under review
Reason: other
Registered email: not given
Submission time: unknown
Current status: unknown`},
		"theft": {AccountSecurity, Fields{Email: given("eva@proton.me")}, nil, `Request: secure the account
Reason: not given
Registered email: eva@proton.me
Submission time: not given
Current status: not given`},
		"theft in the middle of a form": {AccountSecurity, all, time.UTC, `Request: cancel the KYC application under review
Reason: uploaded the wrong document
Registered email: eva@proton.me
Submission time: 2026-03-01 23:40 UTC
Current status: Under Review (Manual)`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := Brief(c.queue, c.fields, c.zone); got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

// Every value of the vocabulary has words for the agent.
func TestBrief_EveryValueHasWords(t *testing.T) {
	t.Parallel()
	for _, v := range []string{"wrong_document", "switch_document", "account_info", "wrong_info_major", "wrong_info_minor", "waiting", "changed_mind"} {
		if reasonText(v) == v {
			t.Errorf("reason %s has no words", v)
		}
	}
	for _, v := range []string{"under_review", "under_review_automated", "under_review_manual", "rejected", "unverified", "verified"} {
		if statusText(v) == v {
			t.Errorf("status %s has no words", v)
		}
	}
}
