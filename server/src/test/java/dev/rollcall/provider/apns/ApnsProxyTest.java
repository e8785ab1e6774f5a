package dev.rollcall.provider.apns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rollcall.account.MovableClock;
import dev.rollcall.egress.OutwardProxy;
import dev.rollcall.egress.ProxyAddress;
import dev.rollcall.fake.FakeApns;
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
import dev.rollcall.token.Channel;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// APNs, whose name only the outward proxy knows.
@Timeout(60)
final class ApnsProxyTest {
  private static final String APNS = "api.push.apple.com:443";
  private static final String TOKEN = "00ff".repeat(16);
  private static final String P8 = FakeApns.p8();
  private static final Duration SHORT = Duration.ofMillis(300);

  private final MovableClock clock = Pushes.clock();
  private final FakeApns apns = new FakeApns();
  private final FakeProxy proxy = new FakeProxy().leading(APNS, apns.port());

  @AfterEach
  void close() {
    proxy.close();
    apns.close();
  }

  private static ApnsEndpoint endpoint(OutwardProxy way, String host) {
    return new ApnsEndpoint(host, 443, host, 443, List.of(FakeTls.ONE.certificate())).through(way);
  }

  private Outcome send(OutwardProxy way, String host) throws CredentialException {
    var key = ApnsCredentials.key("com.example.app", "TEAM123456", "KEY1234567", new Secret(P8));
    try (var sender = new ApnsSender(key, endpoint(way, host), clock, Pushes.backoff(clock))) {
      return sender.send(Pushes.toApns(Channel.APNS, TOKEN, Pushes.HELLO));
    }
  }

  private static JsonObject given() {
    return JsonObject.of(
        "key", P8, "keyId", "KEY1234567", "teamId", "TEAM123456", "topic", "com.example.app");
  }

  private Later later(OutwardProxy way) throws CredentialException {
    return assertInstanceOf(Later.class, send(way, "api.push.apple.com"));
  }

  @Test
  void pushesGoThroughTheProxyOverHttp2() throws CredentialException {
    proxy.require("Basic RE9NXGtpbTpwQHNzOndvcmQ=");
    var way = Proxies.as("DOM%5Ckim:p%40ss%3Aword", proxy);
    assertEquals(new Accepted(Pushes.ID.toString()), send(way, "api.push.apple.com"));
    assertEquals(List.of(APNS), proxy.targets());
    assertEquals("2.0", apns.got().getFirst().protocol());
    assertTrue(
        apns.got().getFirst().headers().keySet().stream().noneMatch(it -> it.startsWith("proxy")));
  }

  @Test
  void aServerWithoutACertificateForTheNameIsSentNothing() throws CredentialException {
    proxy.leading("other.example:443", apns.port());
    var outcome = assertInstanceOf(Later.class, send(Proxies.to(proxy), "other.example"));
    assertTrue(
        outcome.reason().startsWith("rollcall: APNs through the outward proxy does not answer ("),
        outcome.reason());
    assertEquals(List.of("other.example:443"), proxy.targets());
    assertEquals(List.of(), apns.got());
  }

  @Test
  void aWrongPasswordPausesTheProvider() throws CredentialException {
    proxy.require("Basic something-else");
    var outcome = later(Proxies.as("kim:hunter2", proxy));
    assertEquals(
        "rollcall: the outward proxy answered 407 to CONNECT api.push.apple.com; check the user and"
            + " password in ROLLCALL_OUTWARD_PROXY, which are sent with the scheme Basic",
        outcome.reason());
    assertEquals(PauseScope.PROVIDER, outcome.scope());
    assertEquals(Duration.ofSeconds(60), outcome.pauseFor());
    // Some proxies lock a user after a few wrong passwords.
    assertEquals(List.of(APNS), proxy.targets());
  }

  @Test
  void noAnswerOfTheProxyIsOneOfApns() throws CredentialException {
    for (var status : List.of(400, 403, 404, 410, 429, 502, 504)) {
      proxy.refuseAll(FakeProxy.answer(status));
      var outcome = later(Proxies.to(proxy));
      assertTrue(
          outcome
              .reason()
              .startsWith("rollcall: the outward proxy answered " + status + " to CONNECT api"),
          outcome.reason());
      // The proxy may allow Apple's other environment.
      assertEquals(PauseScope.DELIVERY, outcome.scope());
    }
    proxy.refuseNone();
    assertInstanceOf(Accepted.class, send(Proxies.to(proxy), "api.push.apple.com"));
  }

  @Test
  void aProxyThatDoesNotAnswerIsNamed() throws CredentialException {
    proxy.refuseAll(FakeProxy.silence());
    assertEquals(
        "rollcall: the outward proxy does not answer (ProxyConnectException)",
        later(Proxies.to(proxy, SHORT)).reason());
    proxy.refuseAll(FakeProxy.text(""));
    assertEquals(
        "rollcall: the outward proxy does not answer (ProxyConnectException)",
        later(Proxies.to(proxy)).reason());
    proxy.close();
    assertTrue(
        later(Proxies.to(proxy)).reason().startsWith("rollcall: the outward proxy does not answer"),
        later(Proxies.to(proxy)).reason());
    var nowhere = new OutwardProxy(ProxyAddress.parse("http://proxy.invalid:3128"), Set.of());
    assertEquals(
        "rollcall: the outward proxy does not answer (UnknownHostException)",
        later(nowhere).reason());
  }

  @Test
  void theCheckOfCredentialsEndsWithTheProxysTimeout() throws CredentialException {
    proxy.refuseAll(FakeProxy.silence());
    var vendor =
        new ApnsVendor(
            endpoint(Proxies.to(proxy, SHORT), "api.push.apple.com"), clock, Pushes.backoff(clock));
    var outcome = vendor.trial(vendor.read(given(), Optional.empty()), UnaryOperator.identity());
    assertTrue(
        outcome.orElseThrow().reason().startsWith("rollcall: the outward proxy does not answer"),
        outcome.orElseThrow().reason());
  }

  @Test
  void theCheckOfCredentialsDoesNotWaitLongForAServerThatSaysNothing() throws Exception {
    try (var silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      int port = silent.getLocalPort();
      var endpoint = new ApnsEndpoint("localhost", port, "localhost", port, List.of());
      var vendor = new ApnsVendor(endpoint, clock, Pushes.backoff(clock));
      var outcome = vendor.trial(vendor.read(given(), Optional.empty()), UnaryOperator.identity());
      // Without a limit of ours, Netty's longer one for the handshake would end it.
      assertEquals(
          "rollcall: APNs does not answer (TimeoutException)", outcome.orElseThrow().reason());
    }
  }
}
