package dev.rollcall.storage;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.rollcall.storage.postgres.PostgresUrl;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.LoggerFactory;

/// The PostgreSQL of this test run: the server that `ROLLCALL_TEST_POSTGRES` names with a URL whose
/// user may make databases, or else one that the tests bring, start and stop themselves.
public final class TestPostgres {
  private static final AtomicInteger COUNT = new AtomicInteger();

  /// Started when the first test asks for it.
  private static final class Server {
    static final String URL = url();

    private static String url() {
      var given = System.getenv("ROLLCALL_TEST_POSTGRES");
      if (given != null) {
        return given;
      }
      ((Logger) LoggerFactory.getLogger("io.zonky")).setLevel(Level.WARN);
      try {
        var server =
            EmbeddedPostgres.builder()
                .setServerConfig("max_connections", "200")
                .setServerConfig("autovacuum", "off")
                .setDataDirectoryCustomizer(TestPostgres::askGuardedForItsPassword)
                .start();
        return "postgresql://postgres@127.0.0.1:" + server.getPort() + "/postgres";
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private TestPostgres() {}

  /// Whoever else comes from this machine is let in without one.
  private static void askGuardedForItsPassword(File data) {
    var rules = data.toPath().resolve("pg_hba.conf");
    try {
      var first = "host all guarded 127.0.0.1/32 scram-sha-256\n";
      Files.writeString(rules, first + Files.readString(rules));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Makes an empty database; answers its URL.
  public static String newDatabase() {
    var name = "test_" + ProcessHandle.current().pid() + "_" + COUNT.incrementAndGet();
    run(Server.URL, "CREATE DATABASE " + name + " ENCODING 'UTF8' TEMPLATE template0");
    return Server.URL.replaceFirst("/[^/?]*(\\?|$)", "/" + name + "$1");
  }

  /// Removes a database that {@link #newDatabase} made: a file for each table and index is too much
  /// to be left to the end.
  public static void drop(String url) {
    var name = PostgresUrl.read(url).orElseThrow().name();
    run(Server.URL, "DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
  }

  /// Runs a statement on a database.
  public static void run(String url, String sql) {
    var read = PostgresUrl.read(url).orElseThrow();
    try (var connection = DriverManager.getConnection(read.jdbc(), read.user(), read.password());
        var statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new AssertionError("the PostgreSQL of the tests does not answer: " + e, e);
    }
  }
}
