-- What staff do is written down in one chain (package audit), with its head
-- beside it, and what staff sign in with besides a password.

-- +goose Up
CREATE TABLE audit (
    n BIGINT NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    role TEXT NOT NULL,
    action TEXT NOT NULL,
    conversation TEXT NOT NULL,
    handoff TEXT NOT NULL,
    object TEXT NOT NULL,
    detail TEXT NOT NULL,
    hash TEXT NOT NULL
);
CREATE INDEX audit_actor ON audit (actor, n);
CREATE INDEX audit_action ON audit (action, n);
CREATE INDEX audit_conversation ON audit (conversation, n) WHERE conversation <> '';

CREATE TABLE audit_head (
    id BIGINT NOT NULL PRIMARY KEY,
    n BIGINT NOT NULL,
    hash TEXT NOT NULL
);
INSERT INTO audit_head (id, n, hash) VALUES (1, 0, '');

-- No queues means all that the role may see. By external the company's own
-- sign-in knows somebody, from the first time on.
ALTER TABLE agents ADD COLUMN queues TEXT NOT NULL DEFAULT '[]';
ALTER TABLE agents ADD COLUMN external TEXT NOT NULL DEFAULT '';
CREATE UNIQUE INDEX agents_external ON agents (external) WHERE external <> '';

CREATE TABLE agent_factors (
    agent TEXT NOT NULL PRIMARY KEY REFERENCES agents (id) ON DELETE CASCADE,
    secret TEXT NOT NULL,
    step BIGINT NOT NULL
);

CREATE TABLE agent_recovery (
    agent TEXT NOT NULL REFERENCES agents (id) ON DELETE CASCADE,
    hash BYTEA NOT NULL,
    PRIMARY KEY (agent, hash)
);

CREATE TABLE agent_devices (
    hash BYTEA NOT NULL PRIMARY KEY,
    agent TEXT NOT NULL REFERENCES agents (id) ON DELETE CASCADE,
    expires_at BIGINT NOT NULL
);
CREATE INDEX agent_devices_agent ON agent_devices (agent);

-- What happened in a span of time is read by these.
CREATE INDEX conversations_created ON conversations (created_at);
CREATE INDEX handoffs_queued ON handoffs (queued_at);

-- +goose Down
DROP INDEX handoffs_queued;
DROP INDEX conversations_created;
DROP TABLE agent_devices;
DROP TABLE agent_recovery;
DROP TABLE agent_factors;
DROP INDEX agents_external;
ALTER TABLE agents DROP COLUMN external;
ALTER TABLE agents DROP COLUMN queues;
DROP TABLE audit_head;
DROP TABLE audit;
