package dev.rollcall.storage.rows;

import dev.rollcall.account.AuthTokenHash;
import dev.rollcall.account.ClientInfo;
import dev.rollcall.account.Page;
import dev.rollcall.account.Platform;
import dev.rollcall.account.Session;
import dev.rollcall.account.SessionStore.Login;
import dev.rollcall.storage.engine.RowWriter;
import dev.rollcall.storage.engine.Tx;
import dev.rollcall.storage.rows.TokenRows.Cause;
import dev.rollcall.token.TokenEvent.Kind;
import dev.rollcall.transfer.Line;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Rows of sessions. Ending a session also removes its push tokens.
public final class SessionRows {
  /// When a session `s` was last seen. A registration counts too, so it does not have to update the
  /// session.
  private static final String LAST_SEEN =
      """
      coalesce((SELECT max(t.registered_at) FROM push_token t
                 WHERE t.user_id = s.user_id AND t.session_id = s.id
                   AND t.registered_at > s.last_seen), s.last_seen)
      """;

  private static final String COLUMNS =
      "s.id, s.user_id, s.hash, s.platform, s.device_id, s.created_at, %s, s.expires_at, u.uid, "
          + AppRows.COLUMNS;

  private static final String FROM =
      """
       FROM session s
       JOIN app_user u ON u.id = s.user_id
       JOIN app a ON a.no = u.app
      """;

  /// Selects sessions for {@link #read}. Registrations do not count in `last_seen`.
  public static final String SELECT = "SELECT " + COLUMNS.formatted("s.last_seen") + FROM;

  private static final String SELECT_WITH_LAST_SEEN =
      "SELECT " + COLUMNS.formatted(LAST_SEEN) + FROM;

  /// The columns of `session s` that {@link #exported} reads.
  public static final String EXPORTED =
      "s.id, s.hash, s.platform, s.resource, s.device_id, s.sdk, s.created_at, s.last_seen,"
          + " s.expires_at";

  /// The columns of the session `s` of a push token that {@link Holder#read} reads.
  public static final String HOLDER = "s.device_id, s.expires_at";

  private static final String LIVE = " AND (s.expires_at IS NULL OR s.expires_at > ?)";

  /// A condition: the session is imported. Such a session has an empty hash, so no auth token opens
  /// it.
  private static final String IMPORTED = " AND length(hash) = 0";

  private record Row(
      long id,
      long userId,
      byte[] hash,
      @Nullable String platform,
      @Nullable String resource,
      @Nullable String deviceId,
      @Nullable String sdk,
      long createdAt,
      long lastSeen,
      @Nullable Long expiresAt) {}

  private static final RowWriter<Row> WRITER =
      RowWriter.<Row>into("session")
          .number("id", Row::id)
          .number("user_id", Row::userId)
          .bytes("hash", Row::hash)
          .text("platform", Row::platform)
          .text("resource", Row::resource)
          .text("device_id", Row::deviceId)
          .text("sdk", Row::sdk)
          .number("created_at", Row::createdAt)
          .number("last_seen", Row::lastSeen)
          .nullableNumber("expires_at", Row::expiresAt)
          .build();

  private static final String INSERT_NEW = WRITER.insert() + " ON CONFLICT (id) DO NOTHING";

  /// The device and the end of the session that holds a push token.
  public record Holder(@Nullable String deviceId, @Nullable Long expiresAt) {
    public static Holder read(ResultSet row, int first) throws SQLException {
      return new Holder(row.getString(first), Tx.nullableLong(row, first + 1));
    }

    public boolean isLive(Instant now) {
      return expiresAt == null || expiresAt > now.toEpochMilli();
    }
  }

  /// The id of a session and the id of its user.
  public record Id(long userId, long id) {}

  private SessionRows() {}

  public static Session read(ResultSet row) throws SQLException {
    var platform = row.getString(4);
    return new Session(
        row.getLong(1),
        AppRows.read(row, 10),
        row.getLong(2),
        row.getString(9),
        platform == null ? null : Platform.of(platform),
        row.getString(5),
        row.getLong(6),
        row.getLong(7),
        Tx.nullableLong(row, 8));
  }

