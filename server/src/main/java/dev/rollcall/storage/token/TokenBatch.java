package dev.rollcall.storage.token;

import dev.rollcall.account.Session;
import dev.rollcall.storage.engine.ConflictException;
import dev.rollcall.storage.engine.Dialect;
import dev.rollcall.storage.engine.Tx;
import dev.rollcall.storage.rows.CallerCheck;
import dev.rollcall.storage.rows.TokenRows;
import dev.rollcall.storage.rows.TokenRows.Cause;
import dev.rollcall.storage.rows.WebhookEventRows;
import dev.rollcall.token.Channel;
import dev.rollcall.token.NewToken;
import dev.rollcall.token.PushToken;
import dev.rollcall.token.Registration.Held;
import dev.rollcall.token.Registration.Standing;
import dev.rollcall.token.TokenStore.Reach;
import dev.rollcall.token.TokenValue;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/// The push tokens of some users, read by a transaction that has locked them. Registrations and
/// deletions are played on it one after the other; what they changed in the end is then written with
/// a statement for all deletions, one for all puts and one for all lines of history, instead of some
/// for each.
final class TokenBatch {
  /// The tokens of users, and whoever holds certain values, or something under certain device keys.
  /// `OFFSET 0` keeps PostgreSQL from reading a whole index instead, when it last saw that almost
  /// empty.
  private static final String READ =
      """
      SELECT %1$s, s.device_id, s.expires_at, t.app, t.owner
        FROM (
          SELECT * FROM push_token WHERE user_id = ANY (%2$s)
           UNION ALL
          SELECT t.* FROM unnest(%2$s, ?::bigint[], ?::text[], ?::bytea[])
              AS n (app, owner, channel, hash)
           CROSS JOIN LATERAL (
             SELECT * FROM push_token t
              WHERE t.app = n.app AND t.channel = n.channel AND t.hash = n.hash
                AND t.owner = n.owner OFFSET 0) t
           UNION ALL
          SELECT t.* FROM unnest(%2$s, ?::bigint[], ?::text[], ?::text[])
              AS n (app, owner, channel, device_key)
           CROSS JOIN LATERAL (
             SELECT * FROM push_token t
              WHERE t.app = n.app AND t.channel = n.channel AND t.device_key = n.device_key
                AND t.device_key IS NOT NULL AND t.owner = n.owner OFFSET 0) t) t
       CROSS JOIN LATERAL (
         SELECT device_id, expires_at FROM session WHERE id = t.session_id OFFSET 0) s
      """
          .formatted(TokenRows.COLUMNS, Dialect.OPAQUE_NUMBERS);

  /// One session holds at most one token per channel.
  private record Place(long userId, long sessionId, Channel channel) {
    static Place of(PushToken token) {
      return new Place(token.userId(), token.sessionId(), token.channel());
    }
  }

  /// A value has one owner: 0 in an app with the policy `exclusive`, else each user.
  private record Address(long app, TokenValue value, long owner) {}

  /// What a phone registers under its device key in one channel.
  private record Device(long app, String keyHash, Channel channel, long owner) {}

  /// What a token that is to be registered is looked up by.
  record Wanted(Address address, Optional<Device> device) {
    static Wanted by(Session session, NewToken token) {
      var app = session.app().no();
      var owner = SqlTokenStore.owner(session);
      return new Wanted(
          new Address(app, token.value(), owner),
          Optional.ofNullable(token.installation().keyHash())
              .map(hash -> new Device(app, hash, token.value().channel(), owner)));
    }
  }

  private record Row(
      PushToken token, long app, long owner, @Nullable String deviceId, @Nullable Long expiresAt) {

    Address address() {
      return new Address(app, token.value(), owner);
    }

    Optional<Device> device() {
      return Optional.ofNullable(token.installation().keyHash())
          .map(hash -> new Device(app, hash, token.channel(), owner));
    }

    Row on(@Nullable String device) {
      return new Row(token, app, owner, device, expiresAt);
    }

    boolean isLive(Instant now) {
      return expiresAt == null || expiresAt > now.toEpochMilli();
    }
  }

  private record Line(PushToken token, Cause cause) {}

  /// The number of a line, and whether there is a webhook to be told.
  private record Noted(long userId, long seq, boolean webhooks) {}

  private final Map<Place, Row> before = new HashMap<>();
  private final Map<Long, Map<Place, Row>> users = new HashMap<>();
  private final Map<Address, Row> holders = new HashMap<>();
  private final Map<Device, Map<Place, Row>> devices = new HashMap<>();
  private final List<Line> lines = new ArrayList<>();

