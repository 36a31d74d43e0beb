package api

import (
	"net/http"
	"testing"

	"usher/server/internal/wire"
)

// The smallest whole path: a key, a conversation, a message, the bot's answer.
func TestAPI_AConversationFromItsOpeningToAPerson(t *testing.T) {
	t.Parallel()
	onBoth(t, aConversationFromItsOpeningToAPerson)
}

func aConversationFromItsOpeningToAPerson(t *testing.T, h *house) {
	key := h.key("Acme")

	var c wire.Conversation
	h.want(http.StatusCreated, h.do(key, "POST", "/conversations",
		`{"external_user_id":"u-1","locale":"es-CO","timezone":"America/Bogota","user":{"email":"a@example.com","name":"Ana","locale":"fr","zoneinfo":"Europe/Paris"},`+
			`"kyc":{"status":"under_review_manual","cancellations":1},"metadata":{"plan":"gold","age":7,"vip":true}}`)).into(t, &c)
	if c.ExternalUserID != "u-1" || c.Locale != "es" || c.Timezone != "America/Bogota" || c.Owner != "bot" || c.LastSeq != 1 ||
		c.Metadata["plan"] != "gold" || c.Metadata["age"] != 7.0 || c.Metadata["vip"] != true || c.Fields["email"] != (wire.Field{Value: "a@example.com", Source: "app"}) || c.Handoff != nil {
		t.Errorf("opened %+v", c)
	}

	var r wire.Reply
	h.want(200, h.say(key, c.ID, "m-1", "subí el documento equivocado, cancelen mi revisión")).into(t, &r)
	if r.Message.Seq != 2 || r.Message.ClientID != "m-1" || len(r.Replies) != 1 || r.Replies[0].Seq != 3 || r.Replies[0].Lang != "es" ||
		r.Replies[0].Meta.Intent != "wrong_document" || r.Owner != "bot" || r.Repeated {
		t.Errorf("reply %+v", r)
	}
	var again wire.Reply
	h.want(200, h.say(key, c.ID, "m-1", "subí el documento equivocado, cancelen mi revisión")).into(t, &again)
	if !again.Repeated || again.Message.Seq != 2 || len(again.Replies) != 1 {
		t.Errorf("the same message again: %+v", again)
	}
	if got := h.say(key, c.ID, "m-1", "otra cosa").problem(t); got != "409 id_reused /id:id_reused" {
		t.Error(got)
	}

	var asked wire.Handoff
	h.want(http.StatusCreated, h.do(key, "POST", "/conversations/"+c.ID+"/handoff", `{"reason":"switch_document"}`)).into(t, &asked)
	if asked.State != "queued" || asked.Queue != "kyc_review" || asked.Position != 1 || asked.Fields["reason"] != (wire.Field{Value: "switch_document", Source: "app"}) {
		t.Errorf("asked for a person: %+v", asked)
	}
	var withdrawn wire.Handoff
	h.want(200, h.do(key, "DELETE", "/conversations/"+c.ID+"/handoff", "")).into(t, &withdrawn)
	if withdrawn.ID != asked.ID || withdrawn.State != "withdrawn" {
		t.Errorf("withdrawn: %+v", withdrawn)
	}
	if got := h.do(key, "DELETE", "/conversations/"+c.ID+"/handoff", "").problem(t); got != "409 conflict" {
		t.Error(got)
	}
	h.want(200, h.do(key, "GET", "/conversations/"+c.ID, "")).into(t, &c)
	if c.Owner != "bot" || c.Handoff == nil || c.Handoff.State != "withdrawn" || c.LastSeq < 4 {
		t.Errorf("in the end %+v", c)
	}
	var list messageList
	h.want(200, h.do(key, "GET", "/conversations/"+c.ID+"/messages?after=1&limit=2", "")).into(t, &list)
	if len(list.Messages) != 2 || list.Messages[0].Seq != 2 || list.Messages[1].Seq != 3 {
		t.Errorf("a page: %+v", list)
	}
}

func TestAPI_ATheftGoesStraightToSecurity(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	key := h.key("Acme")
	var r wire.Reply
	h.want(200, h.say(key, h.open(key, "u"), "1", "someone logged in to my account and changed my password")).into(t, &r)
	if r.Handoff == nil || r.Handoff.Queue != "account_security" || r.Handoff.Priority != "urgent" || r.Owner != "queue" {
		t.Errorf("%+v", r)
	}
	var asked wire.Handoff
	h.want(http.StatusCreated, h.do(key, "POST", "/conversations/"+h.open(key, "v")+"/handoff", `{"queue":"account_security"}`)).into(t, &asked)
	if asked.Queue != "account_security" || asked.Priority != "urgent" {
		t.Errorf("asked for security: %+v", asked)
	}
	h.want(http.StatusCreated, h.do(key, "POST", "/conversations/"+h.open(key, "w")+"/handoff", `{"queue":"supervisor"}`)).into(t, &asked)
	if asked.Queue != "supervisor" {
		t.Errorf("asked for a supervisor: %+v", asked)
	}
}

func TestAPI_ClassifyRanksAndDecideLeavesAReceipt(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	key := h.key("Acme")
	var c classified
	h.want(200, h.do(key, "POST", "/classify", `{"text":"someone logged in to my account"}`)).into(t, &c)
	if c.Intent != "account_theft" || c.Lang != "en" || len(c.Intents) != 3 || c.Intents[0].Intent != "account_theft" || c.Intents[0].Confidence < c.Intents[1].Confidence {
		t.Errorf("classified %+v", c)
	}
	h.want(200, h.do(key, "POST", "/classify", `{"text":"what is the price of bread","locale":"en"}`)).into(t, &c)
	if c.Intent != "out_of_scope" || c.Intents[0].Intent != "out_of_scope" {
		t.Errorf("out of scope: %+v", c)
	}
	var d wire.Decision
	h.want(200, h.do(key, "POST", "/decide", `{"intent":"cancel_review","reason":"wrong_document","status":"under_review","email":"ana@example.com",`+
		`"submitted_at":"2026-11-22T09:10:00Z","now":"2026-11-22T09:40:00Z"}`)).into(t, &d)
	if d.Advice != "hand_off_cancel" || d.Queue != "kyc_review" || d.Phase != "manual" || d.ResubmitAfter != "0s" || d.ID == "" {
		t.Errorf("decided %+v", d)
	}
	receipt := h.want(200, h.do(key, "GET", "/decisions/"+d.ID, ""))
	var r wire.DecisionReceipt
	receipt.into(t, &r)
	if r.Row != 10 || r.Decision.Advice != d.Advice || r.Case.Reason != "wrong_document" || r.Case.Email != "given@hidden.invalid" {
		t.Errorf("receipt %s", receipt.body)
	}
}
