package dev.rollcall.webpush;

import dev.rollcall.delivery.Deadline;
import dev.rollcall.delivery.Prepared.Request;
import io.helidon.common.tls.Tls;
import io.helidon.http.Header;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Headers;
import io.helidon.webclient.api.DnsAddressLookup;
import io.helidon.webclient.api.Proxy;
import io.helidon.webclient.http1.Http1Client;
import io.helidon.webclient.spi.DnsResolver;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// Connections to push services, only ever to addresses that the guard has passed.
///
/// The JDK's client looks a host up by itself, so what was checked and what is called could be two
/// addresses; Helidon's asks us. What a stranger's server may cost is bounded: so many sends at a
/// time, so long each, and of its answer only the head.
final class WebPushConnections implements AutoCloseable {
  /// In flight to one host; the next waits.
  private static final int PER_HOST = 100;

  private static final int HOSTS = 10_000;
  private static final Duration CONNECT = Duration.ofSeconds(10);

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, Semaphore> rooms = new ConcurrentHashMap<>();
  private final EndpointGuard guard;
  private final Duration patience;
  private final Http1Client client;

  WebPushConnections(EndpointGuard guard, @Nullable SSLContext tls, Duration patience) {
    this.guard = guard;
    this.patience = patience;
    var builder =
        Http1Client.builder()
            .followRedirects(false)
            .sendExpectContinue(false)
            .shareConnectionCache(false)
            .connectionCacheSize(PER_HOST)
            .servicesDiscoverServices(false)
            .connectTimeout(CONNECT)
            .readTimeout(patience)
            .proxy(Proxy.noProxy())
            .dnsResolver(new Guarded(guard));
    this.client =
        tls == null ? builder.build() : builder.tls(Tls.builder().sslContext(tls).build()).build();
  }

  /// Looks hosts up for the client, and hands out nothing that was not checked in that very moment.
  private record Guarded(EndpointGuard guard) implements DnsResolver {
    @Override
    public InetAddress resolveAddress(String host, DnsAddressLookup lookup) {
      try {
        var address = guard.address(host);
        requireStillWaitedFor();
        return address;
      } catch (EndpointException e) {
        throw new NotPublicException(e);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static final class NotPublicException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotPublicException(EndpointException cause) {
      super(cause);
    }
  }

  /// Waits for room, and then for an answer.
  WebPushAnswer send(Request request, String authorization, byte[] body, Deadline deadline)
      throws IOException, EndpointException, InterruptedException {
    var room = room(EndpointGuard.host(request.uri()));
    if (!room.tryAcquire(deadline.left().toNanos(), TimeUnit.NANOSECONDS)) {
      throw new InterruptedIOException("no room in time");
    }
    try {
      return within(deadline.left(patience), () -> exchange(request, authorization, body));
    } finally {
      room.release();
    }
  }

  private Semaphore room(String host) {
    if (rooms.size() > HOSTS) {
      rooms.values().removeIf(room -> room.availablePermits() == PER_HOST);
    }
    return rooms.computeIfAbsent(host, key -> new Semaphore(PER_HOST));
  }

  // A timeout of the socket is for one read, and a server may send byte by byte. To interrupt a
  // virtual thread that waits for a socket closes the socket. A name server is waited for as well.
  private WebPushAnswer within(Duration patience, Callable<WebPushAnswer> exchange)
      throws IOException, EndpointException, InterruptedException {
    var answer = threads.submit(exchange);
    try {
      return answer.get(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new InterruptedIOException("no answer in time");
    } catch (ExecutionException e) {
      throw failure(e.getCause());
    } finally {
      answer.cancel(true);
    }
  }

  private static IOException failure(@Nullable Throwable cause) throws EndpointException {
    for (var one = cause; one != null; one = one.getCause()) {
      if (one instanceof EndpointException refused) {
        throw refused;
      }
    }
    return new IOException("the push service cannot be reached", cause);
  }

  private WebPushAnswer exchange(Request request, String authorization, byte[] body)
      throws EndpointException, IOException {
    guard.requireFit(request.uri());
    requireStillWaitedFor();
    var http = client.post().uri(request.uri()).skipUriEncoding(true);
    request.headers().forEach((name, value) -> http.header(HeaderNames.create(name), value));
    http.header(HeaderNames.AUTHORIZATION, authorization);
    try (var answer = http.submit(body)) {
      var headers = answer.headers();
      return new WebPushAnswer(
          answer.status().code(),
          first(headers, HeaderNames.LOCATION),
          first(headers, HeaderNames.RETRY_AFTER),
          first(headers, HeaderNames.DATE));
    }
  }

  // Who looks a name up is not interrupted in it, and would send what was given up meanwhile.
  private static void requireStillWaitedFor() throws InterruptedIOException {
    if (Thread.currentThread().isInterrupted()) {
      throw new InterruptedIOException("given up meanwhile");
    }
  }

  private static Optional<String> first(Headers headers, HeaderName name) {
    return headers.contains(name)
        ? Optional.of(headers.get(name)).map(Header::get)
        : Optional.empty();
  }

  @Override
  public void close() {
    threads.shutdownNow();
    client.closeResource();
  }
}
