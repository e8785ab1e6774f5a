package dev.rollcall.provider.fcm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rollcall.account.MovableClock;
import dev.rollcall.egress.OutwardProxy;
import dev.rollcall.fake.FakeFcm;
import dev.rollcall.fake.FakeProxy;
import dev.rollcall.fake.FakeTls;
import dev.rollcall.fake.Proxies;
import dev.rollcall.json.JsonObject;
import dev.rollcall.provider.sender.Outcome;
import dev.rollcall.provider.sender.Outcome.Accepted;
import dev.rollcall.provider.sender.Outcome.Later;
import dev.rollcall.provider.sender.Outcome.PauseScope;
import dev.rollcall.provider.sender.Pushes;
import dev.rollcall.secret.CredentialException;
import dev.rollcall.secret.Secret;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// FCM and Google's OAuth server, whose names only the outward proxy knows.
@Timeout(60)
final class FcmProxyTest {
  private static final String OAUTH = "oauth2.googleapis.com:443";
  private static final String FCM = "fcm.googleapis.com:443";
  private static final Duration SHORT = Duration.ofMillis(300);

  private final MovableClock clock = Pushes.clock();
  private final FakeFcm google = new FakeFcm();
  private final FakeProxy proxy =
      new FakeProxy()
          .leading(OAUTH, google.address().getPort())
          .leading(FCM, google.address().getPort());

  @AfterEach
  void close() {
    proxy.close();
    google.close();
  }

  private static FcmEndpoint endpoint(OutwardProxy way) {
    return new FcmEndpoint(
            FcmEndpoint.GOOGLE.fcm(), FcmEndpoint.GOOGLE.token(), FakeTls.ONE.client())
        .through(way);
  }

  private JsonObject account(URI token) {
    return JsonObject.parse(google.serviceAccount())
        .orElseThrow()
        .mergedWith(JsonObject.of("token_uri", token.toString()));
  }

  private Outcome send(OutwardProxy way) throws CredentialException {
    var endpoint = endpoint(way);
    var account = new Secret(account(endpoint.token()).text());
    try (var sender =
        new FcmSender(
            FcmCredentials.read(account, endpoint),
            endpoint,
            Duration.ofSeconds(10),
            clock,
            Pushes.backoff(clock),
            UnaryOperator.identity())) {
      return sender.send(Pushes.toFcm("token", Pushes.HELLO));
    }
  }

  private static Later later(Outcome outcome) {
    return assertInstanceOf(Later.class, outcome);
  }

  @Test
  void tokensAndMessagesGoThroughTheProxy() throws CredentialException {
    assertEquals(new Accepted("projects/roll-1/messages/1"), send(Proxies.to(proxy)));
    assertEquals(List.of(OAUTH, FCM), proxy.targets());
    assertEquals("2.0", google.sent().getFirst().protocol());
  }

  @Test
  void theServersSeeNothingOfThePassword() throws CredentialException {
    proxy.require(Proxies.as("kim:hunter2", proxy).login().orElseThrow().header());
    // Whether the JDK's client sends a password is decided once in each JVM, see
    // `OutwardProxyProcessTest`.
    send(Proxies.as("kim:hunter2", proxy));
    assertEquals(1, google.minted());
    proxy.require("");
    assertInstanceOf(Accepted.class, send(Proxies.as("kim:hunter2", proxy)));
    assertTrue(
        google.sent().stream()
            .allMatch(
                it -> it.headers().keySet().stream().noneMatch(name -> name.startsWith("proxy"))));
  }

  @Test
  void aWrongPasswordPausesTheProvider() throws CredentialException {
    proxy.require("Basic something-else");
    var reason =
        "rollcall: the outward proxy answered 407 to CONNECT oauth2.googleapis.com; check the user"
            + " and password in ROLLCALL_OUTWARD_PROXY, which are sent with the scheme Basic";
    var outcome = later(send(Proxies.as("kim:hunter2", proxy)));
    assertEquals(reason, outcome.reason());
    assertEquals(PauseScope.PROVIDER, outcome.scope());
    assertEquals(Duration.ofSeconds(60), outcome.pauseFor());
    assertEquals(0, google.sent().size());
  }

