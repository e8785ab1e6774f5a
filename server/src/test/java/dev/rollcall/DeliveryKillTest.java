package dev.rollcall;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rollcall.fake.FakeFcm;
import dev.rollcall.fake.FakeService;
import dev.rollcall.fake.FakeTls;
import dev.rollcall.json.JsonObject;
import dev.rollcall.storage.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What was accepted is sent, whoever is killed meanwhile.
@Timeout(240)
final class DeliveryKillTest {
  private static final String APP = "shop";
  private static final String AUTH_KEY = "the-auth-key-of-the-shop";
  private static final String API_KEY = "the-api-key-of-the-shop";
  private static final int USERS = 50;

  /// More than the lease of a delivery that somebody had taken on.
  private static final String LATER = "200";

  @TempDir Path folder;
  private final FakeFcm google = new FakeFcm();
  private final AtomicInteger sender = new AtomicInteger();

  private ServerProcess start(String node, Map<String, String> environment) throws IOException {
    var certificate = folder.resolve("double.pem");
    if (!Files.exists(certificate)) {
      Files.writeString(certificate, pem());
    }
    return ServerProcess.startWith(
        List.of("dev.rollcall.DeliveryNode", google.address().toString(), certificate.toString()),
        environment,
        folder.resolve(node),
        "--app-id=" + APP,
        "--auth-key=" + AUTH_KEY,
        "--api-key=" + API_KEY,
        "--session-rate=1000000");
  }

