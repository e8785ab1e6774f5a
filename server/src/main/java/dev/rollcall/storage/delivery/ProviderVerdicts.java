package dev.rollcall.storage.delivery;

import dev.rollcall.delivery.Delivery;
import dev.rollcall.delivery.verdict.Evidence;
import dev.rollcall.delivery.verdict.Suspicion;
import dev.rollcall.delivery.verdict.Suspicion.Sent;
import dev.rollcall.delivery.verdict.Suspicion.Step;
import dev.rollcall.delivery.verdict.Suspicion.StoredState;
import dev.rollcall.provider.sender.ApnsEnvironment;
import dev.rollcall.storage.engine.Tx;
import dev.rollcall.storage.rows.Actors;
import dev.rollcall.storage.rows.SuspicionRows;
import dev.rollcall.storage.rows.TokenRows;
import dev.rollcall.storage.rows.TokenRows.Cause;
import dev.rollcall.storage.rows.UserLocks;
import dev.rollcall.token.PushToken;
import dev.rollcall.token.TokenEvent.Kind;
import dev.rollcall.token.TokenId;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// Reads the stored state of push tokens, has `Suspicion` decide what changes, and writes the
/// changes.
final class ProviderVerdicts {
  private static final String PROVIDER = "provider";

  /// What all steps of one decision share. `actor` is the one that the history names.
  private record Scope(long app, long provider, String actor, Instant now) {}

  private ProviderVerdicts() {}

  static void apply(Tx tx, Delivery delivery, Evidence evidence, long version, Instant now)
      throws SQLException {
    var token = delivery.destination().orElseThrow().token();
    UserLocks.users(tx, List.of(token.userId()));
    var stored = storedState(tx, token, evidence, delivery.provider());
    var scope = new Scope(delivery.notification().app(), delivery.provider(), PROVIDER, now);
    for (var step : Suspicion.decide(new Sent(token, version), evidence, stored, now)) {
      carryOut(tx, token, step, scope);
    }
  }

  private static StoredState storedState(Tx tx, PushToken token, Evidence evidence, long provider)
      throws SQLException {
    var id = TokenId.of(token);
    // Only a complaint depends on the credentials, so only a complaint locks the provider.
    var version =
        evidence instanceof Evidence.Complaint ? version(tx, provider) : OptionalLong.empty();
    return new StoredState(
        current(tx, token.userId(), id), SuspicionRows.of(tx, token.userId(), id), version);
  }

  private static OptionalLong version(Tx tx, long provider) throws SQLException {
    return tx.one(
            "SELECT version FROM provider WHERE no = ?" + tx.dialect().forShare("provider"),
            row -> row.getLong(1),
            provider)
        .map(OptionalLong::of)
        .orElse(OptionalLong.empty());
  }

  private static void carryOut(Tx tx, PushToken token, Step step, Scope scope) throws SQLException {
    switch (step) {
      case Step.Clear clear -> SuspicionRows.remove(tx, token.userId(), TokenId.of(token));
      case Step.Suspect(var complaints) ->
          SuspicionRows.put(tx, token, scope.provider(), complaints);
      case Step.Learn(var environment) -> learn(tx, token, environment, scope);
      case Step.Note(var kind, var reason) ->
          TokenRows.note(tx, token, new Cause(kind, scope.actor(), reason, scope.now()));
    }
  }

  private static void learn(Tx tx, PushToken token, ApnsEnvironment environment, Scope scope)
      throws SQLException {
    tx.update(
        """
        INSERT INTO apns_environment (app, hash, environment, learned_at) VALUES (?, ?, ?, ?)
        ON CONFLICT (app, hash) DO UPDATE SET
          environment = excluded.environment, learned_at = excluded.learned_at
        """,
        scope.app(),
        token.value().hash(),
        environment.wireName(),
        scope.now().toEpochMilli());
  }

  private static Optional<PushToken> current(Tx tx, long userId, TokenId id) throws SQLException {
    return tx.one(
        "SELECT "
            + TokenRows.COLUMNS
            + " FROM push_token t WHERE t.user_id = ? AND t.session_id = ? AND t.channel = ?",
        TokenRows::read,
        userId,
        id.sessionId(),
        id.channel().wireName());
  }

  /// Returns false if the app has no such live token.
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
            id.channel().wireName(),
            now.toEpochMilli());
    if (token.isPresent()) {
      var complaints = SuspicionRows.of(tx, token.get().userId(), id);
      for (var step : Suspicion.restore(complaints)) {
        carryOut(tx, token.get(), step, new Scope(app, 0, Actors.API_KEY, now));
      }
    }
    return token.isPresent();
  }

  /// Returns the number of tokens removed.
  static int retire(Tx tx, Instant until, int most, Instant now) throws SQLException {
    var dead = SuspicionRows.dead(tx, until, most);
    UserLocks.users(tx, dead.stream().map(SuspicionRows.Dead::userId).toList());
    int removed = 0;
    for (var one : dead) {
      var complaints = SuspicionRows.of(tx, one.userId(), one.token());
      if (Suspicion.isDead(one.complaints(), complaints, isDegraded(tx, one.provider()))) {
        removed += retire(tx, one, now);
      }
    }
    return removed;
  }

  private static int retire(Tx tx, SuspicionRows.Dead dead, Instant now) throws SQLException {
    SuspicionRows.remove(tx, dead.userId(), dead.token());
    var token = current(tx, dead.userId(), dead.token()).filter(dead.complaints()::areAbout);
    var cause = new Cause(Kind.RETIRED, PROVIDER, dead.complaints().reason(), now);
    return token.isPresent() ? TokenRows.remove(tx, token.get(), cause).size() : 0;
  }

  private static boolean isDegraded(Tx tx, long provider) throws SQLException {
    return tx.one(
            "SELECT 1 FROM provider WHERE no = ? AND degraded_since IS NOT NULL",
            row -> true,
            provider)
        .isPresent();
  }

  /// Deletes all complaints of the provider, because its former credentials may have caused them.
  static void clearSuspicions(Tx tx, long provider) throws SQLException {
    SuspicionRows.removeOfProvider(tx, provider);
  }
}
