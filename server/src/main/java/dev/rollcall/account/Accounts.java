package dev.rollcall.account;

import dev.rollcall.account.SessionStore.Login;
import dev.rollcall.account.SessionStore.SignedIn;
import dev.rollcall.problem.Code;
import dev.rollcall.problem.Problem;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// The rules of users and sessions: which users exist, which sessions they have, and when these
/// expire.
public final class Accounts {
  /// `sessionTtl` is the lifetime of a session; if it is empty, a session lives until its logout. A
  /// user may have at most `sessionsPerUser` sessions.
  public record Limits(Optional<Duration> sessionTtl, int sessionsPerUser) {}

  /// A new session. Its auth token is stored nowhere, so this is the only copy.
  public record NewSession(String uid, AuthToken token, Instant createdAt) {}

  /// A new user, with its first session if one was requested.
  public record CreatedUser(User user, Optional<NewSession> session) {}

  private final UserStore users;
  private final SessionStore sessions;
  private final Limits limits;
  private final Clock clock;

  public Accounts(UserStore users, SessionStore sessions, Limits limits, Clock clock) {
    this.users = users;
    this.sessions = sessions;
    this.limits = limits;
    this.clock = clock;
  }

  public CreatedUser createUser(
      Caller.BackEnd caller, String uid, User.Profile profile, boolean withAuthToken) {
    var stored = newUid(uid);
    var now = clock.instant();
    if (!withAuthToken) {
      return new CreatedUser(
          users.createUser(caller, stored, profile, Optional.empty(), now), Optional.empty());
    }
    var login = newLogin(stored, ClientInfo.NONE, now);
    var user = users.createUser(caller, stored, profile, Optional.of(login), now);
    return new CreatedUser(user, Optional.of(new NewSession(stored, login.token(), now)));
  }

  public User user(Caller.BackEnd caller, String uid) {
    return users.user(caller, knownUid(uid));
  }

  public Page<User> users(Caller.BackEnd caller, Page.Request page) {
    return users.users(caller, page);
  }

  public User updateUser(Caller.BackEnd caller, String uid, UnaryOperator<User.Profile> change) {
    return users.updateUser(caller, knownUid(uid), change, clock.instant());
  }

  public void deleteUser(Caller.BackEnd caller, String uid, boolean permanent) {
    users.deleteUser(caller, knownUid(uid), permanent, clock.instant());
  }

  /// Every login creates a new session, so two logins of one user never share an auth token.
  public NewSession login(Caller.BackEnd caller, String uid, ClientInfo client) {
    var now = clock.instant();
    var login = newLogin(knownUid(uid), client, now);
    sessions.login(caller, knownUid(uid), login, limits.sessionsPerUser(), now);
    return new NewSession(knownUid(uid), login.token(), now);
  }

  public SignedIn signedIn(Caller.Device caller) {
    return sessions.signedIn(caller, clock.instant());
  }

  public SignedIn recordSeen(Caller.Device caller, ClientInfo client) {
    return sessions.recordSeen(caller, client, clock.instant());
  }

  public void logout(Caller.Device caller) {
    sessions.logout(caller, clock.instant());
  }

  public void logout(String appId, LogoutToken token) {
    sessions.logout(appId, token, clock.instant());
  }

  public Page<Session> sessions(Caller.BackEnd caller, String uid, Page.Request page) {
    return sessions.sessions(caller, knownUid(uid), page, clock.instant());
  }

  public Session session(Caller.BackEnd caller, String uid, SessionRef ref) {
    return sessions.session(caller, knownUid(uid), ref, clock.instant());
  }

  public Session updateSession(
      Caller.BackEnd caller, String uid, SessionRef ref, ClientInfo client) {
    return sessions.updateSession(caller, knownUid(uid), ref, client, clock.instant());
  }

  public void endSession(Caller.BackEnd caller, String uid, SessionRef ref) {
    sessions.endSession(caller, knownUid(uid), ref, clock.instant());
  }

  public void endSessions(Caller.BackEnd caller, String uid) {
    sessions.endSessions(caller, knownUid(uid), clock.instant());
  }

  /// Ends expired sessions in batches, so that no request waits for long.
  public int endExpired(int most) {
    return sessions.endExpired(most, clock.instant());
  }

  private Login newLogin(String uid, ClientInfo client, Instant now) {
    var expiresAt = limits.sessionTtl().map(ttl -> now.plus(ttl).toEpochMilli()).orElse(null);
    return new Login(AuthToken.random(uid, now), client, expiresAt);
  }

  private static String newUid(String uid) {
    var folded = Uid.folded(uid);
    var fault = Uid.fault(folded);
    if (fault.isPresent()) {
      throw Problem.badField("uid", "uid cannot be stored: " + fault.get() + "; " + Uid.RULE);
    }
    return folded;
  }

  /// Returns the stored form of a uid that should exist. A malformed uid cannot exist and gives the
  /// same error as an unknown one.
  public static String knownUid(String uid) {
    var folded = Uid.folded(uid);
    if (Uid.fault(folded).isPresent()) {
      throw unknownUid();
    }
    return folded;
  }

  public static Problem unknownUid() {
    return new Problem(
        Code.ERR_UID_NOT_FOUND, "No such user in this app; create it with POST /v3/users");
  }
}
