package dev.rollcall.account;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What sessions ask of a database. Each method is one transaction, and checks its caller in it.
///
/// A caller that may not do what it asks for is refused with a `Problem`, before anything is
/// written.
public interface SessionStore {

  /// A session that is about to be: its auth token, and when it ends by itself.
  record Login(AuthToken token, ClientInfo client, @Nullable Long expiresAt) {}

  /// A session with the user it belongs to.
  record SignedIn(Session session, User user) {}

  /// Opens a session. When the user has more than `mostSessions`, the one seen least recently ends.
  Session login(Caller.BackEnd caller, String uid, Login login, int mostSessions, Instant now);

  SignedIn signedIn(Caller.Device caller, Instant now);

  /// Notes what the client says of itself, and that its session was seen.
  SignedIn seen(Caller.Device caller, ClientInfo client, Instant now);

  /// Ends the caller's session and its push tokens.
  void logout(Caller.Device caller, Instant now);

  /// Ends the session that the token was made for, even one that has expired. A session that is
  /// gone is as good as ended.
  void logout(String appId, LogoutToken token, Instant now);

  Page<Session> sessions(Caller.BackEnd caller, String uid, Page.Request page, Instant now);

  Session session(Caller.BackEnd caller, String uid, SessionRef ref, Instant now);

  Session updateSession(
      Caller.BackEnd caller, String uid, SessionRef ref, ClientInfo client, Instant now);

  void endSession(Caller.BackEnd caller, String uid, SessionRef ref, Instant now);

  void endSessions(Caller.BackEnd caller, String uid, Instant now);

  /// Ends up to `most` sessions whose time has passed; answers how many.
  int endExpired(int most, Instant now);
}
