package dev.rollcall.egress;

import static dev.rollcall.fake.RawReceiver.created;
import static dev.rollcall.fake.RawReceiver.write;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rollcall.egress.GuardedClient.Answer;
import dev.rollcall.fake.FakeTls;
import dev.rollcall.fake.RawReceiver;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Phaser;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What goes over the wire to strangers' servers, and what they can do to us, on bare sockets.
@Timeout(60)
final class GuardedClientTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Duration SHORT = Duration.ofMillis(300);

  private final List<AutoCloseable> parts = new ArrayList<>();

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

  private static final List<String> HOSTS =
      List.of("localhost", "push.example", "xn--bcher-kva.example", "[::1]", "other.example");

  private GuardedClient client(RawReceiver receiver, Duration patience) {
    var own = HOSTS.stream().map(host -> host + ":" + receiver.port()).toList();
    EndpointGuard.NameResolver loopback =
        host -> new InetAddress[] {InetAddress.getLoopbackAddress()};
    var guard = new EndpointGuard(Set.of(), Set.copyOf(own), loopback);
    return keep(new GuardedClient(guard, FakeTls.ONE.client(), patience));
  }

  private static Answer post(GuardedClient client, String endpoint) throws Exception {
    var body = "hi".getBytes(StandardCharsets.US_ASCII);
    return client.post(EndpointForm.read(endpoint), Map.of("topic", "x"), body, LONG);
  }

  private static String at(RawReceiver receiver, String target) {
    return "https://localhost:" + receiver.port() + target;
  }

  @Test
  void theRequestTargetIsTheTextOfTheEndpoint() throws Exception {
    var receiver = keep(RawReceiver.friendly());
    var client = client(receiver, LONG);
    for (var target : Targets.SENT) {
      post(client, at(receiver, target));
      assertEquals("POST " + Targets.written(target) + " HTTP/1.1", receiver.last().requestLine());
      assertEquals("localhost:" + receiver.port(), receiver.last().header("host"));
    }
    assertEquals(Targets.SENT.size(), receiver.got().size());
    assertEquals(1, receiver.connections());
  }

  @Test
  void theHostHeaderAndTheServerNameOfTlsAreTheHostOfTheEndpoint() throws Exception {
    var receiver = keep(RawReceiver.friendly());
    var client = client(receiver, LONG);
    for (var host : List.of("push.example", "PUSH.Example", "xn--bcher-kva.example", "[::1]")) {
      post(client, "https://" + host + ":" + receiver.port() + "/x");
      var lower = host.toLowerCase(Locale.ROOT);
      assertEquals(lower + ":" + receiver.port(), receiver.last().header("host"));
      assertEquals(
          lower.startsWith("[") ? List.of() : List.of(lower), receiver.last().serverNames());
    }
  }

  @Test
  void aServerWithoutACertificateForTheHostIsSentNothing() {
    var receiver = keep(RawReceiver.friendly());
    var client = client(receiver, LONG);
    var failure =
        assertThrows(
            IOException.class,
            () -> post(client, "https://other.example:" + receiver.port() + "/x"));
    assertTrue(failure.getCause() instanceof SSLException, String.valueOf(failure.getCause()));
    assertEquals(List.of(), receiver.got());
  }

  @Test
  void nothingElseIsSentThanWhatWasAskedFor() throws Exception {
    var receiver = keep(RawReceiver.friendly());
    post(client(receiver, LONG), at(receiver, "/x"));
    assertEquals(
        List.of("topic", "Host", "Content-Length", "Connection", "User-Agent"),
        receiver.last().headers());
    assertEquals("Rollcall", receiver.last().header("user-agent"));
    assertEquals("hi", receiver.last().body());
  }

  @Test
  void whatCannotBeSentIsNotSent() {
    var receiver = keep(RawReceiver.friendly());
    var client = client(receiver, LONG);
    for (var path : List.of("/☃", "/#x")) {
      var uri = URI.create(at(receiver, path));
      assertThrows(
          EndpointException.class, () -> client.post(uri, Map.of(), new byte[0], LONG), path);
    }
    assertEquals(List.of(), receiver.got());
  }

  @Test
  void ofAnAnswerTheHeadIsRead() throws Exception {
    var receiver =
        keep(
            new RawReceiver(
                (got, out) ->
                    write(
                        out,
                        "HTTP/1.1 429 X\r\nLocation: /m/1\r\nRetry-After: 7\r\nDate: now\r\n"
                            + "Content-Length: 3\r\n\r\nabc")));
    var client = client(receiver, LONG);
    var expected =
        new Answer(
            429,
            Map.of("location", "/m/1", "retry-after", "7", "date", "now", "content-length", "3"));
    assertEquals(expected, post(client, at(receiver, "/x")));
    assertEquals(expected, post(client, at(receiver, "/x")));
    assertEquals(1, receiver.connections());
  }

  @Test
  void aRedirectIsNotFollowed() throws Exception {
    var elsewhere = keep(RawReceiver.friendly());
    var receiver =
        keep(
            new RawReceiver(
                (got, out) ->
                    write(
                        out,
                        "HTTP/1.1 307 X\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n"
                            .formatted(at(elsewhere, "/x")))));
    assertEquals(307, post(client(receiver, LONG), at(receiver, "/x")).status());
    assertEquals(List.of(), elsewhere.got());
    assertEquals(1, receiver.got().size());
  }

  @Test
  void aHeadWithoutEndIsNotReadToTheEnd() {
    for (var part : List.of("x: " + "y".repeat(1000) + "\r\n", "x:\r\n", "y".repeat(1000))) {
      var receiver =
          keep(new RawReceiver((got, out) -> endless(out, "HTTP/1.1 200 OK\r\nx: ", part)));
      assertThrows(IOException.class, () -> post(client(receiver, LONG), at(receiver, "/x")));
      assertEquals(1, receiver.got().size());
    }
  }

  /// Ends when the other side closes.
  private static boolean endless(OutputStream out, String start, String part) throws IOException {
    for (write(out, start); ; ) {
      write(out, part);
    }
  }

  @Test
  void aBodyWithoutEndCostsItsConnectionAndNotTheAnswer() throws Exception {
    for (var length : List.of("Content-Length: 9999999999", "Transfer-Encoding: chunked")) {
      var chunk = "400\r\n" + "x".repeat(1024) + "\r\n";
      var receiver =
          keep(
              new RawReceiver(
                  (got, out) ->
                      endless(out, "HTTP/1.1 201 X\r\n%s\r\n\r\n".formatted(length), chunk)));
      var client = client(receiver, LONG);
      assertEquals(201, post(client, at(receiver, "/1")).status());
      assertEquals(201, post(client, at(receiver, "/2")).status());
      assertEquals(2, receiver.connections());
    }
  }

  @Test
  void aBodyThatNeverComesCostsItsConnectionAndNotTheAnswer() throws Exception {
    var receiver =
        keep(
            new RawReceiver(
                (got, out) -> write(out, "HTTP/1.1 201 X\r\nContent-Length: 9\r\n\r\nx")));
    var client = client(receiver, LONG);
    assertEquals(201, post(client, at(receiver, "/1")).status());
    assertEquals(201, post(client, at(receiver, "/2")).status());
    assertEquals(2, receiver.connections());
  }

  @Test
  void aHeadThatComesByteByByteIsLeftAtTheDeadline() throws Exception {
    var closed = new CountDownLatch(1);
    var receiver =
        keep(
            new RawReceiver(
                (got, out) -> {
                  try {
                    while (true) {
                      write(out, "x");
                      Thread.sleep(5);
                    }
                  } catch (IOException e) {
                    closed.countDown();
                    throw e;
                  }
                }));
    assertThrows(
        InterruptedIOException.class, () -> post(client(receiver, SHORT), at(receiver, "/x")));
    closed.await();
  }

  @Test
  void informationWithoutEndIsLeftAtTheDeadline() {
    var receiver =
        keep(new RawReceiver((got, out) -> endless(out, "", "HTTP/1.1 100 Continue\r\n\r\n")));
    assertThrows(
        InterruptedIOException.class, () -> post(client(receiver, SHORT), at(receiver, "/x")));
  }

  @Test
  void aConnectionThatTheServerClosedMeanwhileCostsNoCall() throws Exception {
    var closed = new Phaser(1);
    var receiver =
        keep(
            new RawReceiver(
                (got, out) -> {
                  write(out, created());
                  out.close();
                  closed.arrive();
                  return false;
                }));
    var client = client(receiver, LONG);
    for (int call = 0; call < 5; call++) {
      assertEquals(201, post(client, at(receiver, "/" + call)).status());
      closed.awaitAdvance(call);
    }
    assertEquals(5, receiver.got().size());
  }

  @Test
  void unrequestedBytesAreNotReadAsAnAnswer() throws Exception {
    var sent = new Phaser(1);
    var receiver =
        keep(
            new RawReceiver(
                (got, out) -> {
                  write(out, created());
                  write(out, "HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n");
                  sent.arrive();
                  return true;
                }));
    var client = client(receiver, LONG);
    for (int call = 0; call < 5; call++) {
      assertEquals(201, post(client, at(receiver, "/" + call)).status());
      sent.awaitAdvance(call);
    }
    assertEquals(5, receiver.got().size());
  }

  @Test
  void aCallThatMayHaveArrivedIsNotMadeAgain() throws Exception {
    var calls = new AtomicInteger();
    var receiver =
        keep(new RawReceiver((got, out) -> calls.getAndIncrement() == 0 && write(out, created())));
    var client = client(receiver, LONG);
    assertEquals(201, post(client, at(receiver, "/1")).status());
    assertThrows(IOException.class, () -> post(client, at(receiver, "/2")));
    assertEquals(2, receiver.got().size());
  }

  @Test
  void aHundredCallsAtATimeGoToOneHostAndTheNextWaits() throws Exception {
    var flying = new AtomicInteger();
    var most = new AtomicInteger();
    var hundred = new CountDownLatch(100);
    var receiver =
        keep(
            new RawReceiver(
                (got, out) -> {
                  most.accumulateAndGet(flying.incrementAndGet(), Math::max);
                  hundred.countDown();
                  hundred.await();
                  flying.decrementAndGet();
                  return write(out, created());
                }));
    var client = client(receiver, LONG);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<Answer> one = () -> post(client, at(receiver, "/x"));
      for (var answer : threads.invokeAll(Stream.generate(() -> one).limit(250).toList())) {
        assertEquals(201, answer.get().status());
      }
    }
    assertEquals(100, most.get());
    assertEquals(250, receiver.got().size());
  }

  @Test
  void theAddressThatIsConnectedToIsOneThatWasChecked() throws Exception {
    var receiver = keep(RawReceiver.friendly());
    var asked = new AtomicInteger();
    EndpointGuard.NameResolver rebinding =
        host -> {
          var inside = asked.getAndIncrement() > 0;
          return new InetAddress[] {
            inside ? InetAddress.getLoopbackAddress() : InetAddress.ofLiteral("142.250.74.10")
          };
        };
    var guard = new EndpointGuard(Set.of(), Set.of(), rebinding);
    var client = keep(new GuardedClient(guard, FakeTls.ONE.client(), LONG));
    assertThrows(EndpointException.class, () -> post(client, "https://push.example/x"));
    assertEquals(2, asked.get());
    assertEquals(List.of(), receiver.got());
  }
}
