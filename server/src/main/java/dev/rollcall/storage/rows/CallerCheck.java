package dev.rollcall.storage.rows;

import dev.rollcall.account.Accounts;
import dev.rollcall.account.App;
import dev.rollcall.account.AuthTokenHash;
import dev.rollcall.account.Caller;
import dev.rollcall.account.LogoutToken;
import dev.rollcall.account.Session;
import dev.rollcall.account.SessionRef;
import dev.rollcall.problem.Code;
import dev.rollcall.problem.Problem;
import dev.rollcall.storage.engine.Tx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Authenticates callers in the transaction that they ask for.
public final class CallerCheck {
  private CallerCheck() {}

  /// What authenticates the caller of a session: the hash of its auth token, its app, and the time
  /// when the session expires.
  public record Key(AuthTokenHash hash, String appId, @Nullable Long expiresAt) {
    /// Reads a row that begins with these columns.
    public static Key read(ResultSet row) throws SQLException {
      return new Key(
          AuthTokenHash.read(row.getBytes(1)), row.getString(2), Tx.nullableLong(row, 3));
    }

    public boolean authenticates(Caller.Device caller, Instant now) {
      return appId.equals(caller.appId())
          && hash.isOf(caller.token())
          && (expiresAt == null || expiresAt > now.toEpochMilli());
    }
  }

  /// A session, and the hash of its auth token.
  public record Found(Session session, AuthTokenHash hash) {
    public boolean authenticates(Caller.Device caller, Instant now) {
      return new Key(hash, session.app().id(), session.expiresAt()).authenticates(caller, now);
    }
  }

  public static Session session(Tx tx, Caller.Device caller, Instant now) throws SQLException {
    var id = caller.token().sessionId();
    var found = id.isEmpty() ? Optional.<Found>empty() : find(tx, id.get());
    if (found.isPresent() && found.get().authenticates(caller, now)) {
      return found.get().session();
    }
    requireApp(tx, caller.appId());
    throw new Problem(
        Code.AUTH_ERR_AUTH_TOKEN_NOT_FOUND,
        "No session of this app has this auth token; it may have been logged out. Log in again");
  }

  public static App app(Tx tx, Caller.BackEnd caller) throws SQLException {
    var app = requireApp(tx, caller.appId());
    var scope =
        AppKeyRows.scope(tx, app.number(), caller.key())
            .orElseThrow(
                () ->
                    new Problem(
                        Code.AUTH_ERR_APIKEY_NOT_FOUND,
                        "This app has no such key; './rollcall app rotate-key' makes a new one"));
    if (!scope.covers(caller.needed())) {
      throw new Problem(
          Code.AUTH_ERR_NO_ACCESS,
          "This key may only log users in; use the API key (scope fullAccess)");
    }
    return app;
  }

  public static long userId(Tx tx, App app, String uid) throws SQLException {
    return UserRows.lockedId(tx, app.number(), uid).orElseThrow(Accounts::unknownUid);
  }

  /// Like `userId`, but also finds deactivated users.
  public static long userIdEvenIfDeactivated(Tx tx, App app, String uid) throws SQLException {
    return UserRows.lockedIdEvenIfDeactivated(tx, app.number(), uid)
        .orElseThrow(Accounts::unknownUid);
  }

  /// Refuses a uid without a user. Locks nothing.
  public static void requireUser(Tx tx, App app, String uid) throws SQLException {
    var _ = UserRows.id(tx, app.number(), uid).orElseThrow(Accounts::unknownUid);
  }

  /// The session that a back end names. It may be of any user of the app.
  public static Session sessionByRef(Tx tx, App app, SessionRef ref, Instant now)
      throws SQLException {
    var id = ref.sessionId();
    var found = id.isEmpty() ? Optional.<Found>empty() : findWithLastSeen(tx, id.get());
    return found
        .filter(it -> it.session().app().number() == app.number())
        .filter(it -> isLive(it.session(), now) && matches(ref, it))
        .map(Found::session)
        .orElseThrow(
            () ->
                new Problem(
                    Code.ERR_AUTH_TOKEN_NOT_FOUND,
                    "No session of this app has this auth token; list them with GET"
                        + " /v3/users/{uid}/auth_tokens"));
  }

  /// The session of a logout token, which may have expired; empty if the session no longer exists.
  public static Optional<Session> sessionOfLogoutToken(Tx tx, String appId, LogoutToken token)
      throws SQLException {
    var app = requireApp(tx, appId);
    var id = token.sessionId();
    var found = id.isEmpty() ? Optional.<Found>empty() : find(tx, id.get());
    var ours = found.filter(it -> it.session().app().number() == app.number());
    if (ours.isPresent() && !ours.get().hash().isOf(token)) {
      throw new Problem(
          Code.AUTH_ERR_AUTH_TOKEN_NOT_FOUND,
          "This logout token was not made from the auth token of the session that it names");
    }
    return ours.map(Found::session);
  }

  private static boolean matches(SessionRef ref, Found found) {
    return ref.authToken()
        .map(found.hash()::isOf)
        .orElseGet(() -> ref.text().equals(found.session().handle()));
  }

  private static boolean isLive(Session session, Instant now) {
    var end = session.expiresAt();
    return end == null || end > now.toEpochMilli();
  }

  private static Optional<Found> find(Tx tx, long id) throws SQLException {
    UserLocks.userOfSession(tx, id);
    return SessionRows.byId(tx, id, CallerCheck::found);
  }

  private static Optional<Found> findWithLastSeen(Tx tx, long id) throws SQLException {
    UserLocks.userOfSession(tx, id);
    return SessionRows.byIdWithLastSeen(tx, id, CallerCheck::found);
  }

  public static Found found(ResultSet row) throws SQLException {
    return new Found(SessionRows.read(row), SessionRows.hash(row));
  }

  public static App requireApp(Tx tx, String id) throws SQLException {
    return AppRows.byId(tx, id)
        .orElseThrow(
            () ->
                new Problem(
                    Code.AUTH_ERR_INVALID_APPID,
                    "There is no such app; './rollcall app list' shows those there are"));
  }
}
