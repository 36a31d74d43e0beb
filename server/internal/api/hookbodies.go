package api

import "time"

type hookBody struct {
	URL    string   `json:"url" strict:"required" minLength:"1" maxLength:"2048" doc:"Where events are sent to: https, port 443 or 8443, a name or address that is public."`
	Events []string `json:"events,omitempty" maxItems:"9" nullable:"false" doc:"The types that are sent; absent or empty: all."`
}

// hook is a webhook as its partner sees it.
type hook struct {
	ID         string    `json:"id"`
	URL        string    `json:"url"`
	Events     []string  `json:"events" nullable:"false" doc:"The types that are sent; empty: all."`
	CreatedAt  time.Time `json:"created_at"`
	DisabledAt time.Time `json:"disabled_at,omitzero" doc:"Since when nothing is sent. What happens meanwhile is kept for you: enable the webhook to get it."`
	Reason     string    `json:"disabled_reason,omitempty" enum:"gone,failing" doc:"gone: your server answered 410. failing: it took nothing for a whole schedule."`
	Secret     string    `json:"secret,omitempty" doc:"Verifies what is sent (Standard Webhooks). Shown here and never again."`
	OldUntil   time.Time `json:"old_secret_until,omitzero" doc:"Until then what is sent is signed with the old secret as well."`
}

type hookList struct {
	Webhooks []hook `json:"webhooks" nullable:"false"`
}

// delivered is one event's way to a webhook.
type delivered struct {
	ID        string    `json:"id" doc:"The webhook-id of every attempt."`
	Type      string    `json:"type"`
	State     string    `json:"state" enum:"pending,delivered,failed"`
	CreatedAt time.Time `json:"created_at"`
	NextAt    time.Time `json:"next_at,omitzero" doc:"When it is attempted next."`
	Attempts  []tried   `json:"attempts" nullable:"false" doc:"The first one first."`
}

type tried struct {
	At     time.Time `json:"at"`
	TookMS int64     `json:"took_ms"`
	Status int       `json:"status,omitempty" doc:"What your server answered; absent: nothing."`
	Error  string    `json:"error,omitempty" enum:"blocked_address,status,timeout,tls,dns,connect,bad_answer" doc:"What failed; absent: nothing."`
}

type deliveryList struct {
	Deliveries []delivered `json:"deliveries" nullable:"false"`
	Cursor     string      `json:"cursor,omitempty" doc:"Pass it as before to read older ones; absent: there are none."`
}
