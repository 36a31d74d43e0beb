package store

import "context"

// InForce asks the connection that writes for one of its settings, in a
// transaction like any other.
func (s *Store) InForce(ctx context.Context, query string) (value string, err error) {
	err = s.change(ctx, "setting", func(t *tx) error { return t.get(&value, query) })
	return value, err
}
