package dev.rollcall;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Asks a server to stop while requests run.
final class GracefulStopTest {
  private static final int WRITERS = 32;
  private static final int ANSWERS = 1_000;
  private static final String APP = "stop";
  private static final String API_KEY = "the-api-key-of-the-test";
  private static final int BY_SIGTERM = 128 + 15;

  private final AtomicInteger answersLeft = new AtomicInteger(ANSWERS);
  private final ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();

  @Test
  void whatWasAnsweredIsThereAndWhatWasNotHasNotHappened(@TempDir Path data) throws Exception {
    var writers = IntStream.range(0, WRITERS).mapToObj(Writer::new).toList();
    try (var server = start(data)) {
      forEach(writers, writer -> writer.logIn(server.httpPort()));
      forEach(writers, writer -> writer.registerUntilRefused(server));
      assertEquals(BY_SIGTERM, server.stop());
      assertTrue(server.log().strip().endsWith("stopped"), server.log());
      assertEquals(List.of(), server.logged("ERROR"));
    }
    try (var server = start(data)) {
      forEach(writers, writer -> writer.check(server.httpPort()));
    }
  }

  @Test
  void aServerThatIsToldToDrainGoesOnAnswering(@TempDir Path data) throws Exception {
    try (var server =
        ServerProcess.start(
            data,
            "--app-id=" + APP,
            "--auth-key=the-auth-key",
            "--api-key=" + API_KEY,
            "--drain=1h")) {
      server.askToStop();
      var ready = get(server, "/health/ready");
      while (ready.status() == 200) {
        ready = get(server, "/health/ready");
      }
      assertEquals("ERR_BUSY", ready.code());
      var writer = new Writer(0);
      writer.logIn(server.httpPort());
      try (var wire = new Wire(server.httpPort())) {
        wire.send(
                "POST",
                "/v2/tokens",
                APP,
                "authToken",
                writer.authToken,
                "{\"fcmToken\":\"the-writer\"}")
            .data();
      }
      assertTrue(server.isAlive());
    }
  }

  private static Wire.Answer get(ServerProcess server, String path) throws IOException {
    try (var wire = new Wire(server.httpPort())) {
      return wire.send("GET", path, APP, "apiKey", API_KEY, "");
    }
  }

  private static ServerProcess start(Path data) throws IOException {
    return ServerProcess.start(
        data,
        "--app-id=" + APP,
        "--auth-key=the-auth-key",
        "--api-key=" + API_KEY,
        "--session-rate=1000000");
  }

  private interface Work {
    void on(Writer writer) throws Exception;
  }

  private void forEach(List<Writer> writers, Work work) {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var writer : writers) {
        threads.execute(
            () -> {
              try {
                work.on(writer);
              } catch (Exception | AssertionError e) {
                failures.add(e);
              }
            });
      }
    }
    if (!failures.isEmpty()) {
      throw new AssertionError(failures.size() + " writers failed", failures.peek());
    }
  }

  /// A session that registers one token after another.
  private final class Writer {
    private final String uid;
    private String authToken = "";
    private int registered;

    Writer(int number) {
      uid = "writer-" + number;
    }

    void logIn(int port) throws IOException {
      try (var wire = new Wire(port)) {
        var user = "{\"uid\":\"%s\",\"name\":\"Writer\",\"withAuthToken\":true}".formatted(uid);
        var answer = wire.send("POST", "/v3/users", APP, "apiKey", API_KEY, user);
        authToken = answer.data().path("authToken").stringValue();
      }
    }

    void registerUntilRefused(ServerProcess server) {
      try (var wire = new Wire(server.httpPort())) {
        while (true) {
          var body = "{\"fcmToken\":\"" + token(registered + 1) + "\"}";
          var answer = wire.send("POST", "/v2/tokens", APP, "authToken", authToken, body);
          if (answer.status() != 200) {
            assertEquals(503, answer.status());
            assertEquals("ERR_BUSY", answer.code());
            return;
          }
          registered++;
          if (answersLeft.decrementAndGet() == 0) {
            server.askToStop();
          }
        }
      } catch (IOException gone) {
        // Whatever was in flight has had its answer, so this was not.
      }
    }

    void check(int port) throws IOException {
      try (var wire = new Wire(port)) {
        var answer = wire.send("GET", "/v2/tokens", APP, "authToken", authToken, "");
        assertEquals(
            List.of(token(registered)),
            answer.data().path("android").valueStream().map(it -> it.stringValue()).toList());
      }
    }

    private String token(int n) {
      return uid + "-token-" + n;
    }
  }
}
