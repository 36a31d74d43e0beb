package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"usher/locales"
	"usher/server/internal/api"
	"usher/server/internal/auth"
	"usher/server/internal/bus"
	"usher/server/internal/chat"
	"usher/server/internal/config"
	"usher/server/internal/limit"
	"usher/server/internal/signin"
	"usher/server/internal/staff"
	"usher/server/internal/store"
	"usher/server/internal/web"
	"usher/server/internal/webhook"
	"usher/server/internal/ws"
)

// drainMax is how long a stopping server waits for its sockets and requests.
const drainMax = 20 * time.Second

// serve runs everything until ctx ends, then drains: sockets are told to come
// back elsewhere, requests under way are finished, and the store is closed last.
func serve(ctx context.Context, w world, c config.Config, _ []string) error {
	log := slog.New(slog.NewTextHandler(w.stderr, nil))
	m, st, err := load(ctx, w, c, log)
	if err != nil {
		return err
	}
	defer func() { _ = st.Close() }()
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", c.Listen)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	h, err := build(ctx, w, c, m, st, log)
	if err != nil {
		_ = listener.Close()
		return err
	}
	background, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	var running sync.WaitGroup
	running.Go(func() { h.service.Run(background) })
	running.Go(func() { h.partners.Run(background) })
	sending, settle := context.WithCancel(background)
	defer settle()
	running.Go(func() { h.hooks.Run(sending) })
	server := &http.Server{
		Handler: h.handler, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 15 * time.Second,
		WriteTimeout: 40 * time.Second, IdleTimeout: 60 * time.Second, MaxHeaderBytes: 16 << 10,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	if err := h.hello(ctx, log, c, listener.Addr()); err != nil {
		return err
	}
	if w.ready != nil {
		w.ready(listener.Addr().String())
	}
	select {
	case err := <-failed:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	log.Info("draining", "at_most", drainMax)
	h.draining.Store(true)
	h.partners.Drain()
	settle() // the calls under way end while sockets and requests do
	late, cancel := context.WithTimeout(background, drainMax)
	defer cancel()
	if err := h.sockets.Drain(late); err != nil {
		log.Warn("some sockets were cut off", "error", err)
	}
	err = server.Shutdown(late)
	stop()
	running.Wait()
	h.close()
	if errors.Is(err, context.DeadlineExceeded) {
		log.Warn("some requests were cut off")
		return nil
	}
	return err
}

// load opens the store while the understanding is read: each takes tens of
// milliseconds, and people wait for a server that starts again.
func load(ctx context.Context, w world, c config.Config, log *slog.Logger) (m mind, st *store.Store, err error) {
	var both errgroup.Group
	both.Go(func() (err error) {
		m, err = w.think(c)
		return err
	})
	both.Go(func() (err error) {
		st, err = store.Open(ctx, store.Options{DataDir: c.Data, DatabaseURL: c.DatabaseURL.Reveal(), Clock: w.clock, Logger: log})
		return err
	})
	if err := both.Wait(); err != nil {
		if st != nil {
			_ = st.Close()
		}
		return mind{}, nil, err
	}
	return m, st, nil
}

// house is the running server's parts that others need again.
type house struct {
	readiness
	handler http.Handler
	service *chat.Service
	sockets *ws.Server
	door    *signin.Door
	// partners is everything under /api/.
	partners *api.API
	// hooks calls partners' own servers.
	hooks *webhook.Sender
	close func()
}

// build wires every room; nothing here decides anything.
func build(ctx context.Context, w world, c config.Config, m mind, st *store.Store, log *slog.Logger) (*house, error) {
	origins, err := auth.NewOrigins(c.Origins)
	if err != nil {
		return nil, err
	}
	bell, limiter, closeShared, err := shared(w, c, log)
	if err != nil {
		return nil, err
	}
	service, err := chat.New(ctx, chat.Config{
		Store: st, Bot: m.bot, Lines: m.lines, Queues: m.queues, Masker: m.masker, Bus: bell,
		Clock: w.clock, Log: log, Grace: c.AgentGrace,
	})
	if err != nil {
		return nil, err
	}
	tokens := auth.NewTokens(keys(c), w.clock)
	h := &house{service: service, readiness: readiness{store: st}, close: closeShared}
	o := signin.Options{
		Store: st, Passwords: auth.NewPasswords(auth.DefaultCost()), Logins: auth.NewLogins(w.clock), Origins: origins,
		Clock: w.clock, Log: log, Secure: !c.Loopback(), Kick: func(agent string) { h.sockets.Kick(agent) },
		RequireTOTP: c.RequireTOTP,
	}
	if c.OIDC.Issuer != "" {
		o.OIDC = &signin.OIDC{
			Issuer: c.OIDC.Issuer, ClientID: c.OIDC.ClientID, ClientSecret: c.OIDC.ClientSecret.Reveal(),
			RedirectURL: c.OIDC.RedirectURL, Clock: w.clock,
		}
	}
	if c.Demo {
		o.Tokens = tokens
	}
	h.door = signin.New(o)
	h.sockets = newSockets(h, tokens, origins, limiter, c, log, w.wall)
	pages, err := web.Handler(web.Options{Locales: locales.Files, AllowedOrigins: c.Origins, Demo: c.Demo})
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("/v1/chat", h.sockets.Chat())
	mux.Handle("/v1/agent", h.sockets.Agent())
	mux.HandleFunc("GET /healthz", h.alive)
	mux.HandleFunc("GET /readyz", h.ready)
	h.door.Routes(mux)
	staff.New(staff.Options{
		Store: st, Chat: service, Door: h.door, Passwords: o.Passwords, Queues: m.queues, Languages: m.lines.Tags(),
		Clock: w.clock, Log: log,
	}).Routes(mux)
	mux.Handle("/", pages)
	if err = newPartners(h, m, st, limiter, c, log, w.clock); err != nil {
		return nil, err
	}
	h.partners.AdminRoutes(mux)
	mux.Handle("GET /metrics", metrics(st, h.sockets, h.partners, h.hooks, m.queues, w.clock))
	h.handler = beside(h.partners, mux)
	return h, nil
}

// shared are the bell and the limiter: in this process, or through Redis for
// several replicas.
func shared(w world, c config.Config, log *slog.Logger) (bus.Bus, limit.Limiter, func(), error) {
	log.Info("storage", "database", or(c.DatabaseURL != "", "postgres", "sqlite"), "redis", or(c.RedisURL != "", "redis", "in process"))
	bus.LibraryLog(log)
	if c.RedisURL == "" {
		bell := bus.NewMemory(w.clock)
		return bell, limit.NewMemory(w.clock), func() { _ = bell.Close() }, nil
	}
	client, err := bus.Connect(c.RedisURL.Reveal())
	if err != nil {
		return nil, nil, nil, &usageError{"redis-url: not a Redis URL"}
	}
	bell := bus.NewRedis(client, "usher", log, w.clock)
	return bell, limit.NewRedis(client, "usher:", log, w.clock), func() { _, _ = bell.Close(), client.Close() }, nil
}

func or(yes bool, a, b string) string {
	if yes {
		return a
	}
	return b
}

// keys are the host app's secrets; a demo without any gets one for its lifetime.
func keys(c config.Config) []auth.Key {
	ks := make([]auth.Key, 0, len(c.Identity)+1)
	for _, id := range c.Identity {
		ks = append(ks, auth.Key{ID: id.KID, Secret: []byte(id.Secret.Reveal())})
	}
	if len(ks) == 0 && c.Demo {
		secret, _ := auth.NewSecret()
		ks = append(ks, auth.Key{ID: "demo", Secret: []byte(secret)})
	}
	return ks
}

// hello prints what to open, and the one-time link while there is no agent.
func (h *house) hello(ctx context.Context, log *slog.Logger, c config.Config, at net.Addr) error {
	base := "http://" + at.String()
	if host, port, err := net.SplitHostPort(at.String()); err == nil && (host == "::" || strings.HasPrefix(host, "0.0.0.0")) {
		base = "http://localhost:" + port
	}
	if c.Demo {
		log.Info("demo page", "url", base+"/")
	}
	log.Info("agent console", "url", base+"/agent/", "authenticator_app", or(c.RequireTOTP, "required", "optional"))
	head, err := h.store.AuditHead(ctx)
	if err != nil {
		return err
	}
	log.Info("log of what staff do", "entries", head.N, "hash", head.Hash) // kept here, it proves later that it was not written anew
	link, err := h.door.FirstLink(ctx)
	if err != nil {
		return err
	}
	if link != "" {
		log.Info("no agents yet: make the first admin with this one-time link", "url", base+link)
	}
	return nil
}
