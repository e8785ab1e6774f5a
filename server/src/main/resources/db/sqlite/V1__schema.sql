-- The schema for SQLite. db/postgresql has the same tables, columns, NOT NULLs and indexes.
--
-- Times are epoch milliseconds unless a comment says otherwise. API keys, auth keys and auth tokens are
-- stored only as SHA-256. Credentials and secrets that Rollcall itself must use are encrypted
-- (AES-256-GCM), with a key that is not in the database.
--
-- A column that holds one of a set of words (a type, scope, platform, channel, kind, topic or state) has
-- no CHECK: SQLite cannot change a CHECK, and a new word must not need a migration. The program writes
-- these columns from enums and checks the words of an import.

-- A tenant of the server. Other tables refer to it by the short `no`; callers know it by `id`.
CREATE TABLE app (
  no           INTEGER PRIMARY KEY,
  id           TEXT    NOT NULL UNIQUE,
  region       TEXT    NOT NULL,
  token_policy TEXT    NOT NULL,
  created_at   INTEGER NOT NULL
);

-- A valid key of an app. A rotation deletes the former row.
CREATE TABLE app_key (
  hash       BLOB    NOT NULL,
  app        INTEGER NOT NULL REFERENCES app (no),
  scope      TEXT    NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (app, hash)
) WITHOUT ROWID;

-- A user of an app. `metadata` is a JSON object and `tags` is a JSON array. If an import has brought the user,
-- `foreign_id` is the id in the other system as it was written there, and `foreign_origin` says where the
-- import found it. Two ids that are spelled differently are never the same user.
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
  foreign_id     TEXT,
  foreign_origin TEXT,
  UNIQUE (app, uid)
);

-- One login of one user. `hash` is the hash of its auth token. It is empty in an imported session, which no
-- auth token opens. The id increases with time, so that new sessions are neighbours in the table.
CREATE TABLE session (
  id         INTEGER PRIMARY KEY,
  user_id    INTEGER NOT NULL REFERENCES app_user (id),
  hash       BLOB    NOT NULL,
  platform   TEXT,
  resource   TEXT,
  device_id  TEXT,
  sdk        TEXT,
  created_at INTEGER NOT NULL,
  last_seen  INTEGER NOT NULL,
  expires_at INTEGER,
  -- The foreign key of push_token needs this.
  UNIQUE (user_id, id)
);

CREATE INDEX session_by_expiry ON session (expires_at) WHERE expires_at IS NOT NULL;

-- The push token that a session holds in one channel. The table keeps its rowid, so that the new rows of one
-- transaction share a page and only narrow indexes are written at random places.
CREATE TABLE push_token (
  user_id       INTEGER NOT NULL,
  session_id    INTEGER NOT NULL,
  channel       TEXT    NOT NULL,
  app           INTEGER NOT NULL,
  -- 0 in an app with the token policy `exclusive`, otherwise the user's id; see push_token_owner.
  owner         INTEGER NOT NULL,
  -- SHA-256 of `value`, because values may be long and an index should be narrow.
  hash          BLOB    NOT NULL,
  value         TEXT    NOT NULL,
  push_platform TEXT    NOT NULL,
  -- How the platform is known, so that a guess does not replace what a client said.
  platform_basis TEXT   NOT NULL DEFAULT 'session',
  provider_id   TEXT    NOT NULL,
  -- The keys of a browser's push subscription, whose endpoint is `value`.
  subscription  TEXT,
  -- The client's device key, which identifies the phone, as SHA-256.
  device_key    TEXT,
  -- The client increases this number with each registration of an installation, so that a late one is
  -- recognised.
  sequence      INTEGER,
  timezone      TEXT,
  created_at    INTEGER NOT NULL,
  registered_at INTEGER NOT NULL,
  -- The results of pushes: when a provider last accepted one, and when and why the last one failed. They are
  -- recorded once a day or so.
  accepted_at   INTEGER,
  failed_at     INTEGER,
  failure       TEXT,
  -- A lower bound of the later of `registered_at` and `accepted_at`. The removal of old tokens searches by it
  -- and updates it. No other change of a row updates it, so neither a repeated registration nor a push changes
  -- the index.
  known_alive_at INTEGER NOT NULL,
  PRIMARY KEY (user_id, session_id, channel),
  FOREIGN KEY (user_id, session_id) REFERENCES session (user_id, id)
);

-- A value has one owner in an app with the token policy `exclusive`, and one for each user otherwise.
CREATE UNIQUE INDEX push_token_owner ON push_token (app, channel, hash, owner);

CREATE INDEX push_token_device ON push_token (app, device_key, channel)
 WHERE device_key IS NOT NULL;

-- Finds the providers that tokens name. The predicate leaves out tokens that name none.
CREATE INDEX push_token_provider ON push_token (app, channel, provider_id)
 WHERE provider_id <> 'default';

CREATE INDEX push_token_age ON push_token (known_alive_at);

