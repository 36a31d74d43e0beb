package bus

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
)

// ErrURL says that a Redis URL cannot be read; the URL itself may hold a
// password and is not repeated.
var ErrURL = errors.New("not a redis URL")

// Connect returns a client for this bus and for rate limits; it dials when it
// is first used. A Redis that hangs must cost a caller a fraction of a second:
// with the library's defaults one command takes ten seconds then, with these
// times 0.15 s. There are no retries, whoever calls has a better plan B.
func Connect(url string) (*redis.Client, error) {
	options, err := redis.ParseURL(url)
	if err != nil {
		return nil, ErrURL
	}
	options.DialTimeout = 200 * time.Millisecond
	options.DialerRetries = 1
	options.ReadTimeout = 150 * time.Millisecond
	options.WriteTimeout = 150 * time.Millisecond
	options.PoolTimeout = 200 * time.Millisecond
	options.MaxRetries = -1
	options.ContextTimeoutEnabled = true
	// The plain protocol: nothing here needs the newer one, whose handshake
	// older servers answer with errors.
	options.Protocol = 2
	options.DisableIdentity = true
	options.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	return redis.NewClient(options), nil
}

// LibraryLog sends what the Redis library itself logs, which is a line for
// each failed dial, to a logger at debug level instead of to standard error.
// The library has one logger for the whole process: call this once, in main,
// before the first client is made.
func LibraryLog(log *slog.Logger) { redis.SetLogger(libraryLog{log}) }

type libraryLog struct{ log *slog.Logger }

// Printf is how the library logs.
func (l libraryLog) Printf(ctx context.Context, format string, v ...any) {
	if l.log.Enabled(ctx, slog.LevelDebug) {
		l.log.DebugContext(ctx, "redis library", "text", fmt.Sprintf(format, v...))
	}
}
