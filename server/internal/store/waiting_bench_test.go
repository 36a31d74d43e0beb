package store_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"usher/server/internal/store"
)

// BenchmarkNextWaiting asks who is next of a few and of very many, for an
// agent who serves three queues and speaks three languages, one of them
// nobody's.
func BenchmarkNextWaiting(b *testing.B) {
	for _, waiting := range []int{1_000, 1_000_000} {
		b.Run(fmt.Sprint(waiting), func(b *testing.B) {
			ctx := context.Background()
			s, err := store.Open(ctx, store.Options{DataDir: b.TempDir()})
			if err != nil {
				b.Fatal(err)
			}
			defer s.Close()
			queue(b, s, waiting)
			b.ResetTimer()
			for range b.N {
				if _, err := s.NextWaiting(ctx, []string{"kyc_review", "supervisor", "account_security"}, []string{"xx", "pt", "es"}, "ana"); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// queue lets so many handoffs wait, in five languages and two queues.
func queue(b *testing.B, s *store.Store, waiting int) {
	b.Helper()
	at := time.UnixMilli(1_770_000_000_000)
	c := store.Conversation{ID: "c", Owner: "queue"}
	for n := 0; n < waiting; {
		var page []store.Handoff
		for ; n < waiting && len(page) < 20_000; n++ {
			page = append(page, store.Handoff{
				ID: fmt.Sprintf("%08x", uint32(n)*2654435761), Queue: []string{"kyc_review", "supervisor"}[n%2], Rank: 1, State: store.StateQueued,
				Lang: []string{"en", "zh", "es", "ar", "ru"}[n%5], ReservedFor: []string{"", "", "", "bo"}[n%4],
				QueuedAt: at.Add(time.Duration(n) * time.Millisecond),
			})
		}
		if err := s.Save(context.Background(), store.Change{Conversation: c, Handoffs: page}); err != nil {
			b.Fatal(err)
		}
		c.Version++
	}
}
