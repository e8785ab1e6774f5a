package dev.rollcall.storage.rows;

import dev.rollcall.delivery.Delivery.Destination;
import dev.rollcall.delivery.Transition;
import dev.rollcall.storage.engine.Dialect;
import dev.rollcall.storage.engine.Tx;
import dev.rollcall.storage.rows.DeliveryTransitions.Ended;
import dev.rollcall.token.PushToken;
import dev.rollcall.token.TokenId;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// Stores the results of pushes in the rows of push tokens. This changes no index. A result is
/// stored at most once in an interval; see {@link dev.rollcall.token.PushResults}.
///
/// On PostgreSQL, rows that another transaction has locked are skipped. Lock order: this
/// transaction has not locked the users, so it must not wait for their tokens. Nothing important is
/// lost: the other transaction registers the token, removes it, or stores another result.
public final class PushResultRows {
  /// An imported session is prolonged by more than necessary, so that it is seldom written: by the
  /// time to removal divided by this.
  private static final int SPARE_PART = 10;

  private static final String EACH =
      """
      UPDATE push_token SET %2$s
       WHERE user_id = ? AND session_id = ? AND channel = ? AND hash = ?
         AND (%1$s IS NULL OR %1$s < ?)
      """;

  private static final String EACH_ACCEPTED = EACH.formatted("accepted_at", "accepted_at = ?");

  private static final String EACH_FAILED =
      EACH.formatted("failed_at", "failed_at = ?, failure = ?");

  private static final String ALL =
      """
      WITH shown AS MATERIALIZED (
        SELECT t.user_id, t.session_id, t.channel, n.at, n.failure
          FROM unnest(%s, ?::bigint[], ?::text[], ?::bytea[], ?::bigint[], ?::text[])
            AS n (user_id, session_id, channel, hash, at, failure)
         CROSS JOIN LATERAL (
           SELECT * FROM push_token t
            WHERE t.user_id = n.user_id AND t.session_id = n.session_id
              AND t.channel = n.channel AND t.hash = n.hash
              FOR NO KEY UPDATE SKIP LOCKED) t)
      UPDATE push_token t SET %%2$s FROM shown
       WHERE t.user_id = shown.user_id AND t.session_id = shown.session_id
         AND t.channel = shown.channel AND (t.%%1$s IS NULL OR t.%%1$s < shown.at)
      """
          .formatted(Dialect.OPAQUE_NUMBERS);

  private static final String ALL_ACCEPTED = ALL.formatted("accepted_at", "accepted_at = shown.at");

  private static final String ALL_FAILED =
      ALL.formatted("failed_at", "failed_at = shown.at, failure = shown.failure");

  /// The result of a push to a token: accepted, or refused for the reason `failure`. Tokens are
  /// removed after `removal`.
  public record Shown(PushToken token, Instant at, Optional<String> failure, Duration removal) {
    long atMillis() {
      return at.toEpochMilli();
    }
  }

  private PushResultRows() {}

  /// The result to store after this attempt; empty if there is nothing to store.
  public static Optional<Shown> shownBy(Ended ended, Duration removal) {
    return ended
        .delivery()
        .destination()
        .map(Destination::token)
        .flatMap(token -> shown(token, ended.transition(), ended.now(), removal));
  }

  private static Optional<Shown> shown(
      PushToken token, Transition transition, Instant now, Duration removal) {
    if (transition instanceof Transition.Accepted) {
      return token.pushes().isAcceptanceDue(now, removal)
          ? Optional.of(new Shown(token, now, Optional.empty(), removal))
          : Optional.empty();
    }
    return transition
        .tokenFailure()
        .filter(reason -> token.pushes().isFailureDue(now, removal))
        .map(reason -> new Shown(token, now, Optional.of(reason), removal));
  }

  public static void record(Tx tx, List<Shown> all) throws SQLException {
    var accepted = oneForEachToken(all, it -> it.failure().isEmpty());
    var failed = oneForEachToken(all, it -> it.failure().isPresent());
    if (!accepted.isEmpty()) {
      recordAccepted(tx, accepted);
      prolongStandIns(tx, accepted);
    }
    if (!failed.isEmpty()) {
      recordFailed(tx, failed);
    }
  }

  private static List<Shown> oneForEachToken(List<Shown> all, Predicate<Shown> which) {
    var chosen = new LinkedHashMap<TokenId, Shown>();
    all.stream().filter(which).forEach(it -> chosen.put(TokenId.of(it.token()), it));
    return List.copyOf(chosen.values());
  }

  private static void recordAccepted(Tx tx, List<Shown> accepted) throws SQLException {
    if (tx.dialect().takesArrays()) {
      tx.update(ALL_ACCEPTED, arrays(accepted));
      return;
    }
    for (var one : accepted) {
      var token = one.token();
      tx.update(
          EACH_ACCEPTED,
          one.atMillis(),
          token.userId(),
          token.sessionId(),
          token.channel().wireName(),
          token.value().hash(),
          one.atMillis());
    }
  }

  private static void recordFailed(Tx tx, List<Shown> failed) throws SQLException {
    if (tx.dialect().takesArrays()) {
      tx.update(ALL_FAILED, arrays(failed));
      return;
    }
    for (var one : failed) {
      var token = one.token();
      tx.update(
          EACH_FAILED,
          one.atMillis(),
          one.failure().orElseThrow(),
          token.userId(),
          token.sessionId(),
          token.channel().wireName(),
          token.value().hash(),
          one.atMillis());
    }
  }

  private static Object[] arrays(List<Shown> all) {
    return new Object[] {
      all.stream().mapToLong(it -> it.token().userId()).toArray(),
      all.stream().mapToLong(it -> it.token().sessionId()).toArray(),
      all.stream().map(it -> it.token().channel().wireName()).toArray(String[]::new),
      all.stream().map(it -> it.token().value().hash()).toArray(byte[][]::new),
      all.stream().mapToLong(Shown::atMillis).toArray(),
      all.stream().map(it -> it.failure().orElse("")).toArray(String[]::new)
    };
  }

  /// An imported session lives as long as its token may.
  private static void prolongStandIns(Tx tx, List<Shown> accepted) throws SQLException {
    var last = accepted.stream().max(Comparator.comparing(Shown::at)).orElseThrow();
    var end = last.at().plus(last.removal());
    SessionRows.prolongStandIns(
        tx,
        accepted.stream().map(it -> it.token().sessionId()).distinct().toList(),
        end,
        end.plus(last.removal().dividedBy(SPARE_PART)));
  }
}
