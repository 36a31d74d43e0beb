package chat

import (
	"strings"

	"usher/handoff"
	"usher/server/internal/wire"
)

// hidden stands for a value that is not shown.
const hidden = "•••"

// forColleague is a handoff as one of the agents sees it who may claim it: what
// the person told stays masked for all but the holder, and so does the request
// that is made of it. The bot's verdict shows what is wanted and how urgent it
// is, without telling whose case it is.
func (s *Service) forColleague(conv string, d caseData, agent string) *wire.Handoff {
	h := s.forAgent(conv, d)
	if d.Ticket.Held(agent) {
		return h
	}
	h.Request = ""
	for id, f := range h.Fields {
		h.Fields[id] = veiled(id, f)
	}
	return h
}

// veiled keeps of an address what tells two cases of a list apart: its first
// letter and its domain's end (l•••@•••.com). Nothing is left of the rest.
func veiled(id string, f wire.Field) wire.Field {
	if f.Value == handoff.Unknown {
		return f
	}
	out := wire.Field{Value: hidden, Source: f.Source, Masked: true}
	name, domain, ok := strings.Cut(f.Value, "@")
	if id != "email" || !ok || name == "" {
		return out
	}
	first := []rune(name)[:1]
	out.Value = string(first) + hidden + "@" + hidden
	if dot := strings.LastIndexByte(domain, '.'); dot >= 0 {
		out.Value += domain[dot:]
	}
	return out
}
