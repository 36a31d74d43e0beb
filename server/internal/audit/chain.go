package audit

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
)

// Head is where a log ends: the number and the hash of its last entry. The zero
// value is that of an empty log.
type Head struct {
	N    int64
	Hash string // 64 hexadecimal digits, "" of an empty log
}

// Link is the hash of an entry whose predecessor has this hash: SHA-256 over
// every field, each with its length before it, so that no two entries are the
// same text.
func Link(before string, e Entry) string {
	text := []byte("usher audit 1")
	for _, n := range []int64{e.N, e.At.UnixMilli()} {
		text = binary.BigEndian.AppendUint64(text, uint64(n))
	}
	for _, field := range []string{before, e.Actor, e.Role, string(e.Action), e.Conversation, e.Handoff, e.Object, e.Detail} {
		text = binary.AppendUvarint(text, uint64(len(field)))
		text = append(text, field...)
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// Fault is the first thing in a log that is not as it was written.
type Fault struct {
	N   int64  // the entry that should stand there
	Why string // for the operator
}

// Chain walks a log from its first entry on. The zero value stands before it.
type Chain struct {
	Head  Head
	known Head // looked for on the way
	found bool
}

// NewChain walks a log that once ended at this head, which was kept elsewhere;
// the zero value looks for none.
func NewChain(known Head) *Chain {
	return &Chain{known: known, found: known == Head{}}
}

// Next takes the next entry and the hash stored beside it; nil when both are as
// they were written.
func (c *Chain) Next(e Entry, hash string) *Fault {
	n := c.Head.N + 1
	switch {
	case e.N != n:
		return &Fault{n, fmt.Sprintf("entry %d is missing: %d follows", n, e.N)}
	case Link(c.Head.Hash, e) != hash:
		return &Fault{n, fmt.Sprintf("entry %d is not what was written, or not what stood after entry %d", n, n-1)}
	}
	c.Head = Head{n, hash}
	if n == c.known.N {
		c.found = hash == c.known.Hash
		if !c.found {
			return &Fault{n, fmt.Sprintf("entry %d is not the one that was noted elsewhere: the log was written anew", n)}
		}
	}
	return nil
}

// End compares where the walk ended with the head that stands beside the log.
func (c *Chain) End(head Head) *Fault {
	switch {
	case c.Head.N < head.N:
		return &Fault{c.Head.N + 1, fmt.Sprintf("the log ends at entry %d and once had %d", c.Head.N, head.N)}
	case c.Head != head:
		return &Fault{c.Head.N, fmt.Sprintf("the log ends at entry %d, which its head does not know", c.Head.N)}
	case !c.found:
		return &Fault{c.Head.N + 1, fmt.Sprintf("the log ends at entry %d and once had %d: the head was written anew", c.Head.N, c.known.N)}
	}
	return nil
}
