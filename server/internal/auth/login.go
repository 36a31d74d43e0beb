package auth

import (
	"crypto/sha256"
	"strings"
	"sync"
	"time"
)

// The limits of signing in (ASVS 5.0 §6.3.1). The growing delay starts after
// freeTries within the hour, doubles from one second on and ends at maxDelay,
// so that nobody has to wait longer than that. These delays alone keep an
// account below 20 tries in any hour.
const (
	pairTries   = 5
	pairWindow  = time.Minute
	accountHour = time.Hour
	freeTries   = 5
	maxDelay    = 15 * time.Minute
	// maxTracked bounds memory: 65,536 accounts and as many pairs, some 50 MB
	// when all are full. Beyond it arbitrary ones are forgotten.
	maxTracked = 1 << 16
)

// Logins limits tries to sign in: 5 a minute for an account from one address,
// and for an account from everywhere 20 an hour with a growing delay. A device
// the owner signed in from before has a limit of its own, so that strangers'
// tries never lock the owner out. It is safe for concurrent use.
type Logins struct {
	now func() time.Time

	mu       sync.Mutex
	pairs    map[loginKey]*tries
	accounts map[loginKey]*tries
}

// loginKey is a hash, so that keys have one size whatever is sent.
type loginKey [16]byte

// tries holds the times of the last tries, oldest first.
type tries []time.Time

// NewLogins returns a limiter that has seen nothing.
func NewLogins(now func() time.Time) *Logins {
	return &Logins{now: now, pairs: map[loginKey]*tries{}, accounts: map[loginKey]*tries{}}
}

// Try counts a try before the password is looked at and reports whether it may
// go on; if not, how long to wait. The device is the verified mark of a device
// this account signed in from before, or "". Tries that are refused are not
// counted.
func (l *Logins) Try(account, address, device string) (allowed bool, wait time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	pair := track(l.pairs, pairKey(account, address, device), now, pairWindow)
	if len(*pair) >= pairTries {
		wait = (*pair)[len(*pair)-pairTries].Add(pairWindow).Sub(now)
	}
	if device != "" {
		if wait > 0 {
			return false, wait
		}
		*pair = append(*pair, now)
		return true, 0
	}
	all := track(l.accounts, hashKey("account", account), now, accountHour)
	if n := len(*all); n >= freeTries {
		wait = max(wait, (*all)[n-1].Add(delay(n)).Sub(now))
	}
	if wait > 0 {
		return false, wait
	}
	*pair, *all = append(*pair, now), append(*all, now)
	return true, 0
}

// Succeeded takes back the try that turned out right, with the same arguments.
func (l *Logins) Succeeded(account, address, device string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.pairs, pairKey(account, address, device))
	if all := l.accounts[hashKey("account", account)]; device == "" && all != nil && len(*all) > 0 {
		*all = (*all)[:len(*all)-1]
	}
}

// delay is the pause after the n-th try within the hour.
func delay(n int) time.Duration {
	return min(time.Second<<min(n-freeTries, 30), maxDelay)
}

func pairKey(account, address, device string) loginKey {
	if device != "" {
		return hashKey("device", account, device)
	}
	return hashKey("address", account, address)
}

func hashKey(kind, account string, more ...string) loginKey {
	account = strings.ToLower(strings.TrimSpace(account))
	sum := sha256.Sum256([]byte(strings.Join(append([]string{kind, account}, more...), "\x00")))
	return loginKey(sum[:16])
}

// track returns the tries of a key without those that are too old to count.
func track(all map[loginKey]*tries, key loginKey, now time.Time, window time.Duration) *tries {
	if len(all) >= maxTracked {
		forget(all, now, window)
	}
	found, ok := all[key]
	if !ok {
		found = &tries{}
		all[key] = found
	}
	old := 0
	for old < len(*found) && now.Sub((*found)[old]) >= window {
		old++
	}
	*found = append((*found)[:0], (*found)[old:]...)
	return found
}

// forget drops what no longer counts, and when that is not enough, half of the
// rest.
func forget(all map[loginKey]*tries, now time.Time, window time.Duration) {
	for key, found := range all {
		if n := len(*found); n == 0 || now.Sub((*found)[n-1]) >= window {
			delete(all, key)
		}
	}
	for key := range all {
		if len(all) < maxTracked*3/4 {
			return
		}
		delete(all, key)
	}
}
