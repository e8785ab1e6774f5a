package dev.rollcall.storage.postgres;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.rollcall.storage.engine.CommitWatcher;
import dev.rollcall.storage.engine.Database;
import dev.rollcall.storage.engine.Tx;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.postgresql.ds.PGSimpleDataSource;

/// PostgreSQL, which any number of nodes share.
///
/// Each transaction has a connection of its own. It is run again when another transaction came
/// first, and when the server went away before the COMMIT was sent: then surely nothing was stored.
/// When the answer to a COMMIT is lost, nobody knows, and the caller is told so.
public final class PostgresDatabase implements Database {
  /// How long to wait for a connection, for a locked row, and for a server that is away to come back.
  public static final Duration PATIENCE = Duration.ofSeconds(5);

  /// How long a caller waits for others while a worker is held up.
  private static final Duration ALONE = Duration.ofMillis(100);

  private static final Duration LONG = Duration.ofMinutes(10);
  private static final Duration COUNTING = Duration.ofMinutes(1);
  private static final int TRIES = 20;

  // Every look-up here goes through an index. A table that has just grown has no statistics yet,
  // and
  // without them PostgreSQL would rather read it whole.
  //
  // A statement timeout would be taken for the end of the wait for a synchronous standby, and the
  // COMMIT would then be answered as if the standby had it; so time is bounded by the socket's.
  private static final String SESSION =
      """
      SET statement_timeout = 0; SET lock_timeout = %d;
      SET idle_in_transaction_session_timeout = '10s';
      SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off;
      SET max_parallel_workers_per_gather = 0; SET jit = off;
      SET default_transaction_isolation = 'read committed'; SET default_transaction_read_only = off;
      SELECT set_config('synchronous_commit', 'on', false)
       WHERE current_setting('synchronous_commit') = 'off'
      """;

  @FunctionalInterface
  private interface Attempt<T> {
    T run(Connection connection) throws SQLException;
  }

  private final HikariDataSource pool;
  private final PostgresErrors problems;
  private final CommitWatcher watcher;
  private final Duration patience;
  private final int committing;
  private final List<RequestBatcher<?, ?>> gatherings = new ArrayList<>();

  private PostgresDatabase(
      PostgresUrl url,
      int connections,
      PGSimpleDataSource source,
      PostgresErrors problems,
      CommitWatcher watcher,
      Duration patience) {
    this.pool = new HikariDataSource(pool(source, connections, patience));
    this.problems = problems;
    this.watcher = watcher;
    this.patience = patience;
    this.committing = committing(url, patience);
  }

  /// Brings the schema up to date, and connects.
  public static PostgresDatabase open(
      PostgresUrl url, int connections, CommitWatcher watcher, Duration patience) {
    var problems = new PostgresErrors(url);
    var source = source(new PGSimpleDataSource(), url);
    PostgresMigrations.migrate(url, source(new PatientSource(), url), problems);
    return new PostgresDatabase(url, connections, source, problems, watcher, patience);
  }

  private static PGSimpleDataSource source(PGSimpleDataSource source, PostgresUrl url) {
    source.setURL(url.jdbc());
    source.setUser(url.user());
    source.setPassword(url.password());
    return source;
  }

  /// For changes of the schema: an index over a big table takes longer than a caller would wait. But
  /// whoever waits for a table keeps all others waiting behind it.
  private static final class PatientSource extends PGSimpleDataSource {
    private static final long serialVersionUID = 1L;

    @Override
    public Connection getConnection() throws SQLException {
      var connection = super.getConnection();
      connection.setNetworkTimeout(Runnable::run, (int) LONG.toMillis());
      try (var statement = connection.createStatement()) {
        statement.execute("SET lock_timeout = '5s'");
      }
      return connection;
    }
  }

  /// In seconds; before the socket's timeout, after which nobody could ask the server to stop.
  private static int committing(PostgresUrl url, Duration patience) {
    int socket = Integer.parseInt(url.parameters().getOrDefault("socketTimeout", "0"));
    int most = (int) patience.toSeconds();
    return Math.max(1, socket == 0 ? most : Math.min(most, socket - 1));
  }

  private static HikariConfig pool(PGSimpleDataSource source, int connections, Duration patience) {
    var config = new HikariConfig();
    config.setPoolName("postgresql");
    config.setDataSource(source);
    config.setMaximumPoolSize(connections);
    config.setConnectionTimeout(patience.toMillis());
    config.setValidationTimeout(patience.dividedBy(2).toMillis());
    // A little less, so that a row that stays locked is not taken for a server that is away.
    config.setConnectionInitSql(SESSION.formatted(patience.toMillis() * 4 / 5));
    // Who opens the pool has just been connected.
    config.setInitializationFailTimeout(-1);
    return config;
  }

