package dev.rollcall.storage.postgres;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.rollcall.storage.engine.CommitListener;
import dev.rollcall.storage.engine.Database;
import dev.rollcall.storage.engine.Tx;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.postgresql.ds.PGSimpleDataSource;

/// A PostgreSQL database, which any number of nodes can share.
///
/// Each transaction has its own connection. It is retried after a conflict with another
/// transaction, and if the server became unavailable before the COMMIT was sent, because then
/// nothing was stored. If the answer to a COMMIT is lost, the caller gets an error that says that
/// the outcome is uncertain.
public final class PostgresDatabase implements Database {
  /// The timeout for a connection, for a locked row, and for an unavailable server.
  public static final Duration TIMEOUT = Duration.ofSeconds(5);

  /// How long a request waits for a batch while workers are busy.
  private static final Duration START_DELAY = Duration.ofMillis(100);

  private static final Duration MIGRATION = Duration.ofMinutes(10);
  private static final int TRIES = 20;

  // Every query goes through an index. A table that has just grown has no statistics yet, and
  // without
  // them the planner prefers a sequential scan.
  //
  // There is no statement timeout: it would end the wait of a COMMIT for a synchronous standby, and
  // the COMMIT would succeed as if the standby had it. The timeout of the socket limits the time.
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
  private final CommitListener listener;
  private final Duration timeout;
  private final int commitSeconds;
  private final List<RequestBatcher<?, ?>> batchers = new ArrayList<>();

  private PostgresDatabase(
      PostgresUrl url,
      int connections,
      PGSimpleDataSource source,
      PostgresErrors problems,
      CommitListener listener,
      Duration timeout) {
    this.pool = new HikariDataSource(pool(source, connections, timeout));
    this.problems = problems;
    this.listener = listener;
    this.timeout = timeout;
    this.commitSeconds = commitSeconds(url, timeout);
  }

  /// Migrates the schema, and connects.
  public static PostgresDatabase open(
      PostgresUrl url, int connections, CommitListener listener, Duration timeout) {
    var problems = new PostgresErrors(url);
    var source = source(new PGSimpleDataSource(), url);
    PostgresMigrations.migrate(url, source(new MigrationSource(), url), problems);
    return new PostgresDatabase(url, connections, source, problems, listener, timeout);
  }

  private static PGSimpleDataSource source(PGSimpleDataSource source, PostgresUrl url) {
    source.setURL(url.jdbc());
    source.setUser(url.user());
    source.setPassword(url.password());
    return source;
  }

  /// Connections for migrations. The socket timeout is long, because creating an index on a large
  /// table takes long. The lock timeout is short, because all other users of a table wait behind a
  /// migration that waits for its lock.
  private static final class MigrationSource extends PGSimpleDataSource {
    private static final long serialVersionUID = 1L;

    @Override
    public Connection getConnection() throws SQLException {
      var connection = super.getConnection();
      connection.setNetworkTimeout(Runnable::run, (int) MIGRATION.toMillis());
      try (var statement = connection.createStatement()) {
        statement.execute("SET lock_timeout = '5s'");
      }
      return connection;
    }
  }

  /// The timeout of a COMMIT. It is less than the socket timeout, after which the server could not
  /// be asked to cancel.
  private static int commitSeconds(PostgresUrl url, Duration timeout) {
    int socket = Integer.parseInt(url.parameters().getOrDefault("socketTimeout", "0"));
    int most = (int) timeout.toSeconds();
    return Math.max(1, socket == 0 ? most : Math.min(most, socket - 1));
  }

  private static HikariConfig pool(PGSimpleDataSource source, int connections, Duration timeout) {
    var config = new HikariConfig();
    config.setPoolName("postgresql");
    config.setDataSource(source);
    config.setMaximumPoolSize(connections);
    config.setConnectionTimeout(timeout.toMillis());
    config.setValidationTimeout(timeout.dividedBy(2).toMillis());
    // A little less than the timeout. Otherwise, a row that stays locked would look like an
    // unavailable server.
    config.setConnectionInitSql(SESSION.formatted(timeout.toMillis() * 4 / 5));
    // The migration has just connected to the server, so no connection is tested here.
    config.setInitializationFailTimeout(-1);
    return config;
  }

