package dev.rollcall.storage.account;

import dev.rollcall.account.App;
import dev.rollcall.account.Caller;
import dev.rollcall.account.ClientInfo;
import dev.rollcall.account.LogoutToken;
import dev.rollcall.account.Page;
import dev.rollcall.account.Platform;
import dev.rollcall.account.Session;
import dev.rollcall.account.SessionRef;
import dev.rollcall.account.SessionStore;
import dev.rollcall.account.SessionStore.Login;
import dev.rollcall.account.SessionStore.SignedIn;
import dev.rollcall.problem.Code;
import dev.rollcall.problem.Problem;
import dev.rollcall.storage.engine.Database;
import dev.rollcall.storage.engine.Tx;
import dev.rollcall.storage.rows.CallerCheck;
import dev.rollcall.storage.rows.SessionRows;
import dev.rollcall.storage.rows.TokenRows.Cause;
import dev.rollcall.storage.rows.UserLocks;
import dev.rollcall.storage.rows.UserRows;
import dev.rollcall.storage.token.SqlTokenStore;
import dev.rollcall.token.TokenEvent.Kind;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;

/// Sessions in SQL. Whatever ends a session ends its push tokens with it.
public final class SqlSessionStore implements SessionStore {
  private final Database db;

  public SqlSessionStore(Database db) {
    this.db = db;
  }

  @Override
  public Session login(
      Caller.BackEnd caller, String uid, Login login, int mostSessions, Instant now) {
    return db.write(
        "logging a user in",
        tx -> {
          var app = CallerCheck.app(tx, caller);
          long userId = CallerCheck.userId(tx, app, uid);
          makeRoom(tx, userId, mostSessions, now);
          SessionRows.insert(tx, userId, login, now);
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
                + CallerCheck.LAST_SEEN
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
      SessionRows.end(tx, userId, id, new Cause(Kind.EVICTED, SqlTokenStore.ROLLCALL, reason, now));
    }
  }

  @Override
  public SignedIn signedIn(Caller.Device caller, Instant now) {
    return db.read("reading a session", tx -> signedIn(tx, CallerCheck.session(tx, caller, now)));
  }

  private static SignedIn signedIn(Tx tx, Session session) throws SQLException {
    return new SignedIn(session, UserRows.byId(tx, session.userId()));
  }

  @Override
  public SignedIn seen(Caller.Device caller, ClientInfo client, Instant now) {
    return db.write(
        "noting a session",
        tx -> {
          var session = CallerCheck.session(tx, caller, now);
          return signedIn(tx, SessionRows.note(tx, session, client, now));
        });
  }

  @Override
  public void logout(Caller.Device caller, Instant now) {
    db.write(
        "logging out",
        tx -> {
          var session = CallerCheck.session(tx, caller, now);
          SessionRows.end(
              tx,
              session.userId(),
              session.id(),
              SessionRows.cause(session.handle(), "logout", now));
          return session;
        });
  }

  @Override
  public void logout(String appId, LogoutToken token, Instant now) {
    db.write(
        "logging out",
        tx -> {
          var session = CallerCheck.leaving(tx, appId, token);
          if (session.isPresent()) {
            var gone = session.get();
            var cause = SessionRows.cause(gone.handle(), "logout by logout token", now);
            SessionRows.end(tx, gone.userId(), gone.id(), cause);
          }
          return session;
        });
  }

  @Override
  public Page<Session> sessions(Caller.BackEnd caller, String uid, Page.Request page, Instant now) {
    return db.read(
        "listing sessions",
        tx -> {
          var app = CallerCheck.app(tx, caller);
          long userId = CallerCheck.userId(tx, app, uid);
          var live = " WHERE user_id = ? AND (expires_at IS NULL OR expires_at > ?)";
          long at = now.toEpochMilli();
          long total = tx.count("SELECT count(*) FROM session" + live, userId, at);
          var rows =
              tx.list(
                  """
                  SELECT s.id, s.platform, s.device_id, s.created_at, s.expires_at,
                  """
                      + CallerCheck.LAST_SEEN
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
        CallerCheck.nullableLong(row, 5));
  }

  @Override
  public Session session(Caller.BackEnd caller, String uid, SessionRef ref, Instant now) {
    return db.read(
        "reading a session", tx -> named(tx, CallerCheck.app(tx, caller), uid, ref, now));
  }

  private static Session named(Tx tx, App app, String uid, SessionRef ref, Instant now)
      throws SQLException {
    CallerCheck.requireUser(tx, app, uid);
    var session = CallerCheck.named(tx, app, ref, now);
    if (!session.uid().equals(uid)) {
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
          var app = CallerCheck.app(tx, caller);
          SessionRows.note(tx, named(tx, app, uid, ref, now), client, now);
          return named(tx, app, uid, ref, now);
        });
  }

  @Override
  public void endSession(Caller.BackEnd caller, String uid, SessionRef ref, Instant now) {
    db.write(
        "ending a session",
        tx -> {
          var session = named(tx, CallerCheck.app(tx, caller), uid, ref, now);
          var cause = SessionRows.cause(SqlTokenStore.API_KEY, "auth token deleted", now);
          SessionRows.end(tx, session.userId(), session.id(), cause);
          return session;
        });
  }

  @Override
  public void endSessions(Caller.BackEnd caller, String uid, Instant now) {
    db.write(
        "ending the sessions of a user",
        tx -> {
          long userId = CallerCheck.userId(tx, CallerCheck.app(tx, caller), uid);
          SessionRows.endAll(
              tx, userId, SessionRows.cause(SqlTokenStore.API_KEY, "auth tokens flushed", now));
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
          UserLocks.users(tx, expired.stream().map(session -> session[0]).toList());
          for (var session : expired) {
            SessionRows.end(tx, session[0], session[1], cause);
          }
          return expired.size();
        });
  }
}