  /// The hash of the auth token, in a row that {@link #read} reads.
  static AuthTokenHash hash(ResultSet row) throws SQLException {
    return AuthTokenHash.read(row.getBytes(3));
  }

  public static Line.Session exported(ResultSet row, int first, String appId, String uid)
      throws SQLException {
    return new Line.Session(
        appId,
        uid,
        Line.id(row.getLong(first)),
        Line.hash(row.getBytes(first + 1)),
        row.getString(first + 2),
        row.getString(first + 3),
        row.getString(first + 4),
        row.getString(first + 5),
        row.getLong(first + 6),
        row.getLong(first + 7),
        Tx.nullableLong(row, first + 8));
  }

  /// Registrations do not count in `last_seen`.
  static <T> Optional<T> byId(Tx tx, long id, Tx.Row<T> read) throws SQLException {
    return tx.one(SELECT + " WHERE s.id = ?", read, id);
  }

  static <T> Optional<T> byIdWithLastSeen(Tx tx, long id, Tx.Row<T> read) throws SQLException {
    return tx.one(SELECT_WITH_LAST_SEEN + " WHERE s.id = ?", read, id);
  }

  public static Optional<Session> ofUser(Tx tx, String appId, String uid, long id)
      throws SQLException {
    return tx.one(
        SELECT + " WHERE s.id = ? AND a.id = ? AND u.uid = ?", SessionRows::read, id, appId, uid);
  }

  public static long countLive(Tx tx, long userId, Instant now) throws SQLException {
    return tx.count(
        "SELECT count(*) FROM session s WHERE s.user_id = ?" + LIVE, userId, now.toEpochMilli());
  }

  public static List<Session> live(Tx tx, long userId, Page.Request page, Instant now)
      throws SQLException {
    return tx.list(
        SELECT_WITH_LAST_SEEN
            + " WHERE s.user_id = ?"
            + LIVE
            + " ORDER BY s.id DESC LIMIT ? OFFSET ?",
        SessionRows::read,
        userId,
        now.toEpochMilli(),
        page.perPage(),
        page.offset());
  }

  /// The live sessions of a user, except the `newest` ones that were seen last.
  public static List<Long> liveWithout(Tx tx, long userId, int newest, Instant now)
      throws SQLException {
    return tx.list(
        "SELECT s.id, "
            + LAST_SEEN
            + " AS seen FROM session s WHERE s.user_id = ?"
            + LIVE
            + " ORDER BY seen DESC, s.id DESC LIMIT 1000 OFFSET ?",
        row -> row.getLong(1),
        userId,
        now.toEpochMilli(),
        newest);
  }

  public static List<Id> expired(Tx tx, int most, Instant now) throws SQLException {
    return tx.list(
        "SELECT user_id, id FROM session WHERE expires_at <= ? ORDER BY id LIMIT ?",
        row -> new Id(row.getLong(1), row.getLong(2)),
        now.toEpochMilli(),
        most);
  }

  public static void insert(Tx tx, long userId, Login login, Instant now) throws SQLException {
    var client = login.client();
    long at = now.toEpochMilli();
    tx.update(
        WRITER.insert(),
        WRITER.values(
            new Row(
                login.token().sessionId().orElseThrow(),
                userId,
                login.token().hash(),
                word(client.platform()),
                client.resource(),
                client.deviceId(),
                client.sdk(),
                at,
                at,
                login.expiresAt())));
  }

  /// Returns false if the id is taken.
  public static boolean insertExported(Tx tx, long userId, Line.Session session)
      throws SQLException {
    var row =
        new Row(
            Line.id(session.id()),
            userId,
            Line.hash(session.hash()),
            session.platform(),
            session.resource(),
            session.deviceId(),
            session.sdk(),
            session.createdAt(),
            session.lastSeen(),
            session.expiresAt());
    return tx.update(INSERT_NEW, WRITER.values(row)) == 1;
  }

  public static boolean has(Tx tx, long userId, Line.Session session) throws SQLException {
    return tx.one(
            "SELECT 1 FROM session WHERE id = ? AND user_id = ? AND hash = ?",
            row -> true,
            Line.id(session.id()),
            userId,
            Line.hash(session.hash()))
        .isPresent();
  }

