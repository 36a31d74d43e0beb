package storetest

import (
	"context"
	"fmt"
	"reflect"
	"testing"
	"time"

	"usher/server/internal/store"
)

// Fresh returns options that open an empty database, the same one each time
// they are used.
type Fresh func(t *testing.T) store.Options

// Start is the moment at which the tests' clocks stand.
var Start = time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)

// Open opens an empty SQLite store that ends with the test.
func Open(t *testing.T) *store.Store {
	t.Helper()
	return open(t, store.Options{DataDir: t.TempDir(), Clock: func() time.Time { return Start }})
}

// Run proves the promises of package store on one database.
func Run(t *testing.T, fresh Fresh) {
	t.Helper()
	for _, c := range []struct {
		name string
		run  func(*testing.T, *store.Store)
	}{
		{"SaveAndLoad", saveAndLoad},
		{"SaveRefusesAnOldVersion", saveRefusesAnOldVersion},
		{"SaveRefusesAnOldEpoch", saveRefusesAnOldEpoch},
		{"SaveRefusesAKnownClientKey", saveRefusesAKnownClientKey},
		{"SaveRefusesGapsAndBadText", saveRefusesGapsAndBadText},
		{"SaveRefusesAForeignSessionOrHandoff", saveRefusesForeign},
		{"RefusedChangesLeaveNothing", refusedChangesLeaveNothing},
		{"WritersOfOneConversation", writersOfOneConversation},
		{"SameKeyFromManyWriters", sameKeyFromManyWriters},
		{"SessionAndSubject", sessionAndSubject},
		{"DueInPages", dueInPages},
		{"Heads", heads},
		{"EventsAndNotes", eventsAndNotes},
		{"NextWaitingOrder", nextWaitingOrder},
		{"NextWaitingClaims", nextWaitingClaims},
		{"QueueViews", queueViews},
		{"HandoffsOfSubject", handoffsOfSubject},
		{"Receipts", receipts},
		{"Ratings", ratings},
		{"ReportCases", reportCases},
		{"ReportConversations", reportConversations},
		{"Agents", agents},
		{"AgentFactors", agentFactors},
		{"AgentDevices", agentDevices},
		{"AgentSessions", agentSessions},
		{"Presence", presence},
		{"AdminTokens", adminTokens},
		{"AuditChain", auditChain},
		{"AuditGoesWithTheAct", auditGoesWithTheAct},
		{"AuditFilters", auditFilters},
		{"AuditWhileItGrows", auditWhileItGrows},
		{"Meta", meta},
		{"APIKeys", apiKeys},
		{"Feed", feed},
		{"Attempts", attempts},
		{"Decisions", decisions},
		{"Webhooks", webhooks},
		{"Deliveries", deliveries},
		{"EraseAndExport", eraseAndExport},
		{"EndedContext", endedContext},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			o := fresh(t)
			o.Clock = func() time.Time { return Start }
			c.run(t, open(t, o))
		})
	}
	t.Run("RestartKeepsEverything", func(t *testing.T) { t.Parallel(); restart(t, fresh(t)) })
	t.Run("AuditFindsEveryTampering", func(t *testing.T) { t.Parallel(); tampering(t, fresh(t)) })
	t.Run("AuditOfReplicas", func(t *testing.T) { t.Parallel(); auditOfReplicas(t, fresh(t)) })
	t.Run("TwoReplicas", func(t *testing.T) { t.Parallel(); twoReplicas(t, fresh(t)) })
	t.Run("FeedOfTwoReplicas", func(t *testing.T) { t.Parallel(); feedOfTwoReplicas(t, fresh(t)) })
	t.Run("LeaseOfTwoReplicas", func(t *testing.T) { t.Parallel(); leaseOfTwoReplicas(t, fresh(t)) })
	t.Run("ManyStartAtOnce", func(t *testing.T) { t.Parallel(); manyStart(t, fresh(t)) })
	t.Run("CloseStoresWhatIsQueued", func(t *testing.T) { t.Parallel(); closeDrains(t, fresh(t)) })
}

func open(t *testing.T, o store.Options) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// equal compares whole values.
func equal[T any](t *testing.T, what string, got, want T) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s:\n got %+v\nwant %+v", what, got, want)
	}
}

// must takes what a call returned and, given the test, fails it on an error.
func must[T any](v T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Error(err)
		}
		return v
	}
}

// ok fails the test on an error.
func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// conversation number n, stored with one message.
func conversation(t *testing.T, s *store.Store, n int) store.Conversation {
	t.Helper()
	c := store.Conversation{
		ID: fmt.Sprintf("conversation-%d", n), Owner: "bot", LastSeq: 1, CreatedAt: Start, UpdatedAt: Start, State: []byte(`{}`),
	}
	ok(t, s.Save(context.Background(), store.Change{Conversation: c, Messages: []store.Message{line(1, "hello")}}))
	c.Version = 1
	return c
}

// line is a user's message without a key.
func line(seq int64, text string) store.Message {
	return store.Message{Seq: seq, From: "user", Text: text, Lang: "en", At: Start}
}