  /// Reads all tokens of these users, and those of others that stand in the way of what is wanted.
  TokenBatch(Tx tx, Collection<Long> userIds, List<Wanted> wanted) throws SQLException {
    var addresses = wanted.stream().map(Wanted::address).toList();
    var keys = wanted.stream().flatMap(it -> it.device().stream()).toList();
    var rows =
        tx.list(
            READ,
            TokenBatch::row,
            userIds.stream().mapToLong(id -> id).toArray(),
            numbers(addresses, Address::app),
            numbers(addresses, Address::owner),
            texts(addresses, address -> address.value().channel().word()),
            addresses.stream().map(address -> address.value().hash()).toArray(byte[][]::new),
            numbers(keys, Device::app),
            numbers(keys, Device::owner),
            texts(keys, device -> device.channel().word()),
            texts(keys, Device::keyHash));
    for (var row : rows) {
      before.put(Place.of(row.token()), row);
      enter(row);
    }
  }

  private static Row row(ResultSet row) throws SQLException {
    return new Row(
        TokenRows.read(row),
        row.getLong(15),
        row.getLong(16),
        row.getString(13),
        CallerCheck.nullableLong(row, 14));
  }

  /// Whose tokens are in it.
  Set<Long> users() {
    return users.keySet();
  }

  private void enter(Row row) {
    users
        .computeIfAbsent(row.token().userId(), id -> new LinkedHashMap<>())
        .put(Place.of(row.token()), row);
    holders.put(row.address(), row);
    row.device().ifPresent(device -> ofDevice(device).put(Place.of(row.token()), row));
  }

  private Map<Place, Row> ofDevice(Device device) {
    return devices.computeIfAbsent(device, it -> new LinkedHashMap<>());
  }

  private void strike(Place place) {
    var row = users.getOrDefault(place.userId(), new LinkedHashMap<>()).remove(place);
    if (row != null) {
      holders.remove(row.address());
      row.device().ifPresent(device -> ofDevice(device).remove(place));
    }
  }

  Standing standing(Session session, NewToken wanted, Instant now) {
    var by = Wanted.by(session, wanted);
    var ofUser =
        users.getOrDefault(session.userId(), Map.of()).values().stream()
            .filter(row -> row.isLive(now))
            .map(row -> new Held(row.token(), row.deviceId()))
            .toList();
    var ofDevice =
        by.device()
            .map(device -> ofDevice(device).values().stream().map(Row::token).toList())
            .orElse(List.of());
    return new Standing(
        Optional.ofNullable(holders.get(by.address())).map(Row::token), ofUser, ofDevice);
  }

  /// Notes which device the session is on, which its client may just have told.
  void noteDevice(Session session) {
    var rows = users.get(session.userId());
    if (rows != null) {
      rows.replaceAll(
          (place, row) -> place.sessionId() == session.id() ? row.on(session.deviceId()) : row);
    }
  }

  void put(Session session, PushToken token) {
    strike(Place.of(token));
    enter(
        new Row(
            token,
            session.app().no(),
            SqlTokenStore.owner(session),
            session.deviceId(),
            session.expiresAt()));
  }

  void remove(PushToken token, Cause cause) {
    strike(Place.of(token));
    note(token, cause);
  }

  /// Removes what the session holds, or all that its user does; answers what went.
  List<PushToken> removeAll(Session session, Reach reach, Cause cause) {
    var gone =
        users.getOrDefault(session.userId(), Map.of()).values().stream()
            .map(Row::token)
            .filter(token -> reach == Reach.USER || token.sessionId() == session.id())
            .toList();
    gone.forEach(token -> remove(token, cause));
    return gone;
  }

  void note(PushToken token, Cause cause) {
    lines.add(new Line(token, cause));
  }

  void write(Tx tx) throws SQLException {
    delete(tx, before.values().stream().filter(this::hasToGo).map(Row::token).toList());
    put(
        tx,
        users.values().stream()
            .flatMap(rows -> rows.values().stream())
            .filter(this::isNew)
            // In an order that all transactions have in common: two that put the same new values
            // wait for each other only one way.
            .sorted(Comparator.comparing(row -> row.token().value().hash(), Arrays::compare))
            .toList());
    note(tx);
  }

  /// A row whose value went to another one goes first, even if it comes back with a value of its own:
  /// the two must not meet in the index of owners.
  private boolean hasToGo(Row row) {
    var now = users.getOrDefault(row.token().userId(), Map.of()).get(Place.of(row.token()));
    return now == null
        || !now.address().equals(row.address()) && holders.containsKey(row.address());
  }

  private boolean isNew(Row row) {
    var was = before.get(Place.of(row.token()));
    return was == null || !was.token().equals(row.token());
  }

  private static void delete(Tx tx, List<PushToken> tokens) throws SQLException {
    if (tokens.isEmpty()) {
      return;
    }
    int gone =
        tx.update(
            """
            DELETE FROM push_token t USING unnest(%s, ?::bigint[], ?::text[])
                AS gone (user_id, session_id, channel)
             WHERE t.user_id = gone.user_id AND t.session_id = gone.session_id
               AND t.channel = gone.channel
            """
                .formatted(Dialect.OPAQUE_NUMBERS),
            numbers(tokens, PushToken::userId),
            numbers(tokens, PushToken::sessionId),
            texts(tokens, token -> token.channel().word()));
    // An import takes a token from whoever holds it, and does not lock them.
    if (gone < tokens.size()) {
      throw new ConflictException("Somebody else took a token meanwhile");
    }
  }

