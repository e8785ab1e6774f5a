package dev.rollcall.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rollcall.TestServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.json.simple.JSONObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Every bad or missing answer becomes a typed error in time, and safe calls are tried again.
final class BadAnswersTest {
  @RegisterExtension static final TestServer server = new TestServer();

  private static final String AUTH_TOKEN =
      "alice_00001a20dbf3b41c_5d41402abc4b2a76b9719d911017c592";
  private static final String ME = RawServer.data("{\"uid\":\"alice\",\"name\":\"Alice\"}");
  private static final String SUCCESS = RawServer.data("{\"success\":true}");
  private static final String LISTS = RawServer.data("{\"ios\":[],\"web\":[],\"android\":[]}");

  private final MovableTiming timing = new MovableTiming();
  private RawServer raw;
  private RollcallClient client;

  @BeforeEach
  void logIn() throws Exception {
    raw = new RawServer(server);
    client = open(3);
  }

  private RollcallClient open(int tries) throws RollcallException {
    raw.answer(ME);
    var opened =
        Phone.client(Phone.settings(server, raw.port()).timing(timing).retries(tries, 30_000));
    opened.login(AUTH_TOKEN);
    return opened;
  }

  @AfterEach
  void hangUp() {
    client.close();
    raw.close();
  }

  private static RollcallException failure(org.junit.jupiter.api.function.Executable call) {
    return assertThrows(RollcallException.class, call);
  }

