package chat

import (
	"sync"

	"usher/server/internal/wire"
)

// desks are the consoles on this replica.
type desks struct {
	mu    sync.Mutex
	all   map[*Desk]bool
	noted map[string]wire.Note // by conversation: the remark shown last
}

func newDesks() *desks { return &desks{all: map[*Desk]bool{}, noted: map[string]wire.Note{}} }

func (ds *desks) add(d *Desk) {
	ds.mu.Lock()
	defer ds.mu.Unlock()
	ds.all[d] = true
}

func (ds *desks) remove(d *Desk) {
	ds.mu.Lock()
	defer ds.mu.Unlock()
	delete(ds.all, d)
}

// of lists an agent's consoles, or all of them for "".
func (ds *desks) of(agent string) []*Desk {
	ds.mu.Lock()
	defer ds.mu.Unlock()
	var found []*Desk
	for d := range ds.all {
		if agent == "" || d.agent.ID == agent {
			found = append(found, d)
		}
	}
	return found
}

func (ds *desks) watch(agent, conv string, seq, n int64) {
	for _, d := range ds.of(agent) {
		d.watch(conv, seq, n)
	}
}

func (ds *desks) watches(agent, conv string) bool {
	for _, d := range ds.of(agent) {
		d.mu.Lock()
		_, ok := d.follows[conv]
		d.mu.Unlock()
		if ok {
			return true
		}
	}
	return false
}

// note shows a remark, once, to every console that has the conversation open.
func (ds *desks) note(conv string, n wire.Note) {
	ds.mu.Lock()
	const most = 1 << 12
	if len(ds.noted) > most {
		clear(ds.noted)
	}
	again := ds.noted[conv] == n
	ds.noted[conv] = n
	ds.mu.Unlock()
	if again {
		return
	}
	for _, d := range ds.of("") {
		d.mu.Lock()
		if _, ok := d.follows[conv]; ok {
			d.notes = append(d.notes, n)
			d.mu.Unlock()
			d.Poke()
			continue
		}
		d.mu.Unlock()
	}
}
