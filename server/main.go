package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"usher/server/internal/config"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], world{
		environ: os.Environ(), stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr, clock: time.Now, wall: time.Now, think: newMind,
	}))
}

// world is what a command may touch, so that a test can give it its own.
type world struct {
	environ []string
	stdin   io.Reader
	stdout  io.Writer
	stderr  io.Writer
	clock   func() time.Time // the time that people mean
	wall    func() time.Time // the machine's, for deadlines of connections
	think   func(config.Config) (mind, error)
	ready   func(address string) // told where the server listens; may be nil
}

// Exit codes: wrong input that was answered in its place, and a call or a
// setting that cannot be taken.
const (
	exitFailed = 1
	exitUsage  = 2
)

// errFailed ends a command with exitFailed after it has said why.
var errFailed = errors.New("failed")

// command is one subcommand.
type command struct {
	config.Command
	about string
	run   func(ctx context.Context, w world, c config.Config, args []string) error
}

// run is the program: it finds the command, reads its settings, runs it and
// returns the exit code.
func run(ctx context.Context, args []string, w world) int {
	commands := commands()
	cmd, rest := pick(commands, args)
	if cmd == nil {
		fmt.Fprintf(w.stderr, "usher: no command %q; see usher help\n", strings.Join(args[:1], " "))
		return exitUsage
	}
	c, arguments, err := cmd.Load(rest, w.environ, config.ReadFile)
	switch {
	case errors.Is(err, flag.ErrHelp):
		help(w.stdout, commands, *cmd)
		return 0
	case err != nil:
		for line := range strings.Lines(err.Error()) {
			fmt.Fprintf(w.stderr, "usher: %s\n", strings.TrimSpace(line))
		}
		return exitUsage
	}
	err = cmd.run(ctx, w, c, arguments)
	var usage *usageError
	switch {
	case err == nil:
		return 0
	case errors.Is(err, errFailed):
		return exitFailed
	case errors.As(err, &usage):
		fmt.Fprintf(w.stderr, "usher: %s\n", usage.text)
		return exitUsage
	default:
		fmt.Fprintf(w.stderr, "usher: %v\n", err)
		return exitFailed
	}
}

// usageError is a call that cannot be taken; its text says what to do.
type usageError struct{ text string }

func (e *usageError) Error() string { return e.text }

// pick finds the longest command name that the arguments begin with.
func pick(all []command, args []string) (*command, []string) {
	if len(args) == 0 || strings.HasPrefix(args[0], "-") {
		return &all[0], args
	}
	for words := min(2, len(args)); words > 0; words-- {
		name := strings.Join(args[:words], " ")
		for i := range all {
			if all[i].Name == name {
				return &all[i], args[words:]
			}
		}
	}
	return nil, args
}

func help(to io.Writer, all []command, cmd command) {
	fmt.Fprint(to, cmd.Help())
	if cmd.Name != "" {
		return
	}
	fmt.Fprintln(to, "\nCommands:")
	for _, c := range all[1:] {
		fmt.Fprintf(to, "  %-14s %s\n", c.Name, c.about)
	}
}