  public Duration patience() {
    return patience;
  }

  /// Callers who are to be served together, by so many workers with a connection each.
  public <Q, A> RequestBatcher<Q, A> gather(
      String name, int workers, RequestBatcher.Service<Q, A> service) {
    var limits = new RequestBatcher.Limits(10_000, 256, patience.multipliedBy(2), ALONE);
    var gathering = new RequestBatcher<>(name, workers, limits, service);
    gatherings.add(gathering);
    return gathering;
  }

  @Override
  public <T> T read(String what, Work<T> work) {
    return persistently(what, connection -> atOneMoment(connection, work));
  }

  @Override
  public <T> T scan(String what, Work<T> work) {
    return patiently(what, LONG, work);
  }

  @Override
  public <T> T tally(String what, Work<T> work) {
    return patiently(what, COUNTING, work);
  }

  private <T> T patiently(String what, Duration most, Work<T> work) {
    return persistently(
        what,
        connection -> {
          connection.setNetworkTimeout(Runnable::run, (int) most.toMillis());
          return atOneMoment(
              connection,
              tx -> {
                // Whoever reads what is handed out may pause.
                tx.run("SET LOCAL idle_in_transaction_session_timeout = 0");
                // It would go on after we have given up.
                tx.run("SET LOCAL statement_timeout = " + most.minusSeconds(1).toMillis());
                return work.run(tx);
              });
        });
  }

  private static <T> T atOneMoment(Connection connection, Work<T> work) throws SQLException {
    connection.setAutoCommit(false);
    var tx = new Tx(connection, PostgresDialect.READING);
    tx.run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
    var result = work.run(tx);
    connection.commit();
    return result;
  }

  @Override
  public <T> T readOnce(String what, Work<T> work) {
    return persistently(what, connection -> work.run(new Tx(connection, PostgresDialect.READING)));
  }

  @Override
  public <T> T write(String what, Work<T> work) {
    return write(what, 1, work);
  }

  /// Does the work of so many callers in one transaction.
  public <T> T write(String what, int callers, Work<T> work) {
    var start = System.nanoTime();
    var result =
        persistently(
            what,
            connection -> {
              connection.setAutoCommit(false);
              var done = work.run(new Tx(connection, PostgresDialect.WRITING));
              commit(what, connection);
              return done;
            });
    watcher.committed(callers, Duration.ofNanos(System.nanoTime() - start));
    return result;
  }

  /// A server that waits for a synchronous standby does not notice that its client has gone, and
  /// keeps its locks and its place among the connections. So it is asked to stop waiting.
  private void commit(String what, Connection connection) throws SQLException {
    try (var commit = connection.createStatement()) {
      commit.setQueryTimeout(committing);
      commit.execute("COMMIT");
      // The wait was called off: it is stored here, but perhaps not on the standby.
      if (commit.getWarnings() != null) {
        throw commit.getWarnings();
      }
    } catch (SQLException e) {
      if (PostgresErrors.isConflict(e)) {
        throw e;
      }
      throw problems.uncertain(what, e);
    }
  }

  private <T> T persistently(String what, Attempt<T> attempt) {
    long end = System.nanoTime() + patience.toNanos();
    for (int tries = 1; ; tries++) {
      try {
        return once(attempt);
      } catch (SQLException e) {
        var again =
            PostgresErrors.isConflict(e) && tries < TRIES
                || PostgresErrors.isAway(e) && System.nanoTime() < end;
        if (!again) {
          throw problems.of(what, e);
        }
      }
    }
  }

  private <T> T once(Attempt<T> attempt) throws SQLException {
    try (var connection = pool.getConnection()) {
      try {
        return attempt.run(connection);
      } catch (SQLException e) {
        if (PostgresErrors.isAway(e)) {
          pool.evictConnection(connection);
        }
        throw e;
      }
      // Closing rolls back what was not committed.
    }
  }

  @Override
  public void check() {
    // Changes nothing, but has to get through to the disk, and to a synchronous standby.
    write("checking the database", tx -> tx.update("UPDATE app SET region = region WHERE no = 1"));
  }

  @Override
  public void close() {
    gatherings.forEach(RequestBatcher::close);
    pool.close();
  }
}
