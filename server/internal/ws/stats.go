package ws

import (
	"maps"
	"sync"
	"sync/atomic"
)

// Stats counts what the sockets did since the start; Open and Sessions are of
// this moment.
type Stats struct {
	Open, Sessions      int
	Opened              int64
	FramesIn, FramesOut int64
	Errors              map[string]int64 // error frames by code
	Closed              map[int]int64    // by close code; 1006: the peer was gone
}

type counts struct {
	opened, framesIn, framesOut atomic.Int64

	mu     sync.Mutex
	errors map[string]int64
	closes map[int]int64
}

// Stats is a snapshot.
func (s *Server) Stats() Stats {
	s.mu.Lock()
	open, sessions := len(s.sockets), len(s.sessions)
	s.mu.Unlock()
	c := &s.counts
	c.mu.Lock()
	defer c.mu.Unlock()
	return Stats{
		Open: open, Sessions: sessions, Opened: c.opened.Load(),
		FramesIn: c.framesIn.Load(), FramesOut: c.framesOut.Load(),
		Errors: maps.Clone(c.errors), Closed: maps.Clone(c.closes),
	}
}

func (c *counts) refused(why code) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.errors == nil {
		c.errors = make(map[string]int64)
	}
	c.errors[string(why)]++
}

func (c *counts) closed(b *bye) {
	code := b.code
	if b.lost {
		code = 1006
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closes == nil {
		c.closes = make(map[int]int64)
	}
	c.closes[code]++
}
