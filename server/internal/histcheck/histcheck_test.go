package histcheck_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"usher/server/internal/histcheck"
)

type (
	op     = histcheck.Op
	rec    = histcheck.Record
	stream = histcheck.Stream
)

const (
	acked   = histcheck.Acked
	unknown = histcheck.Unknown
	refused = histcheck.Refused
)

// sent is ana's message in conversation c, called at one moment and answered at
// the next.
func sent(id string, call int, o histcheck.Outcome, seq uint64) op {
	return op{Conversation: "c", Sender: "ana", ID: id, Call: time.Duration(call), Return: time.Duration(call + 1), Outcome: o, Seq: seq}
}

func ids(all ...string) []rec {
	var out []rec
	for i, id := range all {
		out = append(out, rec{Seq: uint64(i) + 1, ID: id})
	}
	return out
}

func read(reader string, from uint64, shown ...rec) stream {
	return stream{Reader: reader, Conversation: "c", From: from, Shown: shown}
}

func TestCheck_KnowsEveryBreach(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		ops     []op
		final   []rec
		streams []stream
		want    []string
	}{
		"a good run": {
			[]op{sent("a", 1, acked, 1), sent("b", 3, unknown, 0), sent("b", 5, acked, 3)},
			ids("a", "", "b", ""),
			[]stream{read("phone", 0, ids("a", "", "b")...), read("late", 2, rec{3, "b"}, rec{4, ""})},
			nil,
		},
		"unknown and stored":     {[]op{sent("a", 1, unknown, 0)}, ids("a"), nil, nil},
		"unknown and not stored": {[]op{sent("a", 1, unknown, 0)}, ids(), nil, nil},
		"refused and not stored": {[]op{sent("a", 1, refused, 0)}, ids(), nil, nil},
		"acked twice alike":      {[]op{sent("a", 1, acked, 1), sent("a", 3, acked, 1)}, ids("a"), nil, nil},
		"two under way at once may stand in either order": {
			[]op{sent("a", 1, acked, 2), {Conversation: "c", Sender: "ana", ID: "b", Call: 1, Return: 2, Outcome: acked, Seq: 1}}, ids("b", "a"), nil, nil,
		},
		"two senders have no order": {
			[]op{sent("a", 1, acked, 2), {Conversation: "c", Sender: "bo", ID: "b", Call: 5, Return: 6, Outcome: acked, Seq: 1}}, ids("b", "a"), nil, nil,
		},
		"unknown first, called again behind a later one": {
			[]op{sent("a", 1, unknown, 0), sent("b", 3, acked, 1), sent("a", 5, acked, 2)}, ids("b", "a"), nil, nil,
		},
		"lost":                              {[]op{sent("a", 1, acked, 1)}, ids(), nil, []string{"c: a was acked as 1"}},
		"lost after a try that is unknown":  {[]op{sent("a", 1, unknown, 0), sent("a", 3, acked, 1)}, ids(), nil, []string{"c: a was acked as 1"}},
		"lost, the whole conversation":      {[]op{sent("a", 1, acked, 1)}, nil, nil, []string{"c: a was acked as 1"}},
		"lost, another took its number":     {[]op{sent("a", 1, acked, 1), sent("b", 3, acked, 1)}, ids("b"), nil, []string{"c: a was acked as 1"}},
		"lost is told once":                 {[]op{sent("a", 1, acked, 1), sent("a", 3, acked, 1)}, ids(), nil, []string{"c: a was acked as 1"}},
		"twice":                             {[]op{sent("a", 1, acked, 1)}, ids("a", "a"), nil, []string{"c: a is number 1 and 2"}},
		"twice, far apart":                  {[]op{sent("a", 1, acked, 1)}, ids("a", "", "a"), nil, []string{"c: a is number 1 and 3"}},
		"three times":                       {[]op{sent("a", 1, acked, 1)}, ids("a", "a", "a"), nil, []string{"c: a is number 1 and 2", "c: a is number 1 and 3"}},
		"twice after an unknown":            {[]op{sent("a", 1, unknown, 0), sent("a", 3, acked, 2)}, ids("a", "a"), nil, []string{"c: a is number 1 and 2", "c: a was acked as 2 and is 1"}},
		"phantom":                           {nil, ids("x"), nil, []string{"c: x is there"}},
		"refused, and yet there":            {[]op{sent("a", 1, refused, 0)}, ids("a"), nil, []string{"c: a is there"}},
		"of another conversation":           {[]op{{Conversation: "d", Sender: "ana", ID: "a", Outcome: unknown}}, ids("a"), nil, []string{"c: a is there"}},
		"moved":                             {[]op{sent("a", 1, acked, 2)}, ids("a"), nil, []string{"c: a was acked as 2 and is 1"}},
		"second answer differs":             {[]op{sent("a", 1, acked, 1), sent("a", 3, acked, 2)}, ids("a"), nil, []string{"c: a was acked as 2 and is 1"}},
		"begins at 0":                       {nil, []rec{{0, ""}}, nil, []string{"c: number 0 where 1 belongs"}},
		"begins at 2":                       {nil, []rec{{2, ""}}, nil, []string{"c: number 2 where 1 belongs"}},
		"a number left out":                 {nil, []rec{{1, ""}, {3, ""}}, nil, []string{"c: number 3 where 2 belongs"}},
		"a number twice":                    {nil, []rec{{1, ""}, {1, ""}}, nil, []string{"c: number 1 where 2 belongs"}},
		"out of order":                      {nil, []rec{{2, ""}, {1, ""}}, nil, []string{"c: number 2 where 1 belongs", "c: number 1 where 2 belongs"}},
		"inverted":                          {[]op{sent("a", 1, acked, 2), sent("b", 3, acked, 1)}, ids("b", "a"), nil, []string{"c: a (2) was acked before b (1) was sent"}},
		"inverted, the later unknown":       {[]op{sent("a", 1, acked, 2), sent("b", 3, unknown, 0)}, ids("b", "a"), nil, []string{"c: a (2) was acked before b (1) was sent"}},
		"inverted over a third":             {[]op{sent("a", 1, acked, 3), sent("b", 3, acked, 1)}, ids("b", "", "a"), nil, []string{"c: a (3) was acked before b (1) was sent"}},
		"two inverted":                      {[]op{sent("a", 1, acked, 2), sent("b", 3, acked, 3), sent("d", 5, acked, 1)}, ids("d", "a", "b"), nil, []string{"c: a (2) was acked before d (1) was sent", "c: b (3) was acked before d (1) was sent"}},
		"shown again":                       {[]op{sent("a", 1, acked, 1)}, ids("a"), []stream{read("phone", 0, rec{1, "a"}, rec{1, "a"})}, []string{"c: phone was shown number 1 again"}},
		"shown what was there before":       {[]op{sent("a", 1, acked, 1)}, ids("a"), []stream{read("phone", 1, rec{1, "a"})}, []string{"c: phone was shown number 1 again"}},
		"shown backwards":                   {nil, ids("", ""), []stream{read("phone", 0, rec{2, ""}, rec{1, ""})}, []string{"c: phone was shown number 1 again", "c: phone was shown 2 where 1 belongs"}},
		"a hole":                            {nil, ids("", "", ""), []stream{read("phone", 0, rec{1, ""}, rec{3, ""})}, []string{"c: phone was shown 3 where 2 belongs"}},
		"a hole at the start":               {nil, ids("", ""), []stream{read("phone", 0, rec{2, ""})}, []string{"c: phone was shown 2 where 1 belongs"}},
		"a hole after coming back":          {nil, ids("", "", ""), []stream{read("phone", 1, rec{3, ""})}, []string{"c: phone was shown 3 where 2 belongs"}},
		"another message":                   {[]op{sent("a", 1, acked, 1), sent("b", 1, unknown, 0)}, ids("a"), []stream{read("phone", 0, rec{1, "b"})}, []string{`c: number 1 is "b" to phone and "a" at the end`}},
		"the bot's where a person's stands": {[]op{sent("a", 1, acked, 1)}, ids("a"), []stream{read("phone", 0, rec{1, ""})}, []string{`c: number 1 is "" to phone and "a" at the end`}},
		"shown what was never stored":       {nil, ids(""), []stream{read("phone", 0, rec{1, ""}, rec{2, "x"})}, []string{"c: phone was shown number 2, which is not there"}},
	} {
		got := histcheck.Check(histcheck.History{Ops: c.ops, Final: map[string][]rec{"c": c.final}, Streams: c.streams}).Breaches()
		if !slices.Equal(got, c.want) {
			t.Errorf("%s:\n got %q\nwant %q", name, got, c.want)
		}
	}
}

