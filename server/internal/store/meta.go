package store

import "context"

const addMeta = `INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO NOTHING`

// AddMeta keeps a value beside the data unless the key has one already, so that
// replicas starting together agree on the first.
func (s *Store) AddMeta(ctx context.Context, key, value string) error {
	return s.change(ctx, "add meta", func(t *tx) error {
		_, err := t.exec(addMeta, key, value)
		return err
	})
}
