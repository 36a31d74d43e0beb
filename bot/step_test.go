package bot_test

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"usher/bot"
	"usher/handoff"
	"usher/intents"
	"usher/locales"
	"usher/locales/lines"
)

// things people say, of every kind the bot tells apart.
var sayings = []string{
	"hello", "i uploaded the wrong passport", "please cancel my review", "cancel it anyway", "its taking too long",
	"i typed my name wrong", "major error", "just a typo", "i don't want kyc anymore", "40 min ago", "10 minutes ago",
	"yesterday at 8pm", "tomorrow at 9", "01/02/2026 9am", "half past nine", "it says under review", "under review (manual)",
	"under review (automated)", "it says verified", "unverified", "rejected", "not sure", "yes", "no", "ana@gmial.com",
	"lea@proton.me", "xxx@xxx.com", "someone hacked my account", "i was not hacked", "what if someone hacked me?",
	"will my photos be deleted", "can i talk to a human", "Transfer to Agent", "what is the price of bitcoin", "blue",
	"never mind", "thanks", "bye", "Bogota", "still under review", "they told me it cannot be cancelled", "",
}

func anEvent(t *rapid.T, s bot.State, at time.Time) bot.Event {
	agent := handoff.Agent{ID: rapid.SampledFrom([]string{"a1", "a2"}).Draw(t, "agent"), Name: "Ana"}
	switch rapid.IntRange(0, 15).Draw(t, "event") {
	case 0:
		return bot.PersonRequested{
			At: at, Queue: rapid.SampledFrom([]string{"", "kyc_review", "account_security", "supervisor"}).Draw(t, "asked queue"),
			Reason: rapid.SampledFrom(append(bot.Reasons(), "")).Draw(t, "reason"),
		}
	case 1:
		return bot.Withdrew{At: at}
	case 2:
		return bot.Ticked{At: at}
	case 3, 4:
		return bot.AgentClaimed{At: at, Agent: agent, Take: rapid.Bool().Draw(t, "take")}
	case 5:
		return bot.AgentSaid{At: at, Agent: agent}
	case 6:
		return bot.AgentReleased{At: at, Agent: agent, Gone: rapid.Bool().Draw(t, "gone")}
	case 7:
		return bot.AgentTransferred{At: at, Agent: agent, Queue: rapid.SampledFrom([]string{"kyc_review", "account_security", "supervisor", "none"}).Draw(t, "queue")}
	case 8, 9:
		return bot.AgentCompleted{At: at, Agent: agent, Outcome: rapid.SampledFrom(append(handoff.Outcomes(), "none")).Draw(t, "outcome")}
	case 10:
		if rapid.IntRange(0, 9).Draw(t, "rarely") == 0 {
			return bot.Ended{At: at}
		}
		return bot.Resumed{At: at, Zone: "Europe/Madrid"}
	}
	return bot.UserSaid{At: at, Text: rapid.SampledFrom(sayings).Draw(t, "said"), Secrets: rapid.IntRange(0, 20).Draw(t, "secret") == 0}
}

// check holds the invariants that State documents, and what Step promises.
func check(t *rapid.T, before, after bot.State, e bot.Event, effects []bot.Effect) {
	refused := slices.ContainsFunc(effects, func(e bot.Effect) bool { _, ok := e.(bot.Refused); return ok })
	if refused && (len(effects) != 1 || text(after) != text(before)) {
		t.Fatalf("%T was refused and changed something", e)
	}
	owner := bot.OwnerBot
	if tk := after.Ticket; tk != nil {
		switch tk.State {
		case handoff.Accepted:
			owner = bot.OwnerAgent
		case handoff.Queued:
			owner = bot.OwnerQueue
		}
		if (tk.Agent != nil) != (tk.State == handoff.Accepted) || tk.Front && tk.State != handoff.Queued ||
			!tk.StartsAt.IsZero() != (tk.State == handoff.Scheduled) || (tk.Outcome != "") != (tk.State == handoff.Completed) {
			t.Fatalf("%T left a broken ticket: %+v", e, tk)
		}
	}
	if after.Owner != owner {
		t.Fatalf("%T: owner %s, the ticket says %s", e, after.Owner, owner)
	}
	if owner == bot.OwnerAgent && after.Ask != nil {
		t.Fatalf("%T: a question is open while an agent answers", e)
	}
	if after.Closed && after.Ticket.Open() && after.Ticket.State != handoff.Accepted && after.Ticket.Queue != handoff.AccountSecurity {
		t.Fatalf("%T: a closed conversation waits in %s", e, after.Ticket.Queue)
	}
	changed := before.Owner != after.Owner || holder(before) != holder(after)
	if grown := after.Epoch - before.Epoch; grown < 0 || (grown > 0) != changed {
		t.Fatalf("%T: epoch %d → %d, owner %s → %s", e, before.Epoch, after.Epoch, before.Owner, after.Owner)
	}
	lowered(t, before.Ticket, after.Ticket, e)
}

