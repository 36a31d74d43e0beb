package auth

// Tracked counts the keys a limiter remembers.
func (l *Logins) Tracked() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.pairs) + len(l.accounts)
}
