package dev.rollcall.storage;

import dev.rollcall.account.Caller;
import dev.rollcall.account.Session;
import dev.rollcall.problem.Code;
import dev.rollcall.problem.Problem;
import dev.rollcall.storage.Access.Found;
import dev.rollcall.storage.TokenRows.Cause;
import dev.rollcall.token.NewToken;
import dev.rollcall.token.PushToken;
import dev.rollcall.token.Registration;
import dev.rollcall.token.Registration.Step;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Push tokens in PostgreSQL. Registrations that wait share a transaction, and lists a query; all
/// else is as in {@link SqlTokenStore}.
final class PostgresTokenStore extends SqlTokenStore {
  private static final int WRITERS = 3;
  private static final int READERS = 3;

  /// Locks the users that a batch can touch: those of its sessions, and whoever holds its tokens or
  /// something under the device keys that it names.
  private static final String LOCK =
      """
      WITH asked AS (
        SELECT s.user_id, a.no AS app, n.channel, n.hash, n.device_key,
               CASE a.token_policy WHEN 'exclusive' THEN 0 ELSE s.user_id END AS owner
          FROM unnest(?::bigint[], ?::text[], ?::bytea[], ?::text[])
            AS n (session_id, channel, hash, device_key)
          JOIN session s ON s.id = n.session_id
          JOIN app_user u ON u.id = s.user_id
          JOIN app a ON a.no = u.app)
      SELECT u.id FROM app_user u
       WHERE u.id IN (
         SELECT user_id FROM asked
          UNION
         SELECT t.user_id FROM asked q
           JOIN push_token t ON t.app = q.app AND t.channel = q.channel AND t.hash = q.hash
            AND t.owner = q.owner
          UNION
         SELECT t.user_id FROM asked q
           JOIN push_token t ON t.app = q.app AND t.channel = q.channel
            AND t.device_key = q.device_key AND t.device_key IS NOT NULL AND t.owner = q.owner)
       ORDER BY u.id
      """
          + Locks.USER;

  /// Two phones cannot have one device key, but two registrations of one phone may run at once, and
  /// neither would see the other's new row.
  private static final String LOCK_DEVICES =
      "SELECT pg_advisory_xact_lock(key) FROM unnest(?::bigint[]) AS key";

  private static final String SESSIONS =
      "SELECT "
          + Access.columns()
          + """
            FROM session s
            JOIN app_user u ON u.id = s.user_id
            JOIN app a ON a.no = u.app
           WHERE s.id = ANY (?)
          """;

  private static final String LISTS =
      "SELECT "
          + Access.columns()
          + ", "
          + TokenRows.COLUMNS
          + """
          , ts.expires_at
            FROM session s
            JOIN app_user u ON u.id = s.user_id
            JOIN app a ON a.no = u.app
            LEFT JOIN (push_token t JOIN session ts ON ts.id = t.session_id)
              ON t.user_id = s.user_id
           WHERE s.id = ANY (?)
          """;

  private record Wish(Who who, List<NewToken> tokens, Registration rules, Instant now) {
    Optional<Long> sessionId() {
      return switch (who) {
        case Who.Self self -> self.caller().token().sessionId();
        case Who.Named(var caller, var ref) -> ref.sessionId();
      };
    }
  }

  private record Look(Caller.Device caller, Instant since, Instant now) {}

  private final PostgresDatabase db;
  private final Gathering<Wish, Registered> registrations;
  private final Gathering<Look, Optional<List<PushToken>>> lists;

  PostgresTokenStore(PostgresDatabase db) {
    super(db);
    this.db = db;
    this.registrations = db.gather("writer", WRITERS, this::registerAll);
    this.lists = db.gather("reader", READERS, this::listAll);
  }

  @Override
  public Registered register(Who who, List<NewToken> tokens, Registration rules, Instant now) {
    return registrations.ask(new Wish(who, tokens, rules, now));
  }

