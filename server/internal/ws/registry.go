package ws

import (
	"context"
	"slices"
)

// full reports whether no socket may be opened.
func (s *Server) full() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.draining || len(s.sockets) >= s.limits.sockets
}

// remember notes a new socket. One whose handshake was under way when a drain
// began is sent away like the others.
func (s *Server) remember(k *socket) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sockets[k] = struct{}{}
	s.counts.opened.Add(1)
	if s.draining {
		k.end(byeDrain())
	}
}

// join adds a socket to a session. The oldest of one too many has to go.
func (s *Server) join(k *socket, session string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	k.session = session
	all := append(s.sessions[session], k)
	if over := len(all) - s.limits.sessionSockets; over > 0 {
		for _, oldest := range all[:over] {
			oldest.end(byeSuperseded())
		}
		all = slices.Clone(all[over:])
	}
	s.sessions[session] = all
}

// forget is for a socket that has ended.
func (s *Server) forget(k *socket) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.sockets, k)
	if all := s.sessions[k.session]; len(all) > 0 {
		if i := slices.Index(all, k); i >= 0 {
			all = slices.Delete(all, i, i+1)
		}
		if len(all) == 0 {
			delete(s.sessions, k.session)
		} else {
			s.sessions[k.session] = all
		}
	}
	s.emptied()
}

// emptied closes empty, once, when a drain is over. The caller holds mu.
func (s *Server) emptied() {
	if !s.draining || len(s.sockets) > 0 {
		return
	}
	select {
	case <-s.empty:
	default:
		close(s.empty)
	}
}

// all is every open socket.
func (s *Server) all() []*socket {
	s.mu.Lock()
	defer s.mu.Unlock()
	open := make([]*socket, 0, len(s.sockets))
	for k := range s.sockets {
		open = append(open, k)
	}
	return open
}

// Drain refuses new sockets, tells all open ones to come back in a moment, each
// at a different one, and returns when they are gone. When ctx ends first, what
// is left is cut and the error is that of ctx.
func (s *Server) Drain(ctx context.Context) error {
	defer s.cancel()
	s.mu.Lock()
	s.draining = true
	s.emptied()
	s.mu.Unlock()
	for _, k := range s.all() {
		k.end(byeDrain())
	}
	select {
	case <-s.empty:
		return nil
	case <-ctx.Done():
	}
	s.cancel()
	for _, k := range s.all() {
		_ = k.line.Conn.Close()
	}
	<-s.empty
	return ctx.Err()
}

// Kick ends an agent's sockets at once; their session has been revoked.
func (s *Server) Kick(agentID string) { s.kick(agentSession + agentID) }

// KickConversation ends a conversation's sockets at once; it has been erased.
func (s *Server) KickConversation(id string) { s.kick(userSession + id) }

func (s *Server) kick(session string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, k := range s.sessions[session] {
		k.end(byeRevoked())
	}
}

// Sessions are named by whose they are, so that no agent's id is ever taken
// for a conversation's.
const (
	agentSession = "agent:"
	userSession  = "user:"
)
