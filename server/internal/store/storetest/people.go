package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/alexedwards/scs/v2"

	"usher/server/internal/store"
)

func agents(t *testing.T, s *store.Store) {
	ctx := t.Context()
	equal(t, "count", must(s.CountAgents(ctx))(t), 0)
	ana := store.Agent{ID: "1", Email: "Ana@Example.com", Name: "Ana", Role: "agent", Languages: []string{"en", "es"}, Queues: []string{"kyc_review"}, PasswordHash: "x", External: "sub-1", CreatedAt: Start}
	bo := store.Agent{ID: "2", Email: "bo@example.com", Name: "Bo", Role: "admin", Languages: []string{}, CreatedAt: Start.Add(time.Second), Disabled: true}
	ok(t, s.AddAgent(ctx, ana))
	ok(t, s.AddAgent(ctx, bo))
	wantErr(t, s.AddAgent(ctx, store.Agent{ID: "3", Email: "ANA@example.COM"}), store.ErrExists)
	wantErr(t, s.AddAgent(ctx, store.Agent{ID: "1", Email: "new@example.com"}), store.ErrExists)
	wantErr(t, s.AddAgent(ctx, store.Agent{ID: "3", Email: " "}), store.ErrInvalid)
	equal(t, "by email", must(s.AgentByEmail(ctx, " aNA@example.com"))(t), ana)
	equal(t, "by id", must(s.AgentByID(ctx, "2"))(t), bo)
	equal(t, "all", must(s.Agents(ctx))(t), []store.Agent{ana, bo})
	equal(t, "count", must(s.CountAgents(ctx))(t), 2)
	equal(t, "by external", must(s.AgentByExternal(ctx, "sub-1"))(t), ana)
	wantErr(t, second(s.AgentByExternal(ctx, "")), store.ErrNotFound)
	bo.External = "sub-1"
	wantErr(t, s.UpdateAgent(ctx, bo), store.ErrExists)
	ana.Queues = nil
	ana.Email, ana.Role, ana.Disabled, ana.Languages = "ana@new.example", "supervisor", true, []string{"pt"}
	ok(t, s.UpdateAgent(ctx, ana))
	equal(t, "updated", must(s.AgentByEmail(ctx, "ana@new.example"))(t), ana)
	wantErr(t, second(s.AgentByEmail(ctx, "ana@example.com")), store.ErrNotFound)
	wantErr(t, s.UpdateAgent(ctx, store.Agent{ID: "9", Email: "x@example.com"}), store.ErrNotFound)
	ana.Email = "BO@example.com"
	wantErr(t, s.UpdateAgent(ctx, ana), store.ErrExists)
	wantErr(t, second(s.AgentByID(ctx, "9")), store.ErrNotFound)
}

func agentSessions(t *testing.T, s *store.Store) {
	ctx := t.Context()
	sessions := s.Sessions("agent")
	data := func(agent string) []byte {
		return must((scs.GobCodec{}).Encode(Start.Add(time.Hour), map[string]any{"agent": agent}))(t)
	}
	put := func(token, agent string, life time.Duration) {
		ok(t, sessions.CommitCtx(ctx, token, data(agent), Start.Add(life)))
	}
	put("t1", "ana", time.Hour)
	put("t2", "ana", time.Hour)
	put("t3", "bo", time.Hour)
	put("t4", "bo", 0)
	ok(t, sessions.Commit("t5", []byte("not a session"), Start.Add(time.Hour)))
	find := func(token string) bool {
		t.Helper()
		_, found, err := sessions.FindCtx(ctx, token)
		ok(t, err)
		return found
	}
	equal(t, "found", []bool{find("t1"), find("t2"), find("t3"), find("t4"), find("t9")}, []bool{true, true, true, false, false})
	equal(t, "all", must(sessions.AllCtx(ctx))(t), map[string][]byte{
		"t1": data("ana"), "t2": data("ana"), "t3": data("bo"), "t5": []byte("not a session"),
	})
	ok(t, sessions.DeleteOfAgent(ctx, "ana"))
	ok(t, sessions.DeleteOfAgent(ctx, ""))
	equal(t, "after", []bool{find("t1"), find("t2"), find("t3"), find("t5")}, []bool{false, false, true, true})
	ok(t, sessions.DeleteCtx(ctx, "t3"))
	ok(t, sessions.Delete("t3"))
	ok(t, sessions.Sweep(ctx))
	equal(t, "left", len(must(sessions.AllCtx(ctx))(t)), 1)
	managed(t, s)
}

// managed goes through the session manager: the token it gives out is not in
// the table.
func managed(t *testing.T, s *store.Store) {
	m := scs.New()
	m.Store, m.HashTokenInStore = s.Sessions("agent"), true
	ctx, err := m.Load(t.Context(), "")
	ok(t, err)
	m.Put(ctx, "agent", "cleo")
	token, _, err := m.Commit(ctx)
	ok(t, err)
	if _, found, err := s.Sessions("agent").Find(token); found || err != nil {
		t.Errorf("the token itself is stored (%v)", err)
	}
	ctx, err = m.Load(context.Background(), token)
	ok(t, err)
	ok(t, s.Sessions("agent").DeleteOfAgent(ctx, "cleo"))
	ctx, err = m.Load(context.Background(), token)
	ok(t, err)
	equal(t, "agent of an ended session", m.GetString(ctx, "agent"), "")
}

func adminTokens(t *testing.T, s *store.Store) {
	ctx := t.Context()
	ok(t, s.AddAdminToken(ctx, []byte("good"), Start.Add(time.Hour)))
	ok(t, s.AddAdminToken(ctx, []byte("late"), Start))
	wantErr(t, s.AddAdminToken(ctx, []byte("good"), Start.Add(time.Hour)), store.ErrExists)
	wantErr(t, s.UseAdminToken(ctx, []byte("late")), store.ErrNotFound)
	wantErr(t, s.UseAdminToken(ctx, []byte("none")), store.ErrNotFound)
	ok(t, s.UseAdminToken(ctx, []byte("good")))
	wantErr(t, s.UseAdminToken(ctx, []byte("good")), store.ErrNotFound)
}

func presence(t *testing.T, s *store.Store) {
	ctx := t.Context()
	equal(t, "nobody", len(must(s.Presence(ctx))(t)), 0)
	ok(t, s.ShowPresence(ctx, "r1", []string{"ana", "bo"}))
	ok(t, s.ShowPresence(ctx, "r2", []string{"ana"}))
	ok(t, s.ShowPresence(ctx, "r1", []string{"ana"}))
	ok(t, s.ShowPresence(ctx, "r3", nil))
	got := map[store.Sign]bool{}
	for _, sign := range must(s.Presence(ctx))(t) {
		got[sign] = true
	}
	equal(t, "signs", got, map[store.Sign]bool{
		{Replica: "r1", Agent: "ana", Beat: 2}: true, {Replica: "r1", Agent: "bo", Beat: 1}: true, {Replica: "r2", Agent: "ana", Beat: 1}: true,
	})
}