-- The registrations under one name of a phone (a device key or a device id, as SHA-256) that met the token of
-- another session. `owner` is as in push_token, or the user's id for a device id; `user_id` is the user who
-- registered last. `traces` has one line for each token: the time, the user, and a part of the hash of the
-- token.
CREATE TABLE device_use (
  app          INTEGER NOT NULL REFERENCES app (no),
  owner        INTEGER NOT NULL,
  user_id      INTEGER NOT NULL,
  -- Before this time, the name counts as shared by several phones and replaces no token.
  shared_until INTEGER NOT NULL,
  changed_at   INTEGER NOT NULL,
  device       TEXT NOT NULL,
  traces       TEXT NOT NULL,
  PRIMARY KEY (app, owner, device)
) WITHOUT ROWID;

CREATE INDEX device_use_of_user ON device_use (user_id, changed_at);

CREATE INDEX device_use_by_change ON device_use (changed_at);

-- One event in a user's token history. `seq` numbers the events of the user. `token` is masked.
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

-- An account at FCM or APNs, or a VAPID key, with which an app sends. AUTOINCREMENT never reuses a `no`,
-- because deliveries keep it after the provider is deleted.
CREATE TABLE provider (
  no             INTEGER PRIMARY KEY AUTOINCREMENT,
  app            INTEGER NOT NULL REFERENCES app (no),
  id             TEXT    NOT NULL,
  -- `id` in the form in which ids are compared: without case and without spaces at the ends.
  id_key         TEXT    NOT NULL,
  -- Further ids under which tokens may name the provider, as a JSON array.
  aliases        TEXT    NOT NULL,
  type           TEXT    NOT NULL,
  -- Increases with each change. Answers to former credentials do not count.
  version        INTEGER NOT NULL,
  credentials    BLOB    NOT NULL,
  -- The part of the credentials that is not secret.
  summary        TEXT    NOT NULL,
  per_second     INTEGER,
  created_at     INTEGER NOT NULL,
  updated_at     INTEGER NOT NULL,
  -- The end of the pause. After this time, one message is sent as a probe. If the provider works, the others
  -- follow.
  paused_until   INTEGER,
  calls_paused   INTEGER NOT NULL DEFAULT 0,
  degraded_since INTEGER,
  -- All nodes together sent `pace_used` messages in the epoch second `pace_second`.
  pace_second    INTEGER NOT NULL DEFAULT 0,
  pace_used      INTEGER NOT NULL DEFAULT 0,
  UNIQUE (app, id_key)
);

-- An OAuth token or JWT for a provider, which all nodes share. `lease_until` is the end of the lease of
-- the node that creates a new one.
CREATE TABLE provider_access_token (
  provider     INTEGER NOT NULL REFERENCES provider (no),
  name         TEXT    NOT NULL,
  secret       BLOB,
  issued_at    INTEGER,
  renew_at     INTEGER,
  lease_until INTEGER,
  PRIMARY KEY (provider, name)
) WITHOUT ROWID;

-- What a back end asked to send: one message and its target. The columns from `users` to `deliveries` are
-- counts for its report.
CREATE TABLE notification (
  no           INTEGER PRIMARY KEY,
  id           TEXT    NOT NULL UNIQUE,
  app          INTEGER NOT NULL REFERENCES app (no),
  message      TEXT    NOT NULL,
  context      TEXT,
  -- The target, and the position of the recipient search in it. Both are NULL after the search has ended.
  target       TEXT,
  search_cursor TEXT,
  -- 2 for a call, 1 for high priority, otherwise 0.
  urgent       INTEGER NOT NULL,
  -- When recipients were last looked up; NULL after the search has ended. Of equally urgent notifications, the
  -- one with the lowest value is next.
  search_at    INTEGER,
  created_at   INTEGER NOT NULL,
  expires_at   INTEGER NOT NULL,
  cancelled_at INTEGER,
  users        INTEGER NOT NULL,
  unknown      INTEGER NOT NULL,
  silenced     INTEGER NOT NULL,
  unreachable  INTEGER NOT NULL,
  deliveries   INTEGER NOT NULL,
  -- The idempotency key and the request that came with it, both hashed.
  idempotency_key BLOB,
  request_hash BLOB
);

CREATE UNIQUE INDEX notification_idempotency_key ON notification (app, idempotency_key)
 WHERE idempotency_key IS NOT NULL;

CREATE INDEX notification_search ON notification (urgent DESC, search_at) WHERE search_at IS NOT NULL;

CREATE INDEX notification_age ON notification (created_at);

-- One message to one push token. `n` is its index within the notification. `provider` is 0 if the app has none
-- for the channel.
CREATE TABLE delivery (
  notification INTEGER NOT NULL,
  n            INTEGER NOT NULL,
  user_id      INTEGER NOT NULL,
  session_id   INTEGER NOT NULL,
  channel      TEXT    NOT NULL,
  provider     INTEGER NOT NULL,
  urgent       INTEGER NOT NULL,
  -- When the delivery is due, or when the lease of the node that claimed it ends. NULL after the delivery has
  -- ended.
  due_at       INTEGER,
  attempts     INTEGER NOT NULL,
  state        TEXT    NOT NULL,
  reason       TEXT,
  receipt      TEXT,
  changed_at   INTEGER NOT NULL,
  PRIMARY KEY (notification, n)
) WITHOUT ROWID;

