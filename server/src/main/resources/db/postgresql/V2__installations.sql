-- What a client tells of its installation: a name for the phone (as SHA-256), and which of its
-- registrations is the newer one.

ALTER TABLE push_token ADD COLUMN sequence bigint;
ALTER TABLE push_token ADD COLUMN device_key text COLLATE "C";

CREATE INDEX push_token_device ON push_token (app, device_key, channel)
 WHERE device_key IS NOT NULL;
