package auth

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"
	"golang.org/x/text/unicode/norm"
)

// Lengths of a password in characters: long enough to be guessed by nobody
// (ASVS 5.0 §6.2), short enough that hashing it costs nothing extra.
const (
	MinPassword = 12
	MaxPassword = 128
)

// ErrPasswordHash says that a stored hash cannot be read.
var ErrPasswordHash = errors.New("stored password hash cannot be read")

// Cost is what one hash takes. The zero value is no cost; see [DefaultCost].
type Cost struct {
	MemoryKiB uint32
	Passes    uint32
	Lanes     uint8
	// AtOnce is how many hashes may run at the same time; the others wait.
	AtOnce int
}

// DefaultCost is 64 MiB, three passes, one lane (RFC 9106 §4, second
// recommendation), at most four at once, that is 256 MiB.
func DefaultCost() Cost { return Cost{MemoryKiB: 64 << 10, Passes: 3, Lanes: 1, AtOnce: 4} }

// Passwords hashes and checks with argon2id. It is safe for concurrent use.
type Passwords struct {
	params argon2id.Params
	slots  chan struct{}
	dummy  string
}

// NewPasswords returns a hasher of the given cost.
func NewPasswords(cost Cost) *Passwords {
	p := &Passwords{
		params: argon2id.Params{
			Memory: cost.MemoryKiB, Iterations: cost.Passes, Parallelism: cost.Lanes, SaltLength: 16, KeyLength: 32,
		},
		slots: make(chan struct{}, max(cost.AtOnce, 1)),
	}
	// Nobody knows the password of the dummy: its key is random and no hash.
	var raw [48]byte
	_, _ = rand.Read(raw[:]) // never fails: crypto/rand ends the process instead
	text := base64.RawStdEncoding
	p.dummy = fmt.Sprintf("$argon2id$v=19$m=%d,t=%d,p=%d$%s$%s", cost.MemoryKiB, cost.Passes, cost.Lanes,
		text.EncodeToString(raw[:16]), text.EncodeToString(raw[16:]))
	return p
}

// Hash returns the hash to store. The error is the context's.
func (p *Passwords) Hash(ctx context.Context, password string) (string, error) {
	if err := p.enter(ctx); err != nil {
		return "", err
	}
	defer p.leave()
	hash, err := argon2id.CreateHash(norm.NFKC.String(password), &p.params)
	if err != nil {
		return "", fmt.Errorf("hash password: %w", err)
	}
	return hash, nil
}

// Check reports whether a password belongs to a stored hash. For an account
// that does not exist pass "" as its hash: the answer is no, after the same
// work. The error is the context's or [ErrPasswordHash].
func (p *Passwords) Check(ctx context.Context, password, hash string) (bool, error) {
	known := hash != ""
	if utf8.RuneCountInString(password) > MaxPassword {
		password, known = "", false
	}
	if !known {
		hash = p.dummy
	}
	params, _, _, err := argon2id.DecodeHash(hash)
	if err != nil || params.Iterations < 1 || params.Parallelism < 1 || params.Memory > 1<<20 {
		return false, ErrPasswordHash
	}
	if err := p.enter(ctx); err != nil {
		return false, err
	}
	defer p.leave()
	same, err := argon2id.ComparePasswordAndHash(norm.NFKC.String(password), hash)
	if err != nil {
		return false, ErrPasswordHash
	}
	return same && known, nil
}

// enter waits for a slot, as long as the context allows.
func (p *Passwords) enter(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("hash password: %w", err)
	}
	select {
	case p.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("hash password: %w", ctx.Err())
	}
}

func (p *Passwords) leave() { <-p.slots }
