package dev.rollcall.storage.rows;

import dev.rollcall.account.Accounts;
import dev.rollcall.account.App;
import dev.rollcall.account.AuthTokenHash;
import dev.rollcall.account.Caller;
import dev.rollcall.account.LogoutToken;
import dev.rollcall.account.Platform;
import dev.rollcall.account.Scope;
import dev.rollcall.account.Session;
import dev.rollcall.account.SessionRef;
import dev.rollcall.account.TokenPolicy;
import dev.rollcall.problem.Code;
import dev.rollcall.problem.Problem;
import dev.rollcall.storage.engine.Tx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Lets callers in, as the first step of whatever transaction they ask for.
public final class CallerCheck {
  private static final String APP =
      "SELECT no, id, region, token_policy, created_at FROM app WHERE id = ?";

  /// When a session `s` was last seen. A registration says so too, and need not write it twice.
  public static final String LAST_SEEN =
      """
      coalesce((SELECT max(t.registered_at) FROM push_token t
                 WHERE t.user_id = s.user_id AND t.session_id = s.id
                   AND t.registered_at > s.last_seen), s.last_seen)
      """;

  private static final String COLUMNS =
      """
      s.id, s.user_id, s.hash, s.platform, s.device_id, s.created_at, %s,
             s.expires_at, u.uid, a.no, a.id, a.region, a.token_policy, a.created_at\
      """;

  private static final String EVER_USER =
      "SELECT u.id FROM app_user u WHERE u.app = ? AND u.uid = ?";
  private static final String USER = EVER_USER + " AND u.deactivated_at IS NULL";

  private static final String SESSION = sessionWith("s.last_seen");
  private static final String SESSION_AND_LAST_SEEN = sessionWith(LAST_SEEN);

  public static String columns() {
    return COLUMNS.formatted("s.last_seen");
  }

  private static String sessionWith(String lastSeen) {
    return """
    SELECT %s
      FROM session s
      JOIN app_user u ON u.id = s.user_id
      JOIN app a ON a.no = u.app
     WHERE s.id = ?
    """
        .formatted(COLUMNS.formatted(lastSeen));
  }

  private CallerCheck() {}

  /// What a caller must show for a session: its app and auth token, before it ends.
  public record Key(AuthTokenHash hash, String appId, @Nullable Long expiresAt) {
    /// Reads a row that begins with these.
    public static Key read(ResultSet row) throws SQLException {
      return new Key(AuthTokenHash.read(row.getBytes(1)), row.getString(2), nullableLong(row, 3));
    }

    public boolean opensTo(Caller.Device caller, Instant now) {
      return appId.equals(caller.appId())
          && hash.isOf(caller.token())
          && (expiresAt == null || expiresAt > now.toEpochMilli());
    }
  }

  /// A session's row, with the hash that its auth token must have.
  public record Found(Session session, AuthTokenHash hash) {
    public boolean opensTo(Caller.Device caller, Instant now) {
      return new Key(hash, session.app().id(), session.expiresAt()).opensTo(caller, now);
    }
  }

