package bot_test

import (
	"bufio"
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"usher/bot"
	"usher/handoff"
	"usher/intents"
	"usher/intents/slot"
	"usher/locales"
)

var update = flag.Bool("update", false, "rewrite the transcripts' answers; read the diff")

// newBot is the real bot on the embedded data.
func newBot(t testing.TB) *bot.Bot {
	t.Helper()
	catalog, err := intents.LoadCatalog()
	if err != nil {
		t.Fatal(err)
	}
	queues, err := handoff.LoadQueues()
	if err != nil {
		t.Fatal(err)
	}
	reader, err := intents.NewUnderstander(locales.Files)
	if err != nil {
		t.Fatal(err)
	}
	slots, err := slot.New(locales.Files)
	if err != nil {
		t.Fatal(err)
	}
	return bot.New(bot.Config{Policy: bot.DefaultPolicy(), Catalog: catalog, Queues: queues, Reader: reader, Slots: slots})
}

// A transcript is a conversation in a file under testdata: lines that begin
// with an actor are what happens, the lines below each are what the bot did.
func TestTranscripts(t *testing.T) {
	t.Parallel()
	b := newBot(t)
	err := filepath.WalkDir("testdata", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".txt") {
			return err
		}
		t.Run(strings.TrimSuffix(path, ".txt"), func(t *testing.T) {
			t.Parallel()
			raw, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			got := play(t, b, string(raw))
			if *update {
				if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
					t.Fatal(err)
				}
				return
			}
			if got != string(raw) {
				t.Errorf("%s differs; run go test ./bot -update and read the diff. Got:\n%s", path, got)
			}
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// play runs a transcript and writes it again with the bot's own answers.
func play(t *testing.T, b *bot.Bot, text string) string {
	t.Helper()
	p := &player{t: t, b: b, agent: handoff.Agent{ID: "a1", Name: "Ana"}}
	var out strings.Builder
	lines := bufio.NewScanner(strings.NewReader(text))
	for lines.Scan() {
		line := lines.Text()
		if strings.HasPrefix(line, "  ") {
			continue // an answer: written anew
		}
		out.WriteString(line + "\n")
		for _, answer := range p.do(line) {
			out.WriteString("  " + answer + "\n")
		}
	}
	return out.String()
}

type player struct {
	t     *testing.T
	b     *bot.Bot
	s     bot.State
	at    time.Time
	agent handoff.Agent
}

// do performs one line and returns the bot's side of it.
func (p *player) do(line string) []string {
	p.t.Helper()
	verb, rest, _ := strings.Cut(line, " ")
	rest = strings.TrimSpace(rest)
	switch verb {
	case "", "#":
		return nil
	case "at":
		p.at = p.time(rest)
		return nil
	case "open":
		return p.step(p.opened(rest))
	case "user:":
		return p.step(bot.UserSaid{At: p.at, Text: rest})
	case "press:":
		return p.step(bot.UserSaid{At: p.at, Choice: rest, Text: rest})
	case "form:":
		return p.step(bot.UserSaid{At: p.at, Form: pairs(rest)})
	case "secret:":
		return p.step(bot.UserSaid{At: p.at, Text: rest, Secrets: true})
	case "person":
		wish := pairs(rest)
		return p.step(bot.PersonRequested{At: p.at, Queue: wish["queue"], Reason: bot.Reason(wish["reason"])})
	case "withdraw":
		return p.step(bot.Withdrew{At: p.at})
	case "end":
		return p.step(bot.Ended{At: p.at})
	case "tick":
		return p.step(bot.Ticked{At: p.at})
	case "agent:":
		return p.agentDoes(rest)
	}
	p.t.Fatalf("a transcript line begins with a verb, not %q", line)
	return nil
}

func (p *player) agentDoes(what string) []string {
	p.t.Helper()
	verb, rest, _ := strings.Cut(what, " ")
	switch verb {
	case "claims":
		return p.step(bot.AgentClaimed{At: p.at, Agent: p.agent})
	case "takes":
		return p.step(bot.AgentClaimed{At: p.at, Agent: handoff.Agent{ID: "s1", Name: "Sol"}, Take: true})
	case "says":
		return p.step(bot.AgentSaid{At: p.at, Agent: p.agent})
	case "releases":
		return p.step(bot.AgentReleased{At: p.at, Agent: p.agent})
	case "vanishes":
		return p.step(bot.AgentReleased{At: p.at, Agent: p.agent, Gone: true})
	case "transfers":
		return p.step(bot.AgentTransferred{At: p.at, Agent: p.agent, Queue: rest})
	case "completes":
		return p.step(bot.AgentCompleted{At: p.at, Agent: p.agent, Outcome: handoff.Outcome(rest)})
	}
	p.t.Fatalf("no agent does %q", what)
	return nil
}

func (p *player) opened(rest string) bot.Event {
	given := pairs(rest)
	e := bot.Opened{At: p.at, ID: "c1", Locale: "en", Zone: given["zone"]}
	if given["app"] == "" {
		return e
	}
	e.Identity = &bot.Identity{Email: given["email"], Status: bot.Status(given["status"]), Counts: bot.Counts{
		Cancellations: number(given["cancellations"]), Cancellations24h: number(given["cancellations_24h"]),
		FaceFailures: number(given["face_failures"]), Rejections: number(given["rejections"]),
	}}
	if v := given["submitted_at"]; v != "" {
		e.Identity.SubmittedAt = p.time(v)
	}
	return e
}

func (p *player) time(text string) time.Time {
	p.t.Helper()
	at, err := time.Parse("2006-01-02T15:04Z", text)
	if err != nil {
		at, err = time.Parse(time.RFC3339, text)
	}
	if err != nil {
		p.t.Fatalf("no time: %q", text)
	}
	return at.UTC()
}

// step runs one event, checks that the state survives the store, and describes
// what the bot did.
func (p *player) step(e bot.Event) []string {
	p.t.Helper()
	before := p.s.Owner
	next, effects := p.b.Step(p.s, e)
	raw, err := json.Marshal(next)
	if err != nil {
		p.t.Fatal(err)
	}
	p.s = bot.State{}
	if err := json.Unmarshal(raw, &p.s); err != nil {
		p.t.Fatal(err)
	}
	var out []string
	for _, effect := range effects {
		out = append(out, describe(effect)...)
	}
	if p.s.Owner != before {
		out = append(out, fmt.Sprintf("owner %s, epoch %d", p.s.Owner, p.s.Epoch))
	}
	return out
}

func describe(e bot.Effect) []string {
	switch e := e.(type) {
	case bot.Say:
		return describeSay(e)
	case bot.Announce:
		line := fmt.Sprintf("%s %s %s", e.Type, e.Ticket.Queue, e.Ticket.Priority)
		if !e.Ticket.StartsAt.IsZero() {
			line += " starts " + e.Ticket.StartsAt.Format("15:04Z")
		}
		if e.Ticket.Front {
			line += " front"
		}
		return []string{line}
	case bot.Updated:
		return []string{"ticket updated"}
	case bot.Refused:
		return []string{"refused: " + e.Err.Error()}
	case bot.Closed:
		return []string{"closed"}
	case bot.Heard, bot.OwnerChanged:
	}
	return nil
}

func describeSay(e bot.Say) []string {
	parts := make([]string, 0, len(e.Parts))
	for _, part := range e.Parts {
		text := part.ID
		for _, k := range slices.Sorted(maps.Keys(part.Args)) {
			text += " " + k + "=" + argument(part.Args[k])
		}
		parts = append(parts, text)
	}
	who := "bot: "
	if e.System {
		who = "system: "
	}
	out := []string{who + strings.Join(parts, " | ")}
	if len(e.Choices) > 0 {
		ids := make([]string, 0, len(e.Choices))
		for _, c := range e.Choices {
			ids = append(ids, c.ID)
		}
		out = append(out, "choices: "+strings.Join(ids, " "))
	}
	if len(e.Form) > 0 {
		out = append(out, "form: "+strings.Join(e.Form, " "))
	}
	if e.Meta.Advice != "" {
		out = append(out, strings.TrimSpace(fmt.Sprintf("advice: %s %s", e.Meta.Advice, strings.Join(e.Meta.Facts, " "))))
	}
	return out
}

func argument(v any) string {
	switch v := v.(type) {
	case locales.Clock:
		return v.At.In(cmp.Or(v.Zone, time.UTC)).Format("15:04")
	case locales.Moment:
		return v.At.In(cmp.Or(v.Zone, time.UTC)).Format("2006-01-02T15:04-0700")
	case locales.Span:
		return time.Duration(v).String()
	}
	return fmt.Sprint(v)
}

func pairs(text string) map[string]string {
	m := map[string]string{}
	for _, field := range strings.Fields(text) {
		k, v, _ := strings.Cut(field, "=")
		m[k] = v
	}
	return m
}

func number(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}
