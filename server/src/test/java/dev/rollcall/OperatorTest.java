package dev.rollcall;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What operators and their tools ask.
final class OperatorTest {
  @RegisterExtension static final RunningServer server = new RunningServer();

  private static String metrics() {
    return server.call("GET", "/metrics").send().body();
  }

  /// The value of the one sample that begins so.
  private static double sample(String start) {
    var lines = metrics().lines().filter(it -> it.startsWith(start)).toList();
    assertEquals(1, lines.size(), start + " in " + lines);
    return Double.parseDouble(lines.getFirst().substring(lines.getFirst().lastIndexOf(' ')));
  }

  @Test
  void aServerThatServesIsAliveAndReady() {
    assertEquals("UP", server.call("GET", "/health/live").send().text("status"));
    assertEquals("UP", server.call("GET", "/health/ready").send().text("status"));
  }

  @Test
  void requestsAreCountedByMethodRouteAndStatus() {
    var labels = "{method=\"GET\",route=\"/users/{uid}\",status=\"404\"";
    server.call("GET", "/v3.0/users/one").backEnd(server.app()).send();
    server.call("GET", "/users/two").backEnd(server.app()).send();
    assertEquals(2, sample("rollcall_http_requests_seconds_count" + labels + "}"));
    assertTrue(sample("rollcall_http_requests_seconds_sum" + labels + "}") > 0);
    assertEquals(2, sample("rollcall_http_requests_seconds_bucket" + labels + ",le=\"+Inf\"}"));
  }

  @Test
  void labelsHoldNothingThatCallersMadeUp() throws IOException {
    server.call("GET", "/made-up-path/made-up-more").send();
    server.call("GET", "/v2/tokens?made-up=1").header("appId", "made-up").send();
    try (var raw = new Raw(server.port())) {
      raw.send("MADE-UP /v2/tokens HTTP/1.1\nHost: made-up\n\n").answer();
    }
    var metrics = metrics();
    assertFalse(metrics.contains("made-up") || metrics.contains("MADE-UP"), metrics);
    assertTrue(metrics.contains("method=\"other\",route=\"(none)\",status=\"405\""), metrics);
    assertTrue(metrics.contains("method=\"GET\",route=\"(none)\",status=\"404\""), metrics);
  }

  @Test
  void whatReachesNoRouteIsCountedToo() throws IOException {
    var malformed =
        "rollcall_http_requests_seconds_count{method=\"other\",route=\"(none)\",status=";
    for (var request :
        List.of("GARBAGE\n\n", "PRI * HTTP/2.0\n\n", "GET /" + "x".repeat(17_000) + "\n\n")) {
      try (var raw = new Raw(server.port())) {
        raw.send(request).answer();
      }
    }
    for (var status : List.of("400", "414", "505")) {
      assertTrue(sample(malformed + "\"" + status + "\"}") >= 1);
    }
  }

  @Test
  void openConnectionsAreCounted() throws IOException {
    var before = sample("rollcall_http_connections");
    try (var first = new Raw(server.port());
        var second = new Raw(server.port())) {
      first.send("GET /health/live HTTP/1.1\nHost: localhost\n\n").answer();
      second.send("GET /health/live HTTP/1.1\nHost: localhost\n\n").answer();
      assertTrue(sample("rollcall_http_connections") > before);
    }
  }

  @Test
  void transactionsAndTheWritesInThemAreCounted() {
    var transactions = sample("rollcall_commit_seconds_count");
    var writes = sample("rollcall_commit_batch_sum");
    server.newUser("counted");
    assertEquals(transactions + 1, sample("rollcall_commit_seconds_count"));
    assertEquals(writes + 1, sample("rollcall_commit_batch_sum"));
  }

  @Test
  void anArrivalWithAPushTokenIsOneWrite() {
    var device = server.someone();
    var writes = sample("rollcall_commit_batch_sum");
    device
        .call("PUT", "/me")
        .json(
            "{'platform':'WEB','deviceId':'d','appInfo':{'pushNotification':{'fcmDeviceToken':'a-token'}}}")
        .send()
        .data();
    assertEquals(writes + 1, sample("rollcall_commit_batch_sum"));
  }

  @Test
  void aDeviceKeyOfSeveralPhonesIsCountedOnce() throws IOException {
    var operating = Files.readString(Path.of("../docs/operating.md"));
    assertTrue(operating.contains("| `rollcall_devices_shared_total` |"));
    var shared = sample("rollcall_devices_shared_total");
    for (int i = 0; i < 6; i++) {
      server
          .someone()
          .register("{'fcmToken':'s-%d','deviceKey':'key-of-many'}".formatted(i))
          .data();
    }
    assertEquals(shared + 1, sample("rollcall_devices_shared_total"));
  }

  @Test
  void liveTokensAreCountedByChannelOnceAMinute() {
    server.clock().advance(Duration.ofMinutes(2));
    var fcm = sample("rollcall_tokens{channel=\"fcm\"}");
    var voip = sample("rollcall_tokens{channel=\"apns-voip\"}");
    server.someone().register("{'fcmToken':'counted','voipToken':'c0de'}").data();
    assertEquals(fcm, sample("rollcall_tokens{channel=\"fcm\"}"));
    server.clock().advance(Duration.ofMinutes(1));
    assertEquals(fcm + 1, sample("rollcall_tokens{channel=\"fcm\"}"));
    assertEquals(voip + 1, sample("rollcall_tokens{channel=\"apns-voip\"}"));
  }
}