  @Test
  void aRefusalOfFcmAloneIsNoAnswerOfFcm() throws CredentialException {
    proxy.refuse(FCM, FakeProxy.answer(407));
    var refused = later(send(Proxies.to(proxy)));
    assertTrue(
        refused.reason().startsWith("rollcall: the outward proxy answered 407 to CONNECT fcm"));
    assertEquals(PauseScope.PROVIDER, refused.scope());
    assertEquals(Duration.ofSeconds(60), refused.pauseFor());
    for (var status : List.of(400, 403, 404, 410, 502)) {
      proxy.refuse(FCM, FakeProxy.answer(status));
      var outcome = later(send(Proxies.to(proxy)));
      assertTrue(
          outcome
              .reason()
              .startsWith("rollcall: the outward proxy answered " + status + " to CONNECT fcm"),
          outcome.reason());
      assertEquals(PauseScope.DELIVERY, outcome.scope());
    }
  }

  @Test
  void aProxyThatIsNotThereIsNamed() throws CredentialException {
    proxy.close();
    assertEquals(
        "rollcall: the outward proxy does not answer (ConnectException)",
        send(Proxies.to(proxy)).reason());
  }

  @Test
  void aProxyThatGoesAwayLaterIsNamed() throws CredentialException {
    proxy.refuse(FCM, (in, out) -> {});
    var outcome = later(send(Proxies.to(proxy)));
    assertEquals(PauseScope.DELIVERY, outcome.scope());
    assertTrue(
        outcome.reason().startsWith("rollcall: FCM through the outward proxy does not answer ("),
        outcome.reason());
  }

  @Test
  void theCheckOfCredentialsEndsWithTheProxysTimeout() throws CredentialException {
    proxy.refuseAll(FakeProxy.silence());
    var vendor = new FcmVendor(endpoint(Proxies.to(proxy, SHORT)), clock, Pushes.backoff(clock));
    var given = JsonObject.of("serviceAccount", account(FcmEndpoint.GOOGLE.token()));
    var outcome = vendor.trial(vendor.read(given, Optional.empty()), UnaryOperator.identity());
    assertEquals(
        "rollcall: the outward proxy does not answer (SocketTimeoutException)",
        later(outcome.orElseThrow()).reason());
  }

  @Test
  @Timeout(15)
  void theCheckOfCredentialsDoesNotWaitLongForAServerThatSaysNothing() throws Exception {
    try (var silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      var token = URI.create("https://localhost:" + silent.getLocalPort() + "/token");
      var endpoint = new FcmEndpoint(google.address(), token, FakeTls.ONE.client());
      var vendor = new FcmVendor(endpoint, clock, Pushes.backoff(clock));
      var given = JsonObject.of("serviceAccount", account(token));
      var outcome = vendor.trial(vendor.read(given, Optional.empty()), UnaryOperator.identity());
      assertEquals(
          "rollcall: Google's OAuth does not answer (ConnectTimeoutException)",
          later(outcome.orElseThrow()).reason());
    }
  }

  @Test
  void anExceptedHostIsCalledDirectly() throws CredentialException {
    var way = Proxies.to(proxy, "localhost");
    var endpoint =
        new FcmEndpoint(google.address(), google.tokenAddress(), FakeTls.ONE.client()).through(way);
    var account = new Secret(google.serviceAccount());
    try (var sender =
        new FcmSender(
            FcmCredentials.read(account, endpoint), endpoint, clock, Pushes.backoff(clock))) {
      assertInstanceOf(Accepted.class, sender.send(Pushes.toFcm("token", Pushes.HELLO)));
    }
    assertEquals(Set.of(), Set.copyOf(proxy.targets()));
  }
}
