package bus

import (
	"context"
	"time"
)

// Poke says that something changed under an address. An empty ID stands for
// every id of the topic.
type Poke struct {
	Topic, ID string
}

// Typing says that somebody is typing in a conversation: "user", "agent" or
// "bot".
type Typing struct {
	Conversation, From string
}

// TypingLife is how long a typing indicator holds.
const TypingLife = 5 * time.Second

// Bus carries pokes from writers to watchers. All of its methods may be called
// at any time by anybody; none of them waits for a network.
type Bus interface {
	// Publish wakes who watches the addresses. Call it after the commit.
	Publish(ctx context.Context, pokes ...Poke)
	// Subscribe watches one id of a topic, or with "" every id of it. Close the
	// subscription when done.
	Subscribe(topic, id string) *Subscription
	// ShowTyping tells who watches the conversation that somebody types.
	ShowTyping(ctx context.Context, typing Typing)
	// WatchTyping watches who types in a conversation. Close it when done.
	WatchTyping(conversation string) *TypingWatch
	// Live reports whether pokes of other replicas arrive. While they do not,
	// watchers should look at the store every few seconds.
	Live() bool
	// Close ends the carrier. Subscriptions stay silent from then on.
	Close() error
}
