package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// The kinds of refusal. Errors returned by this package wrap one of them.
var (
	// ErrConflict: the conversation moved since it was loaded; load again.
	ErrConflict = errors.New("conversation moved")
	// ErrDuplicate: a message with this client key is already stored.
	ErrDuplicate = errors.New("client key already stored")
	// ErrExists: something with this unique name is already stored.
	ErrExists = errors.New("already exists")
	// ErrNotFound: nothing is stored under this name.
	ErrNotFound = errors.New("not found")
	// ErrInvalid: the values cannot be stored, whoever tries; a mistake of the caller.
	ErrInvalid = errors.New("cannot be stored")
	// ErrUnavailable: the database did not answer. The outcome of a write is
	// unknown; the same write may be tried again.
	ErrUnavailable = errors.New("store unavailable")
)

// wrap names what was being done and gives a driver's error its kind.
func (s *Store) wrap(doing string, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, sql.ErrNoRows):
		return fmt.Errorf("%s: %w", doing, ErrNotFound)
	case isKind(err):
		return fmt.Errorf("%s: %w", doing, err)
	case s.unavailable(err):
		return fmt.Errorf("%s: %w: %w", doing, ErrUnavailable, err)
	case s.dialect.unique(err):
		return fmt.Errorf("%s: %w", doing, ErrExists)
	}
	return fmt.Errorf("%s: %w", doing, err)
}

// isKind reports whether err already carries one of this package's kinds.
func isKind(err error) bool {
	for _, kind := range []error{ErrConflict, ErrDuplicate, ErrExists, ErrNotFound, ErrInvalid, ErrUnavailable} {
		if errors.Is(err, kind) {
			return true
		}
	}
	return false
}

// unavailable reports whether err says that the database, not the statement, is at fault.
func (s *Store) unavailable(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) ||
		errors.Is(err, sql.ErrConnDone) || errors.Is(err, sql.ErrTxDone) || s.dialect.away(err)
}