func TestReport_ARunThatDidTooLittleProvesNothing(t *testing.T) {
	t.Parallel()
	r := histcheck.Check(histcheck.History{Ops: []op{sent("a", 1, acked, 1), sent("b", 3, unknown, 0)}, Final: map[string][]rec{"c": ids("a")}})
	if r.Ops != 2 || r.Vacuous(1, 1) || !r.Vacuous(2, 1) || !r.Vacuous(1, 2) {
		t.Errorf("%+v", r)
	}
}

// Any run of a correct server is good, and any one message taken out of it, put
// in twice or swapped with its neighbour is noticed.
func TestCheck_AnyOneChangeOfAGoodRun(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 30).Draw(t, "messages")
		var ops []op
		final := numbered(n)
		for i := range n {
			id := fmt.Sprintf("m%d", i)
			if rapid.Bool().Draw(t, "tried before") {
				ops = append(ops, sent(id, 4*i, unknown, 0))
			}
			ops = append(ops, sent(id, 4*i+2, acked, uint64(i)+1))
		}
		check := func(final []rec) []string {
			return histcheck.Check(histcheck.History{
				Ops: ops, Final: map[string][]rec{"c": final}, Streams: []stream{read("phone", 0, numbered(n)...)},
			}).Breaches()
		}
		if got := check(final); got != nil {
			t.Fatalf("a good run: %q", got)
		}
		at := rapid.IntRange(0, n-2).Draw(t, "at")
		swapped := slices.Clone(final)
		swapped[at].ID, swapped[at+1].ID = swapped[at+1].ID, swapped[at].ID
		renamed := slices.Clone(final)
		renamed[at].ID = renamed[at+1].ID
		for what, bad := range map[string][]rec{
			"taken out": slices.Delete(slices.Clone(final), at, at+1),
			"cut off":   final[:n-1],
			"swapped":   swapped,
			"doubled":   renamed,
		} {
			if check(bad) == nil {
				t.Errorf("%s at %d is not noticed", what, at)
			}
		}
	})
}

func numbered(n int) []rec {
	var out []rec
	for i := range n {
		out = append(out, rec{uint64(i) + 1, fmt.Sprintf("m%d", i)})
	}
	return out
}
