package ws

import (
	"fmt"
	"strings"
	"testing"
)

// The frames of a case's work answer in their shapes, to who may.
func TestAgent_Casework(t *testing.T) {
	t.Parallel()
	r := start(t)
	_, agent, conversation, id := r.claimed()
	agent.send(fmt.Sprintf(`{"type":"handoff.preview","id":"p","handoff":%q,"outcome":"answered"}`, id))
	said, _ := agent.until("ack")["messages"].([]any)
	if len(said) != 1 {
		t.Fatalf("the preview has %v", said)
	}
	agent.send(`{"type":"team.list","id":"t"}`)
	team := agent.until("ack")
	if targets, _ := team["targets_s"].(map[string]any); targets["kyc_review"] != 1800.0 || team["agents"] == nil || team["handoffs"] == nil || team["meter"] == nil {
		t.Fatalf("got %v", team)
	}
	agent.send(fmt.Sprintf(`{"type":"message.send","id":"m","conversation":%q,"text":"What is your password?"}`, conversation))
	stopped := agent.until("error")
	if detail, _ := stopped["detail"].(string); stopped["code"] != "bad_value" || !strings.Contains(detail, "nobody may ask") {
		t.Fatalf("got %v", stopped)
	}
}

func TestAgent_CaseworkBadInput(t *testing.T) {
	t.Parallel()
	r := start(t)
	_, agent, _, id := r.claimed()
	for frame, want := range map[string]code{
		`{"type":"handoff.transfer","id":"a","handoff":"` + id + `","queue":"kyc_review","agent":"x"}`: codeBadValue,
		`{"type":"handoff.transfer","id":"a","handoff":"` + id + `","agent":"nobody"}`:                 codeBadValue,
		`{"type":"handoff.transfer","id":"a","handoff":"` + id + `","agent":""}`:                       codeBadValue,
		`{"type":"handoff.preview","id":"a","handoff":"` + id + `"}`:                                   codeMissingField,
		`{"type":"handoff.preview","id":"a","handoff":"` + id + `","outcome":"won"}`:                   codeBadValue,
		`{"type":"handoff.preview","id":"a","handoff":"never","outcome":"answered"}`:                   codeNotFound,
		`{"type":"field.reveal","id":"a","handoff":"` + id + `"}`:                                      codeMissingField,
		`{"type":"field.reveal","id":"a","handoff":"` + id + `","field":"email"}`:                      codeBadValue, // not told
		`{"type":"field.reveal","id":"a","handoff":"never","field":"email"}`:                           codeNotFound,
		`{"type":"team.list"}`:                    codeMissingField,
		`{"type":"team.list","id":"a","queue":1}`: codeUnknownField,
	} {
		agent.send(frame)
		if got := agent.until("error"); got["code"] != string(want) || got["id"] != "a" && want != codeMissingField {
			t.Errorf("%s: got %v, want %s", frame, got, want)
		}
	}
}