  public static Session session(Tx tx, Caller.Device caller, Instant now) throws SQLException {
    var id = caller.token().sessionId();
    var found = id.isEmpty() ? Optional.<Found>empty() : find(tx, SESSION, id.get());
    if (found.isPresent() && found.get().opensTo(caller, now)) {
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
        tx.one(
                "SELECT scope FROM app_key WHERE hash = ? AND app = ?",
                row -> row.getString(1),
                caller.key().hash(),
                app.no())
            .flatMap(Scope::of)
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
    return userId(tx, USER + tx.dialect().forUpdate("u"), app, uid);
  }

  /// As `userId`, but deactivated users count.
  public static long everUserId(Tx tx, App app, String uid) throws SQLException {
    return userId(tx, EVER_USER + tx.dialect().forUpdate("u"), app, uid);
  }

  /// Refuses a uid that is not there; the user is not locked for it.
  public static void requireUser(Tx tx, App app, String uid) throws SQLException {
    userId(tx, USER, app, uid);
  }

  private static long userId(Tx tx, String sql, App app, String uid) throws SQLException {
    return tx.one(sql, row -> row.getLong(1), app.no(), uid).orElseThrow(Accounts::unknownUid);
  }

  /// The session that a back end names, of whichever user of its app.
  public static Session named(Tx tx, App app, SessionRef ref, Instant now) throws SQLException {
    var id = ref.sessionId();
    var found = id.isEmpty() ? Optional.<Found>empty() : find(tx, SESSION_AND_LAST_SEEN, id.get());
    return found
        .filter(it -> it.session().app().no() == app.no())
        .filter(it -> isLive(it.session(), now) && isMeant(ref, it))
        .map(Found::session)
        .orElseThrow(
            () ->
                new Problem(
                    Code.ERR_AUTH_TOKEN_NOT_FOUND,
                    "No session of this app has this auth token; list them with GET"
                        + " /v3/users/{uid}/auth_tokens"));
  }

  /// The session that a logout token is for, live or expired; empty when it is gone.
  public static Optional<Session> leaving(Tx tx, String appId, LogoutToken token)
      throws SQLException {
    var app = requireApp(tx, appId);
    var id = token.sessionId();
    var found = id.isEmpty() ? Optional.<Found>empty() : find(tx, SESSION, id.get());
    var ours = found.filter(it -> it.session().app().no() == app.no());
    if (ours.isPresent() && !ours.get().hash().isOf(token)) {
      throw new Problem(
          Code.AUTH_ERR_AUTH_TOKEN_NOT_FOUND,
          "This logout token was not made from the auth token of the session that it names");
    }
    return ours.map(Found::session);
  }

  private static boolean isMeant(SessionRef ref, Found found) {
    return ref.authToken()
        .map(found.hash()::isOf)
        .orElseGet(() -> ref.text().equals(found.session().handle()));
  }

  private static boolean isLive(Session session, Instant now) {
    var end = session.expiresAt();
    return end == null || end > now.toEpochMilli();
  }

  private static Optional<Found> find(Tx tx, String session, long id) throws SQLException {
    UserLocks.userOfSession(tx, id);
    return tx.one(session, CallerCheck::found, id);
  }

  public static Found found(ResultSet row) throws SQLException {
    return new Found(session(row), AuthTokenHash.read(row.getBytes(3)));
  }

  /// Reads a row of the session's columns in the order of {@link #SESSION}.
  private static Session session(ResultSet row) throws SQLException {
    var app =
        new App(
            row.getLong(10),
            row.getString(11),
            row.getString(12),
            TokenPolicy.of(row.getString(13)),
            row.getLong(14));
    var platform = row.getString(4);
    return new Session(
        row.getLong(1),
        app,
        row.getLong(2),
        row.getString(9),
        platform == null ? null : Platform.of(platform),
        row.getString(5),
        row.getLong(6),
        row.getLong(7),
        nullableLong(row, 8));
  }

  public static @Nullable Long nullableLong(ResultSet row, int column) throws SQLException {
    var value = row.getLong(column);
    return row.wasNull() ? null : value;
  }

  public static App requireApp(Tx tx, String id) throws SQLException {
    return tx.one(APP, CallerCheck::readApp, id)
        .orElseThrow(
            () ->
                new Problem(
                    Code.AUTH_ERR_INVALID_APPID,
                    "There is no such app; './rollcall app list' shows those there are"));
  }

  public static App appOf(Tx tx, long no) throws SQLException {
    return tx.one(
            "SELECT no, id, region, token_policy, created_at FROM app WHERE no = ?",
            CallerCheck::readApp,
            no)
        .orElseThrow();
  }

  public static App readApp(ResultSet row) throws SQLException {
    return new App(
        row.getLong(1),
        row.getString(2),
        row.getString(3),
        TokenPolicy.of(row.getString(4)),
        row.getLong(5));
  }
}
