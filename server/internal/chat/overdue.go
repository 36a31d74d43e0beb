package chat

import (
	"context"
	"time"
)

// overdueEvery is how often the queues are looked at, and alarmEvery how often
// an alarm is raised again while a queue stays overdue.
const (
	overdueEvery = 5 * time.Second
	alarmEvery   = time.Minute
)

// overdue raises an alarm in the log when the oldest case of a queue waits for
// longer than the queue's target. The metrics say the same at any time
// (usher_handoffs_overdue). Only the sweeping goroutine uses it.
type overdue struct {
	looked time.Time
	raised map[string]time.Time // queue → when it was last told
}

func (s *Service) sweepOverdue(ctx context.Context, now time.Time) {
	o := &s.overdue
	if now.Sub(o.looked) < overdueEvery {
		return
	}
	o.looked = now
	for _, q := range s.Queues {
		n, oldest, err := s.Store.Overdue(ctx, q.ID, now.Add(-q.Target))
		if err != nil {
			s.Log.WarnContext(ctx, "overdue cases not read", "queue", q.ID, "error", err)
			return
		}
		if n == 0 {
			delete(o.raised, q.ID)
			continue
		}
		if last, told := o.raised[q.ID]; told && now.Sub(last) < alarmEvery {
			continue
		}
		o.raised[q.ID] = now
		s.Log.ErrorContext(ctx, "cases wait for too long", "queue", q.ID, "cases", n,
			"longest", now.Sub(oldest).Round(time.Second), "target", q.Target)
	}
}
