package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"

	"usher/server/internal/audit"
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
	password, err := readPassword(w.stdin)
	if err != nil {
		return err
	}
	var languages []string
	for tag := range strings.SplitSeq(f.languages, ",") {
		if tag = strings.TrimSpace(tag); tag != "" {
			languages = append(languages, tag)
		}
	}
	agent, err := signin.NewAgent(ctx, auth.NewPasswords(auth.DefaultCost()), f.email, f.name, f.role, languages,
		password, w.clock())
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
	added := audit.Entry{Actor: audit.Operator, Action: audit.AgentAdded, Object: agent.ID, Detail: "role=" + agent.Role}
	if err := st.AddAgent(ctx, agent, added); errors.Is(err, store.ErrExists) {
		return &usageError{"agent: there is an agent with this email already"}
	} else if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w.stdout, "agent %s\n", agent.ID)
	return err
}

// resetFlags name an agent who cannot get in.
type resetFlags struct {
	email string
	stdin bool
}

func (f *resetFlags) register(set *flag.FlagSet) {
	set.StringVar(&f.email, "email", "", "the agent's email")
	set.BoolVar(&f.stdin, "password-stdin", false, "read a new password from standard input as well")
}

// run takes an agent's authenticator app away, for one who has lost the phone
// and the recovery codes; with a password on standard input that is new too.
// Their sessions end.
func (f *resetFlags) run(ctx context.Context, w world, c config.Config, _ []string) error {
	st, err := open(ctx, w, c)
	if err != nil {
		return err
	}
	defer func() { _ = st.Close() }()
	agent, err := st.AgentByEmail(ctx, f.email)
	if errors.Is(err, store.ErrNotFound) {
		return &usageError{"agent reset: there is no agent with this email"}
	}
	if err != nil {
		return err
	}
	if f.stdin {
		password, err := readPassword(w.stdin)
		if err != nil {
			return err
		}
		if err := auth.Acceptable(password, agent.Email, agent.Name); err != nil {
			return &usageError{"agent reset: " + err.Error()}
		}
		if agent.PasswordHash, err = auth.NewPasswords(auth.DefaultCost()).Hash(ctx, password); err != nil {
			return err
		}
		changed := audit.Entry{Actor: audit.Operator, Action: audit.PasswordChange, Object: agent.ID}
		if err := st.UpdateAgent(ctx, agent, changed); err != nil {
			return err
		}
	}
	err = st.RemoveFactor(ctx, agent.ID, audit.Entry{Actor: audit.Operator, Action: audit.TOTPRemoved, Object: agent.ID})
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	if err := st.SignOutAll(ctx, agent.ID, true); err != nil {
		return err
	}
	_, err = fmt.Fprintf(w.stdout, "agent %s: signs in with the password alone, and sets up an app again where one is required\n", agent.ID)
	return err
}

// readPassword takes a password from standard input, without its line's end.
func readPassword(stdin io.Reader) (string, error) {
	const most = 1 << 10
	raw, err := io.ReadAll(io.LimitReader(stdin, most))
	if err != nil {
		return "", fmt.Errorf("read the password: %w", err)
	}
	return strings.TrimRight(string(raw), "\r\n"), nil
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
	// Of whom is not noted: that is what was erased.
	if err := st.Record(ctx, audit.Entry{Actor: audit.Operator, Action: audit.Erased, Detail: fmt.Sprintf("conversations=%d", n)}); err != nil {
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
	exported := audit.Entry{Actor: audit.Operator, Action: audit.Exported, Conversation: f.conversation, Detail: "conversation"}
	if err := st.Record(ctx, exported); err != nil {
		return err
	}
	e := json.NewEncoder(w.stdout)
	e.SetIndent("", "  ")
	return e.Encode(record)
}
