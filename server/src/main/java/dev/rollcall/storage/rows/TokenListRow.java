package dev.rollcall.storage.rows;

import dev.rollcall.storage.engine.Tx;
import dev.rollcall.token.PushToken;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A push token of a session's user, with the key that authenticates the session. For a user
/// without push tokens, there is one row without a token.
public record TokenListRow(
    CallerCheck.Key key, long sessionId, @Nullable PushToken token, @Nullable Long expiresAt) {
  /// The columns of a `session s`, its `app a`, a `push_token t` and the `session h` that holds it.
  public static final String COLUMNS =
      "s.hash, a.id, s.expires_at, s.id, h.expires_at, " + TokenRows.COLUMNS;

  public static TokenListRow read(ResultSet row) throws SQLException {
    return new TokenListRow(
        CallerCheck.Key.read(row),
        row.getLong(4),
        TokenRows.readNullable(row, 6),
        Tx.nullableLong(row, 5));
  }

  /// The tokens that were alive after `since` and whose sessions are live.
  public static List<PushToken> listed(List<TokenListRow> rows, Instant since, Instant now) {
    return rows.stream().filter(row -> row.isListed(since, now)).map(TokenListRow::token).toList();
  }

  /// True if there is a token that was alive after `since` and whose session is live.
  private boolean isListed(Instant since, Instant now) {
    return token != null
        && token.isAliveAfter(since)
        && (expiresAt == null || expiresAt > now.toEpochMilli());
  }
}
