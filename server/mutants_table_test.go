package main

// mutants are the ways in which systems like this one have broken, each with
// the fastest tests that notice it. Where a mutant has two faces, each is a row.
func mutants() []mutant {
	return []mutant{
		{
			"M1", "a write is answered before its commit",
			[]edit{
				{"server/internal/store/committer.go", `	return t.commit()`, `	for i, j := range batch {
		j.done <- answers[i]
	}
	return t.commit()`},
				{"server/internal/store/committer.go", `		j.done <- answers[i]
	}
}`, `		select {
		case j.done <- answers[i]:
		default:
		}
	}
}`},
			},
			"server/internal/store", "^TestStore_SQLite$/^(SaveAndLoad|RefusedChangesLeaveNothing)$",
		},
		{
			"M2", "a client's ids are remembered by one process, as long as it lives",
			[]edit{{"server/internal/chat/send.go", `ClientKey: "u:" + m.ClientID`, `ClientKey: fmt.Sprintf("u:%p:", s) + m.ClientID`}},
			"server/internal/chat", "^(TestSend_SameIDGetsTheFirstReceipt|TestSend_SameIDFromEightAtOnce)$",
		},
		{
			"M3", "messages are numbered by one sequence of the whole table, before and without the conversation's version",
			[]edit{
				{"server/internal/store/change.go", `		return fmt.Errorf("save: %w", err)
	}
`, `		return fmt.Errorf("save: %w", err)
	}
	for i := range c.Messages {
		c.Messages[i].Seq = sequence.Add(1)
		c.Conversation.LastSeq = c.Messages[i].Seq
	}
`},
				{"server/internal/store/change.go", `// check refuses what`, `var sequence atomic.Int64

// check refuses what`},
				{"server/internal/store/change.go", `	"strings"
`, `	"strings"
	"sync/atomic"
`},
				{"server/internal/store/change.go", `version = ? AND last_seq = ?`, `(version = ? OR last_seq = ? OR TRUE)`},
				{"server/internal/store/bulk.go", `c.version = v.version AND c.last_seq = v.seq_before`, `TRUE`},
			},
			"server/internal/store", "^TestStore_Postgres$/^TwoReplicas$",
		},
		{
			"M4", "a claim reads that the case waits and then takes it, whatever has happened since",
			[]edit{{"server/internal/chat/step.go", `		if errors.Is(err, store.ErrConflict) && a.create == nil {
			e.loaded = false
`, `		if errors.Is(err, store.ErrConflict) && a.create == nil {
			if now, lookup := s.Store.Load(ctx, id); lookup == nil {
				e.conv.Version, e.conv.LastSeq, e.conv.LastEvent = now.Version, now.LastSeq, now.LastEvent
			}
`}},
			"server/internal/chat", "^(TestClaim_ManyWantTheSameCase|TestClaimNext_EachCaseOnce)$",
		},
		{
			"M5", "an agent's message is taken without asking whether the case is still theirs",
			[]edit{{"bot/agent.go", `	if err := t.held(e.Agent); err != nil {
		return err
	}
	t.s.Ticket.AgentWrote = true`, `	t.s.Ticket.AgentWrote = true`}},
			"server/internal/chat", "^TestAgentSend_OnlyTheHolder$",
		},
		{
			"M6 chat", "a watcher reads what there is and subscribes afterwards",
			[]edit{
				{"server/internal/chat/follow.go", `sub: s.Bus.Subscribe(topicChat, conv),`, `sub: s.Bus.Subscribe("nothing", conv),`},
				{"server/internal/chat/follow.go", `	f.Poke()
	go f.listen()`, `	f.Poke()
	f.first, _ = f.Pull(context.Background())
	f.sub.Close()
	f.sub = s.Bus.Subscribe(topicChat, conv)
	f.Poke()
	go f.listen()`},
				{"server/internal/chat/follow.go", ` // of the tail, when the store was read last
`, `
	first []wire.Event
`},
				{"server/internal/chat/follow.go", `	ids, missed := f.sub.Drain()`, `	if first := f.first; first != nil {
		f.first = nil
		return first, nil
	}
	ids, missed := f.sub.Drain()`},
			},
			"server/internal/chat", "^TestFollow_ListensBeforeItReads$",
		},
		{
			"M6 console", "a console reads what waits and subscribes afterwards",
			[]edit{
				{"server/internal/chat/desk.go", `queues: queues, cases: s.Bus.Subscribe(topicCase, ""),`, `queues: queues,`},
				{"server/internal/chat/desk.go", `		d.cases.Close()
		return AgentWelcome{}, nil, kind(err)
	}`, `		return AgentWelcome{}, nil, kind(err)
	}
	d.cases = s.Bus.Subscribe(topicCase, "")`},
			},
			"server/internal/chat", "^TestDesk_ListensBeforeItReads$",
		},
		{
			"M7", "what other replicas write comes by Redis or not at all",
			[]edit{{"server/internal/chat/service.go", `	s.look(ctx, now)
`, ``}},
			"server/internal/chat", "^TestLook_ALostPokeCostsOneInterval$",
		},
		{
			"M7 cut", "what Redis could not deliver over a connection that was cut is not looked for at once",
			[]edit{{"server/internal/bus/hear.go", `			r.local.room.wakeAll() // whatever`, `			// whatever`}},
			"server/internal/bus", "^TestRedis_CutConnectionMayHaveMissed$",
		},
		{
			"M8 SQLite", "a commit does not wait for the disk, on SQLite",
			[]edit{{"server/internal/store/sqlite.go", `"synchronous(FULL)"`, `"synchronous(NORMAL)"`}},
			"server/internal/store", "^TestSettings_InForceWhereItWrites$/^SQLite$",
		},
		{
			"M8 Postgres", "a commit does not wait for the disk, on Postgres",
			[]edit{{"server/internal/store/postgres.go", `pq.NewConnector(url)`, `pq.NewConnector(url + "&synchronous_commit=off")`}},
			"server/internal/store", "^TestSettings_InForceWhereItWrites$/^Postgres$",
		},
		{
			"M9", "a write goes to lib/pq outside a transaction",
			[]edit{{"server/internal/store/change.go", `func (s *Store) Save(ctx context.Context, c Change) error {
`, `func (s *Store) Save(ctx context.Context, c Change) error {
	notes := c.Notes
	c.Notes = nil
	err := s.save(ctx, c)
	for i := range notes {
		n, id := &notes[i], c.Conversation.ID
		if err == nil {
			_, err = s.write.ExecContext(ctx, s.write.Rebind(insertNote), id, n.N, n.N, id, n.AgentID, n.Name, n.Text, millis(n.At))
		}
	}
	return err
}

func (s *Store) save(ctx context.Context, c Change) error {
`}},
			"server/internal/store", "^TestStore_Postgres$/^EventsAndNotes$",
		},
		{
			"M10", "an agent's presence ends with the moment at which it is to be renewed",
			[]edit{{"server/internal/chat/presence.go", `min(s.Grace/4, 5*time.Second)`, `s.Grace`}},
			"server/internal/chat", "^TestPresence_OutlastsAStandstill$",
		},
		{
			"M11", "the sweep looks at the first page of what is due",
			[]edit{{"server/internal/chat/service.go", `		if len(due) < page {
			return
		}`, `		if len(due) <= page {
			return
		}`}},
			"server/internal/chat", "^TestSweep_PassesWhatCannotBeWoken$",
		},
		{
			"M12", "the limiter lets everybody through while Redis is away",
			[]edit{{"server/internal/limit/redis.go", `	return r.local.Allow(ctx, key, rate, n)
`, `	return Decision{Allowed: true, Limit: rate.burst(), Remaining: rate.burst()}
`}},
			"server/internal/limit", "^TestRedis_Outage$",
		},
		{
			"M13 store", "a commit whose answer did not come is said to have failed",
			[]edit{{"server/internal/store/committer.go", `		err = fmt.Errorf("%w: %w", ErrUnavailable, err)
	} else {`, `		err = fmt.Errorf("%w: not committed", ErrInvalid)
	} else {`}},
			"server/internal/store", "^TestPostgres_TheAnswerToACommitIsLost$",
		},
		{
			"M13 socket", "an unknown outcome is answered as a definite no",
			[]edit{{"server/internal/ws/refusal.go", `c == codeRateLimited || c == codeUnavailable || c == codeInternal`, `c == codeRateLimited`}},
			"server/internal/ws", "^TestRefuse_TellsUnknownFromRefused$",
		},
		{
			"M14", "an unknown type of frame is answered with the error's own words",
			[]edit{
				{"server/internal/ws/turn.go", `Detail: r.code.sentence(),`, `Detail: err.Error(),`},
				{"server/internal/ws/user.go", `	return refusal{code: codeUnknownType}
`, `	return errors.New("unknown type " + f.Type)
`},
				{"server/internal/ws/user.go", `	"context"
`, `	"context"
	"errors"
`},
			},
			"server/internal/ws", "^TestUser_BadInput$",
		},
		{
			"M15", "a partner that knows a conversation's id may write to it",
			[]edit{{"server/internal/chat/step.go", `if a.partner != "" && e.conv.Partner != a.partner {`, `if a.partner == "nobody" {`}},
			"server/internal/api", "^TestAPI_AKeySeesOnlyWhatItsPartnerMade$",
		},
		{
			"M16", "a request that is begun again after a kill makes another thing",
			[]edit{{"server/internal/store/idempotency.go", `CASE WHEN idempotency.status > 0 THEN excluded.seed ELSE idempotency.seed END`, `excluded.seed`}},
			"server/internal/api", "^TestAPI_ARequestWhoseServerDiedIsCarriedOutAgainWithoutASecondEffect$",
		},
		{
			"M17", "a feed's numbers are given before the commit that shows them is alone",
			[]edit{
				{"server/internal/store/feed.go", `ON CONFLICT (partner) DO UPDATE SET last = feeds.last + excluded.last RETURNING last`, `ON CONFLICT (partner) DO NOTHING RETURNING last`},
				{"server/internal/store/feed.go", `		var last int64
		if err := t.get(&last, countFeed, partner, len(rows)); err != nil {
			return fmt.Errorf("count feed: %w", err)
		}
`, `		last := ticket.Add(int64(len(rows)))
`},
				{"server/internal/store/feed.go", `// deliver numbers`, `var ticket atomic.Int64

// deliver numbers`},
				{"server/internal/store/feed.go", `	"slices"
`, `	"slices"
	"sync/atomic"
`},
			},
			"server/internal/store", "^TestStore_Postgres$/^FeedOfTwoReplicas$",
		},
	}
}
