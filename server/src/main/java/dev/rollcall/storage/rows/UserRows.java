package dev.rollcall.storage.rows;

import dev.rollcall.account.User;
import dev.rollcall.storage.engine.Tx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/// Rows of users.
public final class UserRows {
  public static final String SELECT =
      """
      SELECT id, uid, name, avatar, link, role, status_message, metadata, tags, created_at,
             updated_at
        FROM app_user
      """;

  public static final String TAG_SEPARATOR = "\n";

  private UserRows() {}

  public static User byId(Tx tx, long id) throws SQLException {
    return tx.one(SELECT + " WHERE id = ?", UserRows::read, id).orElseThrow();
  }

  public static User read(ResultSet row) throws SQLException {
    var tags = row.getString(9);
    var profile =
        new User.Profile(
            row.getString(3),
            row.getString(4),
            row.getString(5),
            row.getString(6),
            row.getString(7),
            row.getString(8),
            tags.isEmpty() ? List.of() : List.of(tags.split(TAG_SEPARATOR)));
    return new User(row.getLong(1), row.getString(2), profile, row.getLong(10), row.getLong(11));
  }
}
