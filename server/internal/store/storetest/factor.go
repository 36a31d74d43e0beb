package storetest

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/alexedwards/scs/v2"

	"usher/server/internal/audit"
	"usher/server/internal/store"
)

func agentFactors(t *testing.T, s *store.Store) {
	ctx := t.Context()
	ok(t, s.AddAgent(ctx, store.Agent{ID: "ana", Email: "ana@example.com"}))
	wantErr(t, second(s.Factor(ctx, "ana")), store.ErrNotFound)
	wantErr(t, s.UseStep(ctx, "ana", 5), store.ErrNotFound)
	wantErr(t, s.RemoveFactor(ctx, "ana"), store.ErrNotFound)
	wantErr(t, s.RenewRecovery(ctx, "ana", [][]byte{{1}}), store.ErrNotFound)
	enrolled := audit.Entry{Actor: "ana", Action: audit.TOTPEnrolled, Object: "ana"}
	ok(t, s.EnrolFactor(ctx, "ana", store.Factor{Secret: "S", Step: 5}, [][]byte{{1}, {2}, {3}}, enrolled))
	equal(t, "factor", must(s.Factor(ctx, "ana"))(t), store.Factor{Secret: "S", Step: 5, Recovery: 3})
	equal(t, "enrolled", must(s.Enrolled(ctx))(t), []string{"ana"})
	whole(t, s, 1)
	if err := s.EnrolFactor(ctx, "nobody", store.Factor{Secret: "S"}, nil, enrolled); err == nil {
		t.Error("a factor of nobody")
	}
	whole(t, s, 1)
	// One code, many who try it at once: one of them gets in.
	var in atomic.Int64
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			switch err := s.UseStep(ctx, "ana", 6); {
			case err == nil:
				in.Add(1)
			case !errors.Is(err, store.ErrNotFound):
				t.Error(err)
			}
		})
	}
	wg.Wait()
	equal(t, "spent", in.Load(), 1)
	wantErr(t, s.UseStep(ctx, "ana", 5), store.ErrNotFound)
	ok(t, s.UseStep(ctx, "ana", 7))
	ok(t, s.UseRecovery(ctx, "ana", []byte{2}, audit.Entry{Actor: "ana", Action: audit.RecoveryUsed}))
	wantErr(t, s.UseRecovery(ctx, "ana", []byte{2}, audit.Entry{Actor: "ana", Action: audit.RecoveryUsed}), store.ErrNotFound)
	whole(t, s, 2)
	equal(t, "left", must(s.Factor(ctx, "ana"))(t).Recovery, 2)
	ok(t, s.RenewRecovery(ctx, "ana", [][]byte{{4}}))
	wantErr(t, s.UseRecovery(ctx, "ana", []byte{1}), store.ErrNotFound)
	ok(t, s.EnrolFactor(ctx, "ana", store.Factor{Secret: "T", Step: 1}, [][]byte{{4}}))
	equal(t, "again", must(s.Factor(ctx, "ana"))(t), store.Factor{Secret: "T", Step: 1, Recovery: 1})
	ok(t, s.RemoveFactor(ctx, "ana"))
	wantErr(t, second(s.Factor(ctx, "ana")), store.ErrNotFound)
	wantErr(t, s.UseRecovery(ctx, "ana", []byte{4}), store.ErrNotFound)
}

func agentDevices(t *testing.T, s *store.Store) {
	ctx := t.Context()
	for _, id := range []string{"ana", "bo"} {
		ok(t, s.AddAgent(ctx, store.Agent{ID: id, Email: id + "@example.com"}))
		data := must((scs.GobCodec{}).Encode(Start.Add(time.Hour), map[string]any{"agent": id}))(t)
		ok(t, s.Sessions("agent").Commit(id, data, Start.Add(time.Hour)))
	}
	ok(t, s.AddDevice(ctx, []byte("old"), "ana", Start))
	ok(t, s.AddDevice(ctx, []byte("1"), "ana", Start.Add(time.Hour)))
	ok(t, s.AddDevice(ctx, []byte("2"), "bo", Start.Add(time.Hour)))
	for mark, want := range map[string]string{"1": "ana", "2": "bo", "old": "", "3": ""} {
		equal(t, mark, must(s.DeviceOf(ctx, []byte(mark)))(t), want)
	}
	ok(t, s.AddDevice(ctx, []byte("2"), "ana", Start.Add(time.Hour))) // another agent in the same browser
	equal(t, "2", must(s.DeviceOf(ctx, []byte("2")))(t), "ana")
	ok(t, s.SignOutAll(ctx, "ana", false))
	for id, want := range map[string]bool{"ana": false, "bo": true} {
		_, found, err := s.Sessions("agent").Find(id)
		ok(t, err)
		equal(t, "session of "+id, found, want)
	}
	equal(t, "1", must(s.DeviceOf(ctx, []byte("1")))(t), "ana")
	ok(t, s.SignOutAll(ctx, "ana", true))
	equal(t, "1", must(s.DeviceOf(ctx, []byte("1")))(t), "")
}
