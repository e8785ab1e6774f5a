-- Providers of an app. Credentials are sealed (AES-256-GCM); `summary` is what operators may see. A number
-- is never given out twice, since deliveries keep it longer than the provider may live.
CREATE TABLE provider (
  no             INTEGER PRIMARY KEY AUTOINCREMENT,
  app            INTEGER NOT NULL REFERENCES app (no),
  id             TEXT    NOT NULL,
  type           TEXT    NOT NULL CHECK (type IN ('fcm', 'apns', 'webPush')),
  version        INTEGER NOT NULL,
  credentials    BLOB    NOT NULL,
  summary        TEXT    NOT NULL,
  per_second     INTEGER,
  created_at     INTEGER NOT NULL,
  updated_at     INTEGER NOT NULL,
  paused_until   INTEGER,
  degraded_since INTEGER,
  pace_second    INTEGER NOT NULL DEFAULT 0,
  pace_used      INTEGER NOT NULL DEFAULT 0,
  UNIQUE (app, id)
);

-- OAuth tokens and JWTs that all nodes share, sealed too. Who makes one has until `making_until`.
CREATE TABLE provider_pass (
  provider     INTEGER NOT NULL REFERENCES provider (no),
  name         TEXT    NOT NULL,
  secret       BLOB,
  issued_at    INTEGER,
  renew_at     INTEGER,
  making_until INTEGER,
  PRIMARY KEY (provider, name)
) WITHOUT ROWID;
