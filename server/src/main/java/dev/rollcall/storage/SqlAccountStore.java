package dev.rollcall.storage;

import dev.rollcall.account.AccountStore;
import dev.rollcall.account.App;
import dev.rollcall.account.Caller;
import dev.rollcall.account.ClientInfo;
import dev.rollcall.account.Key;
import dev.rollcall.account.Page;
import dev.rollcall.account.Platform;
import dev.rollcall.account.Scope;
import dev.rollcall.account.Session;
import dev.rollcall.account.SessionRef;
import dev.rollcall.account.User;
import dev.rollcall.problem.Code;
import dev.rollcall.problem.Problem;
import dev.rollcall.storage.TokenRows.Cause;
import dev.rollcall.token.TokenEvent.Kind;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Apps, keys, users and sessions in SQL. Whatever ends a session ends its push tokens with it.
public final class SqlAccountStore implements AccountStore {
  private static final String USER =
      """
      SELECT id, uid, name, avatar, link, role, status_message, metadata, tags, created_at,
             updated_at
        FROM app_user
      """;

  private static final String TAG_SEPARATOR = "\n";

  private final Database db;

  public SqlAccountStore(Database db) {
    this.db = db;
  }

  @Override
  public User createUser(
      Caller.BackEnd caller, String uid, User.Profile profile, Optional<Login> login, Instant now) {
    return db.write(
        "creating a user",
        tx -> {
          var app = Access.app(tx, caller);
          requireFree(tx, app, uid);
          upsertUser(tx, app, uid, profile, now);
          var user = readUser(tx, app, uid);
          if (login.isPresent()) {
            insertSession(tx, user.id(), login.get(), now);
          }
          return user;
        });
  }

  private static void requireFree(Tx tx, App app, String uid) throws SQLException {
    var taken =
        tx.one(
            "SELECT id FROM app_user WHERE app = ? AND uid = ? AND deactivated_at IS NULL",
            row -> row.getLong(1),
            app.no(),
            uid);
    if (taken.isPresent()) {
      throw new Problem(
          Code.ERR_UID_ALREADY_EXISTS, "This uid is taken; change the user with PUT instead");
    }
  }

  // A user that was deleted, but not for good, comes back under its uid with the new profile.
  private static void upsertUser(Tx tx, App app, String uid, User.Profile profile, Instant now)
      throws SQLException {
    tx.update(
        """
        INSERT INTO app_user
          (app, uid, name, avatar, link, role, status_message, metadata, tags, created_at,
           updated_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (app, uid) DO UPDATE SET
          name = excluded.name, avatar = excluded.avatar, link = excluded.link,
          role = excluded.role, status_message = excluded.status_message,
          metadata = excluded.metadata, tags = excluded.tags,
          updated_at = excluded.updated_at, deactivated_at = NULL
        """,
        app.no(),
        uid,
        profile.name(),
        profile.avatar(),
        profile.link(),
        profile.role(),
        profile.statusMessage(),
        profile.metadata(),
        String.join(TAG_SEPARATOR, profile.tags()),
        now.toEpochMilli(),
        now.toEpochMilli());
  }

  @Override
  public User user(Caller.BackEnd caller, String uid) {
    return db.read("reading a user", tx -> readUser(tx, Access.app(tx, caller), uid));
  }

  private static User readUser(Tx tx, App app, String uid) throws SQLException {
    return userById(tx, Access.userId(tx, app, uid));
  }

  private static User userById(Tx tx, long id) throws SQLException {
    return tx.one(USER + " WHERE id = ?", SqlAccountStore::user, id).orElseThrow();
  }

  private static User user(ResultSet row) throws SQLException {
    var tags = row.getString(9);
    var profile =
        new User.Profile(
            row.getString(3),
            row.getString(4),
            row.getString(5),
            row.getString(6),
            row.getString(7),
            row.getString(8),
            tags.isEmpty() ? List.of() : List.of(tags.split(TAG_SEPARATOR)));
    return new User(row.getLong(1), row.getString(2), profile, row.getLong(10), row.getLong(11));
  }

