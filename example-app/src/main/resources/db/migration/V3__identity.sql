-- Written for H2 and PostgreSQL alike. Times are milliseconds since the epoch.

-- Who has vouched for the user of a session: one from the demo opens nothing where Discord says who is who.
ALTER TABLE sessions ADD COLUMN identity VARCHAR(16) DEFAULT 'demo' NOT NULL;

CREATE INDEX sessions_by_user ON sessions (user_id);

-- Sign-ins that were begun. Hashes only: who reads this table cannot finish one.
CREATE TABLE sign_ins (
    state_hash VARCHAR(64) PRIMARY KEY,
    challenge  VARCHAR(64) NOT NULL,
    expires_at BIGINT      NOT NULL
);

CREATE INDEX sign_ins_by_expiry ON sign_ins (expires_at);

-- What lets us ask Discord in a user's name.
CREATE TABLE discord_accounts (
    user_id      BIGINT        PRIMARY KEY REFERENCES users (id),
    tokens       VARCHAR(8192) NOT NULL, -- sealed: the key is not in the database
    next_read_at BIGINT        NOT NULL  -- when the user's guilds are read again; moved on by the node that does it
);

-- Discord's own list names this guild among the user's. Otherwise a webhook has named the user.
ALTER TABLE guilds ADD COLUMN managed BOOLEAN DEFAULT FALSE NOT NULL;

-- What webhooks have told of a guild, for those who will manage it one day.
CREATE TABLE guild_states (
    guild_id   VARCHAR(128) PRIMARY KEY,
    installed  BOOLEAN DEFAULT FALSE NOT NULL,
    configured BOOLEAN DEFAULT FALSE NOT NULL
);

CREATE INDEX webhooks_by_age ON webhooks (received_at);

INSERT INTO guild_states (guild_id, installed, configured)
SELECT id, MAX(CASE WHEN installed THEN 1 ELSE 0 END) = 1, MAX(CASE WHEN configured THEN 1 ELSE 0 END) = 1
FROM guilds GROUP BY id;
