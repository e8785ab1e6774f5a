package dev.rollcall.storage.rows;

import dev.rollcall.storage.engine.Tx;
import dev.rollcall.token.Channel;
import dev.rollcall.token.Installation;
import dev.rollcall.token.PushPlatform;
import dev.rollcall.token.PushToken;
import dev.rollcall.token.Subscription;
import dev.rollcall.token.TokenEvent.Kind;
import dev.rollcall.token.TokenValue;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Rows of push tokens and of their history: whatever removes the one writes the other.
public final class TokenRows {
  /// How many lines of history are kept for a user.
  public static final int HISTORY = 200;

  public static final String COLUMNS =
      "t.user_id, t.session_id, t.channel, t.value, t.push_platform, t.provider_id, t.timezone,"
          + " t.created_at, t.registered_at, t.device_key, t.sequence, t.subscription";

  private static final String RETURNED = " RETURNING " + COLUMNS.replace("t.", "");

  private static final String NOTE =
      """
      INSERT INTO token_event
        (user_id, seq, at, kind, channel, token, session_id, actor, reason)
      SELECT ?, coalesce(max(seq), 0) + 1, ?, ?, ?, ?, ?, ?, ?
        FROM token_event WHERE user_id = ?
      RETURNING seq, %s
      """
          .formatted(WebhookEventRows.ANY);

  /// Who changes something, why, and when; it ends up in the history.
  public record Cause(Kind kind, String actor, String reason, Instant at) {}

  /// The number of a line, and whether there is a webhook to be told.
  private record Noted(long seq, boolean webhooks) {}

  private TokenRows() {}

  public static PushToken read(ResultSet row) throws SQLException {
    return read(row, 1);
  }

  /// Reads a token whose columns begin with the `first` of the row.
  public static PushToken read(ResultSet row, int first) throws SQLException {
    var channel = Channel.of(row.getString(first + 2));
    return new PushToken(
        row.getLong(first),
        row.getLong(first + 1),
        new TokenValue(channel, row.getString(first + 3)),
        PushPlatform.of(row.getString(first + 4)).orElseThrow(),
        row.getString(first + 5),
        row.getString(first + 6),
        row.getLong(first + 7),
        row.getLong(first + 8),
        new Installation(row.getString(first + 9), CallerCheck.nullableLong(row, first + 10)),
        subscription(row.getString(first + 11)));
  }

  private static @Nullable Subscription subscription(@Nullable String text) {
    return text == null ? null : Subscription.of(text);
  }

  public static @Nullable String text(@Nullable Subscription subscription) {
    return subscription == null ? null : subscription.text();
  }

  public static List<PushToken> removeOfSession(Tx tx, long userId, long sessionId, Cause cause)
      throws SQLException {
    return noted(
        tx,
        cause,
        tx.updateReturning(
            "DELETE FROM push_token WHERE user_id = ? AND session_id = ?" + RETURNED,
            TokenRows::read,
            userId,
            sessionId));
  }

  public static List<PushToken> removeOfUser(Tx tx, long userId, Cause cause) throws SQLException {
    return noted(
        tx,
        cause,
        tx.updateReturning(
            "DELETE FROM push_token WHERE user_id = ?" + RETURNED, TokenRows::read, userId));
  }

  /// Removes just this row, and only if it was not registered again since it was read.
  public static List<PushToken> remove(Tx tx, PushToken token, Cause cause) throws SQLException {
    return noted(
        tx,
        cause,
        tx.updateReturning(
            """
            DELETE FROM push_token
             WHERE user_id = ? AND session_id = ? AND channel = ? AND registered_at = ?
            """
                + RETURNED,
            TokenRows::read,
            token.userId(),
            token.sessionId(),
            token.channel().word(),
            token.registeredAt()));
  }

  private static List<PushToken> noted(Tx tx, Cause cause, List<PushToken> tokens)
      throws SQLException {
    for (var token : tokens) {
      note(tx, token, cause);
    }
    return tokens;
  }

  public static void note(Tx tx, PushToken token, Cause cause) throws SQLException {
    var noted =
        tx.updateReturning(
                NOTE,
                row -> new Noted(row.getLong(1), row.getBoolean(2)),
                token.userId(),
                cause.at().toEpochMilli(),
                cause.kind().word(),
                token.channel().word(),
                token.value().masked(),
                token.sessionId(),
                cause.actor(),
                cause.reason(),
                token.userId())
            .getFirst();
    if (noted.seq() > HISTORY) {
      tx.update(
          "DELETE FROM token_event WHERE user_id = ? AND seq <= ?",
          token.userId(),
          noted.seq() - HISTORY);
    }
    if (noted.webhooks()) {
      WebhookEventRows.note(tx, token, cause);
    }
  }
}
