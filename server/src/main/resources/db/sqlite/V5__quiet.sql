-- What users want to be left alone with. A row is there once somebody chose something.

-- `switches` (0 or 1 each), `levels` (a digit each) and `week` (seven days) are written by
-- QuietRows; the places are those of Switch and Subject.
CREATE TABLE quiet (
  user_id          INTEGER PRIMARY KEY REFERENCES app_user (id),
  dnd              INTEGER NOT NULL,
  switches         TEXT    NOT NULL,
  levels           TEXT    NOT NULL,
  week             TEXT    NOT NULL,
  privacy_template INTEGER NOT NULL,
  timezone         TEXT
);

-- Nothing about `topic` from the user or group `id` until then.
CREATE TABLE muted (
  user_id INTEGER NOT NULL REFERENCES app_user (id),
  topic   TEXT    NOT NULL CHECK (topic IN ('chat', 'call')),
  peer    TEXT    NOT NULL CHECK (peer IN ('uid', 'guid')),
  id      TEXT    NOT NULL,
  until   INTEGER NOT NULL,
  PRIMARY KEY (user_id, topic, peer, id)
) WITHOUT ROWID;
