package dev.rollcall.storage.delivery;

import dev.rollcall.delivery.Delivery;
import dev.rollcall.delivery.verdict.News;
import dev.rollcall.storage.engine.Tx;
import dev.rollcall.storage.rows.TokenRows;
import dev.rollcall.storage.rows.TokenRows.Cause;
import dev.rollcall.storage.rows.UserLocks;
import dev.rollcall.storage.token.SqlTokenStore;
import dev.rollcall.token.Channel;
import dev.rollcall.token.PushToken;
import dev.rollcall.token.TokenEvent.Kind;
import dev.rollcall.token.TokenId;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What providers say of push tokens, kept beside them.
///
/// Whatever is said holds for a token as it was registered when it was sent to: of one that was
/// registered again since, nothing is known.
public final class ProviderVerdicts {
  private static final String ACTOR = "provider";
  private static final String TAKEN = "a message was accepted";

  /// What may be our own mistake has to be said so often, and over so long a time.
  private static final int CONFIRMATIONS = 3;

  private static final Duration LONG_ENOUGH = Duration.ofDays(2);

  /// Twice as long as the same registration again is not written.
  private static final Duration YOUNG = Duration.ofSeconds(20);

  private record Suspicion(long times, long since) {}

  private record Dead(
      long userId, long sessionId, Channel channel, long registeredAt, String why) {}

  private ProviderVerdicts() {}

  static void take(Tx tx, Delivery delivery, News news, long version, Instant now)
      throws SQLException {
    var sent = delivery.reached().orElseThrow().token();
    UserLocks.users(tx, List.of(sent.userId()));
    var current = current(tx, sent.userId(), sent.sessionId(), sent.channel());
    if (current.isEmpty() || !isSame(current.get(), sent)) {
      return;
    }
    switch (news) {
      case News.Good good -> restore(tx, sent, new Cause(Kind.RESTORED, ACTOR, TAKEN, now));
      case News.Lives(var environment) ->
          tx.update(
              """
              INSERT INTO apns_environment (app, hash, environment, learned_at) VALUES (?, ?, ?, ?)
              ON CONFLICT (app, hash) DO UPDATE SET
                environment = excluded.environment, learned_at = excluded.learned_at
              """,
              delivery.notice().app(),
              sent.value().hash(),
              environment.word(),
              now.toEpochMilli());
      case News.Doubtful(var reason) -> {
        if (counts(tx, delivery, sent, version, now)) {
          doubt(tx, delivery, sent, reason, now);
        }
      }
      case News.Dead(var since, var reason) -> {
        if ((since == null || since.toEpochMilli() > sent.registeredAt())
            && counts(tx, delivery, sent, version, now)) {
          suspect(tx, delivery, sent, new Suspicion(0, now.toEpochMilli()), true, reason, now);
        }
      }
    }
  }

  /// A token that was registered moments ago may have been registered again without a trace. And
  /// what the provider said to former credentials is forgotten.
  private static boolean counts(Tx tx, Delivery delivery, PushToken sent, long version, Instant now)
      throws SQLException {
    return now.toEpochMilli() - sent.registeredAt() >= YOUNG.toMillis()
        && tx.one(
                "SELECT 1 FROM provider WHERE no = ? AND version = ?"
                    + (tx.locks() ? " FOR SHARE" : ""),
                row -> true,
                delivery.provider(),
                version)
            .isPresent();
  }

  private static boolean isSame(PushToken current, PushToken sent) {
    return current.registeredAt() == sent.registeredAt() && current.value().equals(sent.value());
  }

  private static Optional<PushToken> current(Tx tx, long userId, long sessionId, Channel channel)
      throws SQLException {
    return tx.one(
        "SELECT "
            + TokenRows.COLUMNS
            + " FROM push_token t WHERE t.user_id = ? AND t.session_id = ? AND t.channel = ?",
        TokenRows::read,
        userId,
        sessionId,
        channel.word());
  }

