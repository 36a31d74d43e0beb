package bot

import (
	"usher/handoff"
	"usher/intents"
	"usher/intents/slot"
)

// Bot decides and converses. It holds only what never changes, so one value
// serves every conversation at once.
type Bot struct {
	policy  Policy
	catalog *intents.Catalog
	queues  handoff.Queues
	reader  *intents.Understander
	slots   *slot.Parser
	speaks  map[string]bool
}

// Config is what a Bot is made of; every part but Speaks is required.
type Config struct {
	Policy  Policy
	Catalog *intents.Catalog
	Queues  handoff.Queues
	Reader  *intents.Understander
	Slots   *slot.Parser
	// Speaks lists the languages there are lines in, by tag; a person who writes
	// one of them is answered in it. Without any the language never changes.
	Speaks []string
}

// Policy is what the bot decides under.
func (b *Bot) Policy() Policy { return b.policy }

// New returns a working Bot.
func New(c Config) *Bot {
	b := &Bot{policy: c.Policy, catalog: c.Catalog, queues: c.Queues, reader: c.Reader, slots: c.Slots, speaks: map[string]bool{}}
	for _, tag := range c.Speaks {
		b.speaks[tag] = true
	}
	return b
}