  private List<Supplier<Registered>> registerAll(List<Wish> wishes) {
    try {
      return db.write("registering push tokens", wishes.size(), tx -> play(tx, wishes));
    } catch (StorageException | Problem e) {
      if (wishes.size() == 1 || isEveryones(e)) {
        throw e;
      }
      return oneByOne(wishes);
    }
  }

  /// A database that is away, or has no connection for us, is so for everyone. Anything else may be
  /// the fault of one.
  private static boolean isEveryones(RuntimeException e) {
    return e instanceof Problem problem
        && (problem.code() == Code.ERR_STORAGE_UNAVAILABLE
            || problem.getCause() instanceof SQLTransientConnectionException);
  }

  /// Whoever comes after a trouble that is everyone's, or too late, is not tried.
  private List<Supplier<Registered>> oneByOne(List<Wish> wishes) {
    long end = System.nanoTime() + db.patience().multipliedBy(2).toNanos();
    var answers = new ArrayList<Supplier<Registered>>();
    @Nullable RuntimeException everyones = null;
    for (var wish : wishes) {
      if (everyones == null && System.nanoTime() > end) {
        everyones =
            Problem.later(
                Code.ERR_BUSY,
                "The database is too slow just now; nothing was changed",
                Duration.ofSeconds(1),
                null);
      }
      if (everyones != null) {
        answers.add(refused(everyones));
        continue;
      }
      try {
        answers.add(registerAll(List.of(wish)).getFirst());
      } catch (RuntimeException e) {
        answers.add(refused(e));
        everyones = isEveryones(e) ? e : null;
      }
    }
    return answers;
  }

  private static <T> Supplier<T> refused(RuntimeException e) {
    return () -> {
      throw e;
    };
  }

  private static List<Supplier<Registered>> play(Tx tx, List<Wish> wishes) throws SQLException {
    lockDevices(tx, wishes);
    var users = lock(tx, wishes);
    var sessions = sessions(tx, wishes);
    var ledger = new Ledger(tx, users);
    var answers = new ArrayList<Supplier<Registered>>();
    for (var wish : wishes) {
      try {
        var registered = play(ledger, wish, session(tx, wish, sessions));
        answers.add(() -> registered);
      } catch (Problem refused) {
        answers.add(refused(refused));
      }
    }
    ledger.write(tx);
    return answers;
  }

  private static void lockDevices(Tx tx, List<Wish> wishes) throws SQLException {
    var keys =
        wishes.stream()
            .flatMap(wish -> wish.tokens().stream())
            .map(token -> token.installation().keyHash())
            .filter(Objects::nonNull)
            .mapToLong(hash -> HexFormat.fromHexDigitsToLong(hash, 0, 16))
            .sorted()
            .distinct()
            .toArray();
    if (keys.length > 0) {
      tx.list(LOCK_DEVICES, row -> true, (Object) keys);
    }
  }

  private static List<Long> lock(Tx tx, List<Wish> wishes) throws SQLException {
    var sessions = new ArrayList<Long>();
    var channels = new ArrayList<String>();
    var hashes = new ArrayList<byte[]>();
    var devices = new ArrayList<@Nullable String>();
    for (var wish : wishes) {
      for (var token : wish.tokens()) {
        sessions.add(wish.sessionId().orElse(0L));
        channels.add(token.value().channel().word());
        hashes.add(token.value().hash());
        devices.add(token.installation().keyHash());
      }
    }
    return tx.list(
        LOCK,
        row -> row.getLong(1),
        sessions.stream().mapToLong(id -> id).toArray(),
        channels.toArray(String[]::new),
        hashes.toArray(byte[][]::new),
        devices.toArray(String[]::new));
  }

