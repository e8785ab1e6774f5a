package dev.rollcall.storage.token;

import dev.rollcall.account.Caller;
import dev.rollcall.account.Session;
import dev.rollcall.problem.Code;
import dev.rollcall.problem.Problem;
import dev.rollcall.storage.engine.ConflictException;
import dev.rollcall.storage.engine.Dialect;
import dev.rollcall.storage.engine.Tx;
import dev.rollcall.storage.postgres.PostgresDatabase;
import dev.rollcall.storage.postgres.RequestBatcher;
import dev.rollcall.storage.rows.CallerCheck;
import dev.rollcall.storage.rows.CallerCheck.Found;
import dev.rollcall.storage.rows.SessionRows;
import dev.rollcall.storage.rows.TokenListRow;
import dev.rollcall.storage.rows.TokenRows;
import dev.rollcall.storage.rows.TokenRows.Cause;
import dev.rollcall.storage.rows.UserLocks;
import dev.rollcall.storage.token.TokenBatch.Wanted;
import dev.rollcall.token.NewToken;
import dev.rollcall.token.PushToken;
import dev.rollcall.token.Registration;
import dev.rollcall.token.Registration.Step;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Push tokens in PostgreSQL. Waiting registrations and deletions share a transaction, and waiting
/// lists share a query. Everything else is as in {@link SqlTokenStore}.
public final class PostgresTokenStore extends SqlTokenStore {
  private static final int WRITERS = 4;
  private static final int READERS = 4;

  /// At most one row per channel may have a device key. Without this lock, two concurrent
  /// registrations of one phone would not see each other's new row.
  private static final String LOCK_DEVICES =
      "SELECT pg_advisory_xact_lock(key) FROM unnest(?::bigint[]) AS key";

  private static final String SESSIONS =
      SessionRows.SELECT + " WHERE s.id = ANY (%s)".formatted(Dialect.OPAQUE_NUMBERS);

  private static final String LISTS =
      """
      SELECT %s
        FROM session s
        JOIN app_user u ON u.id = s.user_id
        JOIN app a ON a.no = u.app
        LEFT JOIN (push_token t JOIN session h ON h.id = t.session_id)
          ON t.user_id = s.user_id
       WHERE s.id = ANY (%s)
      """
          .formatted(TokenListRow.COLUMNS, Dialect.OPAQUE_NUMBERS);

  /// Changes the in-memory copy of the tokens of a session's user.
  private interface Change<T> {
    T apply(TokenBatch batch, Session session) throws SQLException;
  }

  /// A request to register `tokens`, or to delete tokens.
  private record TokenWrite<T>(
      RequestedSession who,
      Optional<Long> sessionId,
      List<NewToken> tokens,
      Instant now,
      Change<T> change) {

    /// True if the caller may use the session. A back end is checked later; see {@link #session}.
    boolean mayUse(Found session) {
      return !(who instanceof RequestedSession.Own self)
          || session.authenticates(self.caller(), now);
    }

    Supplier<Object> apply(TokenBatch batch, Session session) throws SQLException {
      batch.noteDevice(session);
      Object answer = change.apply(batch, session);
      return () -> answer;
    }
  }

  private record ListRequest(Caller.Device caller, Instant since, Instant now) {}

  private final PostgresDatabase db;
  private final RequestBatcher<TokenWrite<?>, Object> writes;
  private final RequestBatcher<ListRequest, Optional<List<PushToken>>> lists;

  public PostgresTokenStore(PostgresDatabase db) {
    super(db);
    this.db = db;
    this.writes = db.batcher("writer", WRITERS, batch -> together(batch, this::writeAll));
    this.lists = db.batcher("reader", READERS, batch -> together(batch, this::listAll));
  }

  @Override
  public Registered register(
      RequestedSession who, List<NewToken> tokens, Registration rules, Instant now) {
    return write(
        new TokenWrite<>(
            who,
            sessionId(who),
            tokens,
            now,
            (batch, session) -> register(batch, session, tokens, rules, actor(who, session), now)));
  }

  @Override
  public List<Listed> delete(RequestedSession who, TokenScope reach, Instant now) {
    return write(
        new TokenWrite<>(
            who,
            sessionId(who),
            List.of(),
            now,
            (batch, session) ->
                batch.removeAll(session, reach, deletion(reach, actor(who, session), now)).stream()
                    .map(token -> listed(token, session.uid()))
                    .toList()));
  }

