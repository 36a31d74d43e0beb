package api

import (
	"math"
	"net/http"
	"regexp"

	"usher/server/internal/wire"
)

// routes is the table.
func routes() []route {
	wait := parameter{name: "wait", least: 0, most: 25, initial: "0", about: "Seconds to wait for news when there is none, 0 to 25.", example: "0"}
	limit := parameter{name: "limit", least: 1, most: 100, initial: "20", about: "How many at most, 1 to 100.", example: "20"}
	return append([]route{
		{
			method: http.MethodPost, path: "/conversations", name: "openConversation", scope: scopeWrite, dear: true,
			summary: "Open a conversation for one of your users. It begins with the bot's greeting.",
			body:    func() any { return new(openBody) }, status: http.StatusCreated, answer: wire.Conversation{},
			links:   []string{"getConversation", "sendMessage", "listMessages", "requestHandoff", "withdrawHandoff"},
			example: map[string]any{"external_user_id": "user-4711", "locale": "es", "timezone": "America/Bogota", "kyc": map[string]any{"status": "under_review"}, "metadata": map[string]any{"plan": "gold"}},
			run:     openConversation,
		},
		{
			method: http.MethodGet, path: "/conversations/{conversation}", name: "getConversation", scope: scopeRead,
			summary: "How a conversation stands: its owner, its handoff, what is known.",
			status:  http.StatusOK, answer: wire.Conversation{}, run: getConversation,
		},
		{
			method: http.MethodPost, path: "/conversations/{conversation}/messages", name: "sendMessage", scope: scopeWrite, dear: true,
			summary: "Pass on what your user wrote. The answer comes when the message and the bot's whole answer are stored.",
			body:    func() any { return new(sendBody) }, status: http.StatusOK, answer: wire.Reply{},
			refusals: []int{http.StatusConflict}, links: []string{"getDecision"},
			example: map[string]any{"id": "m-1", "text": "I uploaded the wrong document, please cancel my review"},
			run:     sendMessage,
		},
		{
			method: http.MethodGet, path: "/conversations/{conversation}/messages", name: "listMessages", scope: scopeRead,
			summary: "Messages after a number, in order; with wait, as soon as there are any (long poll).",
			query: []parameter{
				{name: "after", least: 0, most: math.MaxInt64, initial: "0", about: "The seq of the last message you have.", example: "0"}, limit, wait,
			},
			status: http.StatusOK, answer: messageList{}, refusals: []int{http.StatusConflict}, run: listMessages,
		},
		{
			method: http.MethodPost, path: "/conversations/{conversation}/handoff", name: "requestHandoff", scope: scopeWrite, dear: true,
			summary: "Ask for a person. Who waits already keeps the place.",
			body:    func() any { return new(handoffBody) }, optional: true, status: http.StatusCreated, answer: wire.Handoff{},
			refusals: []int{http.StatusConflict}, example: map[string]any{"queue": "kyc_review", "reason": "wrong_document"},
			run: requestHandoff,
		},
		{
			method: http.MethodDelete, path: "/conversations/{conversation}/handoff", name: "withdrawHandoff", scope: scopeWrite, dear: true,
			summary: "Take a waiting request back.",
			status:  http.StatusOK, answer: wire.Handoff{}, refusals: []int{http.StatusConflict}, run: withdrawHandoff,
		},
		{
			method: http.MethodPost, path: "/classify", name: "classify", scope: scopeClassify,
			summary: "What a message asks for, without a conversation. Nothing is stored.",
			body:    func() any { return new(classifyBody) }, status: http.StatusOK, answer: classified{},
			example: map[string]any{"text": "someone logged in to my account"}, run: classify,
		},
		{
			method: http.MethodPost, path: "/decide", name: "decide", scope: scopeDecide,
			summary: "Ask the decision table alone. The receipt of it can be read again.",
			body:    func() any { return new(wire.Case) }, status: http.StatusOK, answer: wire.Decision{}, links: []string{"getDecision"},
			example: map[string]any{"intent": "cancel_review", "reason": "wrong_document", "status": "under_review", "submitted_at": "2026-11-22T09:10:00Z", "now": "2026-11-22T09:45:00Z"},
			run:     decide,
		},
		{
			method: http.MethodGet, path: "/decisions/{decision}", name: "getDecision", scope: scopeDecide,
			summary: "The receipt of a decision: of one you asked for, or of a message's meta.decision. Its case, sent to decide, gives the same decision under the same policy.",
			status:  http.StatusOK, answer: wire.DecisionReceipt{}, run: getDecision,
		},
		{
			method: http.MethodGet, path: "/events", name: "listEvents", scope: scopeEvents,
			summary: "Everything that happens to your conversations, in order, from a cursor on; with wait, as soon as there is any (long poll).",
			query: []parameter{
				{name: "after", form: regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`), about: "The cursor of the last event you have; absent: from the beginning."}, limit, wait,
			},
			status: http.StatusOK, answer: eventList{}, run: listEvents,
		},
	}, hookRoutes(limit)...)
}
