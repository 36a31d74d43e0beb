package main

import (
	"context"
	"log/slog"
	"time"

	"usher/server/internal/auth"
	"usher/server/internal/chat"
	"usher/server/internal/config"
	"usher/server/internal/limit"
	"usher/server/internal/ws"
)

// messageRate is what one sender may send.
var messageRate = limit.Rate{Count: 2, Per: time.Second, Burst: 40}

// newSockets gives the sockets their doors.
func newSockets(h *house, tokens *auth.Tokens, origins *auth.Origins, limiter limit.Limiter, c config.Config, log *slog.Logger, wall func() time.Time) *ws.Server {
	return ws.New(ws.Options{
		Chat: h.service, Log: log, Now: wall, Origin: origins.Allows,
		Person: func(token string) (chat.Person, error) {
			id, err := tokens.Verify(token)
			if err != nil {
				return chat.Person{}, err
			}
			return person(id), nil
		},
		AgentCookie: h.door.Cookie, Agent: h.door.Agent, StillValid: h.door.StillValid, Active: h.door.Active,
		Allow: func(ctx context.Context, key string) time.Duration {
			return limiter.Allow(ctx, "message:"+key, messageRate, 1).RetryAfter
		},
		AgentGrace: c.AgentGrace,
	})
}

// person is a verified token as the door takes it.
func person(id auth.Identity) chat.Person {
	count := func(n *int) int {
		if n == nil {
			return 0
		}
		return *n
	}
	return chat.Person{
		Subject: id.Subject, Email: id.Email, Name: id.Name, Locale: id.Locale, Zone: id.Zone,
		Status: id.KYC.Status, SubmittedAt: id.KYC.SubmittedAt,
		Cancellations: count(id.KYC.Cancellations), Cancellations24h: count(id.KYC.Cancellations24h),
		FaceFailures: count(id.KYC.FaceFailures), Rejections: count(id.KYC.Rejections),
	}
}
