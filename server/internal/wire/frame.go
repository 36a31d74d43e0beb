package wire

// Frame is one kind of frame of a socket, for the published description.
type Frame struct {
	Socket     string // chat or agent
	FromClient bool
	Type       string
	About      string
	Shape      any // a value of the type that is read or written
}

// The payloads of events beside their type, as the sockets have them.
type (
	// MessageEvent is message.created.
	MessageEvent struct {
		Type    string  `json:"type"`
		Message Message `json:"message"`
	}
	// HandoffEvent is handoff.queued and the like.
	HandoffEvent struct {
		Type    string  `json:"type"`
		Handoff Handoff `json:"handoff"`
	}
	// PositionEvent is queue.position.
	PositionEvent struct {
		Type     string `json:"type"`
		Handoff  string `json:"handoff" doc:"The handoff's id."`
		Position int    `json:"position" doc:"1 is next."`
		Wait     *Wait  `json:"wait,omitempty"`
	}
	// OwnerEvent is conversation.owner_changed.
	OwnerEvent struct {
		Type string `json:"type"`
		OwnerChange
	}
	// ClosedEvent is conversation.closed.
	ClosedEvent struct {
		Type string `json:"type"`
		Closing
	}
	// TypingEvent is typing; it may be lost.
	TypingEvent struct {
		Type         string `json:"type"`
		Conversation string `json:"conversation"`
		From         string `json:"from"`
	}
	// ReceiptEvent is message.receipt.
	ReceiptEvent struct {
		Type         string `json:"type"`
		Conversation string `json:"conversation"`
		From         string `json:"from"`
		Read         int64  `json:"read" doc:"The last seq that party has read."`
	}
	// NoteEvent is note.created, for agents only.
	NoteEvent struct {
		Type string `json:"type"`
		Note Note   `json:"note"`
	}
)