  private static Optional<Long> sessionId(RequestedSession who) {
    return switch (who) {
      case RequestedSession.Own self -> self.caller().token().sessionId();
      case RequestedSession.Named(var caller, var ref) -> ref.sessionId();
    };
  }

  /// The cast is safe, because the answer to a write comes from its own change.
  @SuppressWarnings("unchecked")
  private <T> T write(TokenWrite<T> write) {
    return (T) writes.ask(write);
  }

  private <Q, A> List<Supplier<A>> together(List<Q> all, RequestBatcher.Service<Q, A> service) {
    try {
      return service.serve(all);
    } catch (RuntimeException e) {
      if (all.size() == 1 || concernsAll(e)) {
        throw e;
      }
      return oneByOne(all, service);
    }
  }

  /// If the database is unavailable or has no free connection, every request fails. Any other
  /// failure may come from one request of the batch.
  private static boolean concernsAll(RuntimeException e) {
    return e instanceof Problem problem
        && (problem.code() == Code.ERR_STORAGE_UNAVAILABLE
            || problem.getCause() instanceof SQLTransientConnectionException);
  }

  /// Serves each request on its own. After a failure that concerns all requests, or after the
  /// timeout, the rest is refused without an attempt.
  private <Q, A> List<Supplier<A>> oneByOne(List<Q> all, RequestBatcher.Service<Q, A> service) {
    long end = System.nanoTime() + db.timeout().multipliedBy(2).toNanos();
    var answers = new ArrayList<Supplier<A>>();
    @Nullable RuntimeException failure = null;
    for (var one : all) {
      if (failure == null && System.nanoTime() > end) {
        failure =
            Problem.later(
                Code.ERR_BUSY,
                "The database is too slow just now; nothing was changed",
                Duration.ofSeconds(1),
                null);
      }
      if (failure != null) {
        answers.add(refused(failure));
        continue;
      }
      try {
        answers.add(service.serve(List.of(one)).getFirst());
      } catch (RuntimeException e) {
        answers.add(refused(e));
        failure = concernsAll(e) ? e : null;
      }
    }
    return answers;
  }

  private static <T> Supplier<T> refused(RuntimeException e) {
    return () -> {
      throw e;
    };
  }

  private List<Supplier<Object>> writeAll(List<TokenWrite<?>> writes) {
    var otherHolders = new HashSet<Long>();
    return db.write(
        "changing push tokens", writes.size(), tx -> writeAll(tx, writes, otherHolders));
  }

  /// Reading the tokens may show other users who hold a token that is to be registered. Lock order:
  /// all users are locked in one statement. So the transaction is retried, and then locks these
  /// `otherHolders` too.
  private static List<Supplier<Object>> writeAll(
      Tx tx, List<TokenWrite<?>> writes, Set<Long> otherHolders) throws SQLException {
    lockDevices(tx, writes);
    var users = UserLocks.usersOf(tx, sessionIds(writes), array(otherHolders));
    var sessions = sessions(tx, writes);
    var batch = new TokenBatch(tx, users, wanted(writes, sessions));
    requireLocked(batch.users(), users, otherHolders);
    var answers = new ArrayList<Supplier<Object>>();
    for (var write : writes) {
      try {
        var session = session(tx, write, sessions);
        // The session may have been opened while this transaction waited for locks.
        requireLocked(Set.of(session.userId()), users, otherHolders);
        answers.add(write.apply(batch, session));
      } catch (Problem refused) {
        answers.add(refused(refused));
      }
    }
    batch.write();
    return answers;
  }

  private static void requireLocked(Set<Long> toChange, Set<Long> locked, Set<Long> otherHolders)
      throws SQLException {
    if (!locked.containsAll(toChange)) {
      otherHolders.addAll(toChange);
      throw new ConflictException(
          "a token to change belongs to one of the users %s, who are not all locked; retrying"
              .formatted(toChange));
    }
  }

