package dev.rollcall.outward;

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
import java.net.URI;
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

/// Calls strangers' servers, only ever at addresses that the guard has passed.
///
/// The JDK's client looks a host up by itself, so what was checked and what is called could be two
/// addresses; Helidon's asks us. What a stranger's server may cost is bounded: so many calls at a
/// time, so long each, and of its answer only the head. Redirects are not followed.
public final class GuardedClient implements AutoCloseable {
  /// In flight to one host; the next waits.
  private static final int PER_HOST = 100;

  private static final int HOSTS = 10_000;
  private static final Duration CONNECT = Duration.ofSeconds(10);

  /// The head of an answer.
  public record Answer(
      int status, Optional<String> location, Optional<String> retryAfter, Optional<String> date) {}

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, Semaphore> rooms = new ConcurrentHashMap<>();
  private final EndpointGuard guard;
  private final Duration patience;
  private final Http1Client client;

  /// `tls` stands for what the JDK trusts, if it is there; no answer takes longer than `patience`.
  public GuardedClient(EndpointGuard guard, @Nullable SSLContext tls, Duration patience) {
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

  /// Waits for room, and then for an answer; no longer than `most` in all.
  public Answer post(URI uri, Map<String, String> headers, byte[] body, Duration most)
      throws IOException, EndpointException, InterruptedException {
    long end = System.nanoTime() + most.toNanos();
    var room = room(EndpointGuard.host(uri));
    if (!room.tryAcquire(most.toNanos(), TimeUnit.NANOSECONDS)) {
      throw new InterruptedIOException("no room in time");
    }
    try {
      long nanos = Math.min(patience.toNanos(), end - System.nanoTime());
      return within(nanos, () -> exchange(uri, headers, body));
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
  private Answer within(long nanos, Callable<Answer> exchange)
      throws IOException, EndpointException, InterruptedException {
    var answer = threads.submit(exchange);
    try {
      return answer.get(nanos, TimeUnit.NANOSECONDS);
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
    return new IOException("the host cannot be reached", cause);
  }

  private Answer exchange(URI uri, Map<String, String> headers, byte[] body)
      throws EndpointException, IOException {
    guard.requireFit(uri);
    requireStillWaitedFor();
    var http = client.post().uri(uri).skipUriEncoding(true);
    headers.forEach((name, value) -> http.header(HeaderNames.create(name), value));
    try (var answer = http.submit(body)) {
      var got = answer.headers();
      return new Answer(
          answer.status().code(),
          first(got, HeaderNames.LOCATION),
          first(got, HeaderNames.RETRY_AFTER),
          first(got, HeaderNames.DATE));
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
