package dev.rollcall.account;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// The database operations on sessions. Each method is one transaction and authenticates its caller
/// in that transaction.
///
/// A caller without the necessary rights is refused with a `Problem` before anything is written.
public interface SessionStore {

  /// The data of a new session: its auth token, and when it expires.
  record Login(AuthToken token, ClientInfo client, @Nullable Long expiresAt) {}

  /// A session with its user.
  record SignedIn(Session session, User user) {}

  /// Creates a session. If the user then has more than `mostSessions`, the session that was seen
  /// least recently ends.
  Session login(Caller.BackEnd caller, String uid, Login login, int mostSessions, Instant now);

  SignedIn signedIn(Caller.Device caller, Instant now);

  /// Stores what the client reports about itself, and the time at which its session was last seen.
  SignedIn recordSeen(Caller.Device caller, ClientInfo client, Instant now);

  /// Ends the caller's session and removes its push tokens.
  void logout(Caller.Device caller, Instant now);

  /// Ends the session that the token was made for, even if it has expired. Does nothing if the
  /// session no longer exists.
  void logout(String appId, LogoutToken token, Instant now);

  Page<Session> sessions(Caller.BackEnd caller, String uid, Page.Request page, Instant now);

  Session session(Caller.BackEnd caller, String uid, SessionRef ref, Instant now);

  Session updateSession(
      Caller.BackEnd caller, String uid, SessionRef ref, ClientInfo client, Instant now);

  void endSession(Caller.BackEnd caller, String uid, SessionRef ref, Instant now);

  void endSessions(Caller.BackEnd caller, String uid, Instant now);

  /// Ends up to `most` expired sessions. Returns how many were ended.
  int endExpired(int most, Instant now);
}
