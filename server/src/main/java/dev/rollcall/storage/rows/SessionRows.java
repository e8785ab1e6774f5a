package dev.rollcall.storage.rows;

import dev.rollcall.account.ClientInfo;
import dev.rollcall.account.Platform;
import dev.rollcall.account.Session;
import dev.rollcall.account.SessionStore.Login;
import dev.rollcall.storage.engine.Tx;
import dev.rollcall.storage.rows.TokenRows.Cause;
import dev.rollcall.token.TokenEvent.Kind;
import java.sql.SQLException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Rows of sessions: whatever ends the one ends its push tokens with it.
public final class SessionRows {
  private SessionRows() {}

  public static void insert(Tx tx, long userId, Login login, Instant now) throws SQLException {
    var client = login.client();
    tx.update(
        """
        INSERT INTO session
          (id, user_id, hash, platform, resource, device_id, sdk, created_at, last_seen, expires_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        login.token().sessionId().orElseThrow(),
        userId,
        login.token().hash(),
        word(client.platform()),
        client.resource(),
        client.deviceId(),
        client.sdk(),
        now.toEpochMilli(),
        now.toEpochMilli(),
        login.expiresAt());
  }

  /// Notes what the client says of itself, and that its session was seen; answers what is then
  /// known of the session.
  public static Session note(Tx tx, Session session, ClientInfo client, Instant now)
      throws SQLException {
    tx.update(
        """
        UPDATE session SET
          platform = coalesce(?, platform), resource = coalesce(?, resource),
          device_id = coalesce(?, device_id), sdk = coalesce(?, sdk), last_seen = ?
        WHERE id = ?
        """,
        word(client.platform()),
        client.resource(),
        client.deviceId(),
        client.sdk(),
        now.toEpochMilli(),
        session.id());
    return new Session(
        session.id(),
        session.app(),
        session.userId(),
        session.uid(),
        client.platform() == null ? session.platform() : client.platform(),
        client.deviceId() == null ? session.deviceId() : client.deviceId(),
        session.createdAt(),
        now.toEpochMilli(),
        session.expiresAt());
  }

  public static @Nullable String word(@Nullable Platform platform) {
    return platform == null ? null : platform.word();
  }

  public static Cause cause(String actor, String reason, Instant now) {
    return new Cause(Kind.DELETED, actor, reason, now);
  }

  public static void end(Tx tx, long userId, long sessionId, Cause cause) throws SQLException {
    TokenRows.removeOfSession(tx, userId, sessionId, cause);
    tx.update("DELETE FROM session WHERE id = ?", sessionId);
  }

  public static void endAll(Tx tx, long userId, Cause cause) throws SQLException {
    TokenRows.removeOfUser(tx, userId, cause);
    tx.update("DELETE FROM session WHERE user_id = ?", userId);
  }
}
