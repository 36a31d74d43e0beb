-- What staff do is written down in one chain (package audit), with its head
-- beside it.

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

-- +goose Down
DROP TABLE audit_head;
DROP TABLE audit;
