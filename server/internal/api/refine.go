package api

import (
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"usher/bot"
	"usher/handoff"
	"usher/intents"
	"usher/server/internal/wire"
)

// refine adds to the schemas what struct tags cannot say: vocabularies that
// other packages own, null for what may be nothing, and what agents alone see.
func refine(registry huma.Registry) {
	schemas := registry.Map()
	for schema, names := range map[string][]string{
		"Handoff": {"verdict", "verified", "timezone", "queued_at", "partner"}, // never a partner's
		"Agent":   {"id"},
	} {
		for _, name := range names {
			delete(schemas[schema].Properties, name)
		}
	}
	delete(schemas, "Verdict")
	for place, words := range vocabularies() {
		schema, name, _ := strings.Cut(place, ".")
		schemas[schema].Properties[name].Enum = words
	}
	for name, schema := range schemas {
		nullable(schema, registry.TypeFromRef(schemaPrefix+name))
		schema.PrecomputeMessages()
	}
	for place, value := range map[string]*huma.Schema{
		"OpenBody.metadata": {MaxLength: new(500), Extensions: map[string]any{"type": []string{"string", "number", "boolean"}}},
		"SendBody.form":     {MaxLength: new(4000), Type: huma.TypeString},
	} {
		schema, name, _ := strings.Cut(place, ".")
		p := schemas[schema].Properties[name]
		p.AdditionalProperties = value
		p.Extensions = map[string]any{"propertyNames": map[string]any{"minLength": 1, "maxLength": 64}}
	}
	data := &huma.Schema{}
	for _, kind := range []any{wire.Message{}, wire.Handoff{}, wire.OwnerChange{}, wire.Closing{}} {
		data.AnyOf = append(data.AnyOf, registry.Schema(reflect.TypeOf(kind), true, ""))
	}
	data.Description = "A message, a handoff, a change of owner or an end, as the type says."
	schemas["FeedEvent"].Properties["data"] = data
	for _, s := range data.AnyOf { // those that only stand there
		nullable(registry.SchemaFromRef(s.Ref), registry.TypeFromRef(s.Ref))
	}
}

// vocabularies are the words of a member, by schema and name.
func vocabularies() map[string][]any {
	return map[string][]any{
		"Case.intent": words(intents.All()), "Case.reason": words(bot.Reasons()), "Case.status": words(bot.Statuses()),
		"KycBody.status": words(bot.Statuses()), "HandoffBody.reason": words(bot.Reasons()),
		"HandoffBody.queue": words([]string{handoff.KYCReview, handoff.AccountSecurity, handoff.Supervisor}),
		"Handoff.queue":     words([]string{handoff.KYCReview, handoff.AccountSecurity, handoff.Supervisor}),
		"Handoff.priority":  words([]string{"urgent", "normal"}),
		"Handoff.state":     words([]string{"scheduled", "queued", "accepted", "completed", "failed", "withdrawn"}),
		"Message.from":      words([]string{"user", "bot", "agent", "system"}),
		"FeedEvent.type":    words(feedTypes()),
		"Problem.code":      words(codes()),
		"Fault.code":        words(codes()),
	}
}

// feedTypes are the events of the feed: what is part of a conversation's
// history. Typing, read marks and places in the queue pass and are not kept.
func feedTypes() []string {
	return []string{
		"message.created", "handoff.scheduled", "handoff.queued", "handoff.accepted", "handoff.completed", "handoff.failed",
		"handoff.withdrawn", "conversation.owner_changed", "conversation.closed",
	}
}

func words[T ~string](all []T) []any {
	out := make([]any, len(all))
	for i, w := range all {
		out[i] = string(w)
	}
	return out
}

// nullable lets null stand for a struct that is a pointer and always written.
func nullable(schema *huma.Schema, t reflect.Type) {
	if schema == nil || t == nil || t.Kind() != reflect.Struct {
		return
	}
	for _, field := range reflect.VisibleFields(t) {
		name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		p := schema.Properties[name]
		if p == nil || p.Ref == "" || field.Type.Kind() != reflect.Pointer || strings.Contains(options, "omitempty") {
			continue
		}
		schema.Properties[name] = &huma.Schema{
			Description: field.Tag.Get("doc"), AnyOf: []*huma.Schema{{Ref: p.Ref}, {Type: "null"}},
		}
	}
}
