-- The schema both databases share. A type is a name both understand: BYTEA
-- columns hold bytes in SQLite as well, BIGINT holds milliseconds, counts and
-- booleans.

-- +goose Up
CREATE TABLE meta (
    key TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE conversations (
    id TEXT NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    epoch BIGINT NOT NULL,
    owner TEXT NOT NULL,
    last_seq BIGINT NOT NULL,
    last_event BIGINT NOT NULL,
    session_hash BYTEA,
    subject TEXT NOT NULL,
    partner TEXT NOT NULL,
    due BIGINT NOT NULL,
    closed_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    state BYTEA
);
CREATE UNIQUE INDEX conversations_session ON conversations (session_hash);
CREATE INDEX conversations_subject ON conversations (subject, partner, created_at) WHERE subject <> '';
CREATE INDEX conversations_due ON conversations (due, id) WHERE due > 0;

CREATE TABLE messages (
    conversation TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    seq BIGINT NOT NULL,
    sender TEXT NOT NULL,
    name TEXT NOT NULL,
    agent TEXT NOT NULL,
    client_key TEXT,
    text TEXT NOT NULL,
    lang TEXT NOT NULL,
    at BIGINT NOT NULL,
    through BIGINT NOT NULL,
    extra BYTEA
);
CREATE UNIQUE INDEX messages_seq ON messages (conversation, seq);
CREATE UNIQUE INDEX messages_client_key ON messages (conversation, client_key) WHERE client_key IS NOT NULL;

CREATE TABLE events (
    conversation TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    n BIGINT NOT NULL,
    after_seq BIGINT NOT NULL,
    type TEXT NOT NULL,
    at BIGINT NOT NULL,
    data BYTEA
);
CREATE UNIQUE INDEX events_n ON events (conversation, n);

CREATE TABLE notes (
    conversation TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    n BIGINT NOT NULL,
    agent TEXT NOT NULL,
    name TEXT NOT NULL,
    text TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE UNIQUE INDEX notes_n ON notes (conversation, n);

CREATE TABLE handoffs (
    id TEXT NOT NULL PRIMARY KEY,
    conversation TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    queue TEXT NOT NULL,
    rank BIGINT NOT NULL,
    front BIGINT NOT NULL,
    state TEXT NOT NULL,
    lang TEXT NOT NULL,
    agent TEXT NOT NULL,
    reserved_for TEXT NOT NULL,
    queued_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    data BYTEA
);
CREATE INDEX handoffs_conversation ON handoffs (conversation);
CREATE INDEX handoffs_by_age ON handoffs (queue, rank, front DESC, queued_at, id) WHERE state = 'queued';
CREATE INDEX handoffs_by_lang ON handoffs (queue, rank, front, lang, queued_at, id) WHERE state = 'queued';
CREATE INDEX handoffs_reserved ON handoffs (reserved_for, queue, rank) WHERE state = 'queued' AND reserved_for <> '';
CREATE INDEX handoffs_accepted ON handoffs (agent, queue) WHERE state = 'accepted';

CREATE TABLE receipts (
    conversation TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    party TEXT NOT NULL,
    read BIGINT NOT NULL,
    PRIMARY KEY (conversation, party)
);

CREATE TABLE ratings (
    handoff TEXT NOT NULL PRIMARY KEY REFERENCES handoffs (id) ON DELETE CASCADE,
    stars BIGINT NOT NULL,
    text TEXT NOT NULL,
    at BIGINT NOT NULL
);

CREATE TABLE agents (
    id TEXT NOT NULL PRIMARY KEY,
    email TEXT NOT NULL,
    email_folded TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    languages TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    disabled BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE agent_sessions (
    token TEXT NOT NULL PRIMARY KEY,
    agent TEXT NOT NULL,
    data BYTEA NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX agent_sessions_agent ON agent_sessions (agent) WHERE agent <> '';
CREATE INDEX agent_sessions_expiry ON agent_sessions (expires_at);

CREATE TABLE admin_tokens (
    hash BYTEA NOT NULL PRIMARY KEY,
    expires_at BIGINT NOT NULL,
    used_at BIGINT NOT NULL
);

-- +goose Down
DROP TABLE admin_tokens;
DROP TABLE agent_sessions;
DROP TABLE agents;
DROP TABLE ratings;
DROP TABLE receipts;
DROP TABLE handoffs;
DROP TABLE notes;
DROP TABLE events;
DROP TABLE messages;
DROP TABLE conversations;
DROP TABLE meta;
