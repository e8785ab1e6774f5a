package dev.rollcall.storage.token;

import dev.rollcall.account.Session;
import dev.rollcall.storage.engine.Dialect;
import dev.rollcall.storage.engine.Tx;
import dev.rollcall.storage.rows.DeviceUseRows;
import dev.rollcall.storage.rows.SessionRows;
import dev.rollcall.storage.rows.SessionRows.Holder;
import dev.rollcall.storage.rows.TokenEventRows;
import dev.rollcall.storage.rows.TokenEventRows.Event;
import dev.rollcall.storage.rows.TokenRows;
import dev.rollcall.storage.rows.TokenRows.Cause;
import dev.rollcall.token.Channel;
import dev.rollcall.token.DeviceName;
import dev.rollcall.token.DeviceUse;
import dev.rollcall.token.NewToken;
import dev.rollcall.token.PushToken;
import dev.rollcall.token.Registration.HeldToken;
import dev.rollcall.token.Registration.StoredTokens;
import dev.rollcall.token.TokenStore.TokenScope;
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

/// An in-memory copy of the push tokens of users whom the transaction has locked. Changes are
/// applied to the copy one after the other. {@link #write} then writes the result, with one
/// statement for each kind of change and table.
final class TokenBatch {
  /// Reads the tokens of users, those with certain values, and those under certain device keys.
  ///
  /// `OFFSET 0` is an optimisation fence: with stale statistics (an index that was almost empty at
  /// the last ANALYZE) the planner would scan the whole index.
  private static final String READ =
      """
      SELECT %1$s
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
         SELECT * FROM session WHERE id = t.session_id OFFSET 0) s
      """
          .formatted(SessionRows.HOLDER + ", " + TokenRows.ROW, Dialect.OPAQUE_NUMBERS);

  /// The key of a row: a session holds at most one token per channel.
  private record Key(long userId, long sessionId, Channel channel) {
    static Key of(PushToken token) {
      return new Key(token.userId(), token.sessionId(), token.channel());
    }
  }

  /// The name of a phone in an app.
  private record NameOf(long app, DeviceName name) {}

  /// The unique key of a token value: at most one row has it. See {@link TokenRows#owner}.
  private record Address(long app, TokenValue value, long owner) {}

  /// A device key in one channel.
  private record Device(long app, String keyHash, Channel channel, long owner) {}

  /// The keys of the rows that a registration may have to change.
  record Wanted(Address address, Optional<Device> device) {
    static Wanted by(Session session, NewToken token) {
      var app = session.app().number();
      var owner = TokenRows.owner(session);
      return new Wanted(
          new Address(app, token.value(), owner),
          Optional.ofNullable(token.installation().keyHash())
              .map(hash -> new Device(app, hash, token.value().channel(), owner)));
    }
  }

  /// A push token's row, and the session that holds the token.
  private record Row(TokenRows.Row stored, Holder holder) {
    static Row read(ResultSet row) throws SQLException {
      return new Row(TokenRows.Row.read(row, 3), Holder.read(row, 1));
    }

    PushToken token() {
      return stored.token();
    }

    Address address() {
      return new Address(stored.app(), token().value(), stored.owner());
    }

    Optional<Device> device() {
      return Optional.ofNullable(token().installation().keyHash())
          .map(hash -> new Device(stored.app(), hash, token().channel(), stored.owner()));
    }

    Row withDevice(@Nullable String device) {
      return new Row(stored, new Holder(device, holder.expiresAt()));
    }
  }

  private final Map<Key, Row> before = new HashMap<>();
  private final Map<Long, Map<Key, Row>> users = new HashMap<>();
  private final Map<Address, Row> holders = new HashMap<>();
  private final Map<Device, Map<Key, Row>> devices = new HashMap<>();
  private final List<Event> events = new ArrayList<>();

  /// The use of the names of phones, as this transaction has read or written it.
  private final Map<NameOf, DeviceUse> uses = new HashMap<>();

  private final Tx tx;

  /// Reads all tokens of these users, and the tokens of other users that the registrations may
  /// change.
  TokenBatch(Tx tx, Collection<Long> userIds, List<Wanted> wanted) throws SQLException {
    this.tx = tx;
    var addresses = wanted.stream().map(Wanted::address).toList();
    var keys = wanted.stream().flatMap(it -> it.device().stream()).toList();
    var rows =
        tx.list(
            READ,
            Row::read,
            userIds.stream().mapToLong(id -> id).toArray(),
            numbers(addresses, Address::app),
            numbers(addresses, Address::owner),
            texts(addresses, address -> address.value().channel().wireName()),
            addresses.stream().map(address -> address.value().hash()).toArray(byte[][]::new),
            numbers(keys, Device::app),
            numbers(keys, Device::owner),
            texts(keys, device -> device.channel().wireName()),
            texts(keys, Device::keyHash));
    for (var row : rows) {
      before.put(Key.of(row.token()), row);
      add(row);
    }
  }

