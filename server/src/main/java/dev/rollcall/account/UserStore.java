package dev.rollcall.account;

import dev.rollcall.account.SessionStore.Login;
import java.time.Instant;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// What users ask of a database. Each method is one transaction, and checks its caller in it.
///
/// A caller that may not do what it asks for is refused with a `Problem`, before anything is
/// written.
public interface UserStore {

  User createUser(
      Caller.BackEnd caller, String uid, User.Profile profile, Optional<Login> login, Instant now);

  User user(Caller.BackEnd caller, String uid);

  Page<User> users(Caller.BackEnd caller, Page.Request page);

  User updateUser(
      Caller.BackEnd caller, String uid, UnaryOperator<User.Profile> change, Instant now);

  /// Ends the user's sessions and push tokens; `permanent` also forgets the user and its history.
  void deleteUser(Caller.BackEnd caller, String uid, boolean permanent, Instant now);
}
