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
import dev.rollcall.storage.rows.UserRows;
import dev.rollcall.token.NewToken;
import dev.rollcall.token.PushToken;
import dev.rollcall.token.Registration.LateDecision;
import dev.rollcall.token.Registration.Step;
import dev.rollcall.transfer.ForeignId;
import dev.rollcall.transfer.ForeignToken;
import dev.rollcall.transfer.RecordRejectedException;
import dev.rollcall.transfer.TransferStore.Rules;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Imports tokens from another system. Each is treated like a registration at the time when that
/// system last saw the token.
///
/// Each installation gets a session without an auth token, so no auth token opens it and no logout
/// token ends it. The session ends when its token would be removed because nobody registers it.
/// When the device itself registers, the token moves to the device's own session.
///
/// If a record is refused, no part of it is written.
final class ForeignImporter {
  private static final long NOBODY = -1;

  private final Tx tx;
  private final BatchLocks locks;
  private final Rules rules;
  private final Instant now;

  ForeignImporter(Tx tx, BatchLocks locks, Rules rules, Instant now) {
    this.tx = tx;
    this.locks = locks;
    this.rules = rules;
    this.now = now;
  }

  /// Returns false if there was nothing to do. `line` is the line number of the record in its file.
  boolean take(ForeignToken foreign, long line) throws SQLException {
    var then = seenAt(foreign);
    var app = ExportImporter.appNamed(tx, foreign.app());
    var spelling = spelling(foreign, line);
    var user = user(app, foreign, spelling);
    var userId = user.map(UserRows.Known::id);
    var known = userId.isEmpty() ? Optional.<Long>empty() : sessionId(userId.get(), foreign);
    var session = session(app, userId.orElse(NOBODY), known, foreign, then);
    var steps = decide(session, foreign, then);
    if (user.isPresent() && user.get().spelling() == null) {
      UserRows.note(tx, user.get().id(), spelling);
    }
    if (steps.isEmpty()) {
      return false;
    }
    if (userId.isEmpty()) {
      var named = new User.Profile(foreign.uid(), null, null, "default", null, null, List.of());
      long made = UserRows.insertImported(tx, app.number(), foreign.uid(), named, spelling, now);
      locks.created(made);
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

  private Instant seenAt(ForeignToken foreign) {
    if (foreign.seenAt() == null) {
      return now;
    }
    var at = Instant.ofEpochMilli(Math.min(foreign.seenAt(), now.toEpochMilli()));
    if (!at.plus(rules.removal()).isAfter(now)) {
      throw new RecordRejectedException(
          RecordRejectedException.DEAD,
          "not seen since " + at + ", which is longer than a token is kept");
    }
    return at;
  }

  private static UserRows.Spelling spelling(ForeignToken foreign, long line) {
    return new UserRows.Spelling(
        foreign.id().spelling(), "line %,d of %s".formatted(line, foreign.id().file()));
  }

  private Optional<UserRows.Known> user(App app, ForeignToken foreign, UserRows.Spelling spelling)
      throws SQLException {
    var user = UserRows.known(tx, app.number(), foreign.uid());
    if (user.isPresent()) {
      if (user.get().deactivated()) {
        throw new RecordRejectedException(
            RecordRejectedException.OWNER_MISSING, "the user was deleted");
      }
      locks.require(user.get().id());
      requireSame(foreign.id(), spelling, user.get().spelling());
    }
    return user;
  }

  /// Two ids that lead to the same uid may be two people. Without this check, one of them would get
  /// the other's notifications.
  private static void requireSame(
      ForeignId id, UserRows.Spelling here, UserRows.@Nullable Spelling first) {
    if (first != null && !first.id().equals(here.id()) && !id.same().contains(first.id().strip())) {
      throw new RecordRejectedException(
          RecordRejectedException.UID_COLLISION,
          ("the ids '%s' (%s) and '%s' (%s) have the same uid '%s', because case, blanks at the"
               + " ends and Unicode's normal form are ignored; with --uid-map, name another uid for"
               + " one of them, or '%s' for both if they are one person")
              .formatted(first.id(), first.origin(), here.id(), here.origin(), id.uid(), id.uid()));
    }
  }

  private Optional<Long> sessionId(long userId, ForeignToken foreign) throws SQLException {
    return foreign.device() == null
        ? Optional.empty()
        : SessionRows.importedId(tx, userId, foreign.device());
  }

  private Session session(
      App app, long userId, Optional<Long> known, ForeignToken foreign, Instant then) {
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

  /// The steps to carry out; none if the token already exists.
  private List<Step> decide(Session session, ForeignToken foreign, Instant then)
      throws SQLException {
    var wanted = NewToken.of(foreign.value()).withDetails(null, foreign.timezone());
    var stored = TokenRows.storedTokens(tx, session, wanted, now);
    locks.require(stored);
    // A record that does not say when the token was last seen replaces nothing.
    var older = foreign.seenAt() == null ? Instant.EPOCH : then;
    if (stored.holder().isPresent() && stays(stored.holder().get(), session, older)) {
      return List.of();
    }
    return switch (rules.registration().decideLate(session, wanted, stored, then, older)) {
      case LateDecision.Outdated(var reason) ->
          throw new RecordRejectedException(RecordRejectedException.OUTDATED, reason);
      case LateDecision.Done(var steps) -> steps;
    };
  }

  // A token that the user's device has registered itself takes precedence over an imported one.
  private boolean stays(PushToken holder, Session session, Instant older) throws SQLException {
    return holder.userId() == session.userId()
        && holder.sessionId() != session.id()
        && (holder.registeredAt() >= older.toEpochMilli()
            || !SessionRows.isImported(tx, holder.sessionId()));
  }

  // Deletes an imported session that no longer holds a token.
  private void endIfIdle(Step step) throws SQLException {
    if (step instanceof Step.Remove(var token, var kind, var reason)) {
      SessionRows.endImportedWithoutToken(tx, token.sessionId());
    }
  }
}
