// Package store keeps conversations, handoffs and agents: all the SQL of Usher
// is in this room.
//
// What may enter: SQL, its migrations, and the drivers. What may not: the bot
// (a conversation's state is opaque bytes here), sockets, words for people, a
// clock other than the one in [Options].
//
// # What others build on
//
//   - [Open], [Store.Close], [Store.Ping], [Store.Stats], [Store.QueueDepths],
//     [Store.History]
//   - [Store.Save] stores a [Change]: one conversation with all that goes with
//     it, whole or not at all. [Store.Load], [Store.BySession],
//     [Store.LatestBySubject], [Store.Messages], [Store.MessageByClientKey],
//     [Store.Events], [Store.Notes], [Store.Due], [Store.Heads]
//   - [Store.Handoff], [Store.NextWaiting], [Store.OpenHandoffs],
//     [Store.Positions], [Store.WaitingAhead], [Store.HandoffsOfAgent],
//     [Store.HandoffsOfConversation]
//   - [Store.SetReceipt], [Store.Receipts], [Store.AddRating], [Store.Rating]
//   - [Store.CasesSince], [Store.ConversationsSince]: what happened, for reports
//   - [Store.AddAgent], [Store.AgentByEmail], [Store.AgentByID],
//     [Store.AgentByExternal], [Store.Agents], [Store.UpdateAgent],
//     [Store.CountAgents]
//   - [Store.Factor], [Store.EnrolFactor], [Store.UseStep], [Store.UseRecovery],
//     [Store.AddDevice], [Store.DeviceOf]: what agents sign in with besides a
//     password
//   - [Store.ShowPresence], [Store.Presence]: which agents are at work where
//   - [Store.Sessions]: the table behind the agents' signed-in browsers
//   - [Store.Record], [Store.Audit], [Store.AuditHead], [Store.VerifyAudit]: what
//     staff do, in one chain that shows every change (package audit)
//   - [Store.AddAdminToken], [Store.UseAdminToken]
//   - [Store.AddKey], [Store.KeyByHash], [Store.KeyByID], [Store.Keys],
//     [Store.RevokeKey], [Store.TouchKey]: the keys of partner apps
//   - [Store.Feed]: what happened to a partner's conversations; [Store.Save]
//     adds to it. [Store.Begin], [Store.Finish], [Store.Abandon]: requests that
//     are carried out once. [Store.AddDecision], [Store.Decision]: receipts
//   - [Store.Meta], [Store.SetMeta]; [Store.Erase], [Store.Export]
//
// # Errors
//
// Every method returns nil or an error that errors.Is one of the sentinels in
// this package, or one that means a mistake in the calling code. Only
// [ErrUnavailable] may be tried again as it is; its outcome is unknown, so the
// retry must carry the same client key.
//
// # Decisions
//
//  1. A position in a history is (conversation, number). Numbers count 1, 2, 3
//     within their conversation and are given under its version, in the
//     transaction that stores them; no sequence of the whole table is ever a
//     cursor, because rows of a sequence become visible out of order.
//     A partner's feed spans conversations: its numbers are given as the last
//     thing in a commit, under the feed's row, which is held until it is done.
//  2. The version of a conversation is the only lock. A handoff belongs to one
//     conversation and changes only together with it, so two claims of one
//     handoff are two changes of one version, and one of them is refused.
//  3. Writers share commits. One goroutine takes everything that is queued,
//     runs it in one transaction and answers after the commit. A change that
//     is refused leaves nothing: it is refused before it wrote, or the
//     transaction is rolled back and run again with a savepoint around each.
//  4. A commit that fails is unknown, never failed: the row may be there.
//     A database that did not answer in time is asked no more until a probe was
//     answered: callers who have to wait for one another would add up.
//  5. The SQL is one text for both databases. What differs is in dialect.go,
//     each difference with its reason. Times are integer milliseconds, UTC;
//     zero is "no time".
//  6. What is noted of an act is in the transaction of the act, last of all: the
//     chain's head is the one row that all replicas write.
//  7. An update writes only the columns that change with every message; those
//     with an index are written by a second statement that matches no row
//     while they stay the same. The pages a commit touches decide its price.
package store
