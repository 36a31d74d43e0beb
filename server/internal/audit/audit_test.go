package audit_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"usher/server/internal/audit"
)

func TestEntry_HoldsNoPeopleAndNoText(t *testing.T) {
	t.Parallel()
	good := audit.Entry{Actor: "0q1v", Role: "security", Action: audit.CaseTransferred, Handoff: "ABC-1", Detail: "queue=account_security"}
	if err := good.Check(); err != nil {
		t.Fatal(err)
	}
	for what, change := range map[string]func(*audit.Entry){
		"an action nobody defined": func(e *audit.Entry) { e.Action = "case.eaten" },
		"an address as an actor":   func(e *audit.Entry) { e.Actor = "ana@example.com" },
		"an address in the detail": func(e *audit.Entry) { e.Detail = "ana@example.com" },
		"a name in the detail":     func(e *audit.Entry) { e.Detail = "Ana" },
		"a line of a chat":         func(e *audit.Entry) { e.Detail = "please cancel, thanks!" },
		"a name as an object":      func(e *audit.Entry) { e.Object = "Ana Abad" },
		"a long detail":            func(e *audit.Entry) { e.Detail = strings.Repeat("a", 201) },
		"a long id":                func(e *audit.Entry) { e.Conversation = strings.Repeat("a", 129) },
		"broken text":              func(e *audit.Entry) { e.Object = "\xff" },
	} {
		bad := good
		change(&bad)
		if err := bad.Check(); !errors.Is(err, audit.ErrEntry) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// Moving a letter from one field to its neighbour makes another entry.
func TestLink_CoversEveryFieldAndItsEdges(t *testing.T) {
	t.Parallel()
	base := audit.Entry{N: 7, At: time.UnixMilli(5), Actor: "a", Role: "b", Action: "c", Conversation: "d", Handoff: "e", Object: "f", Detail: "g"}
	seen := map[string]string{audit.Link("x", base): "the entry itself"}
	note := func(what, hash string) {
		if was, ok := seen[hash]; ok {
			t.Errorf("%s has the hash of %s", what, was)
		}
		seen[hash] = what
	}
	note("another predecessor", audit.Link("y", base))
	for what, change := range map[string]func(*audit.Entry){
		"number": func(e *audit.Entry) { e.N++ }, "time": func(e *audit.Entry) { e.At = time.UnixMilli(6) },
		"actor": func(e *audit.Entry) { e.Actor = "A" }, "role": func(e *audit.Entry) { e.Role = "B" },
		"action": func(e *audit.Entry) { e.Action = "C" }, "conversation": func(e *audit.Entry) { e.Conversation = "D" },
		"handoff": func(e *audit.Entry) { e.Handoff = "E" }, "object": func(e *audit.Entry) { e.Object = "F" },
		"detail": func(e *audit.Entry) { e.Detail = "G" },
		"edge":   func(e *audit.Entry) { e.Actor, e.Role = "", "ab" },
	} {
		other := base
		change(&other)
		note(what, audit.Link("x", other))
	}
}

// A log that was written anew from some entry on, head and all, is whole in
// itself; a head that was kept elsewhere gives it away.
func TestChain_AHeadKeptElsewhere(t *testing.T) {
	t.Parallel()
	write := func(n int64, detail string) (log []audit.Entry, hashes []string, heads []audit.Head) {
		var head audit.Head
		for i := int64(1); i <= n; i++ {
			e := audit.Entry{N: i, Action: audit.CaseClaimed, Detail: detail}
			head = audit.Head{N: i, Hash: audit.Link(head.Hash, e)}
			log, hashes, heads = append(log, e), append(hashes, head.Hash), append(heads, head)
		}
		return log, hashes, heads
	}
	_, _, kept := write(5, "")
	for what, c := range map[string]struct {
		n      int64
		detail string
		known  audit.Head
		fault  int64
	}{
		"as it was":                  {5, "", kept[4], 0},
		"grown since":                {9, "", kept[4], 0},
		"written anew":               {9, "other", kept[4], 5},
		"cut off, with a new head":   {3, "", kept[4], 4},
		"emptied, with an empty one": {0, "", kept[4], 1},
		"nothing kept":               {9, "other", audit.Head{}, 0},
	} {
		chain := audit.NewChain(c.known)
		var fault *audit.Fault
		log, hashes, heads := write(c.n, c.detail)
		var head audit.Head
		for i := range log {
			if fault = chain.Next(log[i], hashes[i]); fault != nil {
				break
			}
			head = heads[i]
		}
		if fault == nil {
			fault = chain.End(head)
		}
		if (fault == nil) != (c.fault == 0) || fault != nil && (fault.N != c.fault || fault.Why == "") {
			t.Errorf("%s: %+v, want a fault at %d", what, fault, c.fault)
		}
	}
}
