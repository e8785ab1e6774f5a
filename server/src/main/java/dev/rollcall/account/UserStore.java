package dev.rollcall.account;

import dev.rollcall.account.SessionStore.Login;
import java.time.Instant;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// The database operations on users. Each method is one transaction and authenticates its caller in
/// that transaction.
///
/// A caller without the necessary rights is refused with a `Problem` before anything is written.
public interface UserStore {

  User createUser(
      Caller.BackEnd caller, String uid, User.Profile profile, Optional<Login> login, Instant now);

  User user(Caller.BackEnd caller, String uid);

  Page<User> users(Caller.BackEnd caller, Page.Request page);

  User updateUser(
      Caller.BackEnd caller, String uid, UnaryOperator<User.Profile> change, Instant now);

  /// Ends the user's sessions and removes the push tokens. `permanent` also deletes the user and
  /// its history.
  void deleteUser(Caller.BackEnd caller, String uid, boolean permanent, Instant now);
}
