package dev.rollcall.storage.sqlite;

import dev.rollcall.problem.Code;
import dev.rollcall.problem.Problem;
import dev.rollcall.storage.engine.CommitListener;
import dev.rollcall.storage.engine.Database;
import dev.rollcall.storage.engine.StorageException;
import dev.rollcall.storage.engine.Tx;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConfig.JournalMode;
import org.sqlite.SQLiteConfig.SynchronousMode;

/// The embedded database: one file with a write-ahead log. One connection writes. Several
/// connections read, and never wait for a write.
public final class SqliteDatabase implements Database {
  private static final Logger log = LoggerFactory.getLogger(SqliteDatabase.class);
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final int WAITING_WRITES = 10_000;
  private static final int BATCH = 32;
  // For benchmarks: without group commit, every write is a durable transaction of its own.
  private static final boolean COMMIT_EACH = Boolean.getBoolean("rollcall.commit.alone");
  // A read keeps a processor busy until it ends, so more connections would only wait.
  static final int READERS = Math.clamp(Runtime.getRuntime().availableProcessors(), 2, 8);

  private final SqliteErrors problems = new SqliteErrors();
  private final GroupCommit writes;
  private final WalKeeper wal;
  private final List<Tx> connections;
  private final BlockingQueue<Tx> readers = new ArrayBlockingQueue<>(READERS, true);

  private SqliteDatabase(Path file, CommitListener listener, List<Tx> connections)
      throws SQLException, IOException {
    this.connections = connections;
    var writer = connect(file, writing());
    for (int i = 0; i < READERS; i++) {
      var reader = connect(file, reading());
      reader.run("PRAGMA query_only = ON");
      readers.add(reader);
    }
    wal = new WalKeeper(file, connect(file, writing()), writer, TIMEOUT);
    var limits =
        new GroupCommit.Limits(WAITING_WRITES, COMMIT_EACH ? 1 : BATCH, TIMEOUT.multipliedBy(2));
    writes = new GroupCommit(writer, limits, problems, durability(), listener, wal::wrote);
  }

  /// Opens the file or creates it, and migrates its schema.
  public static SqliteDatabase open(Path file, CommitListener listener) {
    SqliteMigrations.migrate(file, writing());
    var connections = new ArrayList<Tx>();
    try {
      return new SqliteDatabase(file, listener, connections);
    } catch (SQLException | IOException e) {
      close(connections, e);
      throw SqliteMigrations.cannotOpen(file, e);
    }
  }

  private static void close(List<Tx> connections, Exception failure) {
    for (var tx : connections.reversed()) {
      try {
        tx.close();
      } catch (SQLException e) {
        failure.addSuppressed(e);
      }
    }
  }

  private Tx connect(Path file, SQLiteConfig config) throws SQLException {
    var connection = connection(file, config);
    var tx = new Tx(connection, SqliteDialect.INSTANCE);
    connections.add(tx);
    return tx;
  }

  private static Connection connection(Path file, SQLiteConfig config) throws SQLException {
    return config.createConnection("jdbc:sqlite:" + file.toAbsolutePath());
  }

  private GroupCommit.Durability durability() {
    return COMMIT_EACH ? () -> {} : wal::force;
  }

  private static SQLiteConfig writing() {
    var config = new SQLiteConfig();
    config.setJournalMode(JournalMode.WAL);
    // Unlike FULL, NORMAL does not fsync the log in each commit. GroupCommit does that before it
    // answers, while the writer runs the next transaction.
    config.setSynchronous(COMMIT_EACH ? SynchronousMode.FULL : SynchronousMode.NORMAL);
    config.enforceForeignKeys(true);
    // Otherwise, the driver would query the last row id after every insert.
    config.setGetGeneratedKeys(false);
    config.setBusyTimeout((int) TIMEOUT.toMillis());
    config.setPragma(SQLiteConfig.Pragma.WAL_AUTOCHECKPOINT, "0");
    config.setCacheSize(-32_000);
    return config;
  }

  private static SQLiteConfig reading() {
    var config = new SQLiteConfig();
    config.setBusyTimeout((int) TIMEOUT.toMillis());
    config.setCacheSize(-12_000);
    return config;
  }

  @Override
  public <T> T read(String what, Work<T> work) {
    return readSingleStatement(what, tx -> tx.reading(work));
  }

  @Override
  public <T> T readSingleStatement(String what, Work<T> work) {
    var tx = takeReader();
    try {
      return work.run(tx);
    } catch (SQLException e) {
      throw problems.of(what, e);
    } finally {
      readers.add(tx);
    }
  }

  private Tx takeReader() {
    try {
      var tx = readers.poll(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
      if (tx == null) {
        throw Problem.later(
            Code.ERR_BUSY, "Too many reads are waiting; try again", Duration.ofSeconds(1), null);
      }
      return tx;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StorageException("waiting to read", e);
    }
  }

  @Override
  public <T> T write(String what, Work<T> work) {
    return writes.write(what, work);
  }

  @Override
  public void check() {
    var what = "checking the database";
    read(what, tx -> tx.one("SELECT 1", row -> row.getLong(1)));
    // This changes nothing, but it needs space in the log, so it fails if the disk is full.
    write(what, tx -> tx.update("UPDATE app SET region = region WHERE no = 1"));
  }

  @Override
  public void close() {
    writes.close();
    wal.close();
    try {
      for (var tx : connections.reversed()) {
        tx.close();
      }
      wal.release();
    } catch (SQLException | IOException e) {
      log.atWarn().setCause(e).log("closing the database failed; nothing committed is lost");
    }
  }
}