  private static String pem() {
    try {
      var der = FakeTls.ONE.certificate().getEncoded();
      return "-----BEGIN CERTIFICATE-----\n"
          + Base64.getMimeEncoder().encodeToString(der)
          + "\n-----END CERTIFICATE-----\n";
    } catch (java.security.cert.CertificateEncodingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Wire.Answer send(
      Wire node, String method, String path, String header, String credential, String body)
      throws IOException {
    var answer = node.send(method, path, APP, header, credential, body);
    assertTrue(answer.status() < 300, () -> path + " " + answer.json());
    return answer;
  }

  private void prepare(Wire node) throws IOException {
    var provider =
        JsonObject.of(
            "type",
            "fcm",
            "serviceAccount",
            JsonObject.parse(google.serviceAccount()).orElseThrow());
    send(node, "PUT", "/v1/providers/google", "apiKey", API_KEY, provider.text());
    for (int i = 0; i < USERS; i++) {
      var user = "{\"uid\":\"user-%1$d\",\"name\":\"User %1$d\"}".formatted(i);
      send(node, "POST", "/v3/users", "apiKey", API_KEY, user);
      var login = "/v3/users/user-" + i + "/auth_tokens";
      var authToken =
          send(node, "POST", login, "apiKey", AUTH_KEY, "{}").data().get("authToken").stringValue();
      var token = "{\"fcmToken\":\"phone-" + i + "\"}";
      send(node, "POST", "/v2/tokens", "authToken", authToken, token);
    }
  }

  private static String notification(int n) {
    return "{\"to\":{\"uids\":[\"user-%d\"]},\"title\":\"Hello\",\"data\":{\"n\":\"%d\"}}"
        .formatted(n % USERS, n);
  }

  /// How often each notification came, by the id that says so.
  private Map<String, Integer> received() {
    var received = new TreeMap<String, Integer>();
    google.sent().stream()
        .map(DeliveryKillTest::id)
        .forEach(id -> received.merge(id, 1, Integer::sum));
    return received;
  }

  private static String id(FakeService.Got got) {
    return got.text().replaceFirst("(?s).*\"rollcall_id\":\"([^\"]*)\".*", "$1");
  }

  private static String number(FakeService.Got got) {
    return got.text().replaceFirst("(?s).*\"n\":\"(\\d+)\".*", "$1");
  }

  private void awaitReceived(int distinct) {
    int enough = distinct;
    while (true) {
      assertTrue(google.await(enough), () -> "only " + received().size() + " came");
      var came = received();
      if (came.size() >= distinct) {
        return;
      }
      enough = came.values().stream().mapToInt(it -> it).sum() + distinct - came.size();
    }
  }

  @Test
  void whatWasAcceptedIsSentAfterAKill() throws Exception {
    int sends = 300;
    Set<Integer> former;
    try (var first = start("node", Map.of());
        var wire = new Wire(first.httpPort())) {
      prepare(wire);
      // Nothing is answered by Google before the kill, so nothing can be noted as sent.
      google.hold();
      for (int n = 0; n < sends; n++) {
        send(wire, "POST", "/v1/notifications", "apiKey", API_KEY, notification(n));
      }
      first.kill();
      former = google.sent().stream().map(FakeService.Got::port).collect(Collectors.toSet());
      google.release();
    }
    try (var second = start("node", Map.of())) {
      second.writeLine(LATER);
      // Counted before it is looked at, so that nothing can come unnoticed.
      for (int came = google.sent().size();
          numbers(former).size() < sends;
          came = google.sent().size()) {
        assertTrue(google.await(came + 1), () -> numbers(former).size() + " came");
      }
      second.stop();
    }
    assertEquals(sends, received().size());
  }

  /// What came over other connections than those of the first node, of which some may be read late.
  private Set<String> numbers(Set<Integer> former) {
    return google.sent().stream()
        .filter(got -> !former.contains(got.port()))
        .map(DeliveryKillTest::number)
        .collect(Collectors.toSet());
  }

  @Test
  void threeNodesShareTenThousandAndOneIsKilledMidWay() throws Exception {
    int sends = 10_000;
    var url = TestPostgres.newDatabase();
    var environment =
        Map.of(
            "ROLLCALL_DATABASE",
            url,
            "ROLLCALL_ENCRYPTION_KEY",
            Base64.getEncoder().encodeToString(new byte[32]));
    var nodes = new ArrayList<ServerProcess>();
    try {
      for (int i = 0; i < 3; i++) {
        nodes.add(start("node-" + i, environment));
      }
      try (var wire = new Wire(nodes.getFirst().httpPort())) {
        prepare(wire);
      }
      var clients = new ArrayList<Thread>();
      for (int i = 0; i < 12; i++) {
        clients.add(Thread.startVirtualThread(() -> sendAll(sends, nodes)));
      }
      awaitReceived(sends / 3);
      nodes.getLast().kill();
      for (var client : clients) {
        client.join();
      }
      nodes.get(0).writeLine(LATER);
      nodes.get(1).writeLine(LATER);
      awaitReceived(sends);
      var received = received();
      var twice = received.values().stream().filter(times -> times > 1).count();
      System.out.println("DeliveryKillTest: " + twice + " of " + sends + " came twice");
      assertEquals(sends, received.size());
      // No more than one node may have in flight to one provider.
      assertTrue(twice <= 1_000, twice + " came twice");
      assertTrue(received.values().stream().allMatch(times -> times <= 2));
      var numbers =
          google.sent().stream().map(DeliveryKillTest::number).collect(Collectors.toSet());
      assertEquals(sends, numbers.size());
    } finally {
      for (var node : nodes) {
        node.close();
      }
      TestPostgres.drop(url);
    }
  }

  /// A request that got no answer is sent again, to another node and under the same key.
  private void sendAll(int sends, List<ServerProcess> nodes) {
    for (int n = sender.getAndIncrement(); n < sends; n = sender.getAndIncrement()) {
      for (int tries = 0; !sent(nodes.get((n + tries) % nodes.size()), n); tries++) {
        assertTrue(tries < 10, "nobody takes it");
      }
    }
  }

  private boolean sent(ServerProcess node, int n) {
    try (var wire = new Wire(node.httpPort())) {
      var answer =
          wire.send(
              "POST",
              "/v1/notifications",
              APP,
              "apiKey",
              API_KEY + "\r\nIdempotency-Key: " + n,
              notification(n));
      return answer.status() == 202;
    } catch (IOException e) {
      return false;
    }
  }
}