  @Override
  public Page<User> users(Caller.BackEnd caller, Page.Request page) {
    return db.read(
        "listing users",
        tx -> {
          var app = Access.app(tx, caller);
          var live = " WHERE app = ? AND deactivated_at IS NULL";
          long total = count(tx, "SELECT count(*) FROM app_user" + live, app.no());
          var rows =
              tx.list(
                  USER + live + " ORDER BY id LIMIT ? OFFSET ?",
                  SqlAccountStore::user,
                  app.no(),
                  page.perPage(),
                  page.offset());
          return new Page<>(rows, total, page);
        });
  }

  private static long count(Tx tx, String sql, @Nullable Object... arguments) throws SQLException {
    return tx.one(sql, row -> row.getLong(1), arguments).orElseThrow();
  }

  @Override
  public User updateUser(
      Caller.BackEnd caller, String uid, UnaryOperator<User.Profile> change, Instant now) {
    return db.write(
        "updating a user",
        tx -> {
          var app = Access.app(tx, caller);
          var user = readUser(tx, app, uid);
          upsertUser(tx, app, uid, change.apply(user.profile()), now);
          return userById(tx, user.id());
        });
  }

  @Override
  public void deleteUser(Caller.BackEnd caller, String uid, boolean permanent, Instant now) {
    db.write(
        "deleting a user",
        tx -> {
          var app = Access.app(tx, caller);
          // Who was deactivated is unknown to everything but this, so that it can be forgotten too.
          long userId = permanent ? Access.everUserId(tx, app, uid) : Access.userId(tx, app, uid);
          endSessions(tx, userId, cause(SqlTokenStore.API_KEY, "user deleted", now));
          if (permanent) {
            tx.update("DELETE FROM token_event WHERE user_id = ?", userId);
            tx.update("DELETE FROM app_user WHERE id = ?", userId);
          } else {
            tx.update(
                "UPDATE app_user SET deactivated_at = ? WHERE id = ?", now.toEpochMilli(), userId);
          }
          return userId;
        });
  }

  @Override
  public Session login(
      Caller.BackEnd caller, String uid, Login login, int mostSessions, Instant now) {
    return db.write(
        "logging a user in",
        tx -> {
          var app = Access.app(tx, caller);
          long userId = Access.userId(tx, app, uid);
          makeRoom(tx, userId, mostSessions, now);
          insertSession(tx, userId, login, now);
          return named(tx, app, uid, new SessionRef(login.token().value()), now);
        });
  }

  // Sessions whose time has passed take no room, although they are swept only later.
  private static void makeRoom(Tx tx, long userId, int most, Instant now) throws SQLException {
    var oldest =
        tx.list(
            """
            SELECT s.id,\
            """
                + Access.LAST_SEEN
                + """
                AS seen FROM session s
                 WHERE s.user_id = ? AND (s.expires_at IS NULL OR s.expires_at > ?)
                 ORDER BY seen DESC, s.id DESC LIMIT 1000 OFFSET ?
                """,
            row -> row.getLong(1),
            userId,
            now.toEpochMilli(),
            most - 1);
    for (var id : oldest) {
      var reason = "the user has as many sessions as allowed";
      endSession(tx, userId, id, new Cause(Kind.EVICTED, SqlTokenStore.ROLLCALL, reason, now));
    }
  }

