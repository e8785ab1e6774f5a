package dev.rollcall.storage.transfer;

import dev.rollcall.account.App;
import dev.rollcall.account.AuthToken;
import dev.rollcall.account.AuthTokenHash;
import dev.rollcall.account.Session;
import dev.rollcall.account.User;
import dev.rollcall.storage.engine.Tx;
import dev.rollcall.storage.rows.Actors;
import dev.rollcall.storage.rows.SessionRows;
import dev.rollcall.storage.rows.TokenRows;
import dev.rollcall.storage.rows.UserLocks;
import dev.rollcall.storage.rows.UserRows;
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
      var named = new User.Profile(foreign.uid(), null, null, "default", null, null, List.of());
      long made = UserRows.insert(tx, app.no(), foreign.uid(), named, now);
      session = session(app, made, known, foreign, then);
    }
    if (known.isEmpty()) {
      SessionRows.insertImported(tx, session, AuthTokenHash.NONE.bytes());
    } else {
      SessionRows.prolong(tx, session);
    }
    for (var step : decide(session, foreign, then)) {
      TokenRows.carryOut(tx, session, step, Actors.IMPORT, now);
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
    var user = UserRows.known(tx, app.no(), uid);
    if (user.filter(UserRows.Known::deactivated).isPresent()) {
      throw new Refused(Refused.OWNER_MISSING, "the user was deleted");
    }
    UserLocks.users(tx, user.map(UserRows.Known::id).stream().toList());
    return user.map(UserRows.Known::id);
  }

  private Optional<Long> sessionId(long userId, Foreign foreign) throws SQLException {
    return foreign.device() == null
        ? Optional.empty()
        : SessionRows.importedId(tx, userId, foreign.device());
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

  /// The steps to carry out; none when the token exists already.
  private List<Step> decide(Session session, Foreign foreign, Instant then) throws SQLException {
    var wanted =
        new NewToken(
            foreign.value(),
            PushPlatform.of(foreign.value().channel(), foreign.platform()),
            null,
            NewToken.DEFAULT_PROVIDER,
            foreign.timezone());
    var standing = TokenRows.standing(tx, session, wanted, now);
    // A record that does not say when the token was last seen replaces nothing.
    var older = foreign.seenAt() == null ? Instant.EPOCH : then;
    if (standing.holder().isPresent() && stays(standing.holder().get(), session, older)) {
      return List.of();
    }
    return switch (rules.registration().decideLate(session, wanted, standing, then, older)) {
      case Late.Outdated(var reason) -> throw new Refused(Refused.OUTDATED, reason);
      case Late.Done(var steps) -> steps;
    };
  }

  // A token that a device of the user has registered itself counts more than an imported one.
  private boolean stays(PushToken holder, Session session, Instant older) throws SQLException {
    return holder.userId() == session.userId()
        && holder.sessionId() != session.id()
        && (holder.registeredAt() >= older.toEpochMilli()
            || !SessionRows.isImported(tx, holder.sessionId()));
  }

  // An imported session without a token has no use.
  private void endIfIdle(Step step) throws SQLException {
    if (step instanceof Step.Remove(var token, var kind, var reason)) {
      SessionRows.endImportedWithoutToken(tx, token.sessionId());
    }
  }
}
