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
import org.jspecify.annotations.Nullable;

/// Push tokens in PostgreSQL. Registrations and deletions that wait share a transaction, and lists a
/// query; all else is as in {@link SqlTokenStore}.
public final class PostgresTokenStore extends SqlTokenStore {
  private static final int WRITERS = 4;
  private static final int READERS = 4;

  /// Two phones cannot have one device key, but two registrations of one phone may run at once, and
  /// neither would see the other's new row.
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

  /// What is done to the tokens of a session's user.
  private interface Deed<T> {
    T on(TokenBatch ledger, Session session);
  }

  /// A deed that is asked for, and which tokens it registers.
  private record Wish<T>(
      Who who, Optional<Long> sessionId, List<NewToken> tokens, Instant now, Deed<T> deed) {

    /// A back end is let in later.
    boolean isOf(Found session) {
      return !(who instanceof Who.Self self) || session.opensTo(self.caller(), now);
    }

    Supplier<Object> done(TokenBatch ledger, Session session) {
      ledger.noteDevice(session);
      Object answer = deed.on(ledger, session);
      return () -> answer;
    }
  }

  private record Look(Caller.Device caller, Instant since, Instant now) {}

  private final PostgresDatabase db;
  private final RequestBatcher<Wish<?>, Object> deeds;
  private final RequestBatcher<Look, Optional<List<PushToken>>> lists;

  public PostgresTokenStore(PostgresDatabase db) {
    super(db);
    this.db = db;
    this.deeds = db.gather("writer", WRITERS, wishes -> together(wishes, this::doAll));
    this.lists = db.gather("reader", READERS, looks -> together(looks, this::listAll));
  }

  @Override
  public Registered register(Who who, List<NewToken> tokens, Registration rules, Instant now) {
    return ask(
        new Wish<>(
            who,
            sessionId(who),
            tokens,
            now,
            (ledger, session) ->
                register(ledger, session, tokens, rules, actor(who, session), now)));
  }

  @Override
  public List<Listed> delete(Who who, Reach reach, Instant now) {
    return ask(
        new Wish<>(
            who,
            sessionId(who),
            List.of(),
            now,
            (ledger, session) ->
                ledger.removeAll(session, reach, deletion(reach, actor(who, session), now)).stream()
                    .map(token -> listed(token, session.uid()))
                    .toList()));
  }

  private static Optional<Long> sessionId(Who who) {
    return switch (who) {
      case Who.Self self -> self.caller().token().sessionId();
      case Who.Named(var caller, var ref) -> ref.sessionId();
    };
  }

  /// The answer to a wish is what its own deed came to.
  @SuppressWarnings("unchecked")
  private <T> T ask(Wish<T> wish) {
    return (T) deeds.ask(wish);
  }

