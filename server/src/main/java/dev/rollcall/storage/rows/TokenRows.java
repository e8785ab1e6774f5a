package dev.rollcall.storage.rows;

import dev.rollcall.account.Session;
import dev.rollcall.storage.engine.ConflictException;
import dev.rollcall.storage.engine.Dialect;
import dev.rollcall.storage.engine.RowWriter;
import dev.rollcall.storage.engine.Tx;
import dev.rollcall.storage.rows.SessionRows.Holder;
import dev.rollcall.token.Channel;
import dev.rollcall.token.DeviceName;
import dev.rollcall.token.DeviceUse;
import dev.rollcall.token.Installation;
import dev.rollcall.token.NewToken;
import dev.rollcall.token.PlatformClaim.Basis;
import dev.rollcall.token.PushPlatform;
import dev.rollcall.token.PushResults;
import dev.rollcall.token.PushToken;
import dev.rollcall.token.Registration.HeldToken;
import dev.rollcall.token.Registration.Step;
import dev.rollcall.token.Registration.StoredTokens;
import dev.rollcall.token.Subscription;
import dev.rollcall.token.TokenEvent.Kind;
import dev.rollcall.token.TokenValue;
import dev.rollcall.transfer.Line;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Rows of push tokens. Each method that removes tokens also writes their history, except {@link
/// #deleteAll}.
public final class TokenRows {
  /// The columns of `push_token t` that {@link #read} reads.
  public static final String COLUMNS =
      "t.user_id, t.session_id, t.channel, t.value, t.push_platform, t.provider_id, t.timezone,"
          + " t.created_at, t.registered_at, t.device_key, t.sequence, t.subscription,"
          + " t.accepted_at, t.failed_at, t.failure, t.platform_basis";

  /// A condition on the token `t`: it was registered, or accepted a push, after a time. The time is
  /// passed twice.
  public static final String ALIVE_AFTER = " (t.registered_at > ? OR t.accepted_at > ?) ";

  /// The columns of `push_token t` that {@link Row#read} reads.
  public static final String ROW = "t.app, t.owner, " + COLUMNS;

  private static final String SELECT = "SELECT " + COLUMNS + " FROM push_token t";
  private static final String HELD =
      """
      SELECT %s, %s
        FROM push_token t JOIN session s ON s.id = t.session_id
       WHERE t.user_id = ? AND (s.expires_at IS NULL OR s.expires_at > ?)
      """
          .formatted(SessionRows.HOLDER, COLUMNS);

  private static final String RETURNED = " RETURNING " + COLUMNS.replace("t.", "");

  /// A push token with the app and the owner under whom its value is unique.
  public record Row(long app, long owner, PushToken token) {
    public static Row of(Session session, PushToken token) {
      return new Row(session.app().number(), TokenRows.owner(session), token);
    }

    public static Row read(ResultSet row, int first) throws SQLException {
      return new Row(row.getLong(first), row.getLong(first + 1), TokenRows.read(row, first + 2));
    }
  }

  private static final RowWriter<Row> WRITER =
      RowWriter.<Row>into("push_token")
          .number("user_id", row -> row.token().userId())
          .number("session_id", row -> row.token().sessionId())
          .text("channel", row -> row.token().channel().wireName())
          .number("app", Row::app)
          .number("owner", Row::owner)
          .bytes("hash", row -> row.token().value().hash())
          .text("value", row -> row.token().value().text())
          .text("push_platform", row -> row.token().pushPlatform().wireName())
          .text("provider_id", row -> row.token().providerId())
          .text("timezone", row -> row.token().timezone())
          .number("created_at", row -> row.token().createdAt())
          .number("registered_at", row -> row.token().registeredAt())
          .text("device_key", row -> row.token().installation().keyHash())
          .nullableNumber("sequence", row -> row.token().installation().sequence())
          .text("subscription", row -> text(row.token().subscription()))
          // This may overwrite a push result that another transaction has just recorded. The next
          // push records it again.
          .nullableNumber("accepted_at", row -> row.token().pushes().acceptedAt())
          .nullableNumber("failed_at", row -> row.token().pushes().failedAt())
          .text("failure", row -> row.token().pushes().failure())
          .number("known_alive_at", row -> row.token().registeredAt())
          .text("platform_basis", row -> row.token().platformBasis().wireName())
          .build();

  private static final String OR_REPLACE =
      WRITER.orReplace("user_id, session_id, channel", Set.of("app", "owner", "known_alive_at"));

  private static final String PUT = WRITER.insert() + OR_REPLACE;

  /// Who makes a change, why, and when. The history shows it.
  public record Cause(Kind kind, String actor, String reason, Instant at) {
    Cause with(String other) {
      return new Cause(kind, actor, other, at);
    }
  }

  private TokenRows() {}

  public static PushToken read(ResultSet row) throws SQLException {
    return read(row, 1);
  }

  /// Reads a token whose columns start at index `first`.
  public static PushToken read(ResultSet row, int first) throws SQLException {
    var channel = Channel.of(row.getString(first + 2));
    return new PushToken(
        row.getLong(first),
        row.getLong(first + 1),
        new TokenValue(channel, row.getString(first + 3)),
        PushPlatform.of(row.getString(first + 4)).orElseThrow(),
        row.getString(first + 5),
        row.getString(first + 6),
        row.getLong(first + 7),
        row.getLong(first + 8),
        new Installation(row.getString(first + 9), Tx.nullableLong(row, first + 10)),
        subscription(row.getString(first + 11)),
        new PushResults(
            Tx.nullableLong(row, first + 12),
            Tx.nullableLong(row, first + 13),
            row.getString(first + 14)),
        Basis.of(row.getString(first + 15)));
  }

  /// Reads a token like `read`, or returns null if an outer join has found none.
  static @Nullable PushToken readNullable(ResultSet row, int first) throws SQLException {
    return Tx.nullableLong(row, first) == null ? null : read(row, first);
  }

  private static @Nullable Subscription subscription(@Nullable String text) {
    return text == null ? null : Subscription.of(text);
  }

  private static @Nullable String text(@Nullable Subscription subscription) {
    return subscription == null ? null : subscription.text();
  }

  public static Line.Token exported(ResultSet row, int first, String appId, String uid)
      throws SQLException {
    var token = read(row, first);
    return new Line.Token(
        appId,
        uid,
        Line.id(token.sessionId()),
        token.channel().wireName(),
        token.value().text(),
        token.pushPlatform().wireName(),
        token.providerId(),
        token.timezone(),
        token.installation().keyHash(),
        token.installation().sequence(),
        text(token.subscription()),
        token.platformBasis().wireName(),
        token.createdAt(),
        token.registeredAt(),
        token.pushes().acceptedAt(),
        token.pushes().failedAt(),
        token.pushes().failure());
  }

  /// Converts a token of an export to a token of this session.
  public static PushToken imported(Line.Token line, Session session) {
    return new PushToken(
        session.userId(),
        session.id(),
        line.tokenValue(),
        PushPlatform.of(line.pushPlatform()).orElseThrow(),
        line.provider(),
        line.timezone(),
        line.createdAt(),
        line.registeredAt(),
        new Installation(line.deviceKey(), line.sequence()),
        line.keys(),
        new PushResults(line.acceptedAt(), line.failedAt(), line.failure()),
        line.basis());
  }

  /// The owner within which a token value is unique: the whole app under the policy `exclusive`,
  /// and otherwise the user.
  public static long owner(Session session) {
    return session.app().policy().owner(session.userId());
  }

  public static List<PushToken> ofUser(Tx tx, long userId) throws SQLException {
    return tx.list(SELECT + " WHERE t.user_id = ?", TokenRows::read, userId);
  }

  /// The time zones that devices reported with the tokens of live sessions, by user. The most
  /// recently registered one is first.
  public static Map<Long, List<String>> zones(Tx tx, Collection<Long> userIds, Instant now)
      throws SQLException {
    var zones = new HashMap<Long, List<String>>();
    tx.list(
            """
            SELECT t.user_id, t.timezone FROM push_token t JOIN session s ON s.id = t.session_id
             WHERE t.timezone IS NOT NULL AND (s.expires_at IS NULL OR s.expires_at > ?) AND
            """
                + tx.dialect().oneOf("t.user_id")
                + " ORDER BY t.registered_at DESC, t.session_id DESC",
            row -> Map.entry(row.getLong(1), row.getString(2)),
            now.toEpochMilli(),
            tx.dialect().numbers(userIds))
        .forEach(
            it -> zones.computeIfAbsent(it.getKey(), id -> new ArrayList<>()).add(it.getValue()));
    return zones;
  }

  /// Up to `most` tokens that may not have been alive after `since`. The caller has to check each,
  /// because `known_alive_at` may be too early.
  public static List<PushToken> perhapsUnseen(Tx tx, Instant since, int most) throws SQLException {
    return tx.list(
        SELECT + " WHERE t.known_alive_at <= ? ORDER BY t.known_alive_at LIMIT ?",
        TokenRows::read,
        since.toEpochMilli(),
        most);
  }

  /// Stores when the token was last alive, so that the next search leaves it out.
  public static void noteAlive(Tx tx, PushToken token) throws SQLException {
    tx.update(
        """
        UPDATE push_token SET known_alive_at =
          CASE WHEN accepted_at > registered_at THEN accepted_at ELSE registered_at END
         WHERE user_id = ? AND session_id = ? AND channel = ?
        """,
        token.userId(),
        token.sessionId(),
        token.channel().wireName());
  }

  /// Reads the stored state on which the decision about a registration depends.
  public static StoredTokens storedTokens(Tx tx, Session session, NewToken token, Instant now)
      throws SQLException {
    var holder =
        tx.one(
            SELECT + " WHERE app = ? AND channel = ? AND hash = ? AND owner = ?",
            TokenRows::read,
            session.app().number(),
            token.value().channel().wireName(),
            token.value().hash(),
            owner(session));
    var stored =
        new StoredTokens(holder, held(tx, session.userId(), now), ofDevice(tx, session, token));
    var uses = new HashMap<DeviceName, DeviceUse>();
    for (var name : stored.contested(session, token)) {
      uses.put(name, DeviceUseRows.of(tx, session.app().number(), name));
    }
    return stored.with(uses);
  }

  /// The users who hold the token, or another token of the device in the channel.
  public static List<Long> holders(
      Tx tx, String appId, TokenValue value, @Nullable String deviceKey) throws SQLException {
    var channel = value.channel().wireName();
    return tx.list(
        """
        SELECT t.user_id FROM push_token t JOIN app a ON a.no = t.app
         WHERE a.id = ? AND t.channel = ? AND t.hash = ?
         UNION
        SELECT t.user_id FROM push_token t JOIN app a ON a.no = t.app
         WHERE a.id = ? AND t.device_key = ? AND t.channel = ?
        """,
        row -> row.getLong(1),
        appId,
        channel,
        value.hash(),
        appId,
        deviceKey,
        channel);
  }

  private static List<HeldToken> held(Tx tx, long userId, Instant now) throws SQLException {
    return tx.list(
        HELD,
        row -> new HeldToken(read(row, 3), Holder.read(row, 1).deviceId()),
        userId,
        now.toEpochMilli());
  }

  private static List<PushToken> ofDevice(Tx tx, Session session, NewToken token)
      throws SQLException {
    var key = token.installation().keyHash();
    if (key == null) {
      return List.of();
    }
    return tx.list(
        SELECT + " WHERE app = ? AND device_key = ? AND channel = ? AND owner = ?",
        TokenRows::read,
        session.app().number(),
        key,
        token.value().channel().wireName(),
        owner(session));
  }

  /// Carries out one step of a registration of the session.
  public static void carryOut(Tx tx, Session session, Step step, String actor, Instant now)
      throws SQLException {
    switch (step) {
      case Step.Put(var token) -> tx.update(PUT, WRITER.values(Row.of(session, token)));
      case Step.Remove(var token, var kind, var reason) ->
          remove(tx, token, new Cause(kind, actorFor(token, session, actor), reason, now));
      case Step.Note(var token, var kind, var reason) ->
          note(tx, token, new Cause(kind, actor, reason, now));
      case Step.Use(var name, var use) -> DeviceUseRows.put(tx, session, name, use, now);
    }
  }

  /// The actor that a token's history names for a change by this session. A history never
  /// identifies another user.
  public static String actorFor(PushToken token, Session session, String actor) {
    return token.userId() == session.userId() ? actor : Actors.ANOTHER_USER;
  }

  /// Inserts rows, or replaces those of the same session and channel, with one statement.
  public static void putAll(Tx tx, List<Row> rows) throws SQLException {
    tx.dialect().insertAll(tx, WRITER, rows, OR_REPLACE);
  }

  public static List<PushToken> removeOfSession(Tx tx, long userId, long sessionId, Cause cause)
      throws SQLException {
    return noteAll(
        tx,
        cause,
        tx.updateReturning(
            "DELETE FROM push_token WHERE user_id = ? AND session_id = ?" + RETURNED,
            TokenRows::read,
            userId,
            sessionId));
  }

  public static List<PushToken> removeOfUser(Tx tx, long userId, Cause cause) throws SQLException {
    return noteAll(
        tx,
        cause,
        tx.updateReturning(
            "DELETE FROM push_token WHERE user_id = ?" + RETURNED, TokenRows::read, userId));
  }

  /// Removes this row if it was not registered again since it was read.
  public static List<PushToken> remove(Tx tx, PushToken token, Cause cause) throws SQLException {
    return noteAll(
        tx,
        cause,
        tx.updateReturning(
            """
            DELETE FROM push_token
             WHERE user_id = ? AND session_id = ? AND channel = ? AND registered_at = ?
            """
                + RETURNED,
            TokenRows::read,
            token.userId(),
            token.sessionId(),
            token.channel().wireName(),
            token.registeredAt()));
  }

  /// Removes this row if it was neither registered nor accepted a push after `since`.
  public static List<PushToken> removeUnseen(Tx tx, PushToken token, Instant since, Cause cause)
      throws SQLException {
    return noteAll(
        tx,
        cause,
        tx.updateReturning(
            """
            DELETE FROM push_token
             WHERE user_id = ? AND session_id = ? AND channel = ? AND registered_at <= ?
               AND (accepted_at IS NULL OR accepted_at <= ?)
            """
                + RETURNED,
            TokenRows::read,
            token.userId(),
            token.sessionId(),
            token.channel().wireName(),
            since.toEpochMilli(),
            since.toEpochMilli()));
  }

  private static List<PushToken> noteAll(Tx tx, Cause cause, List<PushToken> tokens)
      throws SQLException {
    for (var token : tokens) {
      note(tx, token, cause);
    }
    return tokens;
  }

  public static void note(Tx tx, PushToken token, Cause cause) throws SQLException {
    TokenEventRows.insert(tx, token, cause);
  }

  /// Deletes these rows with one statement. The caller writes their history. PostgreSQL only.
  public static void deleteAll(Tx tx, List<PushToken> tokens) throws SQLException {
    if (tokens.isEmpty()) {
      return;
    }
    int deleted =
        tx.update(
            """
            DELETE FROM push_token t USING unnest(%s, ?::bigint[], ?::text[])
                AS gone (user_id, session_id, channel)
             WHERE t.user_id = gone.user_id AND t.session_id = gone.session_id
               AND t.channel = gone.channel
            """
                .formatted(Dialect.OPAQUE_NUMBERS),
            tokens.stream().mapToLong(PushToken::userId).toArray(),
            tokens.stream().mapToLong(PushToken::sessionId).toArray(),
            tokens.stream().map(token -> token.channel().wireName()).toArray(String[]::new));
    // An import deletes tokens of users whom it has not locked.
    if (deleted < tokens.size()) {
      throw new ConflictException("another transaction has deleted a token that was to be deleted");
    }
  }

  public static Map<Channel, Long> countByChannel(Tx tx) throws SQLException {
    var counts = new EnumMap<Channel, Long>(Channel.class);
    for (var channel : Channel.values()) {
      counts.put(channel, 0L);
    }
    tx.list(
            "SELECT channel, count(*) FROM push_token GROUP BY app, channel",
            row -> Map.entry(Channel.of(row.getString(1)), row.getLong(2)))
        .forEach(it -> counts.merge(it.getKey(), it.getValue(), Long::sum));
    return counts;
  }
}
