package dev.rollcall.egress;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.rollcall.egress.GuardedClient.Answer;
import dev.rollcall.egress.ProxyException.Kind;
import dev.rollcall.fake.FakeProxy;
import dev.rollcall.fake.FakeTls;
import dev.rollcall.fake.Proxies;
import dev.rollcall.fake.RawReceiver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/// Calls through a real proxy to servers whose names only the proxy knows.
@Timeout(60)
final class OutwardProxyTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Duration SHORT = Duration.ofMillis(300);

  private final List<AutoCloseable> parts = new ArrayList<>();
  private final FakeProxy proxy = keep(new FakeProxy());
  private final RawReceiver receiver = keep(RawReceiver.friendly());

  @AfterEach
  void close() throws Exception {
    for (var part : parts.reversed()) {
      part.close();
    }
  }

  private <T extends AutoCloseable> T keep(T part) {
    parts.add(part);
    return part;
  }

  private static InetAddress[] unknown(String host) throws UnknownHostException {
    throw new UnknownHostException(host);
  }

  private static EndpointGuard.NameResolver names(String... addresses) {
    return host -> {
      var found = new InetAddress[addresses.length];
      for (int i = 0; i < addresses.length; i++) {
        found[i] = InetAddress.ofLiteral(addresses[i]);
      }
      return found;
    };
  }

  private GuardedClient client(
      OutwardProxy way, Set<String> own, EndpointGuard.NameResolver names) {
    var guard = new EndpointGuard(Set.of(), own, way, names);
    return keep(new GuardedClient(guard, FakeTls.ONE.client(), LONG));
  }

  private GuardedClient client(OutwardProxy way) {
    return client(way, Set.of(), OutwardProxyTest::unknown);
  }

  private static Answer post(GuardedClient client, String endpoint) throws Exception {
    var body = "hi".getBytes(StandardCharsets.US_ASCII);
    return client.post(EndpointForm.read(endpoint), Map.of("topic", "x"), body, LONG);
  }

  private static ProxyException failure(GuardedClient client) {
    var failure = assertThrows(IOException.class, () -> post(client, "https://push.example/x"));
    return ProxyException.in(failure).orElseThrow(() -> new AssertionError(failure));
  }

  @Test
  void theProxyIsToldTheNameAndTheServerIsSentTheRequest() throws Exception {
    proxy.leading("push.example:443", receiver.port());
    proxy.leading("xn--bcher-kva.example:443", receiver.port());
    var client = client(Proxies.to(proxy));
    assertEquals(201, post(client, "https://push.example/x?a=%2B").status());
    assertEquals(201, post(client, "https://push.example/x").status());
    assertEquals(201, post(client, "https://xn--bcher-kva.example/x").status());
    // The second request used the tunnel of the first.
    assertEquals(List.of("push.example:443", "xn--bcher-kva.example:443"), proxy.targets());
    assertEquals("push.example:443", proxy.got().getFirst().header("host"));
    assertEquals("", proxy.got().getFirst().header("proxy-authorization"));
    assertEquals("POST /x?a=%2B HTTP/1.1", receiver.got().getFirst().requestLine());
    assertEquals("push.example", receiver.got().getFirst().header("host"));
    assertEquals(List.of("push.example"), receiver.got().getFirst().serverNames());
  }

  @Test
  void theProxyAloneGetsUserAndPassword() throws Exception {
    proxy.leading("push.example:443", receiver.port());
    proxy.require("Basic RE9NXGtpbTpwQHNzOndvcmQ=");
    assertEquals(
        201,
        post(client(Proxies.as("DOM%5Ckim:p%40ss%3Aword", proxy)), "https://push.example/x")
            .status());
    assertTrue(
        receiver.last().headers().stream()
            .noneMatch(it -> it.toLowerCase(Locale.ROOT).startsWith("proxy")),
        receiver.last().head());
  }

  @Test
  void aServerWithoutACertificateForTheNameIsSentNothing() {
    proxy.leading("other.example:443", receiver.port());
    var client = client(Proxies.to(proxy));
    var failure = assertThrows(IOException.class, () -> post(client, "https://other.example/x"));
    assertTrue(failure.getCause() instanceof SSLException, String.valueOf(failure.getCause()));
    assertEquals(List.of(), receiver.got());
  }

  @Test
  void noAnswerOfTheProxyIsOneOfTheServer() {
    proxy.leading("push.example:443", receiver.port());
    var way = Proxies.to(proxy);
    var client = client(way);
    for (var status : List.of(300, 301, 400, 404, 405, 410, 413, 429)) {
      proxy.refuseAll(FakeProxy.answer(status));
      var failure = failure(client);
      assertEquals(Kind.OTHER, failure.kind());
      assertEquals(
          "the outward proxy answered " + status + " to CONNECT push.example",
          failure.getMessage());
    }
    assertEquals(8, way.failures(Kind.OTHER));
    assertEquals(List.of(), receiver.got());
  }

  @Test
  void aForbiddenHostSaysNothingAboutAnother() throws Exception {
    proxy
        .leading("push.example:443", receiver.port())
        .leading("hooks.example:443", receiver.port());
    proxy.refuse("push.example:443", FakeProxy.answer(403));
    var client = client(Proxies.to(proxy));
    var failure = failure(client);
    assertEquals(Kind.FORBIDDEN, failure.kind());
    assertEquals(
        "the outward proxy answered 403 to CONNECT push.example; allow this host in the proxy",
        failure.getMessage());
    assertEquals(201, post(client, "https://hooks.example/x").status());
    proxy.refuseNone();
    assertEquals(201, post(client, "https://push.example/x").status());
  }

  @Test
  void aWrongPasswordIsNamedAndNotShown() {
    proxy.leading("push.example:443", receiver.port());
    proxy.require("Basic something-else");
    var way = Proxies.as("kim:hunter2", proxy);
    var failure = failure(client(way));
    assertEquals(Kind.CREDENTIALS, failure.kind());
    assertEquals(
        "the outward proxy answered 407 to CONNECT push.example; check the user and password in"
            + " ROLLCALL_OUTWARD_PROXY, which are sent with the scheme Basic",
        failure.getMessage());
    assertEquals(1, way.failures(Kind.CREDENTIALS));
    proxy.refuseAll(FakeProxy.answer(401));
    proxy.require("");
    assertEquals(Kind.CREDENTIALS, failure(client(way)).kind());
  }

  @Test
  void aHostThatTheProxyDoesNotReachIsNamed() {
    for (var status : List.of(500, 502, 503, 504)) {
      proxy.refuseAll(FakeProxy.answer(status));
      var failure = failure(client(Proxies.to(proxy)));
      assertEquals(Kind.HOST, failure.kind());
      assertEquals(
          "the outward proxy answered "
              + status
              + " to CONNECT push.example; the proxy cannot reach this host",
          failure.getMessage());
    }
  }

  private void isSilent(FakeProxy.Refusal how, Duration timeout, String why) {
    proxy.refuseAll(how);
    var failure = failure(client(Proxies.to(proxy, timeout)));
    assertEquals(Kind.SILENT, failure.kind());
    assertEquals("the outward proxy does not answer (" + why + ")", failure.getMessage());
  }

  @Test
  void aProxyThatDoesNotAnswerIsNamedInTime() {
    isSilent(FakeProxy.silence(), SHORT, "SocketTimeoutException");
    isSilent(
        (in, out) -> {
          FakeProxy.text("HTTP/1.1 200 OK\r\n").write(in, out);
          in.readAllBytes();
        },
        SHORT,
        "SocketTimeoutException");
    isSilent(FakeProxy.text(""), LONG, "EOFException");
    isSilent(FakeProxy.text("HTTP/1.1 200 OK\r\nX: y\r\n"), LONG, "EOFException");
    isSilent(FakeProxy.text("SSH-2.0-OpenSSH_9.2\r\n\r\n"), LONG, "IOException");
    isSilent(FakeProxy.text("HTTP/1.1 200\r\n" + "X: y\r\n".repeat(4000)), LONG, "IOException");
  }

  @Test
  void aProxyThatIsNotThereIsNamed() {
    proxy.close();
    var failure = failure(client(Proxies.to(proxy)));
    assertEquals("the outward proxy does not answer (ConnectException)", failure.getMessage());
    var nowhere =
        new OutwardProxy(ProxyAddress.parse("http://proxy.invalid:3128"), Set.of(), SHORT);
    assertEquals(
        "the outward proxy does not answer (UnknownHostException)",
        failure(client(nowhere)).getMessage());
  }

  @Test
  void aFailureIsLoggedOnce() {
    var logger = (Logger) LoggerFactory.getLogger(OutwardProxy.class);
    var log = new ListAppender<ILoggingEvent>();
    log.start();
    logger.addAppender(log);
    try {
      proxy.refuseAll(FakeProxy.answer(403));
      var way = Proxies.as("kim:hunter2", proxy);
      var client = client(way);
      for (int i = 0; i < 5; i++) {
        failure(client);
      }
      assertEquals(5, way.failures(Kind.FORBIDDEN));
      assertEquals(1, log.list.size(), log.list.toString());
      var line = log.list.getFirst();
      assertTrue(line.getFormattedMessage().contains("403"), line.toString());
      assertTrue(line.getKeyValuePairs().toString().contains("http://localhost:"), line.toString());
      assertTrue(!line.getKeyValuePairs().toString().contains("hunter2"), line.toString());
    } finally {
      logger.detachAppender(log);
    }
  }

  @Test
  void whatTheOperatorExceptedIsCalledDirectly() throws Exception {
    var way = Proxies.to(proxy, "push.example", ".inside.example", "10.0.0.5");
    assertTrue(way.serves("hooks.example"));
    assertTrue(way.serves("sub.push.example"));
    assertTrue(way.serves("inside.example"));
    assertTrue(!way.serves("Push.Example"));
    assertTrue(!way.serves("a.b.inside.example"));
    assertTrue(!way.serves("10.0.0.5"));
    assertTrue(!OutwardProxy.NONE.serves("push.example"));
    // Without the proxy, the name has to be known and public as before.
    var client = client(way, Set.of(), names("127.0.0.1"));
    assertThrows(EndpointException.class, () -> post(client, "https://push.example/x"));
    assertEquals(List.of(), proxy.got());
  }

  @Test
  void theOperatorsOwnServicesAreCalledDirectly() throws Exception {
    var own = Set.of("localhost:" + receiver.port());
    var client = client(Proxies.to(proxy), own, InetAddress::getAllByName);
    assertEquals(201, post(client, "https://localhost:" + receiver.port() + "/x").status());
    assertEquals(List.of(), proxy.got());
  }

  @Test
  void anAddressThatIsNotPublicIsNotAskedFor() {
    proxy.leading("push.example:443", receiver.port());
    var guard = new EndpointGuard(Set.of(), Set.of(), Proxies.to(proxy), OutwardProxyTest::unknown);
    for (var host :
        List.of(
            "10.0.0.1",
            "127.0.0.1",
            "169.254.169.254",
            "[::1]",
            "[fd00::1]",
            "localhost",
            "intranet",
            "printer.local",
            "metadata.google.internal",
            "nas.home.arpa",
            "db.corp",
            "a.LAN",
            "x.localhost")) {
      var endpoint = "https://" + host + "/x";
      assertThrows(EndpointException.class, () -> guard.register(endpoint), host);
      assertThrows(EndpointException.class, () -> post(client(Proxies.to(proxy)), endpoint), host);
    }
    assertDoesNotThrow(() -> guard.register("https://internal.example/x"));
    assertEquals(List.of(), proxy.got());
  }

  @Test
  void aNameThatIsKnownHereMustBePublic() throws Exception {
    proxy.leading("push.example:443", receiver.port());
    var inside = client(Proxies.to(proxy), Set.of(), names("142.250.74.10", "10.0.0.5"));
    assertThrows(EndpointException.class, () -> post(inside, "https://push.example/x"));
    assertEquals(List.of(), proxy.got());
    var outside = client(Proxies.to(proxy), Set.of(), names("142.250.74.10"));
    assertEquals(201, post(outside, "https://push.example/x").status());
  }

  @Test
  void aNameServerThatDoesNotAnswerHoldsNothingUp() throws Exception {
    proxy.leading("push.example:443", receiver.port());
    EndpointGuard.NameResolver away =
        host -> {
          throw new NoAnswerException("no answer");
        };
    var client = client(Proxies.to(proxy), Set.of(), away);
    assertEquals(201, post(client, "https://push.example/x").status());
    var guard = new EndpointGuard(Set.of(), Set.of(), Proxies.to(proxy), away);
    assertDoesNotThrow(() -> guard.requirePublic(EndpointForm.read("https://push.example/x")));
  }
}
