package dev.rollcall.storage;

import dev.rollcall.account.Session;
import dev.rollcall.storage.TokenRows.Cause;
import dev.rollcall.token.Channel;
import dev.rollcall.token.NewToken;
import dev.rollcall.token.PushToken;
import dev.rollcall.token.Registration.Held;
import dev.rollcall.token.Registration.Standing;
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
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/// The push tokens of some users, read by a transaction that has locked them. Registrations are
/// played on it one after the other; what they changed in the end is then written with a statement
/// for all deletions, one for all puts and one for all lines of history, instead of some for each.
final class Ledger {

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

  /// Reads all tokens of these users.
  Ledger(Tx tx, Collection<Long> userIds) throws SQLException {
    var rows =
        tx.list(
            "SELECT "
                + TokenRows.COLUMNS
                + """
                , s.device_id, s.expires_at, t.app, t.owner
                  FROM push_token t JOIN session s ON s.id = t.session_id
                 WHERE t.user_id = ANY (?)
                """,
            Ledger::row,
            (Object) userIds.stream().mapToLong(id -> id).toArray());
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
        Access.nullableLong(row, 14));
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
    var app = session.app().no();
    var owner = SqlTokenStore.owner(session);
    var address = new Address(app, wanted.value(), owner);
    var ofUser =
        users.getOrDefault(session.userId(), Map.of()).values().stream()
            .filter(row -> row.isLive(now))
            .map(row -> new Held(row.token(), row.deviceId()))
            .toList();
    var ofDevice =
        Optional.ofNullable(wanted.installation().keyHash())
            .map(hash -> new Device(app, hash, wanted.value().channel(), owner))
            .map(device -> ofDevice(device).values().stream().map(Row::token).toList())
            .orElse(List.of());
    return new Standing(
        Optional.ofNullable(holders.get(address)).map(Row::token), ofUser, ofDevice);
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

  void note(PushToken token, Cause cause) {
    lines.add(new Line(token, cause));
  }

  void write(Tx tx) throws SQLException {
    // A row that gets another value goes first and comes back, so that two that swap their values
    // do not meet in the index of owners.
    delete(tx, before.values().stream().filter(this::isNotAsBefore).map(Row::token).toList());
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

  private boolean isNotAsBefore(Row row) {
    var now = users.getOrDefault(row.token().userId(), Map.of()).get(Place.of(row.token()));
    return now == null || !now.address().equals(row.address());
  }

  private boolean isNew(Row row) {
    var was = before.get(Place.of(row.token()));
    return was == null || !was.token().equals(row.token());
  }

  private static void delete(Tx tx, List<PushToken> tokens) throws SQLException {
    if (tokens.isEmpty()) {
      return;
    }
    tx.update(
        """
        DELETE FROM push_token t USING unnest(?::bigint[], ?::bigint[], ?::text[])
            AS gone (user_id, session_id, channel)
         WHERE t.user_id = gone.user_id AND t.session_id = gone.session_id
           AND t.channel = gone.channel
        """,
        numbers(tokens, PushToken::userId),
        numbers(tokens, PushToken::sessionId),
        texts(tokens, token -> token.channel().word()));
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
        SELECT * FROM unnest(?::bigint[], ?::bigint[], ?::text[], ?::bigint[], ?::bigint[],
          ?::bytea[], ?::text[], ?::text[], ?::text[], ?::text[], ?::bigint[], ?::bigint[],
          ?::text[], ?::bigint[], ?::text[])
        ON CONFLICT (user_id, session_id, channel) DO UPDATE SET
          push_platform = excluded.push_platform, provider_id = excluded.provider_id,
          timezone = excluded.timezone, registered_at = excluded.registered_at,
          device_key = excluded.device_key, sequence = excluded.sequence,
          subscription = excluded.subscription
        """,
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
              FROM unnest(?::bigint[], ?::bigint[], ?::text[], ?::text[], ?::text[], ?::bigint[],
                ?::text[], ?::text[]) WITH ORDINALITY
                AS n (user_id, at, kind, channel, token, session_id, actor, reason, no)
            RETURNING user_id, seq,
            """
                + WebhookRows.ANY,
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
          DELETE FROM token_event e USING unnest(?::bigint[], ?::bigint[]) AS old (user_id, seq)
           WHERE e.user_id = old.user_id AND e.seq <= old.seq
          """,
          numbers(full, Map.Entry::getKey),
          numbers(full, it -> it.getValue() - TokenRows.HISTORY));
    }
    if (noted.getFirst().webhooks()) {
      for (var line : lines) {
        WebhookRows.note(tx, line.token(), line.cause());
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
