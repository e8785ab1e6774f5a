package dev.rollcall.storage.transfer;

import dev.rollcall.account.App;
import dev.rollcall.account.AuthToken;
import dev.rollcall.account.AuthTokenHash;
import dev.rollcall.account.Session;
import dev.rollcall.storage.engine.Tx;
import dev.rollcall.storage.rows.CallerCheck;
import dev.rollcall.storage.rows.SessionRows;
import dev.rollcall.storage.rows.UserLocks;
import dev.rollcall.storage.token.SqlTokenStore;
import dev.rollcall.token.NewToken;
import dev.rollcall.token.PushPlatform;
import dev.rollcall.token.PushToken;
import dev.rollcall.token.Registration.Late;
import dev.rollcall.token.Registration.Step;
import dev.rollcall.transfer.Foreign;
import dev.rollcall.transfer.Refused;
import dev.rollcall.transfer.TransferStore.Rules;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Takes over tokens that another system knew, by the rules of a registration that was made when
/// that system last heard of them.
///
/// Each installation gets a session without an auth token, so that nothing opens it and no logout
/// token ends it. It ends when its token would be removed for want of a registration. Once the
/// device itself registers, the token moves to the session that the device really has.
///
/// A record is refused before any part of it is written.
final class ForeignImporter {
  private static final long NOBODY = -1;

  private final Tx tx;
  private final Rules rules;
  private final Instant now;

  ForeignImporter(Tx tx, Rules rules, Instant now) {
    this.tx = tx;
    this.rules = rules;
    this.now = now;
  }

  /// Answers false when there was nothing to do.
  boolean take(Foreign foreign) throws SQLException {
    var then = seenAt(foreign);
    var app = ExportImporter.appNamed(tx, foreign.app());
    var userId = userId(app, foreign.uid());
    var known = userId.isEmpty() ? Optional.<Long>empty() : sessionId(userId.get(), foreign);
    var session = session(app, userId.orElse(NOBODY), known, foreign, then);
    if (decide(session, foreign, then).isEmpty()) {
      return false;
    }
    if (userId.isEmpty()) {
      session = session(app, insertUser(app, foreign.uid()), known, foreign, then);
    }
    if (known.isEmpty()) {
      insert(session);
    } else {
      prolong(session);
    }
    for (var step : decide(session, foreign, then)) {
      SqlTokenStore.carryOut(tx, session, step, ExportImporter.ACTOR, now);
      endIfIdle(step);
    }
    return true;
  }

  private Instant seenAt(Foreign foreign) {
    if (foreign.seenAt() == null) {
      return now;
    }
    var at = Instant.ofEpochMilli(Math.min(foreign.seenAt(), now.toEpochMilli()));
    if (!at.plus(rules.removal()).isAfter(now)) {
      throw new Refused(
          Refused.DEAD, "not seen since " + at + ", which is longer than a token is kept");
    }
    return at;
  }

  private Optional<Long> userId(App app, String uid) throws SQLException {
    var user =
        tx.one(
            "SELECT id, deactivated_at FROM app_user WHERE app = ? AND uid = ?",
            row -> new UserRow(row.getLong(1), CallerCheck.nullableLong(row, 2) != null),
            app.no(),
            uid);
    if (user.filter(UserRow::deactivated).isPresent()) {
      throw new Refused(Refused.OWNER_MISSING, "the user was deleted");
    }
    UserLocks.users(tx, user.map(UserRow::id).stream().toList());
    return user.map(UserRow::id);
  }

  private record UserRow(long id, boolean deactivated) {}

  private Optional<Long> sessionId(long userId, Foreign foreign) throws SQLException {
    return foreign.device() == null
        ? Optional.empty()
        : tx.one(
            "SELECT id FROM session WHERE user_id = ? AND device_id = ? AND length(hash) = 0",
            row -> row.getLong(1),
            userId,
            foreign.device());
  }

  private Session session(
      App app, long userId, Optional<Long> known, Foreign foreign, Instant then) {
    return new Session(
        known.orElseGet(() -> AuthToken.random(foreign.uid(), now).sessionId().orElseThrow()),
        app,
        userId,
        foreign.uid(),
        foreign.platform(),
        foreign.device(),
        now.toEpochMilli(),
        then.toEpochMilli(),
        then.plus(rules.removal()).toEpochMilli());
  }

  /// The steps that are to be carried out; none when the token is there already.
  private List<Step> decide(Session session, Foreign foreign, Instant then) throws SQLException {
    var wanted =
        new NewToken(
            foreign.value(),
            PushPlatform.of(foreign.value().channel(), foreign.platform()),
            null,
            NewToken.DEFAULT_PROVIDER,
            foreign.timezone());
    var standing = SqlTokenStore.standing(tx, session, wanted, now);
    // Who does not say when it was seen displaces nothing.
    var older = foreign.seenAt() == null ? Instant.EPOCH : then;
    if (standing.holder().isPresent() && stays(standing.holder().get(), session, older)) {
      return List.of();
    }
    return switch (rules.registration().decideLate(session, wanted, standing, then, older)) {
      case Late.Outdated(var reason) -> throw new Refused(Refused.OUTDATED, reason);
      case Late.Done(var steps) -> steps;
    };
  }

  // What the user holds in a session of its own is worth more than what is heard from elsewhere.
  private boolean stays(PushToken holder, Session session, Instant older) throws SQLException {
    return holder.userId() == session.userId()
        && holder.sessionId() != session.id()
        && (holder.registeredAt() >= older.toEpochMilli() || !isImported(holder.sessionId()));
  }

  private boolean isImported(long sessionId) throws SQLException {
    return tx.one("SELECT 1 FROM session WHERE id = ? AND length(hash) = 0", row -> true, sessionId)
        .isPresent();
  }

  private long insertUser(App app, String uid) throws SQLException {
    return tx.updateReturning(
            """
            INSERT INTO app_user (app, uid, name, role, tags, created_at, updated_at)
            VALUES (?, ?, ?, 'default', '', ?, ?) RETURNING id
            """,
            row -> row.getLong(1),
            app.no(),
            uid,
            uid,
            now.toEpochMilli(),
            now.toEpochMilli())
        .getFirst();
  }

  private void insert(Session session) throws SQLException {
    tx.update(
        """
        INSERT INTO session
          (id, user_id, hash, platform, device_id, created_at, last_seen, expires_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """,
        session.id(),
        session.userId(),
        AuthTokenHash.NONE.bytes(),
        SessionRows.word(session.platform()),
        session.deviceId(),
        session.createdAt(),
        session.lastSeen(),
        session.expiresAt());
  }

  private void prolong(Session session) throws SQLException {
    tx.update(
        "UPDATE session SET last_seen = ?, expires_at = ? WHERE id = ? AND last_seen < ?",
        session.lastSeen(),
        session.expiresAt(),
        session.id(),
        session.lastSeen());
  }

  // An imported session without a token is good for nothing.
  private void endIfIdle(Step step) throws SQLException {
    if (step instanceof Step.Remove(var token, var kind, var reason)) {
      tx.update(
          """
          DELETE FROM session
           WHERE id = ? AND length(hash) = 0
             AND NOT EXISTS (SELECT 1 FROM push_token t
                              WHERE t.user_id = session.user_id AND t.session_id = session.id)
          """,
          token.sessionId());
    }
  }
}
