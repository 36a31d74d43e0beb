package api

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"usher/server/internal/wire"
)

// asyncDocument is the AsyncAPI 3.0 description of both sockets, made from the
// types of their frames.
func asyncDocument(frames []wire.Frame) ([]byte, error) {
	registry := huma.NewMapRegistry(schemaPrefix, huma.DefaultSchemaNamer)
	messages, channels, operations := map[string]any{}, map[string]any{}, map[string]any{}
	taken := map[string]int{}
	for _, f := range frames {
		key := frameKey(f, taken)
		messages[key] = map[string]any{"name": f.Type, "summary": f.About, "contentType": "application/json", "payload": payload(registry, f)}
		channel := channelOf(channels, f.Socket)
		channel[key] = ref("#/components/messages/" + key)
		name, action := f.Socket+".client", "receive" // what the application takes
		if !f.FromClient {
			name, action = f.Socket+".server", "send"
		}
		operation, _ := operations[name].(map[string]any)
		if operation == nil {
			operation = map[string]any{"action": action, "channel": ref("#/channels/" + f.Socket), "messages": []any{}}
			operations[name] = operation
		}
		operation["messages"] = append(operation["messages"].([]any), ref("#/channels/"+f.Socket+"/messages/"+key))
	}
	schemas := map[string]any{}
	for name, s := range maps.All(registry.Map()) {
		nullable(s, registry.TypeFromRef(schemaPrefix+name))
		schemas[name] = s
	}
	raw, err := json.MarshalIndent(map[string]any{
		"asyncapi": "3.0.0", "defaultContentType": "application/json",
		"info": map[string]any{
			"title": "Usher sockets", "version": "1",
			"description": "One JSON object a frame, with a type. The first frame is hello, answered with welcome; a message that was not acked was not taken.",
		},
		"channels": channels, "operations": operations,
		"components": map[string]any{"messages": messages, "schemas": schemas},
	}, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("socket description: %w", err)
	}
	return raw, nil
}

// channelOf is the messages of a socket's channel, made at its first frame.
func channelOf(channels map[string]any, socket string) map[string]any {
	if channels[socket] == nil {
		channels[socket] = map[string]any{
			"address": "/v1/" + socket, "messages": map[string]any{},
			"bindings": map[string]any{"ws": map[string]any{"method": "GET", "bindingVersion": "0.1.0"}},
		}
	}
	return channels[socket].(map[string]any)["messages"].(map[string]any)
}

// frameKey names a message within the document: the way it goes, its type, and a
// number where one type has several shapes.
func frameKey(f wire.Frame, taken map[string]int) string {
	way := ".out."
	if f.FromClient {
		way = ".in."
	}
	key := f.Socket + way + strings.ReplaceAll(f.Type, ".", "_")
	if taken[key]++; taken[key] > 1 {
		key += strconv.Itoa(taken[key])
	}
	return key
}

// payload is the frame's shape with its one type.
func payload(registry huma.Registry, f wire.Frame) any {
	t := reflect.TypeOf(f.Shape)
	schema := registry.Schema(t, true, "")
	if f.FromClient {
		demand(registry.SchemaFromRef(schema.Ref), t)
	}
	return map[string]any{
		"allOf": []any{schema, map[string]any{"properties": map[string]any{"type": map[string]any{"const": f.Type}}}},
	}
}

// demand makes required what strictjson demands of a frame, and its type;
// whatever else a client may leave out.
func demand(schema *huma.Schema, t reflect.Type) {
	schema.Required = nil
	for field := range t.Fields() {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if name == "type" || field.Tag.Get("strict") == "required" {
			schema.Required = append(schema.Required, name)
		}
	}
}

func ref(to string) map[string]any { return map[string]any{"$ref": to} }