  private <Q, A> List<Supplier<A>> together(List<Q> all, RequestBatcher.Service<Q, A> service) {
    try {
      return service.serve(all);
    } catch (RuntimeException e) {
      if (all.size() == 1 || isEveryones(e)) {
        throw e;
      }
      return oneByOne(all, service);
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
  private <Q, A> List<Supplier<A>> oneByOne(List<Q> all, RequestBatcher.Service<Q, A> service) {
    long end = System.nanoTime() + db.patience().multipliedBy(2).toNanos();
    var answers = new ArrayList<Supplier<A>>();
    @Nullable RuntimeException everyones = null;
    for (var one : all) {
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
        answers.add(service.serve(List.of(one)).getFirst());
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

  private List<Supplier<Object>> doAll(List<Wish<?>> wishes) {
    var strangers = new HashSet<Long>();
    return db.write("changing push tokens", wishes.size(), tx -> doAll(tx, wishes, strangers));
  }

  /// Strangers are found only when the tokens are read. All who are touched have to be locked in one
  /// order, so then it begins anew with them.
  private static List<Supplier<Object>> doAll(Tx tx, List<Wish<?>> wishes, Set<Long> strangers)
      throws SQLException {
    lockDevices(tx, wishes);
    var users = lock(tx, wishes, strangers);
    var sessions = sessions(tx, wishes);
    var ledger = new TokenBatch(tx, users, wanted(wishes, sessions));
    requireLocked(ledger.users(), users, strangers);
    var answers = new ArrayList<Supplier<Object>>();
    for (var wish : wishes) {
      try {
        var session = session(tx, wish, sessions);
        // It may have been made while others were waited for.
        requireLocked(Set.of(session.userId()), users, strangers);
        answers.add(wish.done(ledger, session));
      } catch (Problem refused) {
        answers.add(refused(refused));
      }
    }
    ledger.write(tx);
    return answers;
  }

  private static void requireLocked(Set<Long> touched, Set<Long> locked, Set<Long> strangers)
      throws SQLException {
    if (!locked.containsAll(touched)) {
      strangers.addAll(touched);
      throw new ConflictException("Somebody is touched who is not locked");
    }
  }

  private static void lockDevices(Tx tx, List<Wish<?>> wishes) throws SQLException {
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

  private static Set<Long> lock(Tx tx, List<Wish<?>> wishes, Set<Long> strangers)
      throws SQLException {
    return UserLocks.usersOf(
        tx, sessionIds(wishes), strangers.stream().mapToLong(id -> id).toArray());
  }

  private static Object sessionIds(List<Wish<?>> wishes) {
    return wishes.stream()
        .flatMap(wish -> wish.sessionId().stream())
        .mapToLong(id -> id)
        .distinct()
        .toArray();
  }

  private static Map<Long, Found> sessions(Tx tx, List<Wish<?>> wishes) throws SQLException {
    var found = new HashMap<Long, Found>();
    tx.list(SESSIONS, CallerCheck::found, sessionIds(wishes))
        .forEach(it -> found.put(it.session().id(), it));
    return found;
  }

  private static List<Wanted> wanted(List<Wish<?>> wishes, Map<Long, Found> sessions) {
    var wanted = new ArrayList<Wanted>();
    for (var wish : wishes) {
      wish.sessionId()
          .map(sessions::get)
          .filter(wish::isOf)
          .ifPresent(
              found ->
                  wish.tokens().forEach(token -> wanted.add(Wanted.by(found.session(), token))));
    }
    return wanted;
  }

  private static Session session(Tx tx, Wish<?> wish, Map<Long, Found> sessions)
      throws SQLException {
    if (wish.who() instanceof Who.Self(var caller, var says)) {
      var found = wish.sessionId().map(sessions::get).filter(wish::isOf);
      if (found.isPresent()) {
        var told = noteClientInfo(tx, found.get().session(), says, wish.now());
        // Others of the batch may be of the same session.
        sessions.put(told.id(), new Found(told, found.get().hash()));
        return told;
      }
    }
    return sessionOf(tx, wish.who(), wish.now());
  }

  private static Registered register(
      TokenBatch ledger,
      Session session,
      List<NewToken> tokens,
      Registration rules,
      String by,
      Instant now) {
    var held = List.<PushToken>of();
    boolean superseded = false;
    for (var token : tokens) {
      var standing = ledger.standing(session, token, now);
      var decision = rules.decide(session, token, standing, now);
      for (var step : decision.steps()) {
        switch (step) {
          case Step.Put(var put) -> ledger.put(session, put);
          case Step.Remove(var gone, var kind, var reason) ->
              ledger.remove(
                  gone, new Cause(kind, TokenRows.actorFor(gone, session, by), reason, now));
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

  private List<Supplier<Optional<List<PushToken>>>> listAll(List<Look> looks) {
    var ids = looks.stream().flatMap(look -> look.caller().token().sessionId().stream());
    var wanted = ids.mapToLong(id -> id).distinct().toArray();
    var rows = new HashMap<Long, List<TokenListRow>>();
    db.readOnce("listing push tokens", tx -> tx.list(LISTS, TokenListRow::read, (Object) wanted))
        .forEach(row -> rows.computeIfAbsent(row.sessionId(), id -> new ArrayList<>()).add(row));
    var answers = new ArrayList<Supplier<Optional<List<PushToken>>>>();
    for (var look : looks) {
      var list = list(look, rows);
      answers.add(() -> list);
    }
    return answers;
  }

  private static Optional<List<PushToken>> list(Look look, Map<Long, List<TokenListRow>> rows) {
    return look.caller()
        .token()
        .sessionId()
        .map(rows::get)
        .filter(mine -> mine.getFirst().key().opensTo(look.caller(), look.now()))
        .map(mine -> TokenListRow.listed(mine, look.since(), look.now()));
  }
}
