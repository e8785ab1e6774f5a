package dev.rollcall.provider.webpush;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rollcall.account.MovableClock;
import dev.rollcall.egress.EndpointGuard;
import dev.rollcall.egress.OutwardProxy;
import dev.rollcall.fake.FakeProxy;
import dev.rollcall.fake.FakeTls;
import dev.rollcall.fake.FakeWebPush;
import dev.rollcall.fake.Proxies;
import dev.rollcall.fake.RawReceiver;
import dev.rollcall.provider.sender.Address;
import dev.rollcall.provider.sender.Outcome;
import dev.rollcall.provider.sender.Outcome.Accepted;
import dev.rollcall.provider.sender.Outcome.Later;
import dev.rollcall.provider.sender.Outcome.PauseScope;
import dev.rollcall.provider.sender.Outcome.Suspect;
import dev.rollcall.provider.sender.Pushes;
import dev.rollcall.secret.CredentialException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A push service whose name only the outward proxy knows.
@Timeout(60)
final class WebPushProxyTest {
  private final MovableClock clock = Pushes.clock();
  private final VapidKeys keys = VapidKeys.generate();
  private final FakeWebPush browser = new FakeWebPush(keys.publicKey());
  private final RawReceiver service = RawReceiver.friendly();
  private final FakeProxy proxy = new FakeProxy().leading("push.example:443", service.port());

  @AfterEach
  void close() {
    proxy.close();
    service.close();
    browser.close();
  }

  private Outcome send(OutwardProxy way, String endpoint) throws CredentialException {
    EndpointGuard.NameResolver unknown =
        host -> {
          throw new UnknownHostException(host);
        };
    var keysOfBrowser = browser.subscription("/");
    try (var sender =
        new WebPushSender(
            VapidCredentials.of(keys, "mailto:ops@example.com"),
            new EndpointGuard(Set.of(), Set.of(), way, unknown),
            FakeTls.ONE.client(),
            Duration.ofSeconds(30),
            clock,
            Pushes.backoff(clock))) {
      return sender.send(
          Pushes.to(
              new Address.WebPush(endpoint, keysOfBrowser.p256dh(), keysOfBrowser.auth()),
              Pushes.HELLO));
    }
  }

  private Later later() throws CredentialException {
    return assertInstanceOf(Later.class, send(Proxies.to(proxy), "https://push.example/x"));
  }

  @Test
  void pushesGoThroughTheProxy() throws CredentialException {
    assertInstanceOf(Accepted.class, send(Proxies.to(proxy), "https://push.example/x"));
    assertEquals(List.of("push.example:443"), proxy.targets());
    assertEquals("POST /x HTTP/1.1", service.last().requestLine());
  }

  @Test
  void noAnswerOfTheProxyConcernsTheSubscription() throws CredentialException {
    for (var status : List.of(400, 403, 404, 410, 413, 429, 502)) {
      proxy.refuseAll(FakeProxy.answer(status));
      var outcome = later();
      assertTrue(
          outcome
              .reason()
              .startsWith("rollcall: the outward proxy answered " + status + " to CONNECT push"),
          outcome.reason());
      assertEquals(PauseScope.DELIVERY, outcome.scope());
    }
  }

  @Test
  void aWrongPasswordPausesTheHost() throws CredentialException {
    proxy.require("Basic something-else");
    var outcome = later();
    assertTrue(outcome.reason().contains("answered 407"), outcome.reason());
    assertEquals(PauseScope.IF_MOST_FAIL, outcome.scope());
    assertEquals(Duration.ofSeconds(60), outcome.pauseFor());
  }

  @Test
  void anAddressThatIsNotPublicIsNotAskedFor() throws CredentialException {
    for (var host : List.of("10.0.0.5", "intranet", "db.internal")) {
      assertInstanceOf(Suspect.class, send(Proxies.to(proxy), "https://" + host + "/x"));
    }
    assertEquals(List.of(), proxy.got());
  }
}
