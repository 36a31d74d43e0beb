package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strconv"
	"strings"

	"usher/server/internal/bus"
	"usher/server/internal/chat"
	"usher/server/internal/config"
	"usher/server/internal/store"
)

// chatTerminal is a conversation without a server: the same door as the
// sockets, on a database that is thrown away afterwards. A number presses the
// button of that number.
func chatTerminal(ctx context.Context, w world, c config.Config, _ []string) error {
	m, err := w.think(c)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "usher-chat-")
	if err != nil {
		return fmt.Errorf("chat: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	st, err := store.Open(ctx, store.Options{DataDir: dir, Clock: w.clock})
	if err != nil {
		return err
	}
	defer func() { _ = st.Close() }()
	s, err := chat.New(ctx, chat.Config{
		Store: st, Bot: m.bot, Lines: m.lines, Queues: m.queues, Masker: m.masker, Bus: bus.NewMemory(w.clock),
		Clock: w.clock, Log: slog.New(slog.DiscardHandler), Grace: c.AgentGrace,
	})
	if err != nil {
		return err
	}
	return talk(ctx, s, w.stdin, w.stdout)
}

func talk(ctx context.Context, s *chat.Service, in io.Reader, out io.Writer) error {
	welcome, err := s.Hello(ctx, chat.Hello{Timezone: os.Getenv("TZ")})
	if err != nil {
		return err
	}
	follow := s.Follow(welcome.Conversation, 0, welcome)
	defer follow.Close()
	if err := show(ctx, follow, out); err != nil {
		return err
	}
	lines := bufio.NewScanner(in)
	for n := 1; lines.Scan(); n++ {
		text := strings.TrimSpace(lines.Text())
		if text == "" {
			continue
		}
		if _, err := s.Send(ctx, welcome.Conversation, chat.Sent{ClientID: strconv.Itoa(n), Text: text}); err != nil {
			return err
		}
		if err := show(ctx, follow, out); err != nil {
			return err
		}
	}
	return lines.Err()
}

// show prints what is new, without the person's own words.
func show(ctx context.Context, f *chat.Follow, out io.Writer) error {
	events, err := f.Pull(ctx)
	if err != nil {
		return err
	}
	for _, e := range events {
		switch {
		case e.Message != nil && e.Message.From != "user":
			fmt.Fprintf(out, "\n%s: %s\n", e.Message.Name, e.Message.Text)
			for i, c := range e.Message.Choices {
				fmt.Fprintf(out, "  [%d] %s\n", i+1, c.Label)
			}
		case e.Handoff != nil:
			fmt.Fprintf(out, "  (%s: %s, %s)\n", e.Type, e.Handoff.Queue, e.Handoff.Priority)
		}
	}
	_, err = fmt.Fprint(out, "\n> ")
	return err
}