  private static Map<Long, Found> sessions(Tx tx, List<Wish> wishes) throws SQLException {
    var found = new HashMap<Long, Found>();
    var ids = wishes.stream().flatMap(wish -> wish.sessionId().stream());
    tx.list(SESSIONS, Access::found, (Object) ids.mapToLong(id -> id).distinct().toArray())
        .forEach(it -> found.put(it.session().id(), it));
    return found;
  }

  private static Session session(Tx tx, Wish wish, Map<Long, Found> sessions) throws SQLException {
    if (wish.who() instanceof Who.Self(var caller, var says)) {
      var found = wish.sessionId().map(sessions::get).filter(it -> it.opensTo(caller, wish.now()));
      if (found.isPresent()) {
        var told = told(tx, found.get().session(), says, wish.now());
        // Others of the batch may be of the same session.
        sessions.put(told.id(), new Found(told, found.get().hash()));
        return told;
      }
    }
    return sessionOf(tx, wish.who(), wish.now());
  }

  private static Registered play(Ledger ledger, Wish wish, Session session) {
    var by = actor(wish.who(), session);
    var now = wish.now();
    var held = List.<PushToken>of();
    boolean superseded = false;
    ledger.noteDevice(session);
    for (var token : wish.tokens()) {
      var standing = ledger.standing(session, token, now);
      var decision = wish.rules().decide(session, token, standing, now);
      for (var step : decision.steps()) {
        switch (step) {
          case Step.Put(var put) -> ledger.put(session, put);
          case Step.Remove(var gone, var kind, var reason) ->
              ledger.remove(gone, new Cause(kind, actor(gone, session, by), reason, now));
          case Step.Note(var noted, var kind, var reason) ->
              ledger.note(noted, new Cause(kind, by, reason, now));
        }
      }
      held = decision.held();
      superseded |= decision.superseded();
    }
    return new Registered(held, superseded);
  }

  @Override
  public List<PushToken> ofUser(Caller.Device caller, Instant since, Instant now) {
    return lists
        .ask(new Look(caller, since, now))
        // Who is not let in is told why by the usual way.
        .orElseGet(() -> super.ofUser(caller, since, now));
  }

  /// A row of a list; a session whose user holds nothing has one without a token.
  private record Listing(Found found, @Nullable PushToken token, @Nullable Long expiresAt) {
    boolean isShown(Look look) {
      return token != null
          && token.registeredAt() > look.since().toEpochMilli()
          && (expiresAt == null || expiresAt > look.now().toEpochMilli());
    }
  }

  private List<Supplier<Optional<List<PushToken>>>> listAll(List<Look> looks) {
    var ids = looks.stream().flatMap(look -> look.caller().token().sessionId().stream());
    var wanted = ids.mapToLong(id -> id).distinct().toArray();
    var rows = new HashMap<Long, List<Listing>>();
    db.readOnce(
            "listing push tokens",
            tx -> tx.list(LISTS, PostgresTokenStore::listing, (Object) wanted))
        .forEach(
            row ->
                rows.computeIfAbsent(row.found().session().id(), id -> new ArrayList<>()).add(row));
    var answers = new ArrayList<Supplier<Optional<List<PushToken>>>>();
    for (var look : looks) {
      var list = list(look, rows);
      answers.add(() -> list);
    }
    return answers;
  }

  private static Listing listing(ResultSet row) throws SQLException {
    row.getLong(15);
    var token = row.wasNull() ? null : TokenRows.read(row, 15);
    return new Listing(Access.found(row), token, Access.nullableLong(row, 27));
  }

  private static Optional<List<PushToken>> list(Look look, Map<Long, List<Listing>> rows) {
    var mine =
        look.caller()
            .token()
            .sessionId()
            .map(rows::get)
            .filter(it -> it != null && opens(it, look));
    return mine.map(
        all -> all.stream().filter(row -> row.isShown(look)).map(Listing::token).toList());
  }

  private static boolean opens(List<Listing> rows, Look look) {
    return rows.getFirst().found().opensTo(look.caller(), look.now());
  }
}
