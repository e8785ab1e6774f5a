package dev.rollcall.storage.rows;

import dev.rollcall.delivery.verdict.Suspicion.Complaints;
import dev.rollcall.storage.engine.Tx;
import dev.rollcall.token.Channel;
import dev.rollcall.token.PushToken;
import dev.rollcall.token.TokenId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Rows of the complaints of providers about push tokens.
///
/// A row is about one registration of a token. It stays when the token is registered again, but it
/// no longer counts.
public final class SuspicionRows {
  private static final String OF_TOKEN =
      """
      x.user_id = t.user_id AND x.session_id = t.session_id AND x.channel = t.channel
        AND x.registered_at = t.registered_at
      """;

  /// Joins the complaints about the token `t`, if there are any.
  public static final String JOIN =
      " LEFT JOIN suspicion x ON " + OF_TOKEN + " LEFT JOIN provider p ON p.no = x.provider ";

  /// Two columns of {@link #JOIN}. The first is not null if there are complaints about the token,
  /// and the second is 1 if the token is dead. A degraded provider cannot declare a token dead.
  public static final String SUSPECTED_AND_DEAD =
      "x.times, CASE WHEN p.degraded_since IS NULL THEN x.dead END";

  /// A condition on the token `t`: no provider has declared it dead. A degraded provider does not
  /// count.
  public static final String NOT_DEAD =
      " NOT EXISTS (SELECT 1 FROM suspicion x JOIN provider p ON p.no = x.provider WHERE "
          + OF_TOKEN
          + " AND x.dead = 1 AND p.degraded_since IS NULL) ";

  public static final String COUNT = "(SELECT count(*) FROM suspicion)";

  private static final String COLUMNS =
      "x.registered_at, x.times, x.since, x.last_at, x.dead, x.reason";

  /// A token that was declared dead, and the provider that declared it.
  public record Dead(long userId, TokenId token, long provider, Complaints complaints) {}

  private SuspicionRows() {}

  /// The complaints about the token that this session holds in this channel, or about one that it
  /// held before.
  public static Optional<Complaints> of(Tx tx, long userId, TokenId token) throws SQLException {
    return tx.one(
        "SELECT "
            + COLUMNS
            + " FROM suspicion x WHERE x.user_id = ? AND x.session_id = ? AND x.channel = ?"
            + tx.dialect().forUpdate("x"),
        row -> complaints(row, 1),
        userId,
        token.sessionId(),
        token.channel().wireName());
  }

  private static Complaints complaints(ResultSet row, int first) throws SQLException {
    return new Complaints(
        row.getLong(first),
        row.getLong(first + 1),
        row.getLong(first + 2),
        row.getLong(first + 3),
        row.getLong(first + 4) == 1,
        row.getString(first + 5));
  }

  public static void put(Tx tx, PushToken token, long provider, Complaints complaints)
      throws SQLException {
    tx.update(
        """
        INSERT INTO suspicion
          (user_id, session_id, channel, registered_at, provider, dead, times, since, last_at,
           reason)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (user_id, session_id, channel) DO UPDATE SET
          registered_at = excluded.registered_at, provider = excluded.provider,
          dead = excluded.dead, times = excluded.times, since = excluded.since,
          last_at = excluded.last_at, reason = excluded.reason
        """,
        token.userId(),
        token.sessionId(),
        token.channel().wireName(),
        complaints.registeredAt(),
        provider,
        complaints.dead() ? 1L : 0L,
        complaints.times(),
        complaints.since(),
        complaints.lastAt(),
        complaints.reason());
  }

  public static void remove(Tx tx, long userId, TokenId token) throws SQLException {
    tx.update(
        "DELETE FROM suspicion WHERE user_id = ? AND session_id = ? AND channel = ?",
        userId,
        token.sessionId(),
        token.channel().wireName());
  }

  public static Set<TokenId> suspects(Tx tx, long userId) throws SQLException {
    return Set.copyOf(
        tx.list(
            """
            SELECT x.session_id, x.channel FROM suspicion x JOIN push_token t ON
            """
                + OF_TOKEN
                + " WHERE x.user_id = ?",
            row -> new TokenId(row.getLong(1), Channel.of(row.getString(2))),
            userId));
  }

  /// Up to `most` tokens that were last declared dead no later than `until`. Degraded providers do
  /// not count.
  public static List<Dead> dead(Tx tx, Instant until, int most) throws SQLException {
    return tx.list(
        "SELECT x.user_id, x.session_id, x.channel, x.provider, "
            + COLUMNS
            + """
               FROM provider p JOIN suspicion x ON x.provider = p.no
              WHERE p.degraded_since IS NULL AND x.dead = 1 AND x.last_at <= ?
              LIMIT ?
            """,
        row ->
            new Dead(
                row.getLong(1),
                new TokenId(row.getLong(2), Channel.of(row.getString(3))),
                row.getLong(4),
                complaints(row, 5)),
        until.toEpochMilli(),
        most);
  }

  public static void removeOfProvider(Tx tx, long provider) throws SQLException {
    tx.update("DELETE FROM suspicion WHERE provider = ?", provider);
  }

  public static void removeOfUser(Tx tx, long userId) throws SQLException {
    tx.update("DELETE FROM suspicion WHERE user_id = ?", userId);
  }

  /// Removes complaints about suspect tokens that were not repeated since `before`, and all
  /// complaints of deleted providers.
  public static int sweep(Tx tx, Instant before) throws SQLException {
    return tx.update("DELETE FROM suspicion WHERE last_at < ? AND dead = 0", before.toEpochMilli())
        + tx.update(
            """
            DELETE FROM suspicion
             WHERE NOT EXISTS (SELECT 1 FROM provider p WHERE p.no = suspicion.provider)
            """);
  }
}