  private static void put(Tx tx, List<Row> rows) throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    var tokens = rows.stream().map(Row::token).toList();
    tx.update(
        """
        INSERT INTO push_token
          (user_id, session_id, channel, app, owner, hash, value, push_platform, provider_id,
           timezone, created_at, registered_at, device_key, sequence, subscription)
        SELECT * FROM unnest(%s, ?::bigint[], ?::text[], ?::bigint[], ?::bigint[], ?::bytea[], ?::text[], ?::text[], ?::text[], ?::text[], ?::bigint[], ?::bigint[],
          ?::text[], ?::bigint[], ?::text[])
        ON CONFLICT (user_id, session_id, channel) DO UPDATE SET
          hash = excluded.hash, value = excluded.value, created_at = excluded.created_at,
          push_platform = excluded.push_platform, provider_id = excluded.provider_id,
          timezone = excluded.timezone, registered_at = excluded.registered_at,
          device_key = excluded.device_key, sequence = excluded.sequence,
          subscription = excluded.subscription
        """
            .formatted(Dialect.OPAQUE_NUMBERS),
        numbers(tokens, PushToken::userId),
        numbers(tokens, PushToken::sessionId),
        texts(tokens, token -> token.channel().word()),
        numbers(rows, Row::app),
        numbers(rows, Row::owner),
        tokens.stream().map(token -> token.value().hash()).toArray(byte[][]::new),
        texts(tokens, token -> token.value().text()),
        texts(tokens, token -> token.pushPlatform().word()),
        texts(tokens, PushToken::providerId),
        texts(tokens, PushToken::timezone),
        numbers(tokens, PushToken::createdAt),
        numbers(tokens, PushToken::registeredAt),
        texts(tokens, token -> token.installation().keyHash()),
        tokens.stream().map(token -> token.installation().sequence()).toArray(Long[]::new),
        texts(tokens, token -> TokenRows.text(token.subscription())));
  }

  private void note(Tx tx) throws SQLException {
    if (lines.isEmpty()) {
      return;
    }
    var last = new HashMap<Long, Long>();
    var noted =
        tx.updateReturning(
            """
            INSERT INTO token_event
              (user_id, seq, at, kind, channel, token, session_id, actor, reason)
            SELECT n.user_id,
                   coalesce((SELECT max(e.seq) FROM token_event e WHERE e.user_id = n.user_id), 0)
                     + row_number() OVER (PARTITION BY n.user_id ORDER BY n.no),
                   n.at, n.kind, n.channel, n.token, n.session_id, n.actor, n.reason
              FROM unnest(%s, ?::bigint[], ?::text[], ?::text[], ?::text[], ?::bigint[], ?::text[],
                ?::text[]) WITH ORDINALITY
                AS n (user_id, at, kind, channel, token, session_id, actor, reason, no)
            RETURNING user_id, seq, %s
            """
                .formatted(Dialect.OPAQUE_NUMBERS, WebhookEventRows.ANY),
            row -> new Noted(row.getLong(1), row.getLong(2), row.getBoolean(3)),
            numbers(lines, line -> line.token().userId()),
            numbers(lines, line -> line.cause().at().toEpochMilli()),
            texts(lines, line -> line.cause().kind().word()),
            texts(lines, line -> line.token().channel().word()),
            texts(lines, line -> line.token().value().masked()),
            numbers(lines, line -> line.token().sessionId()),
            texts(lines, line -> line.cause().actor()),
            texts(lines, line -> line.cause().reason()));
    noted.forEach(it -> last.merge(it.userId(), it.seq(), Math::max));
    last.values().removeIf(seq -> seq <= TokenRows.HISTORY);
    if (!last.isEmpty()) {
      var full = List.copyOf(last.entrySet());
      tx.update(
          """
          DELETE FROM token_event e USING unnest(%s, ?::bigint[]) AS old (user_id, seq)
           WHERE e.user_id = old.user_id AND e.seq <= old.seq
          """
              .formatted(Dialect.OPAQUE_NUMBERS),
          numbers(full, Map.Entry::getKey),
          numbers(full, it -> it.getValue() - TokenRows.HISTORY));
    }
    if (noted.getFirst().webhooks()) {
      for (var line : lines) {
        WebhookEventRows.note(tx, line.token(), line.cause());
      }
    }
  }

  private static <T> Object numbers(List<T> all, ToLongFunction<T> number) {
    return all.stream().mapToLong(number).toArray();
  }

  private static <T> Object texts(List<T> all, Function<T, @Nullable String> text) {
    return all.stream().map(text).toArray(String[]::new);
  }
}