CREATE INDEX delivery_due ON delivery (provider, urgent DESC, due_at) WHERE due_at IS NOT NULL;

-- The complaints of a provider about a push token. They count only for the registration at `registered_at`: a
-- token that was registered again is not suspect.
CREATE TABLE suspicion (
  user_id       INTEGER NOT NULL,
  session_id    INTEGER NOT NULL,
  channel       TEXT    NOT NULL,
  registered_at INTEGER NOT NULL,
  provider      INTEGER NOT NULL,
  -- 1 if the token is dead, 0 if it is only suspect.
  dead          INTEGER NOT NULL,
  -- The number of complaints, and the times of the first and the last one.
  times         INTEGER NOT NULL,
  since         INTEGER NOT NULL,
  last_at       INTEGER NOT NULL,
  reason        TEXT    NOT NULL,
  PRIMARY KEY (user_id, session_id, channel)
) WITHOUT ROWID;

CREATE INDEX suspicion_of_provider ON suspicion (provider, dead, last_at);

-- Which of Apple's two environments accepted an APNs token.
CREATE TABLE apns_environment (
  app         INTEGER NOT NULL,
  hash        BLOB    NOT NULL,
  environment TEXT    NOT NULL,
  learned_at  INTEGER NOT NULL,
  PRIMARY KEY (app, hash)
) WITHOUT ROWID;

-- A pause of one Web Push host or one APNs environment. The rest of its provider is not paused.
CREATE TABLE host_pause (
  provider     INTEGER NOT NULL,
  host         TEXT    NOT NULL,
  until        INTEGER NOT NULL,
  calls_paused INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (provider, host)
) WITHOUT ROWID;

-- The preferences of a user who has changed them. All other users have the defaults.
CREATE TABLE preference (
  user_id          INTEGER PRIMARY KEY REFERENCES app_user (id),
  dnd              INTEGER NOT NULL,
  -- A 0 or 1 for each Switch, and a digit for each Subject, in the order of these enums.
  switches         TEXT    NOT NULL,
  levels           TEXT    NOT NULL,
  -- The schedule of the seven days.
  week             TEXT    NOT NULL,
  privacy_template INTEGER NOT NULL,
  timezone         TEXT
);

-- A mute. Before `until`, the user gets no notification of this topic about the user or group `id`; `peer` says
-- which of the two it is.
CREATE TABLE mute (
  user_id INTEGER NOT NULL REFERENCES app_user (id),
  topic   TEXT    NOT NULL,
  peer    TEXT    NOT NULL,
  id      TEXT    NOT NULL,
  until   INTEGER NOT NULL,
  PRIMARY KEY (user_id, topic, peer, id)
) WITHOUT ROWID;

-- A URL to which Rollcall sends signed events of an app. AUTOINCREMENT never reuses a `no`, because events may
-- outlive their webhook.
CREATE TABLE webhook (
  no            INTEGER PRIMARY KEY AUTOINCREMENT,
  app           INTEGER NOT NULL REFERENCES app (no),
  id            TEXT    NOT NULL,
  url           TEXT    NOT NULL,
  -- The types of events, each with a space on both sides, so that a type is found with LIKE.
  events        TEXT    NOT NULL,
  secret        BLOB    NOT NULL,
  -- After a rotation, the former secret signs too, until `old_until`.
  old_secret    BLOB,
  old_until     INTEGER,
  created_at    INTEGER NOT NULL,
  updated_at    INTEGER NOT NULL,
  failing_since INTEGER,
  disabled_at   INTEGER,
  disabled_why  TEXT,
  -- The number of events that were dropped.
  dropped       INTEGER NOT NULL,
  UNIQUE (app, id)
);

-- An event that is still to be sent to a webhook. There is no foreign key: a webhook that is being deleted
-- must not make a registration fail.
CREATE TABLE webhook_event (
  webhook      INTEGER NOT NULL,
  id           TEXT    NOT NULL,
  type         TEXT    NOT NULL,
  at           INTEGER NOT NULL,
  uid          TEXT    NOT NULL,
  session_id   INTEGER NOT NULL,
  channel      TEXT    NOT NULL,
  -- Both are NULL for a delivery to a session that has ended, because its token is gone.
  platform     TEXT,
  token        TEXT,
  actor        TEXT    NOT NULL,
  reason       TEXT    NOT NULL,
  -- Both are NULL for a change of a token, and `provider` also for a delivery that found none.
  notification TEXT,
  provider     TEXT,
  attempts     INTEGER NOT NULL,
  -- When the event is due, or when the lease of the node that claimed it ends.
  due_at       INTEGER NOT NULL,
  PRIMARY KEY (webhook, id)
);

CREATE INDEX webhook_event_due ON webhook_event (webhook, due_at);
