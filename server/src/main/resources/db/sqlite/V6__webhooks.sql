-- Where apps want to be told of what. The secrets are sealed; `events` is a list of words, each with
-- a space on both sides.
CREATE TABLE webhook (
  no            INTEGER PRIMARY KEY AUTOINCREMENT,
  app           INTEGER NOT NULL REFERENCES app (no),
  id            TEXT    NOT NULL,
  url           TEXT    NOT NULL,
  events        TEXT    NOT NULL,
  secret        BLOB    NOT NULL,
  old_secret    BLOB,
  old_until     INTEGER,
  created_at    INTEGER NOT NULL,
  updated_at    INTEGER NOT NULL,
  failing_since INTEGER,
  disabled_at   INTEGER,
  disabled_why  TEXT,
  dropped       INTEGER NOT NULL,
  UNIQUE (app, id)
);

-- What is still to be told. A row that was taken for sending is due again when the lease is over.
-- There is no reference to the webhook: one that is being deleted must not fail a registration.
-- Of a delivery to a session that has ended, no token is known.
CREATE TABLE webhook_event (
  webhook      INTEGER NOT NULL,
  id           TEXT    NOT NULL,
  type         TEXT    NOT NULL,
  at           INTEGER NOT NULL,
  uid          TEXT    NOT NULL,
  session_id   INTEGER NOT NULL,
  channel      TEXT    NOT NULL,
  platform     TEXT,
  token        TEXT,
  actor        TEXT    NOT NULL,
  reason       TEXT    NOT NULL,
  notification TEXT,
  provider     TEXT,
  attempts     INTEGER NOT NULL,
  due_at       INTEGER NOT NULL,
  PRIMARY KEY (webhook, id)
);

CREATE INDEX webhook_event_due ON webhook_event (webhook, due_at);