  public static void insertImported(Tx tx, Session session, byte[] hash) throws SQLException {
    tx.update(
        WRITER.insert(),
        WRITER.values(
            new Row(
                session.id(),
                session.userId(),
                hash,
                word(session.platform()),
                null,
                session.deviceId(),
                null,
                session.createdAt(),
                session.lastSeen(),
                session.expiresAt())));
  }

  public static Optional<Long> importedId(Tx tx, long userId, String deviceId) throws SQLException {
    return tx.one(
        "SELECT id FROM session WHERE user_id = ? AND device_id = ?" + IMPORTED,
        row -> row.getLong(1),
        userId,
        deviceId);
  }

  public static boolean isImported(Tx tx, long id) throws SQLException {
    return tx.one("SELECT 1 FROM session WHERE id = ?" + IMPORTED, row -> true, id).isPresent();
  }

  /// Moves the end of the stored session to that of `session`, unless it was seen later. The end
  /// never moves backwards, because a push to the token may have prolonged the session.
  public static void prolong(Tx tx, Session session) throws SQLException {
    tx.update(
        """
        UPDATE session SET
          last_seen = ?, expires_at = CASE WHEN expires_at > ? THEN expires_at ELSE ? END
        WHERE id = ? AND last_seen < ?
        """,
        session.lastSeen(),
        session.expiresAt(),
        session.expiresAt(),
        session.id(),
        session.lastSeen());
  }

  /// Moves the end of the imported sessions among these to `until`, if they would end before
  /// `least`.
  static void prolongStandIns(Tx tx, List<Long> ids, Instant least, Instant until)
      throws SQLException {
    var dialect = tx.dialect();
    tx.update(
        "UPDATE session SET expires_at = ? WHERE "
            + dialect.oneOfUnlocked(
                "id",
                "SELECT id FROM session WHERE "
                    + dialect.oneOf("id")
                    + IMPORTED
                    + " AND expires_at < ?"),
        until.toEpochMilli(),
        dialect.numbers(ids),
        least.toEpochMilli());
  }

  public static void endImportedWithoutToken(Tx tx, long id) throws SQLException {
    tx.update(
        "DELETE FROM session WHERE id = ?"
            + IMPORTED
            + """
             AND NOT EXISTS (SELECT 1 FROM push_token t
                              WHERE t.user_id = session.user_id AND t.session_id = session.id)
            """,
        id);
  }

  /// Stores the client information, and that the session was seen. Returns the session as it is
  /// then.
  public static Session noteClientInfo(Tx tx, Session session, ClientInfo client, Instant now)
      throws SQLException {
    tx.update(
        """
        UPDATE session SET
          platform = coalesce(?, platform), resource = coalesce(?, resource),
          device_id = coalesce(?, device_id), sdk = coalesce(?, sdk), last_seen = ?
        WHERE id = ?
        """,
        word(client.platform()),
        client.resource(),
        client.deviceId(),
        client.sdk(),
        now.toEpochMilli(),
        session.id());
    return new Session(
        session.id(),
        session.app(),
        session.userId(),
        session.uid(),
        client.platform() == null ? session.platform() : client.platform(),
        client.deviceId() == null ? session.deviceId() : client.deviceId(),
        session.createdAt(),
        now.toEpochMilli(),
        session.expiresAt());
  }

  private static @Nullable String word(@Nullable Platform platform) {
    return platform == null ? null : platform.wireName();
  }

  public static Cause cause(String actor, String reason, Instant now) {
    return new Cause(Kind.DELETED, actor, reason, now);
  }

  public static void end(Tx tx, long userId, long sessionId, Cause cause) throws SQLException {
    TokenRows.removeOfSession(tx, userId, sessionId, cause);
    tx.update("DELETE FROM session WHERE id = ?", sessionId);
  }

  public static void endAll(Tx tx, long userId, Cause cause) throws SQLException {
    TokenRows.removeOfUser(tx, userId, cause);
    tx.update("DELETE FROM session WHERE user_id = ?", userId);
  }
}
