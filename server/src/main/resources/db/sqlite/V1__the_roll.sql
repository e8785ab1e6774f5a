-- Times are epoch milliseconds. Keys and auth tokens are stored only as SHA-256.

CREATE TABLE app (
  no           INTEGER PRIMARY KEY,
  id           TEXT    NOT NULL UNIQUE,
  region       TEXT    NOT NULL,
  token_policy TEXT    NOT NULL CHECK (token_policy IN ('exclusive', 'shared')),
  created_at   INTEGER NOT NULL
);

CREATE TABLE app_key (
  hash       BLOB    NOT NULL,
  app        INTEGER NOT NULL REFERENCES app (no),
  scope      TEXT    NOT NULL CHECK (scope IN ('fullAccess', 'authOnly')),
  created_at INTEGER NOT NULL,
  PRIMARY KEY (app, hash)
) WITHOUT ROWID;

CREATE TABLE app_user (
  id             INTEGER PRIMARY KEY,
  app            INTEGER NOT NULL REFERENCES app (no),
  uid            TEXT    NOT NULL,
  name           TEXT    NOT NULL,
  avatar         TEXT,
  link           TEXT,
  role           TEXT    NOT NULL,
  status_message TEXT,
  metadata       TEXT,
  tags           TEXT    NOT NULL,
  created_at     INTEGER NOT NULL,
  updated_at     INTEGER NOT NULL,
  deactivated_at INTEGER,
  UNIQUE (app, uid)
);

-- The id grows with time, so new sessions land side by side.
CREATE TABLE session (
  id         INTEGER PRIMARY KEY,
  user_id    INTEGER NOT NULL REFERENCES app_user (id),
  hash       BLOB    NOT NULL,
  platform   TEXT    CHECK (platform IN ('ios', 'web', 'android')),
  resource   TEXT,
  device_id  TEXT,
  sdk        TEXT,
  created_at INTEGER NOT NULL,
  last_seen  INTEGER NOT NULL,
  expires_at INTEGER,
  UNIQUE (user_id, id)
);

CREATE INDEX session_by_expiry ON session (expires_at) WHERE expires_at IS NOT NULL;

-- One session holds at most one token per channel. Rows lie in the order they came, so that the
-- inserts of one transaction share a page; only the two narrow indexes are touched at random.
CREATE TABLE push_token (
  user_id       INTEGER NOT NULL,
  session_id    INTEGER NOT NULL,
  channel       TEXT    NOT NULL,
  app           INTEGER NOT NULL,
  owner         INTEGER NOT NULL,
  hash          BLOB    NOT NULL,
  value         TEXT    NOT NULL,
  push_platform TEXT    NOT NULL,
  provider_id   TEXT    NOT NULL,
  timezone      TEXT,
  created_at    INTEGER NOT NULL,
  registered_at INTEGER NOT NULL,
  PRIMARY KEY (user_id, session_id, channel),
  FOREIGN KEY (user_id, session_id) REFERENCES session (user_id, id)
);

-- One owner per value: `owner` is 0 in an app with the policy `exclusive`, else the user's id.
CREATE UNIQUE INDEX push_token_owner ON push_token (app, channel, hash, owner);

CREATE TABLE token_event (
  user_id    INTEGER NOT NULL,
  seq        INTEGER NOT NULL,
  at         INTEGER NOT NULL,
  kind       TEXT    NOT NULL,
  channel    TEXT    NOT NULL,
  token      TEXT    NOT NULL,
  session_id INTEGER NOT NULL,
  actor      TEXT    NOT NULL,
  reason     TEXT    NOT NULL,
  PRIMARY KEY (user_id, seq)
);
