package chat

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"

	"usher/bot"
	"usher/server/internal/store"
	"usher/server/internal/wire"
)

// record is a conversation as the store keeps it in State.
type record struct {
	Bot     bot.State     `json:"bot"`
	Offered []wire.Choice `json:"offered,omitempty"` // the last message's buttons, so that their labels can be typed
	Partner *partnerData  `json:"partner,omitempty"` // nil: our own chat's
}

// entry is one conversation in memory. Its lock keeps this replica's own
// writers in line; other replicas are held off by the version.
type entry struct {
	sync.Mutex
	loaded bool
	conv   store.Conversation
	record record
}

// cacheMax is how many conversations a replica keeps in memory.
const cacheMax = 20_000

// cache holds conversations between their messages.
type cache struct {
	sync.Mutex
	entries map[string]*entry
}

func newCache() *cache { return &cache{entries: map[string]*entry{}} }

// entry finds or makes the place of a conversation. Making room drops any
// others: whoever still holds one of them is protected by the version.
func (c *cache) entry(id string) *entry {
	c.Lock()
	defer c.Unlock()
	e := c.entries[id]
	if e == nil {
		if len(c.entries) >= cacheMax {
			for old := range c.entries {
				delete(c.entries, old)
				if len(c.entries) < cacheMax*7/8 {
					break
				}
			}
		}
		e = &entry{}
		c.entries[id] = e
	}
	return e
}

// forget drops a conversation that was not found or was erased.
func (c *cache) forget(id string) {
	c.Lock()
	defer c.Unlock()
	delete(c.entries, id)
}

// load fills the entry from the store. The caller holds its lock.
func (e *entry) load(ctx context.Context, st *store.Store, id string) error {
	if e.loaded {
		return nil
	}
	conv, err := st.Load(ctx, id)
	if err != nil {
		return err
	}
	rec, err := decode(conv)
	if err != nil {
		return err
	}
	e.conv, e.record, e.loaded = conv, rec, true
	return nil
}

func decode(conv store.Conversation) (record, error) {
	var rec record
	if err := json.Unmarshal(conv.State, &rec); err != nil {
		return rec, fmt.Errorf("conversation state: %w", err)
	}
	return rec, nil
}
