package dev.rollcall.storage.rows;

import dev.rollcall.account.Page;
import dev.rollcall.account.User;
import dev.rollcall.storage.engine.RowWriter;
import dev.rollcall.storage.engine.Tx;
import dev.rollcall.transfer.Line;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Rows of users.
///
/// A deactivated user keeps its row. Most queries ignore such rows. A permanent deletion, an import
/// and a new user with the same uid find them.
public final class UserRows {
  private static final String COLUMNS =
      "u.id, u.uid, u.name, u.avatar, u.link, u.role, u.status_message, u.metadata, u.tags,"
          + " u.created_at, u.updated_at";

  /// The columns of `app_user u` that {@link #exported} reads.
  public static final String EXPORTED =
      COLUMNS + ", u.deactivated_at, u.foreign_id, u.foreign_origin";

  private static final String SELECT = "SELECT " + COLUMNS + " FROM app_user u";
  private static final String LIVE = " WHERE u.app = ? AND u.deactivated_at IS NULL";
  private static final String ID = "SELECT u.id FROM app_user u WHERE u.app = ? AND u.uid = ?";
  private static final String LIVE_ID = ID + " AND u.deactivated_at IS NULL";
  private static final String TAG_SEPARATOR = "\n";

  private record Row(
      long app,
      String uid,
      User.Profile profile,
      long createdAt,
      long updatedAt,
      @Nullable Long deactivatedAt,
      @Nullable String foreignId,
      @Nullable String foreignOrigin) {
    String tags() {
      return String.join(TAG_SEPARATOR, profile.tags());
    }
  }

  private static final RowWriter<Row> WRITER =
      RowWriter.<Row>into("app_user")
          .number("app", Row::app)
          .text("uid", Row::uid)
          .text("name", row -> row.profile().name())
          .text("avatar", row -> row.profile().avatar())
          .text("link", row -> row.profile().link())
          .text("role", row -> row.profile().role())
          .text("status_message", row -> row.profile().statusMessage())
          .text("metadata", row -> row.profile().metadata())
          .text("tags", Row::tags)
          .number("created_at", Row::createdAt)
          .number("updated_at", Row::updatedAt)
          .nullableNumber("deactivated_at", Row::deactivatedAt)
          .text("foreign_id", Row::foreignId)
          .text("foreign_origin", Row::foreignOrigin)
          .build();

  private static final String INSERT_OR_REVIVE =
      WRITER.insert()
          + WRITER.orReplace("app, uid", Set.of("created_at"))
          + " WHERE app_user.deactivated_at IS NOT NULL RETURNING id";

  private static final String INSERT = WRITER.insert() + " RETURNING id";
  private static final String INSERT_NEW = WRITER.insert() + " ON CONFLICT (app, uid) DO NOTHING";

  /// A user's id, whether the user is deactivated, and, if an import has brought the user, its id
  /// in the other system.
  public record Known(long id, boolean deactivated, @Nullable Spelling spelling) {
    private static Known read(ResultSet row) throws SQLException {
      var foreignId = row.getString(3);
      return new Known(
          row.getLong(1),
          Tx.nullableLong(row, 2) != null,
          foreignId == null ? null : new Spelling(foreignId, row.getString(4)));
    }
  }

  /// An id as another system writes it, and the place where the import found it.
  public record Spelling(String id, String origin) {}

  /// A user of an export, with its id.
  public record Exported(long id, Line.User line) {}

  private UserRows() {}

  public static User byId(Tx tx, long id) throws SQLException {
    return tx.one(SELECT + " WHERE u.id = ?", row -> read(row, 1), id).orElseThrow();
  }

  private static User read(ResultSet row, int first) throws SQLException {
    var tags = row.getString(first + 8);
    var profile =
        new User.Profile(
            row.getString(first + 2),
            row.getString(first + 3),
            row.getString(first + 4),
            row.getString(first + 5),
            row.getString(first + 6),
            row.getString(first + 7),
            tags.isEmpty() ? List.of() : List.of(tags.split(TAG_SEPARATOR)));
    return new User(
        row.getLong(first),
        row.getString(first + 1),
        profile,
        row.getLong(first + 9),
        row.getLong(first + 10));
  }

  /// Reads a user of an app whose columns start at index `first`.
  public static Exported exported(ResultSet row, int first, String appId) throws SQLException {
    var user = read(row, first);
    var profile = user.profile();
    return new Exported(
        user.id(),
        new Line.User(
            appId,
            user.uid(),
            profile.name(),
            profile.avatar(),
            profile.link(),
            profile.role(),
            profile.statusMessage(),
            profile.metadata(),
            profile.tags().isEmpty() ? null : profile.tags(),
            user.createdAt(),
            user.updatedAt(),
            Tx.nullableLong(row, first + 11),
            row.getString(first + 12),
            row.getString(first + 13)));
  }