  private static void lockDevices(Tx tx, List<TokenWrite<?>> writes) throws SQLException {
    var keys =
        writes.stream()
            .flatMap(write -> write.tokens().stream())
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

  private static Object sessionIds(List<TokenWrite<?>> writes) {
    return array(
        writes.stream().flatMap(write -> write.sessionId().stream()).collect(Collectors.toSet()));
  }

  private static Object array(Set<Long> ids) {
    return ids.stream().mapToLong(id -> id).toArray();
  }

  private static Map<Long, Found> sessions(Tx tx, List<TokenWrite<?>> writes) throws SQLException {
    var found = new HashMap<Long, Found>();
    tx.list(SESSIONS, CallerCheck::found, sessionIds(writes))
        .forEach(it -> found.put(it.session().id(), it));
    return found;
  }

  private static List<Wanted> wanted(List<TokenWrite<?>> writes, Map<Long, Found> sessions) {
    var wanted = new ArrayList<Wanted>();
    for (var write : writes) {
      write
          .sessionId()
          .map(sessions::get)
          .filter(write::mayUse)
          .ifPresent(
              found ->
                  write.tokens().forEach(token -> wanted.add(Wanted.by(found.session(), token))));
    }
    return wanted;
  }

  private static Session session(Tx tx, TokenWrite<?> write, Map<Long, Found> sessions)
      throws SQLException {
    if (write.who() instanceof RequestedSession.Own(var caller, var says)) {
      var found = write.sessionId().map(sessions::get).filter(write::mayUse);
      if (found.isPresent()) {
        var session = noteClientInfo(tx, found.get().session(), says, write.now());
        // Later writes of the batch may concern the same session.
        sessions.put(session.id(), new Found(session, found.get().hash()));
        return session;
      }
    }
    return sessionOf(tx, write.who(), write.now());
  }

  private static Registered register(
      TokenBatch batch,
      Session session,
      List<NewToken> tokens,
      Registration rules,
      String actor,
      Instant now)
      throws SQLException {
    var registered = Registered.NOTHING;
    for (var token : tokens) {
      var stored = batch.storedTokens(session, token, now);
      // It judges all tokens, so it finds something before the first change or never.
      var superseded = Registration.superseded(session, tokens, stored, now);
      if (superseded.isPresent()) {
        for (var note : superseded.get().notes()) {
          batch.note(note.token(), new Cause(note.kind(), actor, note.reason(), now));
        }
        return Registered.not(superseded.get());
      }
      var decision = rules.decide(session, token, stored, now);
      for (var step : decision.steps()) {
        switch (step) {
          case Step.Put(var put) -> batch.put(session, put);
          case Step.Remove(var removed, var kind, var reason) ->
              batch.remove(
                  removed,
                  new Cause(kind, TokenRows.actorFor(removed, session, actor), reason, now));
          case Step.Note(var noted, var kind, var reason) ->
              batch.note(noted, new Cause(kind, actor, reason, now));
          case Step.Use(var name, var use) -> batch.remember(session, name, use, now);
        }
      }
      registered = registered.and(decision);
    }
    return registered;
  }

  @Override
  public List<PushToken> ofUser(Caller.Device caller, Instant since, Instant now) {
    return lists
        .ask(new ListRequest(caller, since, now))
        // The usual check tells the caller why it is refused.
        .orElseGet(() -> super.ofUser(caller, since, now));
  }

  private List<Supplier<Optional<List<PushToken>>>> listAll(List<ListRequest> requests) {
    var ids = requests.stream().flatMap(request -> request.caller().token().sessionId().stream());
    var rows = new HashMap<Long, List<TokenListRow>>();
    var wanted = array(ids.collect(Collectors.toSet()));
    db.readSingleStatement("listing push tokens", tx -> tx.list(LISTS, TokenListRow::read, wanted))
        .forEach(row -> rows.computeIfAbsent(row.sessionId(), id -> new ArrayList<>()).add(row));
    var answers = new ArrayList<Supplier<Optional<List<PushToken>>>>();
    for (var request : requests) {
      var list = list(request, rows);
      answers.add(() -> list);
    }
    return answers;
  }

  /// Returns empty if the caller has to be refused.
  private static Optional<List<PushToken>> list(
      ListRequest request, Map<Long, List<TokenListRow>> rows) {
    return request
        .caller()
        .token()
        .sessionId()
        .map(rows::get)
        .filter(
            ofSession -> ofSession.getFirst().key().authenticates(request.caller(), request.now()))
        .map(ofSession -> TokenListRow.listed(ofSession, request.since(), request.now()));
  }
}
