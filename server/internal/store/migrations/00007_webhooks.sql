-- Where partners want to be called, what is to be delivered there, and how each
-- attempt went.

-- +goose Up
CREATE TABLE webhooks (
    id TEXT NOT NULL PRIMARY KEY,
    partner TEXT NOT NULL,
    url TEXT NOT NULL,
    events TEXT NOT NULL,
    secret BYTEA NOT NULL,
    old_secret BYTEA,
    old_until BIGINT NOT NULL,
    through BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    disabled_at BIGINT NOT NULL,
    reason TEXT NOT NULL
);
CREATE INDEX webhooks_partner ON webhooks (partner);

-- One event for one webhook. A delivery that is leased is being attempted by its
-- holder. One that was killed loses it when the lease ends.
CREATE TABLE deliveries (
    id TEXT NOT NULL PRIMARY KEY,
    webhook TEXT NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
    n BIGINT NOT NULL,
    conversation TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    type TEXT NOT NULL,
    body BYTEA NOT NULL,
    state TEXT NOT NULL,
    tries BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    next_at BIGINT NOT NULL,
    holder TEXT NOT NULL,
    leased_until BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX deliveries_webhook ON deliveries (webhook, n);
CREATE INDEX deliveries_due ON deliveries (webhook, next_at) WHERE state = 'pending';
CREATE INDEX deliveries_conversation ON deliveries (conversation);
CREATE INDEX deliveries_age ON deliveries (created_at);

CREATE TABLE attempts (
    delivery TEXT NOT NULL REFERENCES deliveries (id) ON DELETE CASCADE,
    n BIGINT NOT NULL,
    at BIGINT NOT NULL,
    took BIGINT NOT NULL,
    status BIGINT NOT NULL,
    error TEXT NOT NULL,
    PRIMARY KEY (delivery, n)
);

-- +goose Down
DROP TABLE attempts;
DROP TABLE deliveries;
DROP TABLE webhooks;