  public static long count(Tx tx, long app) throws SQLException {
    return tx.count("SELECT count(*) FROM app_user u" + LIVE, app);
  }

  public static List<User> page(Tx tx, long app, Page.Request page) throws SQLException {
    return tx.list(
        SELECT + LIVE + " ORDER BY u.id LIMIT ? OFFSET ?",
        row -> read(row, 1),
        app,
        page.perPage(),
        page.offset());
  }

  public static Optional<Long> id(Tx tx, long app, String uid) throws SQLException {
    return id(tx, LIVE_ID, app, uid);
  }

  /// Finds the user, and locks it.
  public static Optional<Long> lockedId(Tx tx, long app, String uid) throws SQLException {
    return id(tx, LIVE_ID + tx.dialect().forUpdate("u"), app, uid);
  }

  /// Like `lockedId`, but also finds deactivated users.
  public static Optional<Long> lockedIdEvenIfDeactivated(Tx tx, long app, String uid)
      throws SQLException {
    return id(tx, ID + tx.dialect().forUpdate("u"), app, uid);
  }

  private static Optional<Long> id(Tx tx, String sql, long app, String uid) throws SQLException {
    return tx.one(sql, row -> row.getLong(1), app, uid);
  }

  /// Also finds deactivated users.
  public static Optional<Known> known(Tx tx, long app, String uid) throws SQLException {
    return tx.one(
        """
        SELECT id, deactivated_at, foreign_id, foreign_origin FROM app_user
         WHERE app = ? AND uid = ?
        """,
        Known::read,
        app,
        uid);
  }

  /// Like `known`, in the app with this id.
  public static Optional<Known> known(Tx tx, String appId, String uid) throws SQLException {
    return tx.one(
        """
        SELECT u.id, u.deactivated_at, u.foreign_id, u.foreign_origin
          FROM app_user u JOIN app a ON a.no = u.app
         WHERE a.id = ? AND u.uid = ?
        """,
        Known::read,
        appId,
        uid);
  }

  /// Inserts a user, or activates a deactivated user with this uid and gives it the new profile.
  /// Returns empty and changes nothing if a live user has the uid.
  public static Optional<Long> insertOrRevive(
      Tx tx, long app, String uid, User.Profile profile, Instant now) throws SQLException {
    long at = now.toEpochMilli();
    var user = new Row(app, uid, profile, at, at, null, null, null);
    return tx.updateReturning(INSERT_OR_REVIVE, row -> row.getLong(1), WRITER.values(user)).stream()
        .findFirst();
  }

  /// Returns the id of the new user.
  public static long insertImported(
      Tx tx, long app, String uid, User.Profile profile, Spelling spelling, Instant now)
      throws SQLException {
    long at = now.toEpochMilli();
    var user = new Row(app, uid, profile, at, at, null, spelling.id(), spelling.origin());
    return tx.updateReturning(INSERT, row -> row.getLong(1), WRITER.values(user)).getFirst();
  }

  /// Stores the id under which another system's tokens of this user were first imported.
  public static void note(Tx tx, long id, Spelling spelling) throws SQLException {
    tx.update(
        "UPDATE app_user SET foreign_id = ?, foreign_origin = ? WHERE id = ?",
        spelling.id(),
        spelling.origin(),
        id);
  }

  /// The ids of the users with these uids. Uids without a user are left out.
  public static List<Long> ids(Tx tx, String appId, Collection<String> uids) throws SQLException {
    return tx.list(
        "SELECT u.id FROM app_user u JOIN app a ON a.no = u.app WHERE a.id = ? AND "
            + tx.dialect().oneOf("u.uid"),
        row -> row.getLong(1),
        appId,
        tx.dialect().texts(uids));
  }

  /// Returns false if the uid is taken.
  public static boolean insertExported(Tx tx, long app, Line.User user) throws SQLException {
    var profile =
        new User.Profile(
            user.name(),
            user.avatar(),
            user.link(),
            user.role(),
            user.statusMessage(),
            user.metadata(),
            user.tags() == null ? List.of() : user.tags());
    var row =
        new Row(
            app,
            user.uid(),
            profile,
            user.createdAt(),
            user.updatedAt(),
            user.deactivatedAt(),
            user.foreignId(),
            user.foreignOrigin());
    return tx.update(INSERT_NEW, WRITER.values(row)) == 1;
  }

  public static void update(Tx tx, long id, User.Profile profile, Instant now) throws SQLException {
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
        String.join(TAG_SEPARATOR, profile.tags()),
        now.toEpochMilli(),
        id);
  }

  public static void deactivate(Tx tx, long id, Instant now) throws SQLException {
    tx.update("UPDATE app_user SET deactivated_at = ? WHERE id = ?", now.toEpochMilli(), id);
  }

  public static void delete(Tx tx, long id) throws SQLException {
    tx.update("DELETE FROM app_user WHERE id = ?", id);
  }
}