  /// The error of a call that gets this answer and is not tried again.
  private RollcallException answered(String bytes) throws RollcallException {
    client.close();
    client = open(1);
    raw.answer(bytes);
    return failure(client::tokens);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\r\n"
            + "Content-Type: text/html\r\n"
            + "Content-Length: 20\r\n\r\n"
            + "<html>Sign in</html>",
        "HTTP/1.1 204 No Content\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n{\"data\":{\"ios\":",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]",
        "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnull",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
        "HTTP/1.1 200 OK\r\nContent-Length: 30\r\n\r\n{\"data\":99999999999999999999999}",
        "HTTP/1.1 302 Found\r\nLocation: http://portal.example/\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 404 Not Found\r\nContent-Length: 9\r\n\r\nnot found",
        "HTTP/1.1 200 OK\r\nContent-Length: 16\r\n\r\n{\"error\":\"nope\"}",
      })
  void whatIsNotRollcallsAnswerIsSaidToBeSo(String bytes) throws RollcallException {
    var error = answered(bytes);
    assertEquals(RollcallException.UNEXPECTED_ANSWER, error.getCode(), error.toString());
    assertFalse(error.isRetryable());
    assertTrue(error.getHttpStatus() >= 200);
    assertFalse(error.getMessage().contains("Sign in"));
    assertEquals("alice", client.user().uid());
  }

  @Test
  void aProxysOwnTroubleIsWorthAnotherTry() throws RollcallException {
    var html = "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 6\r\n\r\n<html>";
    raw.answer(html, html, LISTS);
    assertEquals(List.of(), client.tokens().all());
    assertEquals(2, timing.pauses().size());
  }

  @Test
  void anAnswerOfTenMegabytesIsNotReadToItsEnd() throws RollcallException {
    var tenMegabytes = RawServer.data("\"" + "x".repeat(10 << 20) + "\"");
    var error = answered(tenMegabytes);
    assertEquals(RollcallException.ANSWER_TOO_LARGE, error.getCode());
    assertFalse(error.isRetryable());

    var ofUnknownLength = tenMegabytes.replaceFirst("Content-Length: \\d+", "Connection: close");
    assertEquals(RollcallException.ANSWER_TOO_LARGE, answered(ofUnknownLength).getCode());
  }

  @Test
  void anAnswerThatNeverComesIsWaitedForOnlySoLong() throws RollcallException {
    var storage = new MemoryStorage();
    raw.answer(ME);
    try (var patient = RollcallClient.open(Phone.settings(server, raw.port()).build(), storage)) {
      patient.login(AUTH_TOKEN);
    }
    var hurried =
        Phone.settings(server, raw.port()).timing(timing).retries(1, 0).timeouts(500, 500);
    try (var impatient = RollcallClient.open(hurried.build(), storage)) {
      raw.answer(RawServer.SILENCE);
      var error = failure(impatient::tokens);
      assertEquals(RollcallException.TIMEOUT, error.getCode());
      assertTrue(error.isRetryable());

      raw.answer("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"data\"");
      assertEquals(RollcallException.TIMEOUT, failure(impatient::tokens).getCode());
    }
  }

  @Test
  void aConnectionThatBreaksIsTriedAgainWhereThatIsSafe() throws RollcallException {
    raw.answer(RawServer.HANG_UP, LISTS);
    client.tokens();
    raw.answer(RawServer.HANG_UP, SUCCESS);
    client.registerFcm("fcm-1");
    raw.answer(RawServer.HANG_UP, SUCCESS);
    client.deleteTokens(Scope.SESSION);

    raw.answer(RawServer.HANG_UP, SUCCESS);
    var body = Json.object("fcmToken", "fcm-1");
    var error =
        failure(() -> client.callExtension("push-notification", "POST", "/v2/tokens", body));
    assertEquals(RollcallException.UNREACHABLE, error.getCode());
  }

  @Test
  void aDeletionThatFindsNothingAfterALostAnswerIsDone() throws RollcallException {
    var settings = Phone.settings(server, raw.port()).timing(timing).build();
    try (var backEnd = RollcallBackEnd.open(settings, "key")) {
      raw.answer(RawServer.HANG_UP, RawServer.error(404, "ERR_TOKEN_NOT_FOUND"));
      assertEquals(List.of(), backEnd.deletePushToken("bob_1", "fcm-1"));
      raw.answer(RawServer.HANG_UP, RawServer.error(404, "ERR_AUTH_TOKEN_NOT_FOUND"));
      backEnd.deleteAuthToken("bob", "bob_1");
      raw.answer(RawServer.error(500, "ERR_INTERNAL"), RawServer.error(404, "ERR_UID_NOT_FOUND"));
      backEnd.deleteUser("bob", true);
    }
  }

  @Test
  void aDeletionThatFindsNothingThoughNoAnswerWasLostIsTold() throws RollcallException {
    var settings = Phone.settings(server, raw.port()).timing(timing).build();
    var missing = RawServer.error(404, "ERR_TOKEN_NOT_FOUND");
    try (var backEnd = RollcallBackEnd.open(settings, "key")) {
      raw.answer(missing);
      assertEquals(
          "ERR_TOKEN_NOT_FOUND", failure(() -> backEnd.deletePushToken("b_1", "fcm-1")).getCode());
      raw.answer(RawServer.error(503, "ERR_BUSY", "Retry-After: 1"), missing);
      assertEquals(
          "ERR_TOKEN_NOT_FOUND", failure(() -> backEnd.deletePushToken("b_1", "fcm-1")).getCode());
      raw.answer(RawServer.HANG_UP, RawServer.error(404, "ERR_AUTH_TOKEN_NOT_FOUND"));
      assertEquals(
          "ERR_AUTH_TOKEN_NOT_FOUND",
          failure(() -> backEnd.deletePushToken("b_1", "fcm-1")).getCode());
    }
  }

  @Test
  void aLoginThatMayHaveOpenedASessionIsNotTriedAgain() throws Exception {
    try (var other = Phone.client(Phone.settings(server, raw.port()).timing(timing))) {
      int before = raw.requests().size();
      raw.answer(RawServer.HANG_UP);
      assertEquals(
          RollcallException.UNREACHABLE, failure(() -> other.login("bob", "key")).getCode());
      assertEquals(before + 1, raw.requests().size());

      raw.answer(
          RawServer.error(503, "ERR_BUSY", "Retry-After: 1"),
          RawServer.data("{\"uid\":\"bob\",\"authToken\":\"" + AUTH_TOKEN + "\"}"),
          ME);
      other.login("bob", "key");
    }
  }

  @Test
  void aLoginThatAProxyTurnedAwayIsNotTriedAgain() throws Exception {
    try (var other = Phone.client(Phone.settings(server, raw.port()).timing(timing))) {
      int before = raw.requests().size();
      raw.answer(
          "HTTP/1.1 503 Sorry\r\nRetry-After: 0\r\nContent-Length: 6\r\n\r\n<html>",
          RawServer.data("{\"uid\":\"bob\",\"authToken\":\"" + AUTH_TOKEN + "\"}"));
      assertEquals(503, failure(() -> other.login("bob", "key")).getHttpStatus());
      assertEquals(before + 1, raw.requests().size());
    }
  }

  @Test
  void pausesGrowAndTheServerMayAskForLongerOnes() throws RollcallException {
    var broken = RawServer.error(500, "ERR_INTERNAL");
    raw.answer(broken, broken, LISTS);
    client.tokens();
    assertEquals(List.of(375L, 750L), timing.pauses());

    raw.answer(RawServer.error(429, "ERR_TOO_MANY_REQUESTS", "Retry-After: 20"), LISTS);
    client.tokens();
    assertEquals(20_000L, timing.pauses().get(2));
  }

  @Test
  void retryAfterMayBeADate() throws RollcallException {
    var date =
        DateTimeFormatter.RFC_1123_DATE_TIME.format(
            Instant.ofEpochMilli(timing.now()).plusSeconds(7).atZone(ZoneOffset.UTC));
    raw.answer(RawServer.error(503, "ERR_BUSY", "Retry-After: " + date), LISTS);
    client.tokens();
    assertEquals(List.of(7_000L), timing.pauses());
  }

  @Test
  void aServerThatAsksForTooMuchPatienceIsNotWaitedFor() throws RollcallException {
    raw.answer(RawServer.error(503, "ERR_BUSY", "Retry-After: 3600"));
    var error = failure(client::tokens);
    assertEquals("ERR_BUSY", error.getCode());
    assertEquals(503, error.getHttpStatus());
    assertEquals(3_600_000, error.getRetryAfterMillis());
    assertTrue(error.isRetryable());
    raw.answer(RawServer.error(503, "ERR_BUSY", "Retry-After: 99999999999999999999"));
    assertTrue(failure(client::tokens).getRetryAfterMillis() > 3_600_000);
    assertEquals(List.of(), timing.pauses());
  }

  @Test
  void afterThreeTriesItIsEnough() {
    int before = raw.requests().size();
    var busy = RawServer.error(503, "ERR_BUSY", "Retry-After: 1");
    raw.answer(busy, busy, busy, LISTS);
    assertEquals("ERR_BUSY", failure(client::tokens).getCode());
    assertEquals(before + 3, raw.requests().size());
  }

  @Test
  void aRefusalIsFinalAndCarriesWhatTheServerSaid() {
    int before = raw.requests().size();
    raw.answer(
        RawServer.json(
            400,
            "{\"error\":{\"code\":\"ERR_BAD_REQUEST\",\"message\":\"No.\",\"details\":{\"field\":\"all\"}}}"));
    var error = failure(client::tokens);
    assertEquals("ERR_BAD_REQUEST", error.getCode());
    assertEquals("No.", error.getMessage());
    assertEquals("all", error.getDetails().get("field"));
    assertEquals(400, error.getHttpStatus());
    assertEquals(-1, error.getRetryAfterMillis());
    assertFalse(error.isRetryable());
    assertEquals(before + 1, raw.requests().size());
  }

  @Test
  void anUnreachableHostIsTold() throws Exception {
    int closed;
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      closed = socket.getLocalPort();
    }
    try (var nowhere = Phone.client(Phone.settings(server, closed).timing(timing));
        var unknown =
            Phone.client(RollcallSettings.builder("app", "no-such-host.invalid").timing(timing))) {
      for (var one : List.of(nowhere, unknown)) {
        var error = failure(() -> one.login(AUTH_TOKEN));
        assertEquals(RollcallException.UNREACHABLE, error.getCode());
        assertTrue(error.isRetryable());
        assertEquals(0, error.getHttpStatus());
      }
    }
  }

  @Test
  void aCertificateThatIsNotTrustedIsTold() throws Exception {
    var untrusting = RollcallSettings.builder("app", "localhost:" + raw.port()).timing(timing);
    try (var strict = Phone.client(untrusting);
        var otherName =
            RollcallClient.open(
                sameTrust("another.name.localhost:" + raw.port()), new MemoryStorage())) {
      for (var one : List.of(strict, otherName)) {
        var error = failure(() -> one.login(AUTH_TOKEN));
        assertEquals(RollcallException.TLS, error.getCode(), error.toString());
        assertFalse(error.isRetryable());
      }
    }
    assertEquals(List.of(), timing.pauses());
  }

  private static RollcallSettings sameTrust(String host) throws IOException {
    try (var pem = java.nio.file.Files.newInputStream(server.certificate())) {
      return RollcallSettings.builder(server.app().id(), host).trust(pem).build();
    }
  }

  @Test
  void aServerThatSpeaksNoTlsIsTold() throws Exception {
    try (var plain = Phone.client(Phone.settings(server, server.httpPort()).timing(timing))) {
      var code = failure(() -> plain.login(AUTH_TOKEN)).getCode();
      assertTrue(
          List.of(RollcallException.TLS, RollcallException.UNREACHABLE).contains(code), code);
    }
  }

  @Test
  void aTlsConnectionThatBreaksIsNoMatterOfTrust() throws Exception {
    try (var socket = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        var phone = Phone.client(Phone.settings(server, socket.getLocalPort()).timing(timing))) {
      Thread.ofVirtual().start(() -> alert(socket));
      var error = failure(() -> phone.login(AUTH_TOKEN));
      assertEquals(RollcallException.UNREACHABLE, error.getCode(), error.toString());
      assertTrue(error.isRetryable());
    }
  }

  // An alert that says no more than that the handshake failed.
  private static void alert(ServerSocket listener) {
    try {
      while (true) {
        try (var socket = listener.accept()) {
          socket.getInputStream().read();
          socket.getOutputStream().write(new byte[] {0x15, 3, 3, 0, 2, 2, 40});
          socket.shutdownOutput();
          socket.getInputStream().readAllBytes();
        }
      }
    } catch (IOException e) {
      // The test is over.
    }
  }

  @Test
  void anAnswerNestedWithoutEndIsATypedErrorAndNoOverflow() throws RollcallException {
    var deep = "{\"metadata\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}";
    try (var other = open(1)) {
      raw.answer(RawServer.data(deep));
      assertEquals(
          RollcallException.UNEXPECTED_ANSWER, failure(() -> other.login(AUTH_TOKEN)).getCode());
    }
  }

  @Test
  void anInterruptedThreadStopsWaitingAndStaysInterrupted() throws Exception {
    raw.answer(RawServer.error(503, "ERR_BUSY", "Retry-After: 20"), LISTS);
    var impatient =
        Phone.settings(server, raw.port())
            .timing(
                new Timing() {
                  @Override
                  void pause(long millis) throws InterruptedException {
                    throw new InterruptedException();
                  }
                });
    raw.answer();
    try (var other = Phone.client(impatient)) {
      assertEquals(RollcallException.INTERRUPTED, failure(() -> other.login(AUTH_TOKEN)).getCode());
      assertTrue(Thread.interrupted());
    }
  }

  @Test
  void aCallbackIsToldOfEveryKindOfFailure() {
    var slug = told("polls", "POST", "/v2/tokens", null);
    assertEquals("ERR_ROUTE_NOT_FOUND", slug.getCode());
    assertEquals(
        RollcallException.BAD_REQUEST,
        told("push-notification", null, "/v2/tokens", null).getCode());
    assertEquals(
        RollcallException.BAD_REQUEST, told("push-notification", "GET", " ", null).getCode());
    assertEquals(
        RollcallException.BAD_REQUEST,
        told("push-notification", "GE T", "/v2/tokens", null).getCode());
    assertEquals(
        "TOKEN_NOT_A_STRING",
        told("push-notification", "POST", "/v2/tokens", Json.object("fcmToken", 7)).getCode());
    raw.answer("HTTP/1.1 204 No Content\r\n\r\n");
    assertEquals(
        RollcallException.UNEXPECTED_ANSWER,
        told("push-notification", "GET", "/v2/tokens", null).getCode());
    client.close();
    assertEquals(
        RollcallException.CLOSED, told("push-notification", "GET", "/v2/tokens", null).getCode());
  }

  private RollcallException told(String slug, String method, String endpoint, JSONObject body) {
    var told = new CompletableFuture<RollcallException>();
    client.callExtension(
        slug,
        method,
        endpoint,
        body,
        new Rollcall.CallbackListener<>() {
          @Override
          public void onSuccess(JSONObject result) {
            told.completeExceptionally(new AssertionError(result.toString()));
          }

          @Override
          public void onError(RollcallException e) {
            told.complete(e);
          }
        });
    return told.orTimeout(
            Duration.ofSeconds(20).toMillis(), java.util.concurrent.TimeUnit.MILLISECONDS)
        .join();
  }

  @Test
  void aSecretThatNoHeaderCanCarryIsNotRepeated() {
    var error = failure(() -> client.login("secret\nvalue"));
    assertEquals(RollcallException.BAD_REQUEST, error.getCode());
    assertFalse(error.toString().contains("secret"));
    assertNull(error.getCause());
  }

  @Test
  void settingsThatCannotBeRightAreRefusedAtOnce() {
    for (var host :
        List.of("", "https://push.example.com", "a b", "host/path", "host:99999", "é")) {
      assertThrows(
          IllegalArgumentException.class, () -> RollcallSettings.builder("app", host), host);
    }
    var builder = RollcallSettings.builder("app", "push.example.com");
    assertThrows(IllegalArgumentException.class, () -> RollcallSettings.builder(" ", "host"));
    assertThrows(IllegalArgumentException.class, () -> builder.region("eu west"));
    assertThrows(IllegalArgumentException.class, () -> builder.deviceKey("a b"));
    assertThrows(IllegalArgumentException.class, () -> builder.trust("no certificate"));
    assertThrows(IllegalArgumentException.class, () -> builder.timeouts(0, 1));
    assertThrows(IllegalArgumentException.class, () -> builder.retries(0, 1));
  }
}
