package chat

import (
	"context"
	"encoding/json"
	"slices"

	"usher/server/internal/wire"
)

// earlierMax is how many earlier cases come with one.
const earlierMax = 20

// earlier lists the other cases of the person whom the host app vouches for, in
// queues that the reader may see, the latest first. Of somebody unverified
// nothing is known: an address that was typed proves nothing.
func (s *Service) earlier(ctx context.Context, d done, queues []string) ([]wire.Earlier, error) {
	var out []wire.Earlier
	if d.conv.Subject == "" || !d.record.Bot.Verified {
		return nil, nil
	}
	rows, err := s.Store.HandoffsOfSubject(ctx, d.conv.Subject, d.conv.Partner, earlierMax+1)
	if err != nil {
		return nil, kind(err)
	}
	for _, h := range rows {
		var data caseData
		if t := d.record.Bot.Ticket; t != nil && t.ID == h.ID || !slices.Contains(queues, h.Queue) || json.Unmarshal(h.Data, &data) != nil {
			continue
		}
		t := data.Ticket
		e := wire.Earlier{
			Handoff: h.ID, Queue: h.Queue, State: h.State, Outcome: string(t.Outcome), Reason: t.Fields.Reason.Value,
			At: h.QueuedAt, Note: t.Note,
		}
		for _, who := range []*wire.Agent{agentOf(t.LastAgent), agentOf(t.Agent)} {
			if who != nil {
				e.Agent = who
			}
		}
		out = append(out, e)
	}
	return out[:min(len(out), earlierMax)], nil
}
