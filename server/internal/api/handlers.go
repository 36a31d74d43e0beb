package api

import (
	"context"
	"errors"
	"strings"
	"time"
	"unicode"

	"usher/bot"
	"usher/intents"
	"usher/intents/match"
	"usher/server/internal/chat"
	"usher/server/internal/strictjson"
	"usher/server/internal/wire"
)

func openConversation(c *call) (any, error) {
	b := c.body.(*openBody)
	switch {
	case !wire.Visible(b.ExternalUserID) || strings.ContainsFunc(b.ExternalUserID, unicode.IsControl):
		return nil, badValues(fault{Pointer: new("/external_user_id"), Code: "bad_value"})
	case b.Timezone != "" && !zoneExists(b.Timezone):
		return nil, badValues(fault{Pointer: new("/timezone"), Code: "bad_value"})
	case b.User != nil && b.User.Zone != "" && !zoneExists(b.User.Zone):
		return nil, badValues(fault{Pointer: new("/user/zoneinfo"), Code: "bad_value"})
	}
	person := chat.Person{Subject: b.ExternalUserID}
	if u := b.User; u != nil {
		person.Email, person.Name, person.Locale, person.Zone = u.Email, u.Name, u.Locale, u.Zone
	}
	if k := b.KYC; k != nil {
		person.Status, person.Cancellations, person.Cancellations24h = k.Status, k.Cancellations, k.Cancellations24h
		person.FaceFailures, person.Rejections = k.FaceFailures, k.Rejections
		if k.SubmittedAt != nil {
			person.SubmittedAt = *k.SubmittedAt
		}
	}
	return c.api.Chat.PartnerOpen(c.ctx, c.partner, chat.PartnerOpen{
		ID: c.fresh, Person: person, Locale: b.Locale, Timezone: b.Timezone, Metadata: b.Metadata,
	})
}

func zoneExists(name string) bool {
	_, err := time.LoadLocation(name)
	return err == nil && name != "Local"
}

func getConversation(c *call) (any, error) {
	return c.api.Chat.PartnerConversation(c.ctx, c.partner, c.params["conversation"])
}

func sendMessage(c *call) (any, error) {
	b := c.body.(*sendBody)
	instead := b.Choice != "" || len(b.Form) > 0
	switch {
	case b.Text == "" && !instead:
		return nil, badBody(&strictjson.Error{Code: strictjson.MissingField, Pointer: "/text"})
	case !instead && !wire.Visible(b.Text):
		return nil, badValues(fault{Pointer: new("/text"), Code: "bad_value"})
	}
	return c.api.Chat.PartnerSend(c.ctx, c.partner, c.params["conversation"], chat.Sent{
		ClientID: b.ID, Text: b.Text, Choice: b.Choice, Form: b.Form,
	})
}

func listMessages(c *call) (any, error) {
	conv := c.params["conversation"]
	out := messageList{}
	read := func() (found bool, err error) {
		out.Messages, err = c.api.Chat.PartnerMessages(c.ctx, c.partner, conv, c.number("after"), int(c.number("limit")))
		return len(out.Messages) > 0, err
	}
	return &out, c.poll(read, func(ctx context.Context, read func() (bool, error)) error {
		return c.api.Chat.AwaitConversation(ctx, conv, read)
	})
}

func requestHandoff(c *call) (any, error) {
	b := c.body.(*handoffBody)
	return c.api.Chat.PartnerHandoff(c.ctx, c.partner, c.params["conversation"], b.Queue, bot.Reason(b.Reason))
}

func withdrawHandoff(c *call) (any, error) {
	return c.api.Chat.PartnerWithdraw(c.ctx, c.partner, c.params["conversation"])
}

func classify(c *call) (any, error) {
	b := c.body.(*classifyBody)
	if !wire.Visible(b.Text) {
		return nil, badValues(fault{Pointer: new("/text"), Code: "bad_value"})
	}
	r := c.api.Understand(b.Text, match.Hint{Chat: b.Locale})
	out := classified{Intent: string(r.Intent), Confidence: r.Confidence, Lang: r.Lang}
	if r.Intent == intents.OutOfScope {
		out.Intents = append(out.Intents, ranked{string(r.Intent), r.Confidence})
	}
	for _, s := range r.Ranked {
		if s.ID != "" {
			out.Intents = append(out.Intents, ranked{string(s.ID), s.P})
		}
	}
	return &out, nil
}

func decide(c *call) (any, error) {
	r, err := c.api.Chat.Decide(c.ctx, c.partner, c.fresh, chat.CaseOf(*c.body.(*wire.Case), c.api.Clock()))
	if wrong, ok := errors.AsType[*bot.CaseError](err); ok {
		return nil, badValues(fault{Pointer: new("/" + wrong.Field), Code: "bad_value"})
	}
	if err != nil {
		return nil, err
	}
	r.Decision.ID = r.ID
	return &r.Decision, nil
}

func getDecision(c *call) (any, error) {
	return c.api.Chat.Decision(c.ctx, c.partner, c.params["decision"])
}

func listEvents(c *call) (any, error) {
	after, err := c.api.position(c.partner.ID, c.query["after"])
	if err != nil {
		return nil, err
	}
	out := eventList{Events: []wire.FeedEvent{}}
	read := func() (bool, error) {
		items, last, err := c.api.Chat.PartnerFeed(c.ctx, c.partner, after, int(c.number("limit")))
		for _, item := range items {
			out.Events = append(out.Events, wire.FeedEvent{
				Cursor: c.api.cursor(c.partner.ID, item.N), Type: item.Type, Timestamp: item.At, Data: item.Data,
			})
		}
		if errors.Is(err, chat.ErrResync) {
			err = errCursor // too old
		}
		out.Cursor = c.api.cursor(c.partner.ID, last)
		return len(items) > 0, err
	}
	return &out, c.poll(read, func(ctx context.Context, read func() (bool, error)) error {
		return c.api.Chat.AwaitFeed(ctx, c.partner, read)
	})
}

// poll reads once, and then waits for news as long as the client asked for. The
// request's place is given back before: who waits does no work.
func (c *call) poll(read func() (bool, error), await func(context.Context, func() (bool, error)) error) error {
	found, err := read()
	wait := time.Duration(c.number("wait")) * time.Second
	if found || err != nil || wait == 0 {
		return err
	}
	c.leave()
	leave, ok := c.api.slots.wait(c.key.ID)
	defer leave()
	if !ok {
		return nil
	}
	ctx, cancel := context.WithTimeout(c.waiting, wait)
	defer cancel()
	stop := make(chan struct{})
	defer close(stop)
	go func() {
		select {
		case <-c.api.draining:
			cancel()
		case <-stop:
		}
	}()
	return await(ctx, func() (bool, error) {
		work, cancel := context.WithTimeout(c.waiting, requestMax)
		defer cancel()
		c.ctx = work
		if err := c.api.keys.still(work, c.key); err != nil {
			return false, err
		}
		return read()
	})
}
