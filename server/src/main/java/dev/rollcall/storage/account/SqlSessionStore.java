package dev.rollcall.storage.account;

import dev.rollcall.account.App;
import dev.rollcall.account.Caller;
import dev.rollcall.account.ClientInfo;
import dev.rollcall.account.LogoutToken;
import dev.rollcall.account.Page;
import dev.rollcall.account.Session;
import dev.rollcall.account.SessionRef;
import dev.rollcall.account.SessionStore;
import dev.rollcall.account.SessionStore.Login;
import dev.rollcall.account.SessionStore.SignedIn;
import dev.rollcall.problem.Code;
import dev.rollcall.problem.Problem;
import dev.rollcall.storage.engine.Database;
import dev.rollcall.storage.engine.Tx;
import dev.rollcall.storage.rows.Actors;
import dev.rollcall.storage.rows.CallerCheck;
import dev.rollcall.storage.rows.SessionRows;
import dev.rollcall.storage.rows.TokenRows.Cause;
import dev.rollcall.storage.rows.UserLocks;
import dev.rollcall.storage.rows.UserRows;
import dev.rollcall.token.TokenEvent.Kind;
import java.sql.SQLException;
import java.time.Instant;

/// Sessions in SQL. Ending a session also removes its push tokens.
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
          return sessionOf(tx, app, uid, new SessionRef(login.token().value()), now);
        });
  }

  // Expired sessions do not count, although the sweep deletes them only later.
  private static void makeRoom(Tx tx, long userId, int most, Instant now) throws SQLException {
    var reason = "the user has as many sessions as allowed";
    var cause = new Cause(Kind.EVICTED, Actors.ROLLCALL, reason, now);
    for (var id : SessionRows.liveWithout(tx, userId, most - 1, now)) {
      SessionRows.end(tx, userId, id, cause);
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
  public SignedIn recordSeen(Caller.Device caller, ClientInfo client, Instant now) {
    return db.write(
        "noting a session",
        tx -> {
          var session = CallerCheck.session(tx, caller, now);
          return signedIn(tx, SessionRows.noteClientInfo(tx, session, client, now));
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
          var session = CallerCheck.sessionOfLogoutToken(tx, appId, token);
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
          long total = SessionRows.countLive(tx, userId, now);
          return new Page<>(SessionRows.live(tx, userId, page, now), total, page);
        });
  }

  @Override
  public Session session(Caller.BackEnd caller, String uid, SessionRef ref, Instant now) {
    return db.read(
        "reading a session", tx -> sessionOf(tx, CallerCheck.app(tx, caller), uid, ref, now));
  }

  private static Session sessionOf(Tx tx, App app, String uid, SessionRef ref, Instant now)
      throws SQLException {
    CallerCheck.requireUser(tx, app, uid);
    var session = CallerCheck.sessionByRef(tx, app, ref, now);
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
          SessionRows.noteClientInfo(tx, sessionOf(tx, app, uid, ref, now), client, now);
          return sessionOf(tx, app, uid, ref, now);
        });
  }

  @Override
  public void endSession(Caller.BackEnd caller, String uid, SessionRef ref, Instant now) {
    db.write(
        "ending a session",
        tx -> {
          var session = sessionOf(tx, CallerCheck.app(tx, caller), uid, ref, now);
          var cause = SessionRows.cause(Actors.API_KEY, "auth token deleted", now);
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
              tx, userId, SessionRows.cause(Actors.API_KEY, "auth tokens flushed", now));
          return userId;
        });
  }

  @Override
  public int endExpired(int most, Instant now) {
    return db.write(
        "ending expired sessions",
        tx -> {
          var expired = SessionRows.expired(tx, most, now);
          var cause = new Cause(Kind.EXPIRED, Actors.ROLLCALL, "session expired", now);
          UserLocks.users(tx, expired.stream().map(SessionRows.Id::userId).toList());
          for (var session : expired) {
            SessionRows.end(tx, session.userId(), session.id(), cause);
          }
          return expired.size();
        });
  }
}