  /// The users whose tokens are in the copy.
  Set<Long> users() {
    return users.keySet();
  }

  private void add(Row row) {
    users
        .computeIfAbsent(row.token().userId(), id -> new LinkedHashMap<>())
        .put(Key.of(row.token()), row);
    holders.put(row.address(), row);
    row.device().ifPresent(device -> ofDevice(device).put(Key.of(row.token()), row));
  }

  private Map<Key, Row> ofDevice(Device device) {
    return devices.computeIfAbsent(device, it -> new LinkedHashMap<>());
  }

  private void drop(Key key) {
    var row = users.getOrDefault(key.userId(), new LinkedHashMap<>()).remove(key);
    if (row != null) {
      holders.remove(row.address());
      row.device().ifPresent(device -> ofDevice(device).remove(key));
    }
  }

  StoredTokens storedTokens(Session session, NewToken token, Instant now) throws SQLException {
    var by = Wanted.by(session, token);
    var ofUser =
        users.getOrDefault(session.userId(), Map.of()).values().stream()
            .filter(row -> row.holder().isLive(now))
            .map(row -> new HeldToken(row.token(), row.holder().deviceId()))
            .toList();
    var ofDevice =
        by.device()
            .map(device -> ofDevice(device).values().stream().map(Row::token).toList())
            .orElse(List.of());
    var stored =
        new StoredTokens(
            Optional.ofNullable(holders.get(by.address())).map(Row::token), ofUser, ofDevice);
    var contested = new HashMap<DeviceName, DeviceUse>();
    for (var name : stored.contested(session, token)) {
      contested.put(name, use(session, name));
    }
    return stored.with(contested);
  }

  private DeviceUse use(Session session, DeviceName name) throws SQLException {
    var key = new NameOf(session.app().number(), name);
    var known = uses.get(key);
    if (known == null) {
      known = DeviceUseRows.of(tx, key.app(), name);
      uses.put(key, known);
    }
    return known;
  }

  void remember(Session session, DeviceName name, DeviceUse use, Instant now) throws SQLException {
    uses.put(new NameOf(session.app().number(), name), use);
    DeviceUseRows.put(tx, session, name, use, now);
  }

  /// Copies the device id of the session to its rows, because this request may have changed it.
  void noteDevice(Session session) {
    var rows = users.get(session.userId());
    if (rows != null) {
      rows.replaceAll(
          (key, row) -> key.sessionId() == session.id() ? row.withDevice(session.deviceId()) : row);
    }
  }

  void put(Session session, PushToken token) {
    drop(Key.of(token));
    add(
        new Row(
            TokenRows.Row.of(session, token), new Holder(session.deviceId(), session.expiresAt())));
  }

  void remove(PushToken token, Cause cause) {
    drop(Key.of(token));
    note(token, cause);
  }

  /// Removes the tokens of the session or of its user, and returns them.
  List<PushToken> removeAll(Session session, TokenScope reach, Cause cause) {
    var removed =
        users.getOrDefault(session.userId(), Map.of()).values().stream()
            .map(Row::token)
            .filter(token -> reach == TokenScope.USER || token.sessionId() == session.id())
            .toList();
    removed.forEach(token -> remove(token, cause));
    return removed;
  }

  void note(PushToken token, Cause cause) {
    events.add(new Event(token, cause));
  }

  void write() throws SQLException {
    TokenRows.deleteAll(
        tx, before.values().stream().filter(this::isToDelete).map(Row::token).toList());
    TokenRows.putAll(
        tx,
        users.values().stream()
            .flatMap(rows -> rows.values().stream())
            .filter(this::isChanged)
            .map(Row::stored)
            // Lock order: two transactions that insert the same new values wait for each other in
            // one direction only.
            .sorted(Comparator.comparing(row -> row.token().value().hash(), Arrays::compare))
            .toList());
    TokenEventRows.insertAll(tx, events);
  }

  /// A row whose value moved to another row is deleted first, even if it gets a new value.
  /// Otherwise, both rows would have the old value for a moment, which the unique index
  /// `push_token_owner` refuses.
  private boolean isToDelete(Row row) {
    var now = users.getOrDefault(row.token().userId(), Map.of()).get(Key.of(row.token()));
    return now == null
        || (!now.address().equals(row.address()) && holders.containsKey(row.address()));
  }

  private boolean isChanged(Row row) {
    var was = before.get(Key.of(row.token()));
    return was == null || !was.token().equals(row.token());
  }

  private static <T> Object numbers(List<T> all, ToLongFunction<T> number) {
    return all.stream().mapToLong(number).toArray();
  }

  private static <T> Object texts(List<T> all, Function<T, @Nullable String> text) {
    return all.stream().map(text).toArray(String[]::new);
  }
}
