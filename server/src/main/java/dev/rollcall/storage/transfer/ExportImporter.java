package dev.rollcall.storage.transfer;

import dev.rollcall.account.App;
import dev.rollcall.account.Session;
import dev.rollcall.account.TokenPolicy;
import dev.rollcall.storage.engine.Tx;
import dev.rollcall.storage.rows.Actors;
import dev.rollcall.storage.rows.AppKeyRows;
import dev.rollcall.storage.rows.AppRows;
import dev.rollcall.storage.rows.DeviceUseRows;
import dev.rollcall.storage.rows.SessionRows;
import dev.rollcall.storage.rows.TokenEventRows;
import dev.rollcall.storage.rows.TokenRows;
import dev.rollcall.storage.rows.UserRows;
import dev.rollcall.token.NewToken;
import dev.rollcall.token.PlatformClaim;
import dev.rollcall.token.PushResults;
import dev.rollcall.token.PushToken;
import dev.rollcall.token.Registration.LateDecision;
import dev.rollcall.token.Registration.Step;
import dev.rollcall.token.Registration.StoredTokens;
import dev.rollcall.transfer.Line;
import dev.rollcall.transfer.RecordRejectedException;
import dev.rollcall.transfer.TransferStore.Rules;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;

/// Imports the rows of an export. Existing rows do not change. If two registrations conflict, the
/// rules of registrations decide, and the newer one wins.
///
/// If a row is refused, no part of it is written.
final class ExportImporter {
  private final Tx tx;
  private final BatchLocks locks;
  private final Rules rules;
  private final Instant now;

  ExportImporter(Tx tx, BatchLocks locks, Rules rules, Instant now) {
    this.tx = tx;
    this.locks = locks;
    this.rules = rules;
    this.now = now;
  }

  /// Returns false if there was nothing to do.
  boolean take(Line.Row row) throws SQLException {
    return switch (row) {
      case Line.App app -> app(app);
      case Line.Key key -> key(key);
      case Line.User user -> user(user);
      case Line.Session session -> session(session);
      case Line.Event event -> event(event);
      case Line.Device device -> device(device);
      case Line.Token token -> token(token);
    };
  }

  private boolean app(Line.App app) throws SQLException {
    var policy = TokenPolicy.of(app.policy());
    if (AppRows.insert(tx, new App(0, app.app(), app.region(), policy, app.createdAt()))
        .isPresent()) {
      return true;
    }
    var there = appNamed(tx, app.app());
    if (!there.region().equals(app.region()) || there.policy() != policy) {
      throw new RecordRejectedException(
          RecordRejectedException.TAKEN,
          "the app exists with region %s and policy %s, which are kept"
              .formatted(there.region(), there.policy().wireName()));
    }
    return false;
  }

  static App appNamed(Tx tx, String id) throws SQLException {
    return AppRows.byId(tx, id)
        .orElseThrow(
            () ->
                new RecordRejectedException(
                    RecordRejectedException.OWNER_MISSING, "its app '" + id + "' does not exist"));
  }

  private boolean key(Line.Key key) throws SQLException {
    return AppKeyRows.insertExported(tx, appNamed(tx, key.app()).number(), key);
  }

  private boolean user(Line.User user) throws SQLException {
    boolean made = UserRows.insertExported(tx, appNamed(tx, user.app()).number(), user);
    if (made) {
      locks.created(UserRows.known(tx, user.app(), user.uid()).orElseThrow().id());
    }
    return made;
  }

  private UserRows.Known userNamed(String app, String uid) throws SQLException {
    var user =
        UserRows.known(tx, app, uid)
            .orElseThrow(
                () ->
                    new RecordRejectedException(
                        RecordRejectedException.OWNER_MISSING, "its user does not exist"));
    locks.require(user.id());
    return user;
  }

