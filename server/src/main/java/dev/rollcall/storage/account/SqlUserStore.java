package dev.rollcall.storage.account;

import dev.rollcall.account.App;
import dev.rollcall.account.Caller;
import dev.rollcall.account.Page;
import dev.rollcall.account.SessionStore.Login;
import dev.rollcall.account.User;
import dev.rollcall.account.UserStore;
import dev.rollcall.problem.Code;
import dev.rollcall.problem.Problem;
import dev.rollcall.storage.engine.Database;
import dev.rollcall.storage.engine.Tx;
import dev.rollcall.storage.rows.Actors;
import dev.rollcall.storage.rows.CallerCheck;
import dev.rollcall.storage.rows.DeviceUseRows;
import dev.rollcall.storage.rows.PreferenceRows;
import dev.rollcall.storage.rows.SessionRows;
import dev.rollcall.storage.rows.SuspicionRows;
import dev.rollcall.storage.rows.TokenEventRows;
import dev.rollcall.storage.rows.UserRows;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// Users in SQL. Deactivating or deleting a user also removes its sessions and push tokens.
public final class SqlUserStore implements UserStore {
  private final Database db;

  public SqlUserStore(Database db) {
    this.db = db;
  }

  @Override
  public User createUser(
      Caller.BackEnd caller, String uid, User.Profile profile, Optional<Login> login, Instant now) {
    return db.write(
        "creating a user",
        tx -> {
          var app = CallerCheck.app(tx, caller);
          if (UserRows.id(tx, app.number(), uid).isPresent()) {
            throw taken();
          }
          // Another transaction may have created the user in the meantime.
          var id = UserRows.insertOrRevive(tx, app.number(), uid, profile, now);
          var user = UserRows.byId(tx, id.orElseThrow(SqlUserStore::taken));
          if (login.isPresent()) {
            SessionRows.insert(tx, user.id(), login.get(), now);
          }
          return user;
        });
  }

  private static Problem taken() {
    return new Problem(
        Code.ERR_UID_ALREADY_EXISTS, "This uid is taken; change the user with PUT instead");
  }

  @Override
  public User user(Caller.BackEnd caller, String uid) {
    return db.read("reading a user", tx -> existing(tx, CallerCheck.app(tx, caller), uid));
  }

  private static User existing(Tx tx, App app, String uid) throws SQLException {
    return UserRows.byId(tx, CallerCheck.userId(tx, app, uid));
  }

  @Override
  public Page<User> users(Caller.BackEnd caller, Page.Request page) {
    return db.read(
        "listing users",
        tx -> {
          var app = CallerCheck.app(tx, caller);
          long total = UserRows.count(tx, app.number());
          return new Page<>(UserRows.page(tx, app.number(), page), total, page);
        });
  }

  @Override
  public User updateUser(
      Caller.BackEnd caller, String uid, UnaryOperator<User.Profile> change, Instant now) {
    return db.write(
        "updating a user",
        tx -> {
          var app = CallerCheck.app(tx, caller);
          var user = existing(tx, app, uid);
          UserRows.update(tx, user.id(), change.apply(user.profile()), now);
          return UserRows.byId(tx, user.id());
        });
  }

  @Override
  public void deleteUser(Caller.BackEnd caller, String uid, boolean permanent, Instant now) {
    db.write(
        "deleting a user",
        tx -> {
          var app = CallerCheck.app(tx, caller);
          // A permanent deletion also finds deactivated users. All other changes ignore them.
          long userId =
              permanent
                  ? CallerCheck.userIdEvenIfDeactivated(tx, app, uid)
                  : CallerCheck.userId(tx, app, uid);
          SessionRows.endAll(tx, userId, SessionRows.cause(Actors.API_KEY, "user deleted", now));
          PreferenceRows.deleteOfUser(tx, userId);
          if (permanent) {
            TokenEventRows.deleteOfUser(tx, userId);
            SuspicionRows.removeOfUser(tx, userId);
            DeviceUseRows.deleteOfUser(tx, userId);
            UserRows.delete(tx, userId);
          } else {
            UserRows.deactivate(tx, userId, now);
          }
          return userId;
        });
  }
}
