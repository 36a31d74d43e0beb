package webhook

import (
	"context"
	"errors"

	"usher/server/internal/chat"
	"usher/server/internal/store"
)

// expand makes deliveries of a page of the events that were posted since the
// webhook was brought through. When another replica does the same at once, one
// of them stores its page.
func (s *Sender) expand(ctx context.Context, r *store.Ready) error {
	from := r.Through
	if from >= r.Last {
		return nil
	}
	items, through, err := s.Chat.PartnerFeed(ctx, chat.Partner{ID: r.Partner}, from, page)
	if errors.Is(err, chat.ErrResync) { // it was disabled for longer than events are kept
		var swept int64
		if swept, err = s.Store.FeedSwept(ctx, r.Partner); err == nil {
			err = s.Store.Enqueue(ctx, r.ID, from, swept, nil)
		}
		return lost(err)
	}
	if err != nil {
		return err
	}
	if len(items) < page && through < r.Last {
		through = r.Last // what is missing was erased
	}
	now := s.Clock()
	var ds []store.Delivery
	for _, item := range items {
		if r.Wants(item.Type) {
			ds = append(ds, s.deliveryOf(&r.Webhook, item, now))
		}
	}
	if err := s.Store.Enqueue(ctx, r.ID, from, through, ds); err != nil {
		return lost(err)
	}
	if through < r.Last {
		s.ring()
	}
	return nil
}

// lost forgives that another replica was first.
func lost(err error) error {
	if errors.Is(err, store.ErrConflict) {
		return nil
	}
	return err
}

// ring has Run look again at once.
func (s *Sender) ring() {
	select {
	case s.free <- struct{}{}:
	default:
	}
}
