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
import dev.rollcall.storage.rows.CallerCheck;
import dev.rollcall.storage.rows.PreferenceRows;
import dev.rollcall.storage.rows.SessionRows;
import dev.rollcall.storage.rows.SuspicionRows;
import dev.rollcall.storage.rows.UserRows;
import dev.rollcall.storage.token.SqlTokenStore;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// Users in SQL. Whatever ends a user ends its sessions and push tokens with it.
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
          requireFree(tx, app, uid);
          var user = UserRows.byId(tx, insert(tx, app, uid, profile, now));
          if (login.isPresent()) {
            SessionRows.insert(tx, user.id(), login.get(), now);
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
      throw taken();
    }
  }

  private static Problem taken() {
    return new Problem(
        Code.ERR_UID_ALREADY_EXISTS, "This uid is taken; change the user with PUT instead");
  }

  // A user that was deleted, but not for good, comes back under its uid with the new profile. One
  // that somebody else has just made stays as it is.
  private static long insert(Tx tx, App app, String uid, User.Profile profile, Instant now)
      throws SQLException {
    var ids =
        tx.updateReturning(
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
             WHERE app_user.deactivated_at IS NOT NULL
            RETURNING id
            """,
            row -> row.getLong(1),
            app.no(),
            uid,
            profile.name(),
            profile.avatar(),
            profile.link(),
            profile.role(),
            profile.statusMessage(),
            profile.metadata(),
            String.join(UserRows.TAG_SEPARATOR, profile.tags()),
            now.toEpochMilli(),
            now.toEpochMilli());
    if (ids.isEmpty()) {
      throw taken();
    }
    return ids.getFirst();
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
          var live = " WHERE app = ? AND deactivated_at IS NULL";
          long total = tx.count("SELECT count(*) FROM app_user" + live, app.no());
          var rows =
              tx.list(
                  UserRows.SELECT + live + " ORDER BY id LIMIT ? OFFSET ?",
                  UserRows::read,
                  app.no(),
                  page.perPage(),
                  page.offset());
          return new Page<>(rows, total, page);
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
          update(tx, user.id(), change.apply(user.profile()), now);
          return UserRows.byId(tx, user.id());
        });
  }

  private static void update(Tx tx, long id, User.Profile profile, Instant now)
      throws SQLException {
    tx.update(
        """
        UPDATE app_user SET
          name = ?, avatar = ?, link = ?, role = ?, status_message = ?, metadata = ?, tags = ?,
          updated_at = ?
        WHERE id = ?
        """,
        profile.name(),
        profile.avatar(),
        profile.link(),
        profile.role(),
        profile.statusMessage(),
        profile.metadata(),
        String.join(UserRows.TAG_SEPARATOR, profile.tags()),
        now.toEpochMilli(),
        id);
  }

  @Override
  public void deleteUser(Caller.BackEnd caller, String uid, boolean permanent, Instant now) {
    db.write(
        "deleting a user",
        tx -> {
          var app = CallerCheck.app(tx, caller);
          // Who was deactivated is unknown to everything but this, so that it can be forgotten too.
          long userId =
              permanent ? CallerCheck.everUserId(tx, app, uid) : CallerCheck.userId(tx, app, uid);
          SessionRows.endAll(
              tx, userId, SessionRows.cause(SqlTokenStore.API_KEY, "user deleted", now));
          PreferenceRows.forget(tx, userId);
          if (permanent) {
            tx.update("DELETE FROM token_event WHERE user_id = ?", userId);
            SuspicionRows.removeOfUser(tx, userId);
            tx.update("DELETE FROM app_user WHERE id = ?", userId);
          } else {
            tx.update(
                "UPDATE app_user SET deactivated_at = ? WHERE id = ?", now.toEpochMilli(), userId);
          }
          return userId;
        });
  }
}
