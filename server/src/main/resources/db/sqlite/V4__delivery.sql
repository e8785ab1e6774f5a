-- A browser's subscription: the keys that go with its endpoint.
ALTER TABLE push_token ADD COLUMN subscription TEXT;

-- What was asked to be sent. `target` says to whom, and `place` how far they have been looked up;
-- both are forgotten once everybody has been found.
CREATE TABLE notification (
  no           INTEGER PRIMARY KEY,
  id           TEXT    NOT NULL UNIQUE,
  app          INTEGER NOT NULL REFERENCES app (no),
  message      TEXT    NOT NULL,
  context      TEXT,
  target       TEXT,
  place        TEXT,
  urgent       INTEGER NOT NULL,
  turn         INTEGER,
  created_at   INTEGER NOT NULL,
  expires_at   INTEGER NOT NULL,
  cancelled_at INTEGER,
  users        INTEGER NOT NULL,
  unknown      INTEGER NOT NULL,
  silenced     INTEGER NOT NULL,
  unreachable  INTEGER NOT NULL,
  deliveries   INTEGER NOT NULL,
  once         BLOB,
  request      BLOB
);

CREATE UNIQUE INDEX notification_once ON notification (app, once) WHERE once IS NOT NULL;

-- Whose recipients are still to be found, and whose turn it is: urgent ones first.
CREATE INDEX notification_turn ON notification (urgent DESC, turn) WHERE turn IS NOT NULL;

CREATE INDEX notification_age ON notification (created_at);

-- One message to one address. `due_at` is when it may be tried, or until when somebody has taken it
-- on; it has none when it has ended. What is more urgent goes first: calls (2), then high priority (1).
CREATE TABLE delivery (
  notification INTEGER NOT NULL,
  n            INTEGER NOT NULL,
  user_id      INTEGER NOT NULL,
  session_id   INTEGER NOT NULL,
  channel      TEXT    NOT NULL,
  provider     INTEGER NOT NULL,
  urgent       INTEGER NOT NULL,
  due_at       INTEGER,
  attempts     INTEGER NOT NULL,
  state        TEXT    NOT NULL,
  reason       TEXT,
  receipt      TEXT,
  changed_at   INTEGER NOT NULL,
  PRIMARY KEY (notification, n)
) WITHOUT ROWID;

CREATE INDEX delivery_due ON delivery (provider, urgent DESC, due_at) WHERE due_at IS NOT NULL;

-- What providers said against a token as it was registered then; a token that was registered again
-- is above it.
CREATE TABLE suspicion (
  user_id       INTEGER NOT NULL,
  session_id    INTEGER NOT NULL,
  channel       TEXT    NOT NULL,
  registered_at INTEGER NOT NULL,
  provider      INTEGER NOT NULL,
  dead          INTEGER NOT NULL,
  times         INTEGER NOT NULL,
  since         INTEGER NOT NULL,
  last_at       INTEGER NOT NULL,
  reason        TEXT    NOT NULL,
  PRIMARY KEY (user_id, session_id, channel)
) WITHOUT ROWID;

CREATE INDEX suspicion_of_provider ON suspicion (provider, dead, last_at);

-- Which of Apple's two environments took a token.
CREATE TABLE apns_environment (
  app         INTEGER NOT NULL,
  hash        BLOB    NOT NULL,
  environment TEXT    NOT NULL,
  learned_at  INTEGER NOT NULL,
  PRIMARY KEY (app, hash)
) WITHOUT ROWID;

-- A push service that asked for patience.
CREATE TABLE host_pause (
  provider INTEGER NOT NULL,
  host     TEXT    NOT NULL,
  until    INTEGER NOT NULL,
  PRIMARY KEY (provider, host)
) WITHOUT ROWID;
