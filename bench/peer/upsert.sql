-- The statement that `pgbench` repeats: a session that holds a token registers another one.
\set session random(0, :sessions - 1)
\set id ((1750000000000 + :session) << 20) | (:session * 2654435761 & 1048575)
\set user :session % :users + 1
\set a random(0, 9000000000000000000)
\set b random(0, 9000000000000000000)
INSERT INTO push_token (user_id, session_id, channel, app, owner, hash, value, push_platform, provider_id, created_at, registered_at, known_alive_at) SELECT :user::bigint, :id::bigint, 'fcm', 1, 0, sha256(convert_to(value, 'UTF8')), value, 'fcm_android', 'default', 1764000000000, 1764000000000, 1764000000000 FROM (SELECT rpad(:a::text || ':' || :b::text || ':', 163, 'APA91b') AS value) AS made ON CONFLICT (user_id, session_id, channel) DO UPDATE SET hash = excluded.hash, value = excluded.value, created_at = excluded.created_at, registered_at = excluded.registered_at;
