package handoff

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/BurntSushi/toml"
)

// The queues that the guide's rules name. A further queue needs a block in
// queues.toml only.
const (
	KYCReview       = "kyc_review"
	AccountSecurity = "account_security"
	Supervisor      = "supervisor"
)

// Priority is how urgent a ticket is: "urgent" is served before "normal".
type Priority string

// The two priorities of the protocol.
const (
	Urgent Priority = "urgent"
	Normal Priority = "normal"
)

// Queue is one block of queues.toml.
type Queue struct {
	ID       string        `toml:"-"`
	Rank     int           `toml:"rank"`     // 0 is served first
	Priority Priority      `toml:"priority"` // given to every ticket that enters
	Roles    []string      `toml:"roles"`    // roles that may see and claim
	Target   time.Duration `toml:"-"`        // first answer by a person within this
	TargetS  string        `toml:"target"`
}

//go:embed queues.toml
var queuesTOML string

// Queues is the set of all queues, ordered by rank, then id.
type Queues []Queue

// LoadQueues reads the embedded queues.toml. An error names the queue and the
// key that is wrong.
func LoadQueues() (Queues, error) { return parseQueues(queuesTOML) }

func parseQueues(text string) (Queues, error) {
	var blocks map[string]Queue
	md, err := toml.Decode(text, &blocks)
	if err != nil {
		return nil, fmt.Errorf("queues.toml: %w", err)
	}
	if extra := md.Undecoded(); len(extra) > 0 {
		return nil, fmt.Errorf("queues.toml: unknown key %s", extra[0])
	}
	var all Queues
	for id, q := range blocks {
		q.ID = id
		if q.Target, err = time.ParseDuration(q.TargetS); err != nil || q.Target <= 0 {
			return nil, fmt.Errorf("queues.toml: %s.target is not a positive duration", id)
		}
		if q.Priority != Urgent && q.Priority != Normal {
			return nil, fmt.Errorf("queues.toml: %s.priority must be urgent or normal", id)
		}
		if len(q.Roles) == 0 {
			return nil, fmt.Errorf("queues.toml: %s.roles is empty, so nobody could answer", id)
		}
		all = append(all, q)
	}
	slices.SortFunc(all, func(a, b Queue) int {
		if a.Rank != b.Rank {
			return a.Rank - b.Rank
		}
		return strings.Compare(a.ID, b.ID)
	})
	for _, must := range []string{KYCReview, AccountSecurity, Supervisor} {
		if _, ok := all.Get(must); !ok {
			return nil, fmt.Errorf("queues.toml: queue %s is missing", must)
		}
	}
	return all, nil
}

// Get finds a queue by its id.
func (qs Queues) Get(id string) (Queue, bool) {
	for _, q := range qs {
		if q.ID == id {
			return q, true
		}
	}
	return Queue{}, false
}

// ForRole lists the ids of the queues that a role may see and claim from, most
// urgent first.
func (qs Queues) ForRole(role string) []string {
	var ids []string
	for _, q := range qs {
		if slices.Contains(q.Roles, role) {
			ids = append(ids, q.ID)
		}
	}
	return ids
}
