package dev.rollcall.storage;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import org.slf4j.LoggerFactory;

/// A PostgreSQL server in processes of its own, to be stopped, killed and copied.
public final class PostgresServer implements AutoCloseable {
  private final Path data;
  private final EmbeddedPostgres server;

  private PostgresServer(Path data, EmbeddedPostgres server) {
    this.data = data;
    this.server = server;
  }

  /// Starts a server on the folder, which is filled when it is empty.
  public static PostgresServer start(Path data, int port, Map<String, String> settings)
      throws IOException {
    // It calls it an error when what it should stop is dead already.
    ((Logger) LoggerFactory.getLogger("io.zonky")).setLevel(Level.OFF);
    var builder =
        EmbeddedPostgres.builder()
            .setDataDirectory(data)
            .setCleanDataDirectory(false)
            .setPGStartupWait(Duration.ofSeconds(60))
            .setPort(port);
    settings.forEach(builder::setServerConfig);
    return new PostgresServer(data, builder.start());
  }

  public static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /// Makes the folder of a standby out of that of a server which is stopped.
  public static void copyForStandby(Path stopped, Path standby, int primaryPort)
      throws IOException, InterruptedException {
    var copy = new ProcessBuilder("cp", "-a", stopped.toString(), standby.toString()).start();
    if (copy.waitFor() != 0) {
      throw new IOException(
          new String(copy.getErrorStream().readAllBytes(), StandardCharsets.UTF_8));
    }
    Files.createFile(standby.resolve("standby.signal"));
    Files.writeString(
        standby.resolve("postgresql.auto.conf"),
        "primary_conninfo = 'host=127.0.0.1 port=%d user=postgres application_name=standby'%n"
            .formatted(primaryPort),
        StandardOpenOption.APPEND);
  }

  public Connection connect() throws SQLException {
    return server.getPostgresDatabase().getConnection();
  }

  public int port() {
    return server.getPort();
  }

  /// Makes a standby the primary.
  public void promote() throws SQLException {
    try (var connection = connect();
        var statement = connection.createStatement()) {
      statement.execute("SELECT pg_promote()");
    }
  }

  /// SIGKILL to all of its processes, as when the machine is gone.
  public void kill() throws IOException {
    var pid = Files.readAllLines(data.resolve("postmaster.pid")).getFirst().strip();
    var postmaster = ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
    var all = postmaster.descendants().toList();
    postmaster.destroyForcibly();
    all.forEach(ProcessHandle::destroyForcibly);
    postmaster.onExit().join();
    close();
  }

  /// Stops it, or cleans up after it was killed.
  @Override
  public void close() throws IOException {
    server.close();
  }
}
