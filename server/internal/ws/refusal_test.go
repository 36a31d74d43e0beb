package ws

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"usher/server/internal/chat"
)

// What may have been done, or may be later, is said to be worth sending again;
// a definite no is not (R2).
func TestRefuse_TellsUnknownFromRefused(t *testing.T) {
	t.Parallel()
	type answer struct {
		code      code
		retryable bool
		waits     bool
	}
	for err, want := range map[error]answer{
		chat.ErrUnavailable:        {codeUnavailable, true, true},
		context.DeadlineExceeded:   {codeUnavailable, true, true},
		context.Canceled:           {codeUnavailable, true, true},
		errors.New("not foreseen"): {codeInternal, true, true},
		chat.ErrUnauthenticated:    {codeUnauthenticated, false, false},
		chat.ErrForbidden:          {codeForbidden, false, false},
		chat.ErrNotFound:           {codeNotFound, false, false},
		chat.ErrConflict:           {codeConflict, false, false},
		chat.ErrClaimLost:          {codeClaimLost, false, false},
		chat.ErrClosed:             {codeClosed, false, false},
		chat.ErrIDReused:           {codeIDReused, false, false},
		chat.ErrBadValue:           {codeBadValue, false, false},
		chat.ErrResync:             {codeResync, false, false},
	} {
		r := refuse(fmt.Errorf("while doing something: %w", err))
		if got := (answer{r.code, r.code.retryable(), r.wait > 0}); got != want {
			t.Errorf("%v: %+v, want %+v", err, got, want)
		}
	}
}
