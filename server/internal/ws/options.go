package ws

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"usher/server/internal/chat"
)

// Options is what a Server is made of. Everything is required but for what
// says otherwise.
type Options struct {
	Chat *chat.Service
	Log  *slog.Logger
	// Now must be a clock people share: deadlines of connections come from it.
	Now func() time.Time
	// Origin reports whether the page that sent a handshake may. It is asked
	// only when there is an Origin: programs that are no browsers send none.
	Origin func(*http.Request) bool
	// Admit reports whether this address may open one more socket now; a refusal
	// is answered with 429. Optional.
	Admit func(*http.Request) bool
	// Person verifies the host app's token.
	Person func(token string) (chat.Person, error)
	// AgentCookie returns the agent's session token in the handshake's cookie, ""
	// without one. Not ok: there is one, but a page we do not trust sent it.
	AgentCookie func(*http.Request) (token string, ok bool)
	// Agent says who a session token, of a cookie or of a hello, belongs to.
	Agent func(ctx context.Context, token string) (chat.AgentPerson, error)
	// StillValid reports whether the token's session still stands, without making
	// it last longer. An error means "not known": the socket stays.
	StillValid func(ctx context.Context, token string) (bool, error)
	// Active is told now and then that an agent works in a session, which then
	// lasts longer. Optional.
	Active func(ctx context.Context, token string)
	// Allow takes one message out of what a sender may send, and returns how long
	// to wait when there is nothing left. Optional.
	Allow func(ctx context.Context, key string) (wait time.Duration)
	// AgentGrace is told to users in welcome.
	AgentGrace time.Duration
}

// What the contract promises in welcome.limits.
const (
	textChars  = 4000
	frameBytes = 64 << 10
)

// limits are the numbers that bound one socket.
type limits struct {
	hello   time.Duration // from the handshake to a good hello
	write   time.Duration // for one piece to be taken
	last    time.Duration // for the last words to be taken
	linger  time.Duration // from the last words to the end of the connection
	ping    time.Duration // between pings; the first comes earlier, by chance
	idle    time.Duration // without a frame or pong
	recheck time.Duration // between looks at an agent's session

	sessionSockets int // per session; one more and the oldest goes
	sockets        int // per process

	frames, agentFrames rate // beyond: rate_limited
	flood, agentFlood   rate // beyond: closed
	pings               rate // beyond: closed
	typing              rate // beyond: dropped without a word
	mistakes            rate // beyond: closed
	forbidden           int  // so many in one socket's life: closed
}

// defaults: hello, sessionSockets and what a message may cost are the
// contract's; the rest leaves a client in good order ten times what it needs.
func defaults() limits {
	return limits{
		hello:   10 * time.Second,
		write:   10 * time.Second,
		last:    time.Second,
		linger:  2 * time.Second,
		ping:    25 * time.Second,
		idle:    60 * time.Second,
		recheck: 3 * time.Second,

		sessionSockets: 8,
		sockets:        20_000,

		frames:      rate{every: time.Second / 10, burst: 120},
		flood:       rate{every: time.Second / 30, burst: 360},
		agentFrames: rate{every: time.Second / 20, burst: 240},
		agentFlood:  rate{every: time.Second / 60, burst: 720},
		pings:       rate{every: time.Second, burst: 60},
		typing:      rate{every: time.Second, burst: 3},
		mistakes:    rate{every: time.Second, burst: 60},
		forbidden:   10,
	}
}
