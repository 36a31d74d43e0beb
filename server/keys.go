package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"usher/server/internal/api"
	"usher/server/internal/audit"
	"usher/server/internal/config"
	"usher/server/internal/store"
)

// keyFlags describe a new key for a partner.
type keyFlags struct {
	name, scopes, rate, replaces string
	life                         time.Duration
}

func (f *keyFlags) register(set *flag.FlagSet) {
	set.StringVar(&f.name, "name", "", "the partner's name, as agents see it")
	set.StringVar(&f.scopes, "scopes", "", "what it may do, as classify,decide (empty: everything); "+strings.Join(api.Scopes(), ", "))
	set.StringVar(&f.rate, "rate", "60/m", "how many calls in a time, of which all may come at once")
	set.DurationVar(&f.life, "expires", 0, "how long it lives (empty: a year)")
	set.StringVar(&f.replaces, "replaces", "", "the id of a live key of the same partner, which sees the same things; both live until that one is revoked")
}

func (f *keyFlags) add(ctx context.Context, w world, c config.Config, _ []string) error {
	var scopes []string
	for scope := range strings.SplitSeq(f.scopes, ",") {
		if scope = strings.TrimSpace(scope); scope != "" {
			scopes = append(scopes, scope)
		}
	}
	st, err := open(ctx, w, c)
	if err != nil {
		return err
	}
	defer func() { _ = st.Close() }()
	key, text, err := api.MakeKey(ctx, st, api.NewKey{
		Name: f.name, Scopes: scopes, Rate: f.rate, Life: f.life, Replaces: f.replaces,
		By: api.Maker{ID: audit.Operator},
	}, w.clock())
	if wrong, ok := errors.AsType[*api.KeyError](err); ok {
		return &usageError{wrong.Error()}
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w.stdout, "id: %s\nkey: %s\n", key.ID, text)
	return err
}

func revokeKey(ctx context.Context, w world, c config.Config, args []string) error {
	if len(args) != 1 {
		return &usageError{"key revoke needs the id of one key; see key list"}
	}
	st, err := open(ctx, w, c)
	if err != nil {
		return err
	}
	defer func() { _ = st.Close() }()
	if err := api.RevokeKey(ctx, st, args[0], api.Maker{ID: audit.Operator}); errors.Is(err, store.ErrNotFound) {
		return &usageError{"key: there is none with this id; see key list"}
	} else if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w.stdout, "revoked %s\n", args[0])
	return err
}

// listKeys writes one line a key; never the key, which nobody has any more.
func listKeys(ctx context.Context, w world, c config.Config, _ []string) error {
	st, err := open(ctx, w, c)
	if err != nil {
		return err
	}
	defer func() { _ = st.Close() }()
	keys, err := st.Keys(ctx)
	if err != nil {
		return err
	}
	const padding = 2
	out := tabwriter.NewWriter(w.stdout, 0, 0, padding, ' ', 0)
	fmt.Fprintln(out, "ID\tNAME\tPARTNER\tSTATE\tRATE\tEXPIRES\tLAST USED\tSCOPES")
	for _, k := range keys {
		fmt.Fprintf(out, "%s\t%q\t%s\t%s\t%s\t%s\t%s\t%s\n", k.ID, k.Name, k.Partner, api.StateOf(k, w.clock()), k.Rate,
			k.ExpiresAt.Format(time.RFC3339), day(k.UsedAt), strings.Join(k.Scopes, ","))
	}
	return out.Flush()
}

func day(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	return t.Format(time.RFC3339)
}
