package dev.rollcall.provider.fcm;

import dev.rollcall.egress.OutwardProxy;
import dev.rollcall.egress.ProxyException;
import dev.rollcall.provider.sender.Deadline;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// A pool of HTTP/2 connections to FCM; each carries as many sends at a time as the server allows.
///
/// A send uses the first connection with a free stream, so connections that are not needed are not
/// opened.
///
/// The JDK's client opens the tunnels of the outward proxy itself. It reports a refusal only in the
/// text of an exception, or as if the server had answered 407.
final class FcmConnections implements AutoCloseable {
  private static final int CONNECTIONS = 10;

  /// The minimum that RFC 9113 recommends to servers, and the limit of Google's servers. The JDK's
  /// client fails requests above it.
  private static final int STREAMS = 100;

  private static final Duration CONNECT = Duration.ofSeconds(10);

  private static final int PROXY_LOGIN_WANTED = 407;
  private static final Pattern TUNNEL_REFUSED = Pattern.compile("Tunnel failed, got: (\\d{3})");

  static {
    // By default the JDK sends no password to a proxy before a tunnel. It reads this property when
    // its client is first used.
    if (System.getProperty("jdk.http.auth.tunneling.disabledSchemes") == null) {
      System.setProperty("jdk.http.auth.tunneling.disabledSchemes", "");
    }
  }

  /// A client of the JDK with one connection.
  ///
  /// The client opens a new connection for every send that finds none open. So while the first send
  /// opens the connection, the other sends wait for it.
  private final class Connection {
    private final HttpClient client;
    private final Semaphore streams = new Semaphore(STREAMS);
    private final AtomicInteger inFlight = new AtomicInteger();
    private volatile CountDownLatch opened = new CountDownLatch(0);

    Connection(HttpClient client) {
      this.client = client;
    }

    HttpResponse<String> send(HttpRequest request, Duration answerTimeout, Deadline deadline)
        throws IOException, InterruptedException {
      boolean first = inFlight.getAndIncrement() == 0;
      try {
        return first
            ? open(request, answerTimeout, deadline)
            : join(request, answerTimeout, deadline);
      } finally {
        inFlight.decrementAndGet();
      }
    }

    private HttpResponse<String> open(
        HttpRequest request, Duration answerTimeout, Deadline deadline)
        throws IOException, InterruptedException {
      var opening = new CountDownLatch(1);
      opened = opening;
      try {
        return within(deadline.left(answerTimeout), client, request);
      } finally {
        opening.countDown();
      }
    }

    private HttpResponse<String> join(
        HttpRequest request, Duration answerTimeout, Deadline deadline)
        throws IOException, InterruptedException {
      if (!opened.await(deadline.left(answerTimeout).toNanos(), TimeUnit.NANOSECONDS)) {
        throw new InterruptedIOException("no connection in time");
      }
      return within(deadline.left(answerTimeout), client, request);
    }
  }

  private final OutwardProxy proxy;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Semaphore streams = new Semaphore(CONNECTIONS * STREAMS);
  private final List<Connection> connections;

  FcmConnections(FcmEndpoint endpoint) {
    this.proxy = endpoint.proxy();
    this.connections =
        IntStream.range(0, CONNECTIONS)
            .mapToObj(one -> new Connection(client(endpoint.tls())))
            .toList();
  }

  private HttpClient client(@Nullable SSLContext tls) {
    var builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_2)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(CONNECT)
            .proxy(proxy.selector())
            .executor(threads);
    return tls == null ? builder.build() : builder.sslContext(tls).build();
  }

  /// Waits for a free stream, and then for an answer.
  HttpResponse<String> send(HttpRequest request, Duration answerTimeout, Deadline deadline)
      throws IOException, InterruptedException {
    if (!streams.tryAcquire(deadline.left().toNanos(), TimeUnit.NANOSECONDS)) {
      throw new InterruptedIOException("no free connection in time");
    }
    try {
      var connection = withFreeStream();
      try {
        return connection.send(request, answerTimeout, deadline);
      } finally {
        connection.streams.release();
      }
    } finally {
      streams.release();
    }
  }

  // The client's own timeout ends with the headers of the answer, and a body may arrive byte by
  // byte.
  private HttpResponse<String> within(
      Duration answerTimeout, HttpClient client, HttpRequest request)
      throws IOException, InterruptedException {
    var answer = client.sendAsync(request, BodyHandlers.ofString());
    try {
      return requireOfServer(answer.get(answerTimeout.toNanos(), TimeUnit.NANOSECONDS), request);
    } catch (TimeoutException e) {
      throw new InterruptedIOException("no answer in time");
    } catch (ExecutionException e) {
      throw new IOException("FCM cannot be reached", failure(e.getCause(), request));
    } finally {
      answer.cancel(true);
    }
  }

  private HttpResponse<String> requireOfServer(HttpResponse<String> answer, HttpRequest request)
      throws ProxyException {
    var host = request.uri().getHost();
    if (answer.statusCode() == PROXY_LOGIN_WANTED && proxy.serves(host)) {
      throw proxy.answered(PROXY_LOGIN_WANTED, host);
    }
    return answer;
  }

  private @Nullable Throwable failure(@Nullable Throwable failure, HttpRequest request) {
    var host = request.uri().getHost();
    for (var one = failure; one != null && proxy.serves(host); one = one.getCause()) {
      var refused = TUNNEL_REFUSED.matcher(String.valueOf(one.getMessage()));
      if (refused.matches()) {
        return proxy.answered(Integer.parseInt(refused.group(1)), host);
      }
      // The only connection is the one to the proxy.
      if (one instanceof ConnectException || one instanceof HttpConnectTimeoutException) {
        return proxy.silent(one);
      }
    }
    return failure;
  }

  // Some connection always has a free stream, because a thread gets here only with a permit of the
  // whole pool.
  private Connection withFreeStream() {
    while (true) {
      for (var connection : connections) {
        if (connection.streams.tryAcquire()) {
          return connection;
        }
      }
      Thread.onSpinWait();
    }
  }

  @Override
  public void close() {
    connections.forEach(connection -> connection.client.shutdownNow());
    threads.shutdownNow();
  }
}
