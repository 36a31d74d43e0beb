package bus

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"time"

	"github.com/redis/go-redis/v9"
)

// silence is how long nothing may come before a sign of life is asked for, and
// how long that may take. A server that hangs is noticed within two of them.
const silence = time.Second

// errSilent says that Redis keeps the connection but does not answer.
var errSilent = errors.New("no sign of life")

// hear receives until the context ends, over a new connection after each
// failure.
func (r *Redis) hear(ctx context.Context) {
	failures := 0
	for ctx.Err() == nil {
		heard, err := r.listen(ctx)
		if ctx.Err() != nil {
			return
		}
		if failures++; heard {
			failures = 1
		}
		r.change(&r.hearing, down, err)
		pause(ctx, failures)
	}
}

// listen receives over one connection until it fails. heard says that it
// worked for a time.
func (r *Redis) listen(ctx context.Context) (heard bool, err error) {
	channel := r.client.Subscribe(ctx, r.channel)
	defer context.AfterFunc(ctx, func() { _ = channel.Close() })()
	defer func() { _ = channel.Close() }()
	asked := false
	for {
		got, err := channel.ReceiveTimeout(ctx, silence)
		if timeout, ok := errors.AsType[net.Error](err); ok && timeout.Timeout() && heard {
			if asked {
				return heard, errSilent
			}
			if err := channel.Ping(ctx); err != nil {
				return heard, err
			}
			asked = true
			continue
		}
		if err != nil {
			return heard, err
		}
		asked = false
		switch got := got.(type) {
		case *redis.Subscription:
			heard = true
			r.local.room.wakeAll() // whatever was sent before this moment is missed
			r.change(&r.hearing, up, nil)
		case *redis.Message:
			r.deliver(ctx, got.Payload)
		}
	}
}

// deliver wakes this process's watchers for what another replica did. A
// message that cannot be read is another version's; everybody looks then.
func (r *Redis) deliver(ctx context.Context, payload string) {
	var in message
	if err := json.Unmarshal([]byte(payload), &in); err != nil || in.Missed && in.Origin != r.origin {
		r.local.room.wakeAll()
		return
	}
	if in.Origin == r.origin {
		return
	}
	r.local.room.publish(nil, in.Pokes)
	for _, typing := range in.Typing {
		r.local.ShowTyping(ctx, typing)
	}
}
