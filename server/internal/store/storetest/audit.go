package storetest

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"usher/server/internal/audit"
	"usher/server/internal/store"
)

// claim is an entry of the log as a claim writes it.
func claim(actor, conversation string) audit.Entry {
	return audit.Entry{
		Actor: actor, Role: "agent", Action: audit.CaseClaimed, Conversation: conversation, Handoff: conversation + "-1", Detail: "queue=kyc_review",
	}
}

// whole fails the test unless the log has so many entries, all as written.
func whole(t *testing.T, s *store.Store, n int64) audit.Head {
	t.Helper()
	head, fault, err := s.VerifyAudit(t.Context(), audit.Head{})
	ok(t, err)
	if fault != nil || head.N != n {
		t.Fatalf("%d entries, want %d: %+v", head.N, n, fault)
	}
	return head
}

func auditChain(t *testing.T, s *store.Store) {
	ctx := t.Context()
	equal(t, "an empty log", whole(t, s, 0), audit.Head{})
	ok(t, s.Record(ctx, claim("ana", "c1"), claim("bo", "c2")))
	early := whole(t, s, 2)
	ok(t, s.Record(ctx))
	ok(t, s.Record(ctx, claim("ana", "c3")))
	head := whole(t, s, 3)
	equal(t, "head", must(s.AuditHead(ctx))(t), head)
	third := claim("ana", "c3")
	third.N, third.At = 3, Start
	equal(t, "hash", head.Hash, audit.Link(early.Hash, third))
	log := must(s.Audit(ctx, store.AuditFilter{}))(t)
	equal(t, "newest", log[0], third)
	equal(t, "entries", len(log), 3)
	for _, known := range []audit.Head{early, head} {
		if _, fault, err := s.VerifyAudit(ctx, known); fault != nil || err != nil {
			t.Errorf("head %d that was kept: %+v, %v", known.N, fault, err)
		}
	}
	if _, fault, err := s.VerifyAudit(ctx, audit.Head{N: 2, Hash: head.Hash}); fault == nil || err != nil {
		t.Errorf("another log's head: %+v, %v", fault, err)
	}
	wantErr(t, s.Record(ctx, claim("ana", "c4"), audit.Entry{Action: audit.SignInFailed, Detail: "ana@example.com"}), store.ErrInvalid)
	whole(t, s, 3)
}

// auditGoesWithTheAct: an act that is refused leaves no entry, one that is
// stored has one.
func auditGoesWithTheAct(t *testing.T, s *store.Store) {
	ctx := t.Context()
	c := conversation(t, s, 1)
	c.Owner = "agent"
	change := store.Change{Conversation: c, Audit: []audit.Entry{claim("ana", c.ID)}}
	ok(t, s.Save(ctx, change))
	wantErr(t, s.Save(ctx, change), store.ErrConflict)
	whole(t, s, 1)
	added := audit.Entry{Actor: audit.Operator, Action: audit.AgentAdded, Object: "1"}
	ana := store.Agent{ID: "1", Email: "ana@example.com"}
	ok(t, s.AddAgent(ctx, ana, added))
	wantErr(t, s.AddAgent(ctx, ana, added), store.ErrExists)
	disabled := added
	disabled.Action, ana.Disabled = audit.AgentDisabled, true
	ok(t, s.UpdateAgent(ctx, ana, disabled))
	ana.ID = "9"
	wantErr(t, s.UpdateAgent(ctx, ana, disabled), store.ErrNotFound)
	whole(t, s, 3)
	bad := store.Change{Conversation: store.Conversation{ID: "new", Owner: "bot"}, Audit: []audit.Entry{{Action: "case.eaten"}}}
	wantErr(t, s.Save(ctx, bad), store.ErrInvalid)
	wantErr(t, second(s.Load(ctx, "new")), store.ErrNotFound)
	// In one commit with changes that are refused, one by one and all together.
	var wg sync.WaitGroup
	stored := make([]bool, 64)
	for i := range stored {
		wg.Go(func() {
			id := fmt.Sprintf("shared-%d", i%16)
			err := s.Save(ctx, store.Change{Conversation: store.Conversation{ID: id, Owner: "bot"}, Audit: []audit.Entry{claim("bo", id)}})
			stored[i] = err == nil
			if err != nil && !errors.Is(err, store.ErrConflict) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	n := 0
	for _, yes := range stored {
		if yes {
			n++
		}
	}
	equal(t, "stored", n, 16)
	whole(t, s, 3+16)
}

func auditFilters(t *testing.T, s *store.Store) {
	ctx := t.Context()
	for n := range 12 {
		e := claim([]string{"ana", "bo"}[n%2], fmt.Sprintf("c%d", n%3))
		if n%4 == 3 {
			e.Action = audit.CaseReleased
		}
		ok(t, s.Record(ctx, e))
	}
	for what, c := range map[string]struct {
		f    store.AuditFilter
		want []int64
	}{
		"newest":       {store.AuditFilter{Limit: 3}, []int64{12, 11, 10}},
		"next page":    {store.AuditFilter{Limit: 3, Before: 10}, []int64{9, 8, 7}},
		"of bo":        {store.AuditFilter{Actor: "bo", Before: 9}, []int64{8, 6, 4, 2}},
		"of c0":        {store.AuditFilter{Conversation: "c0"}, []int64{10, 7, 4, 1}},
		"releases":     {store.AuditFilter{Action: audit.CaseReleased}, []int64{12, 8, 4}},
		"all at once":  {store.AuditFilter{Action: audit.CaseReleased, Actor: "bo", Conversation: "c0"}, []int64{4}},
		"nobody's":     {store.AuditFilter{Actor: "cleo"}, []int64{}},
		"before first": {store.AuditFilter{Before: 1}, []int64{}},
	} {
		got := []int64{}
		for _, e := range must(s.Audit(ctx, c.f))(t) {
			got = append(got, e.N)
		}
		equal(t, what, got, c.want)
	}
}

// auditWhileItGrows: a log that is appended to while it is read is whole.
func auditWhileItGrows(t *testing.T, s *store.Store) {
	const entries = 200
	var wg sync.WaitGroup
	wg.Go(func() {
		for range entries {
			if err := s.Record(t.Context(), claim("ana", "c")); err != nil {
				t.Error(err)
				return
			}
		}
	})
	for head := (audit.Head{}); head.N < entries && !t.Failed(); {
		got, fault, err := s.VerifyAudit(t.Context(), head)
		if fault != nil || err != nil {
			t.Errorf("at %d: %+v, %v", got.N, fault, err)
			break
		}
		head = got
	}
	wg.Wait()
}

// auditOfReplicas: two replicas write one chain, beside other changes.
func auditOfReplicas(t *testing.T, o store.Options) {
	const each = 40
	ctx := t.Context()
	var wg sync.WaitGroup
	replicas := []*store.Store{open(t, o), open(t, o)}
	for r, s := range replicas {
		for w := range 4 {
			wg.Go(func() {
				for i := range each {
					id := fmt.Sprintf("%d-%d-%d", r, w, i)
					c := store.Change{Conversation: store.Conversation{ID: id, Owner: "bot"}, Audit: []audit.Entry{claim("ana", id)}}
					if err := s.Save(ctx, c); err != nil {
						t.Error(err)
					}
				}
			})
		}
	}
	wg.Wait()
	whole(t, replicas[0], 2*4*each)
}
