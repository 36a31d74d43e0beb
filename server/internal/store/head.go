package store

import (
	"context"
	"strings"
)

// Head is how far a conversation has come.
type Head struct {
	Conversation string `db:"id"`
	LastSeq      int64  `db:"last_seq"`
	LastEvent    int64  `db:"last_event"`
}

// headsAtOnce is how many conversations one query asks for; every list is
// filled up to it, so that there is one statement.
const headsAtOnce = 200

var selectHeads = `SELECT id, last_seq, last_event FROM conversations
	WHERE id IN (?` + strings.Repeat(`, ?`, headsAtOnce-1) + `)`

// Heads tells how far conversations have come, in no order and without those
// that are not there.
func (s *Store) Heads(ctx context.Context, ids []string) ([]Head, error) {
	var found []Head
	for len(ids) > 0 {
		args := make([]any, headsAtOnce)
		n := min(len(ids), headsAtOnce)
		for i := range args {
			args[i] = ids[min(i, n-1)]
		}
		heads, err := all[Head](ctx, s, "heads of conversations", selectHeads, args...)
		if err != nil {
			return nil, err
		}
		found, ids = append(found, heads...), ids[n:]
	}
	return found, nil
}
