package main

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Every transcript of package bot is played again through the real sockets,
// with a real database, agents signed in, and time moved by hand. What a client
// can see must be what the transcript says: buttons, forms, advice and facts,
// refusals, and the handoff's events.
func TestE2E_TranscriptsThroughTheSockets(t *testing.T) {
	t.Parallel()
	n := 0
	err := filepath.WalkDir("../bot/testdata", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".txt") {
			return err
		}
		n++
		t.Run(strings.TrimSuffix(strings.TrimPrefix(path, "../bot/testdata/"), ".txt"), func(t *testing.T) {
			t.Parallel()
			raw, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(string(raw), "\nperson ") {
				t.Skip("sockets have no words for it: only a host app names a queue, over the partner API")
			}
			play(t, string(raw))
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if n < 120 {
		t.Errorf("only %d transcripts were found", n)
	}
}

// player is one transcript under way.
type player struct {
	t       *testing.T
	u       *usher
	user    *peer
	agents  map[string]*peer
	handoff string
	conv    string
	ids     int
}

func play(t *testing.T, text string) {
	t.Helper()
	p := &player{t: t, agents: map[string]*peer{}}
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	c := &clock{}
	for i := 0; i < len(lines); i++ {
		line := lines[i]
		var expect []string
		for i+1 < len(lines) && strings.HasPrefix(lines[i+1], "  ") {
			i++
			expect = append(expect, strings.TrimSpace(lines[i]))
		}
		verb, rest, _ := strings.Cut(line, " ")
		switch verb {
		case "", "#":
			continue
		case "at":
			c.mu.Lock()
			c.at = moment(t, rest)
			c.mu.Unlock()
			continue
		}
		if p.u == nil {
			p.u = startUsher(t, t.TempDir(), c, "--agent-grace", "1s",
				"--identity-secrets", "k1=transcripts-are-played-with-this-one", "--demo")
		}
		got := p.do(verb, strings.TrimSpace(rest), expect)
		if want := visible(expect); strings.Join(got, "\n") != strings.Join(want, "\n") {
			t.Fatalf("%s\ngot:\n  %s\nwant:\n  %s", line, strings.Join(got, "\n  "), strings.Join(want, "\n  "))
		}
	}
}

func moment(t *testing.T, text string) time.Time {
	t.Helper()
	for _, layout := range []string{"2006-01-02T15:04Z", time.RFC3339} {
		if at, err := time.Parse(layout, text); err == nil {
			return at.UTC()
		}
	}
	t.Fatalf("no time: %q", text)
	return time.Time{}
}

// visible keeps of a transcript's answers what a client can see.
func visible(lines []string) []string {
	var out []string
	for _, line := range lines {
		switch {
		case strings.HasPrefix(line, "bot: "):
			out = append(out, "bot")
		case strings.HasPrefix(line, "system: "):
			out = append(out, "system")
		case strings.HasPrefix(line, "refused: "):
			out = append(out, "refused")
		case strings.HasPrefix(line, "owner "), line == "ticket updated":
		default:
			out = append(out, strings.TrimSuffix(line, " front"))
		}
	}
	return out
}

// do performs one line of a transcript and returns what the person then saw.
func (p *player) do(verb, rest string, expect []string) []string {
	p.t.Helper()
	want := len(visible(expect))
	switch verb {
	case "open":
		return p.open(rest, want)
	case "user:":
		return p.message(frame{"text": rest}, want)
	case "secret:":
		return p.message(frame{"text": strings.ReplaceAll(rest, "••••", "Tr0ub4dor&3")}, want)
	case "press:":
		return p.message(frame{"text": rest, "choice": rest}, want)
	case "form:":
		form := map[string]string{}
		for _, field := range strings.Fields(rest) {
			k, v, _ := strings.Cut(field, "=")
			form[k] = v
		}
		return p.message(frame{"text": "", "form": form}, want)
	case "person":
		return p.command(frame{"type": "handoff.request"}, want)
	case "withdraw":
		return p.command(frame{"type": "handoff.withdraw"}, want)
	case "end":
		return p.command(frame{"type": "conversation.end"}, want)
	case "tick":
		return p.see(want, 0)
	case "agent:":
		return p.agent(rest, want)
	}
	p.t.Fatalf("a transcript line begins with a verb, not %q", verb)
	return nil
}

func (p *player) id() string {
	p.ids++
	return fmt.Sprintf("id-%d", p.ids)
}

func (p *player) open(rest string, want int) []string {
	p.t.Helper()
	given := map[string]string{}
	for _, field := range strings.Fields(rest) {
		k, v, _ := strings.Cut(field, "=")
		given[k] = v
	}
	hello := frame{"timezone": given["zone"]}
	if given["app"] != "" {
		hello["token"] = p.u.token(given)
	}
	var welcome frame
	p.user, welcome = p.u.user(hello)
	p.conv = welcome["conversation"].(string)
	return p.see(want, 1)
}

// message sends one and returns all that came of it.
func (p *player) message(f frame, want int) []string {
	p.t.Helper()
	f["type"], f["id"] = "message.send", p.id()
	p.user.send(f)
	for {
		switch a := p.user.read(); a["type"] {
		case "ack":
			return p.see(want, a["through"].(float64))
		case "error":
			return []string{"refused"}
		}
	}
}

func (p *player) command(f frame, want int) []string {
	p.t.Helper()
	f["id"] = p.id()
	p.user.send(f)
	for {
		switch a := p.user.read(); a["type"] {
		case "ack", "conversation.closed":
			if a["type"] == "conversation.closed" {
				return append([]string{"closed"}, p.see(want-1, 0)...)
			}
			return p.see(want, 0)
		case "error":
			return []string{"refused"}
		}
	}
}

// see reads until the person has seen as many things as are expected, and
// every message up to a number.
func (p *player) see(want int, through float64) []string {
	p.t.Helper()
	var got []string
	for seq := 0.0; len(got) < want || seq < through; {
		f := p.user.read()
		switch kind := f["type"].(string); {
		case kind == "message.created":
			m := f["message"].(map[string]any)
			seq = m["seq"].(float64)
			got = append(got, seen(m)...)
		case strings.HasPrefix(kind, "handoff."):
			h := f["handoff"].(map[string]any)
			p.handoff = h["id"].(string)
			line := fmt.Sprintf("%s %s %s", kind, h["queue"], h["priority"])
			if at, ok := h["starts_at"].(string); ok {
				line += " starts " + moment(p.t, at).Format("15:04Z")
			}
			got = append(got, line)
		case kind == "conversation.closed":
			got = append(got, "closed")
		case kind == "error":
			raw, _ := json.Marshal(f)
			p.t.Fatalf("error: %s", raw)
		}
	}
	return got
}

// seen is a message as the transcripts write it.
func seen(m map[string]any) []string {
	from := m["from"].(string)
	if from != "bot" && from != "system" {
		return nil
	}
	out := []string{from}
	if choices, ok := m["choices"].([]any); ok {
		ids := "choices:"
		for _, c := range choices {
			ids += " " + c.(map[string]any)["id"].(string)
		}
		out = append(out, ids)
	}
	if form, ok := m["form"].(map[string]any); ok {
		ids := "form:"
		for _, f := range form["fields"].([]any) {
			ids += " " + f.(map[string]any)["id"].(string)
		}
		out = append(out, ids)
	}
	meta, _ := m["meta"].(map[string]any)
	if advice, ok := meta["advice"].(string); ok {
		line := "advice: " + advice
		facts, _ := meta["facts"].([]any)
		for _, f := range facts {
			line += " " + f.(string)
		}
		out = append(out, line)
	}
	return out
}

// agent does what an agent does in a transcript; the supervisor is another
// person, the rest is one agent who may see every queue.
func (p *player) agent(what string, want int) []string {
	p.t.Helper()
	verb, rest, _ := strings.Cut(what, " ")
	role := "admin"
	if verb == "takes" {
		role = "supervisor"
	}
	a := p.agents[role]
	if a == nil {
		a = p.u.agent(role)
		p.agents[role] = a
	}
	f := frame{"id": p.id(), "handoff": p.handoff}
	if p.handoff == "" {
		f["handoff"] = "none"
	}
	switch verb {
	case "claims":
		f["type"] = "handoff.claim"
	case "takes":
		f["type"], f["conversation"] = "conversation.take_over", p.conv
		delete(f, "handoff")
	case "says":
		f["type"], f["conversation"], f["text"] = "message.send", p.conv, "I am looking at it."
		delete(f, "handoff")
	case "releases":
		f["type"] = "handoff.release"
	case "transfers":
		f["type"], f["queue"] = "handoff.transfer", rest
	case "completes":
		f["type"], f["outcome"] = "handoff.complete", rest
	case "vanishes":
		_ = a.conn.Close()
		delete(p.agents, role)
		p.u.until("usher_sockets_open 1\n")
		p.u.clock.advance(4 * time.Second)
		return p.see(want, 0)
	default:
		p.t.Fatalf("no agent does %q", what)
	}
	a.send(f)
	for {
		switch r := a.read(); {
		case r["type"] == "ack" && r["id"] == f["id"]:
			return p.see(want, 0)
		case r["type"] == "error":
			return []string{"refused"}
		}
	}
}