  public Duration timeout() {
    return timeout;
  }

  /// Creates a batcher. Each of its workers uses one connection.
  public <Q, A> RequestBatcher<Q, A> batcher(
      String name, int workers, RequestBatcher.Service<Q, A> service) {
    var limits = new RequestBatcher.Limits(10_000, 256, timeout.multipliedBy(2), START_DELAY);
    var batcher = new RequestBatcher<>(name, workers, limits, service);
    batchers.add(batcher);
    return batcher;
  }

  @Override
  public <T> T read(String what, Work<T> work) {
    return retrying(what, connection -> inSnapshot(connection, work));
  }

  @Override
  public <T> T readLong(String what, Duration limit, Work<T> work) {
    return retrying(
        what,
        connection -> {
          connection.setNetworkTimeout(Runnable::run, (int) limit.toMillis());
          return inSnapshot(
              connection,
              tx -> {
                // The work may pause between rows, while it writes them elsewhere.
                tx.run("SET LOCAL idle_in_transaction_session_timeout = 0");
                // Without this, the server would continue after this node has given up.
                tx.run("SET LOCAL statement_timeout = " + limit.minusSeconds(1).toMillis());
                return work.run(tx);
              });
        });
  }

  private static <T> T inSnapshot(Connection connection, Work<T> work) throws SQLException {
    connection.setAutoCommit(false);
    var tx = new Tx(connection, PostgresDialect.READING);
    tx.run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
    var result = work.run(tx);
    connection.commit();
    return result;
  }

  @Override
  public <T> T readSingleStatement(String what, Work<T> work) {
    return retrying(what, connection -> work.run(new Tx(connection, PostgresDialect.READING)));
  }

  @Override
  public <T> T write(String what, Work<T> work) {
    return write(what, 1, work);
  }

  /// Like `write`, for the requests of several callers in one transaction.
  public <T> T write(String what, int callers, Work<T> work) {
    var start = System.nanoTime();
    var result =
        retrying(
            what,
            connection -> {
              connection.setAutoCommit(false);
              var done = work.run(new Tx(connection, PostgresDialect.WRITING));
              commit(what, connection);
              return done;
            });
    listener.committed(callers, Duration.ofNanos(System.nanoTime() - start));
    return result;
  }

  /// A server that waits for a synchronous standby does not notice that its client is gone. It
  /// keeps the locks and the connection. So the COMMIT has a timeout, after which the server
  /// cancels the wait.
  private void commit(String what, Connection connection) throws SQLException {
    try (var commit = connection.createStatement()) {
      commit.setQueryTimeout(commitSeconds);
      commit.execute("COMMIT");
      // The wait was cancelled: the transaction is stored here, but perhaps not on the standby.
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

  private <T> T retrying(String what, Attempt<T> attempt) {
    long end = System.nanoTime() + timeout.toNanos();
    for (int tries = 1; ; tries++) {
      try {
        return attempt(attempt);
      } catch (SQLException e) {
        var again =
            (PostgresErrors.isConflict(e) && tries < TRIES)
                || (PostgresErrors.isUnavailable(e) && System.nanoTime() < end);
        if (!again) {
          throw problems.of(what, e);
        }
      }
    }
  }

  private <T> T attempt(Attempt<T> attempt) throws SQLException {
    try (var connection = pool.getConnection()) {
      try {
        return attempt.run(connection);
      } catch (SQLException e) {
        if (PostgresErrors.isUnavailable(e)) {
          pool.evictConnection(connection);
        }
        throw e;
      }
      // Closing the connection rolls back a transaction that was not committed.
    }
  }

  @Override
  public void check() {
    // This changes nothing, but it has to reach the disk and a synchronous standby.
    write("checking the database", tx -> tx.update("UPDATE app SET region = region WHERE no = 1"));
  }

  @Override
  public void close() {
    batchers.forEach(RequestBatcher::close);
    pool.close();
  }
}
