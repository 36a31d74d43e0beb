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
}

// Config is what a Bot is made of; every part is required.
type Config struct {
	Policy  Policy
	Catalog *intents.Catalog
	Queues  handoff.Queues
	Reader  *intents.Understander
	Slots   *slot.Parser
}

// New returns a working Bot.
func New(c Config) *Bot {
	return &Bot{policy: c.Policy, catalog: c.Catalog, queues: c.Queues, reader: c.Reader, slots: c.Slots}
}
