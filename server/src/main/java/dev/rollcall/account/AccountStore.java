package dev.rollcall.account;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// What accounts ask of a database. Each method is one transaction, and checks its caller in it.
///
/// A caller that may not do what it asks for is refused with a `Problem`, before anything is
/// written.
public interface AccountStore {

  /// A session that is about to be: its auth token, and when it ends by itself.
  record Login(AuthToken token, ClientInfo client, @Nullable Long expiresAt) {}

  /// A session with the user it belongs to.
  record SignedIn(Session session, User user) {}

  User createUser(
      Caller.BackEnd caller, String uid, User.Profile profile, Optional<Login> login, Instant now);

  User user(Caller.BackEnd caller, String uid);

  Page<User> users(Caller.BackEnd caller, Page.Request page);

  User updateUser(
      Caller.BackEnd caller, String uid, UnaryOperator<User.Profile> change, Instant now);

  /// Ends the user's sessions and push tokens; `permanent` also forgets the user and its history.
  void deleteUser(Caller.BackEnd caller, String uid, boolean permanent, Instant now);

  /// Opens a session. When the user has more than `mostSessions`, the one seen least recently ends.
  Session login(Caller.BackEnd caller, String uid, Login login, int mostSessions, Instant now);

  SignedIn signedIn(Caller.Device caller, Instant now);

  /// Notes what the client says of itself, and that its session was seen.
  SignedIn seen(Caller.Device caller, ClientInfo client, Instant now);

  /// Ends the caller's session and its push tokens.
  void logout(Caller.Device caller, Instant now);

  Page<Session> sessions(Caller.BackEnd caller, String uid, Page.Request page, Instant now);

  Session session(Caller.BackEnd caller, String uid, SessionRef ref, Instant now);

  Session updateSession(
      Caller.BackEnd caller, String uid, SessionRef ref, ClientInfo client, Instant now);

  void endSession(Caller.BackEnd caller, String uid, SessionRef ref, Instant now);

  void endSessions(Caller.BackEnd caller, String uid, Instant now);

  /// Ends up to `most` sessions whose time has passed; answers how many.
  int endExpired(int most, Instant now);

  /// Makes an app with its keys. Answers false, and changes nothing, when the id is taken.
  boolean createApp(App app, Key authKey, Key apiKey);

  List<App> apps();

  /// True when `key` opens the app with exactly this scope.
  boolean hasKey(String appId, Key key, Scope scope);

  /// Replaces the keys of this scope. Answers false when there is no such app.
  boolean rotateKey(String appId, Scope scope, Key fresh, Instant now);
}
