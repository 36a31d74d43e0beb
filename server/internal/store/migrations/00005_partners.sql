-- What partner apps need: their keys, the feed of what happened to their
-- conversations, the receipts of decisions they asked for, and what their
-- repeated requests were answered.

-- +goose Up
CREATE TABLE api_keys (
    id TEXT NOT NULL PRIMARY KEY,
    partner TEXT NOT NULL,
    name TEXT NOT NULL,
    hash BYTEA NOT NULL UNIQUE,
    scopes TEXT NOT NULL,
    rate TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    revoked_at BIGINT NOT NULL,
    used_at BIGINT NOT NULL
);
CREATE INDEX api_keys_partner ON api_keys (partner);

-- How many entries each partner's feed has had. A row is taken at the end of a
-- commit and held until it is done, so that the numbers become visible in order.
-- swept is up to which number old entries were removed.
CREATE TABLE feeds (
    partner TEXT NOT NULL PRIMARY KEY,
    last BIGINT NOT NULL,
    swept BIGINT NOT NULL
);

-- The outbox: one row for each message (seq > 0) or event (event > 0) of a
-- partner's conversation, written with it. It holds no text: what a row stands
-- for is read where it is.
CREATE TABLE feed (
    partner TEXT NOT NULL,
    n BIGINT NOT NULL,
    conversation TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    seq BIGINT NOT NULL,
    event BIGINT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (partner, n)
);
CREATE INDEX feed_conversation ON feed (conversation);
CREATE INDEX feed_at ON feed (partner, at);

CREATE TABLE decisions (
    id TEXT NOT NULL PRIMARY KEY,
    partner TEXT NOT NULL,
    at BIGINT NOT NULL,
    data BYTEA NOT NULL
);
CREATE INDEX decisions_at ON decisions (at);

-- status 0: under way until expires_at, after which another may begin again. seed
-- is one for all who carry the same request out. conversation is whose data the
-- body has: an answer is erased with it.
CREATE TABLE idempotency (
    partner TEXT NOT NULL,
    name TEXT NOT NULL,
    print BYTEA NOT NULL,
    holder TEXT NOT NULL,
    seed TEXT NOT NULL,
    status BIGINT NOT NULL,
    body BYTEA,
    conversation TEXT REFERENCES conversations (id) ON DELETE CASCADE,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (partner, name)
);
CREATE INDEX idempotency_conversation ON idempotency (conversation);
CREATE INDEX idempotency_expiry ON idempotency (expires_at);

-- +goose Down
DROP TABLE idempotency;
DROP TABLE decisions;
DROP TABLE feed;
DROP TABLE feeds;
DROP TABLE api_keys;
