package bot

import (
	"slices"
	"time"

	"usher/locales"
)

// moment shows a time in the person's zone.
func (t *turn) moment(at time.Time) locales.Moment {
	return locales.Moment{At: at, Zone: t.s.Location()}
}

// clock shows a time of day in the person's zone.
func (t *turn) clock(at time.Time) locales.Clock {
	return locales.Clock{At: at, Now: t.at, Zone: t.s.Location()}
}

func span(d time.Duration) locales.Span { return locales.Span(d) }

func (r Reason) known() bool { return slices.Contains(Reasons(), r) }
func (s Status) known() bool { return slices.Contains(Statuses(), s) }

// Args are the policy's values, which every line of a language may use.
func (p *Policy) Args(tag string) map[string]any {
	hours := func(d duration) int { return int(time.Duration(d).Hours()) }
	args := map[string]any{
		"brand":             p.Brand,
		"automated_minutes": int(time.Duration(p.Review.Automated).Minutes()),
		"rejection_hours":   hours(p.Review.RejectionTakes),
		"normal_from":       p.Review.NormalHours[0], "normal_to": p.Review.NormalHours[1],
		"agent_from": p.Agent.TakesMinutes[0], "agent_to": p.Agent.TakesMinutes[1],
		"face_hours": hours(p.Resubmit.FaceFailedWait), "rejected_hours": hours(p.Resubmit.RejectedWait),
		"window_from": p.Resubmit.Window[0], "window_to": p.Resubmit.Window[1],
		"avoid_from": p.Resubmit.Avoid[0], "avoid_to": p.Resubmit.Avoid[1],
		"face_cm":     p.Resubmit.FaceDistanceCM,
		"stricter_to": p.Warn.StricterTimes[1],
		"queue_from":  p.Warn.QueueHours[0], "queue_to": p.Warn.QueueHours[1],
		"freeze_from": p.Warn.FreezeHours[0], "freeze_to": p.Warn.FreezeHours[1],
		"material_after": p.Warn.MaterialFrom - 1, "freeze_after": p.Warn.FreezeFrom - 1,
	}
	labels, ok := p.In[tag]
	if !ok {
		labels = p.Labels
	}
	for key, text := range labels.named() {
		args[key] = text
	}
	return args
}
