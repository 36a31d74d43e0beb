-- Which agents are at work on which replica. A beat counts up while they are,
-- so that others see it move, whatever their clocks say.

-- +goose Up
CREATE TABLE presence (
    replica TEXT NOT NULL,
    agent TEXT NOT NULL,
    beat BIGINT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (replica, agent)
);
CREATE INDEX presence_at ON presence (at);

-- +goose Down
DROP TABLE presence;