  /// Answers false when the app has no such live token.
  static boolean restore(Tx tx, long app, TokenId id, Instant now) throws SQLException {
    var token =
        tx.one(
            "SELECT "
                + TokenRows.COLUMNS
                + """
                  FROM session s
                  JOIN push_token t ON t.user_id = s.user_id AND t.session_id = s.id
                 WHERE s.id = ? AND t.app = ? AND t.channel = ?
                   AND (s.expires_at IS NULL OR s.expires_at > ?)
                """,
            TokenRows::read,
            id.sessionId(),
            app,
            id.channel().word(),
            now.toEpochMilli());
    if (token.isPresent()) {
      var cause = new Cause(Kind.RESTORED, SqlTokenStore.API_KEY, "by the operator", now);
      restore(tx, token.get(), cause);
    }
    return token.isPresent();
  }

  private static void restore(Tx tx, PushToken token, Cause cause) throws SQLException {
    int gone =
        tx.update(
            "DELETE FROM suspicion WHERE user_id = ? AND session_id = ? AND channel = ?",
            token.userId(),
            token.sessionId(),
            token.channel().word());
    if (gone > 0) {
      TokenRows.note(tx, token, cause);
    }
  }

  private static void doubt(Tx tx, Delivery delivery, PushToken token, String reason, Instant now)
      throws SQLException {
    var before =
        tx.one(
            """
            SELECT times, since FROM suspicion
             WHERE user_id = ? AND session_id = ? AND channel = ? AND registered_at = ?
            """,
            row -> new Suspicion(row.getLong(1), row.getLong(2)),
            token.userId(),
            token.sessionId(),
            token.channel().word(),
            token.registeredAt());
    var standing = before.orElseGet(() -> new Suspicion(0, now.toEpochMilli()));
    boolean dead =
        standing.times() + 1 >= CONFIRMATIONS
            && now.toEpochMilli() - standing.since() >= LONG_ENOUGH.toMillis();
    suspect(tx, delivery, token, standing, dead, reason, now);
  }

  private static void suspect(
      Tx tx,
      Delivery delivery,
      PushToken token,
      Suspicion before,
      boolean dead,
      String reason,
      Instant now)
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
        token.channel().word(),
        token.registeredAt(),
        delivery.provider(),
        dead ? 1L : 0L,
        before.times() + 1,
        before.since(),
        now.toEpochMilli(),
        reason);
    if (before.times() == 0) {
      TokenRows.note(tx, token, new Cause(Kind.SUSPECTED, ACTOR, reason, now));
    }
  }

  public static Set<TokenId> suspects(Tx tx, long userId) throws SQLException {
    return Set.copyOf(
        tx.list(
            """
            SELECT x.session_id, x.channel FROM suspicion x
              JOIN push_token t ON t.user_id = x.user_id AND t.session_id = x.session_id
               AND t.channel = x.channel AND t.registered_at = x.registered_at
             WHERE x.user_id = ?
            """,
            row -> new TokenId(row.getLong(1), Channel.of(row.getString(2))),
            userId));
  }

  static int retire(Tx tx, Instant before, int most, Instant now) throws SQLException {
    var dead =
        tx.list(
            """
            SELECT x.user_id, x.session_id, x.channel, x.registered_at, x.reason
              FROM provider p JOIN suspicion x ON x.provider = p.no
             WHERE p.degraded_since IS NULL AND x.dead = 1 AND x.last_at <= ?
             LIMIT ?
            """,
            row ->
                new Dead(
                    row.getLong(1),
                    row.getLong(2),
                    Channel.of(row.getString(3)),
                    row.getLong(4),
                    row.getString(5)),
            before.toEpochMilli(),
            most);
    UserLocks.users(tx, dead.stream().map(Dead::userId).toList());
    int gone = 0;
    for (var one : dead) {
      // It may have been restored, or forgiven, while this waited for the locks.
      int still =
          tx.update(
              """
              DELETE FROM suspicion
               WHERE user_id = ? AND session_id = ? AND channel = ? AND registered_at = ?
                 AND dead = 1
              """,
              one.userId(),
              one.sessionId(),
              one.channel().word(),
              one.registeredAt());
      var token = current(tx, one.userId(), one.sessionId(), one.channel());
      if (still > 0 && token.isPresent() && token.get().registeredAt() == one.registeredAt()) {
        var cause = new Cause(Kind.RETIRED, ACTOR, one.why(), now);
        gone += TokenRows.remove(tx, token.get(), cause).size();
      }
    }
    return gone;
  }

  /// What this provider said under its former credentials is held against nobody.
  static void forgive(Tx tx, long provider) throws SQLException {
    tx.update("DELETE FROM suspicion WHERE provider = ?", provider);
  }
}