// lowered: nothing but a person takes the urgency from a case (G6). While it is
// open it stays in its queue, unless an agent passes it on; it ends when an
// agent ends it or the person takes it back.
func lowered(t *rapid.T, before, after *handoff.Ticket, e bot.Event) {
	if !before.Open() || before.Priority != handoff.Urgent {
		return
	}
	ended := is[bot.AgentCompleted](e) || is[bot.Withdrew](e) || is[bot.UserSaid](e)
	if is[bot.AgentTransferred](e) || ended && !after.Open() {
		return
	}
	if !after.Open() || after.ID != before.ID || after.Queue != handoff.AccountSecurity || after.Priority != handoff.Urgent {
		t.Fatalf("%T made of the urgent %+v %+v", e, before, after)
	}
}

func is[E bot.Event](e bot.Event) bool {
	_, ok := e.(E)
	return ok
}

func holder(s bot.State) string {
	if s.Ticket != nil && s.Ticket.Agent != nil {
		return s.Ticket.Agent.ID
	}
	return ""
}

func text(v any) string {
	raw, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(raw)
}

// Any sequence of events keeps the invariants, changes nothing that was given
// in, survives the store, and every button can be pressed right after.
func TestStep_AnySequenceKeepsTheInvariants(t *testing.T) {
	t.Parallel()
	b := newBot(t)
	rapid.Check(t, func(t *rapid.T) {
		at := time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)
		zone := rapid.SampledFrom([]string{"", "America/Bogota"}).Draw(t, "zone")
		s, _ := b.Step(bot.State{}, bot.Opened{At: at, ID: "c1", Locale: "en", Zone: zone})
		for range rapid.IntRange(1, 25).Draw(t, "events") {
			at = at.Add(time.Duration(rapid.IntRange(0, 40).Draw(t, "minutes")) * time.Minute)
			e := anEvent(t, s, at)
			given := text(s)
			next, effects := b.Step(s, e)
			if text(s) != given {
				t.Fatalf("%T changed the state given in", e)
			}
			check(t, s, next, e, effects)
			var stored bot.State
			if err := json.Unmarshal([]byte(text(next)), &stored); err != nil || text(stored) != text(next) {
				t.Fatalf("%T: the state does not survive the store: %v", e, err)
			}
			press(t, b, stored, effects, at)
			s = stored
		}
	})
}

// press tries every button of a message.
func press(t *rapid.T, b *bot.Bot, s bot.State, effects []bot.Effect, at time.Time) {
	for _, e := range effects {
		say, ok := e.(bot.Say)
		if !ok {
			continue
		}
		for _, c := range say.Choices {
			_, out := b.Step(s, bot.UserSaid{At: at, Choice: c.ID, Text: c.ID})
			for _, o := range out {
				if r, dead := o.(bot.Say); dead {
					for _, p := range r.Parts {
						if p.ID == "form.not_understood" || p.ID == "unsure.again" || p.ID == "unsure.which" {
							t.Fatalf("the button %s of %v is not understood (%s, open %+v)", c.ID, say.Parts, p.ID, s.Ask)
						}
					}
				}
			}
		}
	}
}

// Every line the bot can say is written, in the code and in what is built from
// values.
func TestStep_EveryLineHasWords(t *testing.T) {
	t.Parallel()
	catalog, err := intents.LoadCatalog()
	if err != nil {
		t.Fatal(err)
	}
	policy := bot.DefaultPolicy()
	book, err := lines.New(locales.Files, catalog.Lines(), policy.Args)
	if err != nil {
		t.Fatal(err)
	}
	written := book.IDs()
	wanted := []string{"field.email", "field.submitted_at", "field.status", "field.reason", "warn.G7.1", "warn.G7.2", "warn.G7.3", "warn.G7.4", "resubmit.now_document", "resubmit.now_info", "resubmit.now_any"}
	for _, v := range bot.Statuses() {
		wanted = append(wanted, "status."+string(v))
	}
	for _, v := range bot.Reasons() {
		wanted = append(wanted, "reason."+string(v))
	}
	queues, err := handoff.LoadQueues()
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range queues {
		wanted = append(wanted, "handoff.transferred_"+q.ID)
	}
	for _, id := range append(wanted, literals(t)...) {
		if !slices.Contains(written, id) {
			t.Errorf("there are no words for %s", id)
		}
	}
}

// literals are the line ids that stand in the source: first arguments of say,
// and the Line of a Choice.
func literals(t *testing.T) (ids []string) {
	t.Helper()
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	add := func(e ast.Expr) {
		if lit, ok := e.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			if id, err := strconv.Unquote(lit.Value); err == nil {
				ids = append(ids, id)
			}
		}
	}
	look := func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			if f, ok := n.Fun.(*ast.SelectorExpr); ok && f.Sel.Name == "say" && len(n.Args) > 0 {
				add(n.Args[0])
			}
		case *ast.KeyValueExpr:
			if k, ok := n.Key.(*ast.Ident); ok && k.Name == "Line" {
				add(n.Value)
			}
		}
		return true
	}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, look)
	}
	if len(ids) < 80 {
		t.Fatalf("only %d line ids were found in the source", len(ids))
	}
	return ids
}