  private static void insertSession(Tx tx, long userId, Login login, Instant now)
      throws SQLException {
    var client = login.client();
    tx.update(
        """
        INSERT INTO session
          (id, user_id, hash, platform, resource, device_id, sdk, created_at, last_seen, expires_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        login.token().sessionId().orElseThrow(),
        userId,
        login.token().hash(),
        word(client.platform()),
        client.resource(),
        client.deviceId(),
        client.sdk(),
        now.toEpochMilli(),
        now.toEpochMilli(),
        login.expiresAt());
  }

  private static @Nullable String word(@Nullable Platform platform) {
    return platform == null ? null : platform.word();
  }

  @Override
  public SignedIn signedIn(Caller.Device caller, Instant now) {
    return db.read("reading a session", tx -> signedIn(tx, Access.session(tx, caller, now)));
  }

  private static SignedIn signedIn(Tx tx, Session session) throws SQLException {
    return new SignedIn(session, userById(tx, session.userId()));
  }

  @Override
  public SignedIn seen(Caller.Device caller, ClientInfo client, Instant now) {
    return db.write(
        "noting a session",
        tx -> {
          var session = Access.session(tx, caller, now);
          note(tx, session, client, now);
          return signedIn(tx, session);
        });
  }

  private static void note(Tx tx, Session session, ClientInfo client, Instant now)
      throws SQLException {
    tx.update(
        """
        UPDATE session SET
          platform = coalesce(?, platform), resource = coalesce(?, resource),
          device_id = coalesce(?, device_id), sdk = coalesce(?, sdk), last_seen = ?
        WHERE id = ?
        """,
        word(client.platform()),
        client.resource(),
        client.deviceId(),
        client.sdk(),
        now.toEpochMilli(),
        session.id());
  }

  @Override
  public void logout(Caller.Device caller, Instant now) {
    db.write(
        "logging out",
        tx -> {
          var session = Access.session(tx, caller, now);
          endSession(tx, session.userId(), session.id(), cause(session.handle(), "logout", now));
          return session;
        });
  }

  @Override
  public Page<Session> sessions(Caller.BackEnd caller, String uid, Page.Request page, Instant now) {
    return db.read(
        "listing sessions",
        tx -> {
          var app = Access.app(tx, caller);
          long userId = Access.userId(tx, app, uid);
          var live = " WHERE user_id = ? AND (expires_at IS NULL OR expires_at > ?)";
          long at = now.toEpochMilli();
          long total = count(tx, "SELECT count(*) FROM session" + live, userId, at);
          var rows =
              tx.list(
                  """
                  SELECT s.id, s.platform, s.device_id, s.created_at, s.expires_at,
                  """
                      + Access.LAST_SEEN
                      + " FROM session s"
                      + live
                      + " ORDER BY id DESC LIMIT ? OFFSET ?",
                  row -> session(row, app, userId, uid),
                  userId,
                  at,
                  page.perPage(),
                  page.offset());
          return new Page<>(rows, total, page);
        });
  }

  private static Session session(ResultSet row, App app, long userId, String uid)
      throws SQLException {
    var platform = row.getString(2);
    return new Session(
        row.getLong(1),
        app,
        userId,
        uid,
        platform == null ? null : Platform.of(platform),
        row.getString(3),
        row.getLong(4),
        row.getLong(6),
        Access.nullableLong(row, 5));
  }

  @Override
  public Session session(Caller.BackEnd caller, String uid, SessionRef ref, Instant now) {
    return db.read("reading a session", tx -> named(tx, Access.app(tx, caller), uid, ref, now));
  }

  private static Session named(Tx tx, App app, String uid, SessionRef ref, Instant now)
      throws SQLException {
    long userId = Access.userId(tx, app, uid);
    var session = Access.named(tx, app, ref, now);
    if (session.userId() != userId) {
      throw new Problem(
          Code.ERR_AUTHTOKEN_NOT_ACCESSIBLE, "This auth token belongs to another user");
    }
    return session;
  }

  @Override
  public Session updateSession(
      Caller.BackEnd caller, String uid, SessionRef ref, ClientInfo client, Instant now) {
    return db.write(
        "updating a session",
        tx -> {
          var app = Access.app(tx, caller);
          note(tx, named(tx, app, uid, ref, now), client, now);
          return named(tx, app, uid, ref, now);
        });
  }

  @Override
  public void endSession(Caller.BackEnd caller, String uid, SessionRef ref, Instant now) {
    db.write(
        "ending a session",
        tx -> {
          var session = named(tx, Access.app(tx, caller), uid, ref, now);
          var cause = cause(SqlTokenStore.API_KEY, "auth token deleted", now);
          endSession(tx, session.userId(), session.id(), cause);
          return session;
        });
  }

  @Override
  public void endSessions(Caller.BackEnd caller, String uid, Instant now) {
    db.write(
        "ending the sessions of a user",
        tx -> {
          long userId = Access.userId(tx, Access.app(tx, caller), uid);
          endSessions(tx, userId, cause(SqlTokenStore.API_KEY, "auth tokens flushed", now));
          return userId;
        });
  }

  @Override
  public int endExpired(int most, Instant now) {
    return db.write(
        "ending expired sessions",
        tx -> {
          var expired =
              tx.list(
                  "SELECT user_id, id FROM session WHERE expires_at <= ? ORDER BY id LIMIT ?",
                  row -> new long[] {row.getLong(1), row.getLong(2)},
                  now.toEpochMilli(),
                  most);
          var cause = new Cause(Kind.EXPIRED, SqlTokenStore.ROLLCALL, "session expired", now);
          for (var session : expired) {
            endSession(tx, session[0], session[1], cause);
          }
          return expired.size();
        });
  }

  private static Cause cause(String actor, String reason, Instant now) {
    return new Cause(Kind.DELETED, actor, reason, now);
  }

  private static void endSession(Tx tx, long userId, long sessionId, Cause cause)
      throws SQLException {
    TokenRows.removeOfSession(tx, userId, sessionId, cause);
    tx.update("DELETE FROM session WHERE id = ?", sessionId);
  }

  private static void endSessions(Tx tx, long userId, Cause cause) throws SQLException {
    TokenRows.removeOfUser(tx, userId, cause);
    tx.update("DELETE FROM session WHERE user_id = ?", userId);
  }

  @Override
  public boolean createApp(App app, Key authKey, Key apiKey) {
    return db.write(
        "creating an app",
        tx -> {
          var no =
              tx.updateReturning(
                  """
                  INSERT INTO app (id, region, token_policy, created_at) VALUES (?, ?, ?, ?)
                  ON CONFLICT (id) DO NOTHING RETURNING no
                  """,
                  row -> row.getLong(1),
                  app.id(),
                  app.region(),
                  app.policy().word(),
                  app.createdAt());
          if (no.isEmpty()) {
            return false;
          }
          insertKey(tx, no.getFirst(), Scope.AUTH_ONLY, authKey, app.createdAt());
          insertKey(tx, no.getFirst(), Scope.FULL_ACCESS, apiKey, app.createdAt());
          return true;
        });
  }

  private static void insertKey(Tx tx, long app, Scope scope, Key key, long at)
      throws SQLException {
    tx.update(
        "INSERT INTO app_key (hash, app, scope, created_at) VALUES (?, ?, ?, ?)",
        key.hash(),
        app,
        scope.word(),
        at);
  }

  @Override
  public List<App> apps() {
    return db.read(
        "listing apps",
        tx ->
            tx.list(
                "SELECT no, id, region, token_policy, created_at FROM app ORDER BY no",
                Access::readApp));
  }

  @Override
  public boolean hasKey(String appId, Key key, Scope scope) {
    return db.read(
        "checking a key",
        tx ->
            tx.one(
                    """
                    SELECT 1 FROM app_key k JOIN app a ON a.no = k.app
                     WHERE k.hash = ? AND a.id = ? AND k.scope = ?
                    """,
                    row -> true,
                    key.hash(),
                    appId,
                    scope.word())
                .isPresent());
  }

  @Override
  public boolean rotateKey(String appId, Scope scope, Key fresh, Instant now) {
    return db.write(
        "rotating a key",
        tx -> {
          var no = tx.one("SELECT no FROM app WHERE id = ?", row -> row.getLong(1), appId);
          if (no.isEmpty()) {
            return false;
          }
          tx.update("DELETE FROM app_key WHERE app = ? AND scope = ?", no.get(), scope.word());
          insertKey(tx, no.get(), scope, fresh, now.toEpochMilli());
          return true;
        });
  }
}
