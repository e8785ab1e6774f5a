-- What users want to be left alone with. A row is there once somebody chose something.

-- `switches` (0 or 1 each), `levels` (a digit each) and `week` (seven days) are written by
-- QuietRows; the places are those of Switch and Subject.
CREATE TABLE quiet (
  user_id          bigint PRIMARY KEY REFERENCES app_user (id),
  dnd              bigint NOT NULL,
  privacy_template bigint NOT NULL,
  switches         text   NOT NULL,
  levels           text   NOT NULL,
  week             text   NOT NULL,
  timezone         text
);

-- Nothing about `topic` from the user or group `id` until then.
CREATE TABLE muted (
  user_id bigint NOT NULL REFERENCES app_user (id),
  until   bigint NOT NULL,
  topic   text   COLLATE "C" NOT NULL CHECK (topic IN ('chat', 'call')),
  peer    text   COLLATE "C" NOT NULL CHECK (peer IN ('uid', 'guid')),
  id      text   COLLATE "C" NOT NULL,
  PRIMARY KEY (user_id, topic, peer, id)
);
