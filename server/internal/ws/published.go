package ws

import "usher/server/internal/wire"

// Published lists every kind of frame of both sockets, for the description that
// is made from it: what a client may send, and what it gets.
func Published() []wire.Frame {
	const chat, agent = "chat", "agent"
	handoffs := []string{"scheduled", "queued", "accepted", "completed", "failed", "withdrawn"}
	all := []wire.Frame{
		in(chat, "hello", "The first frame, within ten seconds: begins a conversation or resumes one.", userHello{}),
		in(chat, "message.send", "What the person wrote, chose or filled in.", userMessage{}),
		in(chat, "typing", "The person is typing; shown for five seconds.", plainFrame{}),
		in(chat, "receipt", "How far the person has read.", userReceipt{}),
		in(chat, "handoff.request", "Ask for a person at once.", plainFrame{}),
		in(chat, "handoff.withdraw", "Take a waiting request back.", plainFrame{}),
		in(chat, "conversation.end", "End the conversation.", plainFrame{}),
		in(chat, "locale.set", "The language to speak from now on.", localeFrame{}),
		in(chat, "rating.send", "What the person thought of a finished handoff.", ratingFrame{}),
		out(chat, "welcome", "Where the conversation stands; then every message after the client's position.", userWelcome{}),
		out(chat, "ack", "The message and the bot's whole answer are stored.", ack{}),
		out(chat, "ack", "Done, for a command that came with an id.", plainAck{}),
		out(chat, "locale", "The language that is spoken from now on.", localeAnswer{}),

		in(agent, "hello", "The first frame, within ten seconds: the session's cookie or its token.", agentHello{}),
		in(agent, "handoff.claim", "Take this case.", handoffFrame{}),
		in(agent, "handoff.claim_next", "Take the next case.", idFrame{}),
		in(agent, "handoff.release", "Give the case back to the head of its queue.", handoffFrame{}),
		in(agent, "handoff.transfer", "Give the case to another queue, or from hand to hand to a colleague at work.", transferFrame{}),
		in(agent, "handoff.complete", "The case is done.", completeFrame{}),
		in(agent, "handoff.preview", "What the bot would say after this outcome; nothing is stored.", previewFrame{}),
		in(agent, "field.reveal", "Show one detail of a case that is not claimed; the look is noted in the log.", revealFrame{}),
		in(agent, "team.list", "Colleagues at work, with the queues and targets.", idFrame{}),
		in(agent, "message.send", "What the agent wrote.", agentMessage{}),
		in(agent, "note.add", "A remark that only agents see.", noteFrame{}),
		in(agent, "typing", "The agent is typing.", agentTyping{}),
		in(agent, "receipt", "How far the agent has read.", agentReceipt{}),
		in(agent, "presence.set", "At work, or away.", presenceFrame{}),
		in(agent, "conversation.watch", "Read along; supervisors.", conversationFrame{}),
		in(agent, "conversation.take_over", "Claim it from whoever has it; supervisors.", conversationFrame{}),
		out(agent, "welcome", "Who is signed in, and the cases of their queues.", agentWelcome{}),
		out(agent, "ack", "The message is stored.", ack{}),
		out(agent, "ack", "The case with its transcript.", caseAck{}),
		out(agent, "ack", "The case as it now stands.", handoffAck{}),
		out(agent, "ack", "The note as it is stored.", noteAck{}),
		out(agent, "ack", "Whether the agent is at work.", presenceAck{}),
		out(agent, "ack", "What the bot would say.", previewAck{}),
		out(agent, "ack", "The detail.", revealAck{}),
		out(agent, "ack", "The colleagues, queues and targets.", teamAck{}),
		out(agent, "note.created", "A remark that only agents see.", wire.NoteEvent{}),
	}
	for _, socket := range []string{chat, agent} {
		all = append(all,
			out(socket, "message.created", "A message, one's own included.", wire.MessageEvent{}),
			out(socket, "message.receipt", "How far the other side has read.", wire.ReceiptEvent{}),
			out(socket, "typing", "The other side is typing; may be lost.", wire.TypingEvent{}),
			out(socket, "queue.position", "The place in the queue has moved.", wire.PositionEvent{}),
			out(socket, "conversation.owner_changed", "Somebody else answers from now on.", wire.OwnerEvent{}),
			out(socket, "conversation.closed", "The conversation has ended.", wire.ClosedEvent{}),
			out(socket, "error", "Why a frame was not taken. The connection stays open.", errorFrame{}),
			out(socket, "goodbye", "Comes before the server closes.", goodbyeFrame{}),
		)
		for _, state := range handoffs {
			all = append(all, out(socket, "handoff."+state, "The case as it now stands.", wire.HandoffEvent{}))
		}
	}
	return all
}

// in is a frame that clients send.
func in(socket, kind, about string, shape any) wire.Frame {
	return wire.Frame{Socket: socket, FromClient: true, Type: kind, About: about, Shape: shape}
}

// out is a frame that they get.
func out(socket, kind, about string, shape any) wire.Frame {
	return wire.Frame{Socket: socket, Type: kind, About: about, Shape: shape}
}
