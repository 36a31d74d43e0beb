package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"

	"usher/server/internal/auth"
	"usher/server/internal/config"
	"usher/server/internal/signin"
	"usher/server/internal/store"
)

// open opens the store for a command that works beside a running server.
func open(ctx context.Context, w world, c config.Config) (*store.Store, error) {
	return store.Open(ctx, store.Options{DataDir: c.Data, DatabaseURL: c.DatabaseURL.Reveal(), Clock: w.clock})
}

// agentFlags describe a new agent.
type agentFlags struct {
	email, name, role, languages string
	stdin                        bool
}

func (f *agentFlags) register(set *flag.FlagSet) {
	set.StringVar(&f.email, "email", "", "the agent's email, to sign in with")
	set.StringVar(&f.name, "name", "", "the name customers see")
	set.StringVar(&f.role, "role", "agent", "agent, security, supervisor or admin")
	set.StringVar(&f.languages, "languages", "", "languages the agent speaks, as en,es")
	set.BoolVar(&f.stdin, "password-stdin", false, "read the password from standard input (required: it never stands on a command line)")
}

func (f *agentFlags) run(ctx context.Context, w world, c config.Config, _ []string) error {
	if !f.stdin {
		return &usageError{"agent add needs --password-stdin and the password on standard input"}
	}
	const most = 1 << 10
	raw, err := io.ReadAll(io.LimitReader(w.stdin, most))
	if err != nil {
		return fmt.Errorf("read the password: %w", err)
	}
	var languages []string
	for tag := range strings.SplitSeq(f.languages, ",") {
		if tag = strings.TrimSpace(tag); tag != "" {
			languages = append(languages, tag)
		}
	}
	agent, err := signin.NewAgent(ctx, auth.NewPasswords(auth.DefaultCost()), f.email, f.name, f.role, languages,
		strings.TrimRight(string(raw), "\r\n"), w.clock())
	if errors.Is(err, signin.ErrBadAgent) {
		return &usageError{err.Error()}
	}
	if err != nil {
		return err
	}
	st, err := open(ctx, w, c)
	if err != nil {
		return err
	}
	defer func() { _ = st.Close() }()
	if err := st.AddAgent(ctx, agent); errors.Is(err, store.ErrExists) {
		return &usageError{"agent: there is an agent with this email already"}
	} else if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w.stdout, "agent %s\n", agent.ID)
	return err
}

func migrate(ctx context.Context, w world, c config.Config, _ []string) error {
	st, err := open(ctx, w, c)
	if err != nil {
		return err
	}
	return st.Close()
}

func (f *subjectFlags) erase(ctx context.Context, w world, c config.Config, _ []string) error {
	if f.user == "" {
		return &usageError{"erase needs --user ID"}
	}
	st, err := open(ctx, w, c)
	if err != nil {
		return err
	}
	defer func() { _ = st.Close() }()
	n, err := st.Erase(ctx, f.user)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w.stdout, "erased %d conversations\n", n)
	return err
}

func (f *subjectFlags) export(ctx context.Context, w world, c config.Config, _ []string) error {
	if f.conversation == "" {
		return &usageError{"export needs --conversation ID"}
	}
	st, err := open(ctx, w, c)
	if err != nil {
		return err
	}
	defer func() { _ = st.Close() }()
	record, err := st.Export(ctx, f.conversation)
	if errors.Is(err, store.ErrNotFound) {
		return &usageError{"export: there is no such conversation"}
	}
	if err != nil {
		return err
	}
	e := json.NewEncoder(w.stdout)
	e.SetIndent("", "  ")
	return e.Encode(record)
}
