package api

import (
	"net/http"
	"regexp"

	"usher/server/internal/webhook"
)

var (
	errHookURL  = &problem{status: http.StatusUnprocessableEntity, code: "bad_url", detail: "A webhook's URL is https on port 443 or 8443, without user or fragment, and its host is public.", errors: []fault{{Pointer: new("/url"), Code: "bad_url"}}}
	errHooks    = &problem{status: http.StatusConflict, code: "too_many", detail: "A partner has at most 10 webhooks. Delete one first."}
	errDisabled = &problem{status: http.StatusConflict, code: "conflict", detail: "This webhook is disabled. Enable it first."}
)

// hookRoutes are the rows of webhooks.
func hookRoutes(limit parameter) []route {
	const one = "/webhooks/{webhook}"
	return []route{
		{
			method: http.MethodPost, path: "/webhooks", name: "makeWebhook", scope: scopeWebhooks, dear: true,
			summary: "Have your events sent to a server of yours from now on, as Standard Webhooks has it. The secret is shown here only.",
			body:    func() any { return new(hookBody) }, status: http.StatusCreated, answer: hook{}, refusals: []int{http.StatusConflict},
			links:   []string{"getWebhook", "listDeliveries", "enableWebhook", "rotateWebhookSecret", "deleteWebhook"},
			example: map[string]any{"url": "https://hooks.example.com/usher", "events": []string{webhook.Types()[0], "handoff.accepted"}},
			run:     makeWebhook,
		},
		{
			method: http.MethodGet, path: "/webhooks", name: "listWebhooks", scope: scopeWebhooks,
			summary: "Your webhooks.", status: http.StatusOK, answer: hookList{}, run: listWebhooks,
		},
		{
			method: http.MethodGet, path: one, name: "getWebhook", scope: scopeWebhooks,
			summary: "One webhook, and whether it is disabled.", status: http.StatusOK, answer: hook{}, run: getWebhook,
		},
		{
			method: http.MethodPost, path: one + "/enable", name: "enableWebhook", scope: scopeWebhooks, dear: true,
			summary: "Put a disabled webhook to use again. What waited for it and what happened meanwhile is sent.",
			status:  http.StatusOK, answer: hook{}, run: enableWebhook,
		},
		{
			method: http.MethodPost, path: one + "/secret", name: "rotateWebhookSecret", scope: scopeWebhooks, dear: true,
			summary: "Replace the secret. For 24 hours everything is signed with the old one as well; asked again meanwhile, only the newest and the old one are.",
			status:  http.StatusOK, answer: hook{}, run: rotateWebhook,
		},
		{
			method: http.MethodGet, path: one + "/deliveries", name: "listDeliveries", scope: scopeWebhooks,
			summary: "What was sent in the last 30 days and how each attempt went, the newest first.",
			query:   []parameter{{name: "before", form: regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`), about: "The cursor of an earlier answer; absent: from the newest on."}, limit},
			status:  http.StatusOK, answer: deliveryList{}, links: []string{"redeliver"}, run: listDeliveries,
		},
		{
			method: http.MethodPost, path: one + "/deliveries/{delivery}/redeliver", name: "redeliver", scope: scopeWebhooks, dear: true,
			summary: "Send something again at once, with the same webhook-id, whatever became of it.",
			status:  http.StatusOK, answer: delivered{}, refusals: []int{http.StatusConflict}, run: redeliver,
		},
		{
			method: http.MethodDelete, path: one, name: "deleteWebhook", scope: scopeWebhooks, dear: true,
			summary: "Send nothing there any more, and forget what was sent.", status: http.StatusOK, answer: hook{}, run: deleteWebhook,
		},
	}
}