  private boolean session(Line.Session session) throws SQLException {
    var user = userNamed(session.app(), session.uid());
    if (user.deactivated()) {
      throw new RecordRejectedException(
          RecordRejectedException.OWNER_MISSING, "the user was deleted");
    }
    boolean made = SessionRows.insertExported(tx, user.id(), session);
    if (!made && !SessionRows.has(tx, user.id(), session)) {
      throw new RecordRejectedException(
          RecordRejectedException.TAKEN, "another session has this id");
    }
    return made;
  }

  private boolean event(Line.Event event) throws SQLException {
    return TokenEventRows.insertExported(tx, userNamed(event.app(), event.uid()).id(), event);
  }

  private boolean device(Line.Device device) throws SQLException {
    var app = appNamed(tx, device.app());
    var user = userNamed(device.app(), device.uid());
    return DeviceUseRows.putExported(tx, app.number(), user.id(), device);
  }

  private boolean token(Line.Token row) throws SQLException {
    var session = sessionOf(row);
    locks.require(session.userId());
    var token = TokenRows.imported(row, session);
    if (rules.copy()) {
      TokenRows.carryOut(tx, session, new Step.Put(token), Actors.IMPORT, now);
      return true;
    }
    var wanted = wanted(token);
    var stored = TokenRows.storedTokens(tx, session, wanted, now);
    locks.require(stored);
    var then = Instant.ofEpochMilli(row.registeredAt());
    if (hasRoom(session, wanted, stored, then)) {
      TokenRows.carryOut(tx, session, new Step.Put(token), Actors.IMPORT, now);
      return true;
    }
    return register(session, token, wanted, stored, then);
  }

  private static NewToken wanted(PushToken token) {
    return new NewToken(
        token.value(),
        new PlatformClaim(token.pushPlatform(), token.platformBasis()),
        token.providerId(),
        token.timezone(),
        token.installation(),
        token.subscription(),
        List.of());
  }

  private Session sessionOf(Line.Token token) throws SQLException {
    return SessionRows.ofUser(tx, token.app(), token.uid(), Line.id(token.session()))
        .orElseThrow(
            () ->
                new RecordRejectedException(
                    RecordRejectedException.OWNER_MISSING, "its session does not exist"));
  }

  // True if no other token conflicts with this one, so that its row can be imported unchanged, with
  // its times. The limit of tokens and the device of a session concern live sessions only, so a
  // token of an expired session cannot conflict through them.
  private boolean hasRoom(Session session, NewToken wanted, StoredTokens stored, Instant then) {
    return stored.holder().isEmpty()
        && stored.ofDevice().isEmpty()
        && (isExpired(session) || hasRoomAmongLive(session, wanted, stored, then));
  }

  private boolean isExpired(Session session) {
    var end = session.expiresAt();
    return end != null && end <= now.toEpochMilli();
  }

  private boolean hasRoomAmongLive(
      Session session, NewToken wanted, StoredTokens stored, Instant then) {
    return stored.ofUser().size() < rules.registration().limits().tokensPerUser()
        && stored.ofUser().stream()
            .filter(held -> held.token().channel() == wanted.value().channel())
            .noneMatch(held -> held.token().sessionId() == session.id())
        && stored.twins(session, wanted, then).isEmpty();
  }

  private boolean register(
      Session session, PushToken token, NewToken wanted, StoredTokens stored, Instant then)
      throws SQLException {
    return switch (rules.registration().decideLate(session, wanted, stored, then, then)) {
      case LateDecision.Outdated(var reason) ->
          throw new RecordRejectedException(RecordRejectedException.OUTDATED, reason);
      case LateDecision.Done(var steps) -> {
        for (var step : steps) {
          TokenRows.carryOut(tx, session, withPushes(step, token), Actors.IMPORT, now);
        }
        yield !steps.isEmpty();
      }
    };
  }

  // A registration carries no push results, so those of the other database are copied here.
  private static Step withPushes(Step step, PushToken imported) {
    return step instanceof Step.Put(var put) && put.pushes().equals(PushResults.NONE)
        ? new Step.Put(put.with(imported.pushes()))
        : step;
  }
}
