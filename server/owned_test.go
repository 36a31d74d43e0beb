package main

import (
	"encoding/json"
	"testing"
	"time"

	"usher/server/internal/store"
)

// ownership is one change of who answers a conversation, as its history has it.
type ownership struct {
	after int64 // the last message before it
	epoch int64
	owner string
	agent string // the id of the agent who has it from then on, "" for nobody
	at    time.Time
}

// owned reads the ownerships of every case's conversation from the database.
func (o *office) owned(database string) map[string][]ownership {
	o.t.Helper()
	st, err := store.Open(o.t.Context(), store.Options{DatabaseURL: database})
	if err != nil {
		o.t.Fatal(err)
	}
	defer func() { _ = st.Close() }()
	all := map[string][]ownership{}
	for _, joined := range o.joined {
		all[joined.conversation] = ownerships(o.t, st, joined.conversation)
	}
	return all
}

// ownerships reads one conversation's, and checks that the epoch counts them.
func ownerships(t *testing.T, st *store.Store, conversation string) []ownership {
	t.Helper()
	events, err := st.Events(t.Context(), conversation, 0, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	var all []ownership
	for _, e := range events {
		if e.Type != "conversation.owner_changed" {
			continue
		}
		var data struct {
			Owner string `json:"owner"`
			Epoch int64  `json:"epoch"`
			Agent struct {
				ID string `json:"id"`
			} `json:"agent"`
		}
		if err := json.Unmarshal(e.Data, &data); err != nil {
			t.Fatal(err)
		}
		if len(all) > 0 && data.Epoch <= all[len(all)-1].epoch {
			t.Errorf("%s: epoch %d after %d", conversation, data.Epoch, all[len(all)-1].epoch)
		}
		all = append(all, ownership{after: e.AfterSeq, epoch: data.Epoch, owner: data.Owner, agent: data.Agent.ID, at: e.At})
	}
	return all
}

// onlyHolders checks that every message of an agent stands in its transcript at
// a place where the agent had the case, and returns how many there are.
func onlyHolders(t *testing.T, st *store.Store, conversation string) int {
	t.Helper()
	all, n := ownerships(t, st, conversation), 0
	messages, err := st.Messages(t.Context(), conversation, 0, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range messages {
		if m.From != "agent" {
			continue
		}
		n++
		holder := ""
		for _, own := range all {
			if own.after < m.Seq {
				holder = own.agent
			}
		}
		if holder != m.AgentID {
			t.Errorf("%s: message %d is by %s while %q had the case", conversation, m.Seq, m.AgentID, holder)
		}
	}
	return n
}
