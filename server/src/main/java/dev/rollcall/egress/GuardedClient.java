package dev.rollcall.egress;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.IDN;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.IdleConnectionEvictor;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.HostnameVerificationPolicy;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.net.URIAuthority;
import org.apache.hc.core5.ssl.SSLContexts;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/// The HTTP client for servers that the operator does not control. It connects only to addresses
/// that the guard has checked, and sends the exact text of the endpoint as the request target.
///
/// The cost of a foreign server is bounded: there are limits for concurrent calls and for the time
/// of each call, and only the head of an answer is kept. Redirects are not followed. The client
/// never retries a request: a server that stopped answering may have processed it, so the caller
/// must decide.
public final class GuardedClient implements AutoCloseable {
  /// Maximum number of concurrent requests to one host; further requests wait.
  private static final int PER_HOST = 100;

  private static final int HOSTS = 10_000;

  /// More than any caller has in flight, so no request waits for it. It limits idle connections.
  private static final int CONNECTIONS = 1_000;

  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final TimeValue IDLE = TimeValue.ofSeconds(30);

  /// A body is read only so that its connection can be reused. If the body is longer or takes
  /// longer, the connection is closed.
  private static final int MAX_BODY_BYTES = 64 * 1024;

  private static final Duration BODY = Duration.ofSeconds(1);

  /// The status and the headers of an answer. Names of headers are in lower case; of several
  /// headers with one name, the first is kept.
  public record Answer(int status, Map<String, String> headers) {
    public Answer {
      headers = Map.copyOf(headers);
    }

    public Optional<String> header(String name) {
      return Optional.ofNullable(headers.get(name));
    }

    public Optional<String> retryAfter() {
      return header("retry-after");
    }
  }

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, Semaphore> permitsByHost = new ConcurrentHashMap<>();
  private final EndpointGuard guard;
  private final Duration timeout;
  private final CloseableHttpClient client;
  private final IdleConnectionEvictor evictor;

  /// `tls` replaces the JDK's default trust if it is not null. `timeout` is the timeout of each
  /// request.
  public GuardedClient(EndpointGuard guard, @Nullable SSLContext tls, Duration timeout) {
    this.guard = guard;
    this.timeout = timeout;
    var connections = connections(guard, tls, timeout);
    this.client = client(connections);
    this.evictor =
        new IdleConnectionEvictor(
            connections, Thread.ofVirtual().name("idle-connections").factory(), IDLE, IDLE);
    evictor.start();
  }

  private static PoolingHttpClientConnectionManager connections(
      EndpointGuard guard, @Nullable SSLContext tls, Duration timeout) {
    var strategy =
        new DefaultClientTlsStrategy(
            tls == null ? SSLContexts.createDefault() : tls,
            // The JDK verifies the host name in the handshake, so the client need not repeat it.
            HostnameVerificationPolicy.BUILTIN,
            null);
    return new TunnelConnections(guard.proxy())
        .setDnsResolver(new GuardedResolver(guard))
        .setTlsSocketStrategy(
            (socket, host, port, attachment, context) ->
                strategy.upgrade(socket, ascii(host), port, attachment, context))
        .setConnectionFactory(StrictConnections.factory())
        .setDefaultConnectionConfig(
            ConnectionConfig.custom()
                .setConnectTimeout(Timeout.of(CONNECT))
                .setSocketTimeout(Timeout.of(timeout))
                .setValidateAfterInactivity(TimeValue.ZERO_MILLISECONDS)
                .build())
        .setMaxConnPerRoute(PER_HOST)
        .setMaxConnTotal(CONNECTIONS)
        .build();
  }

  private static CloseableHttpClient client(PoolingHttpClientConnectionManager connections) {
    return HttpClientBuilder.create()
        .setConnectionManager(connections)
        .setRequestExecutor(new StrictConnections())
        .setUserAgent("Rollcall")
        .setDefaultRequestConfig(
            RequestConfig.custom()
                .setConnectionKeepAlive(IDLE)
                .setExpectContinueEnabled(false)
                .setProtocolUpgradeEnabled(false)
                .build())
        .disableAuthCaching()
        .disableAutomaticRetries()
        .disableConnectionState()
        .disableContentCompression()
        .disableCookieManagement()
        .disableRedirectHandling()
        .build();
  }

  // The client decodes xn-- names, and would look up and verify a name that the endpoint does not
  // contain.
  private static String ascii(String host) {
    return IDN.toASCII(host);
  }

  /// A resolver for the client that returns only addresses that were checked at that moment.
  private record GuardedResolver(EndpointGuard guard) implements DnsResolver {
    @Override
    public List<InetSocketAddress> resolve(String host, int port) throws UnknownHostException {
      try {
        var address = guard.address(host.contains(":") ? "[" + host + "]" : ascii(host), port);
        requireNotInterrupted();
        return List.of(address);
      } catch (UnknownHostException e) {
        throw e;
      } catch (EndpointException | IOException e) {
        throw (UnknownHostException) new UnknownHostException(e.getMessage()).initCause(e);
      }
    }

    // The port decides too: without it, the operator's own services cannot be recognised.
    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
      throw new UnknownHostException("a host without a port");
    }

    @Override
    public String resolveCanonicalHostname(String host) {
      return host;
    }
  }

  /// Waits for a free place and then for the answer; `most` limits both together.
  public Answer post(URI uri, Map<String, String> headers, byte[] body, Duration most)
      throws IOException, EndpointException, InterruptedException {
    return post(uri, headers, body, timeout, most);
  }

  /// Like the other `post`; `answerTimeout` limits the wait for the answer.
  public Answer post(
      URI uri, Map<String, String> headers, byte[] body, Duration answerTimeout, Duration most)
      throws IOException, EndpointException, InterruptedException {
    long end = System.nanoTime() + most.toNanos();
    guard.requireForm(uri);
    var permits = permits(EndpointForm.host(uri));
    if (!permits.tryAcquire(most.toNanos(), TimeUnit.NANOSECONDS)) {
      throw new InterruptedIOException("no free connection in time");
    }
    try {
      long nanos = Math.min(answerTimeout.toNanos(), end - System.nanoTime());
      return new Exchange(uri, headers, body).within(nanos);
    } finally {
      permits.release();
    }
  }

  private Semaphore permits(String host) {
    if (permitsByHost.size() > HOSTS) {
      permitsByHost.values().removeIf(permits -> permits.availablePermits() == PER_HOST);
    }
    return permitsByHost.computeIfAbsent(host, key -> new Semaphore(PER_HOST));
  }

  /// One request and the head of its answer, on its own thread.
  ///
  /// A socket timeout applies to a single read, and a server may send byte by byte. Therefore the
  /// waiting thread cancels the request at its deadline, which closes the connection. It also
  /// interrupts the request's thread, which may still wait for DNS.
  private final class Exchange {
    private final CompletableFuture<Answer> head = new CompletableFuture<>();
    private final URI uri;
    private final HttpHost host;
    private final HttpUriRequestBase request;

    Exchange(URI uri, Map<String, String> headers, byte[] body) {
      var name = EndpointForm.host(uri).replaceAll("[\\[\\]]", "");
      this.uri = uri;
      this.host = new HttpHost(uri.getScheme(), name, uri.getPort());
      this.request = new HttpUriRequestBase("POST", uri);
      request.setAuthority(new URIAuthority(name, uri.getPort()));
      request.setPath(EndpointForm.target(uri));
      headers.forEach(request::addHeader);
      request.setEntity(new ByteArrayEntity(body, null));
    }

    Answer within(long nanos) throws IOException, EndpointException, InterruptedException {
      var thread = threads.submit(this::run);
      try {
        var answer = head.get(nanos, TimeUnit.NANOSECONDS);
        awaitBody(thread);
        return answer;
      } catch (TimeoutException e) {
        throw new InterruptedIOException("no answer in time");
      } catch (ExecutionException e) {
        throw failure(e.getCause());
      } finally {
        request.cancel();
        thread.cancel(true);
      }
    }

    // Neither an error in the body nor an interrupt changes the answer.
    private static void awaitBody(Future<?> thread) {
      try {
        thread.get(BODY.toNanos(), TimeUnit.NANOSECONDS);
      } catch (TimeoutException | ExecutionException e) {
        // The caller's `cancel` closes the connection.
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private void run() {
      try {
        guard.requireCallable(uri);
        requireNotInterrupted();
        var response = send();
        head.complete(answer(response));
        drain(response.getEntity());
      } catch (EndpointException | IOException | RuntimeException e) {
        request.cancel();
        head.completeExceptionally(e);
      }
    }

    private ClassicHttpResponse send() throws IOException {
      for (int closed = 0; ; closed++) {
        try {
          return client.executeOpen(host, request, null);
        } catch (StrictConnections.UnrequestedBytesException e) {
          // Nothing was sent, and that connection is closed. Every other pooled connection may be
          // spoiled too.
          if (closed == PER_HOST) {
            throw e;
          }
        }
      }
    }

    private void drain(@Nullable HttpEntity body) throws IOException {
      if (body != null && body.getContent().readNBytes(MAX_BODY_BYTES).length == MAX_BODY_BYTES) {
        request.cancel();
      }
    }
  }

  private static Answer answer(ClassicHttpResponse response) {
    var headers = new HashMap<String, String>();
    for (Header header : response.getHeaders()) {
      headers.putIfAbsent(header.getName().toLowerCase(Locale.ROOT), header.getValue());
    }
    return new Answer(response.getCode(), headers);
  }

  private static IOException failure(@Nullable Throwable cause) throws EndpointException {
    for (var one = cause; one != null; one = one.getCause()) {
      if (one instanceof EndpointException refused) {
        throw refused;
      }
    }
    return new IOException("the host cannot be reached", cause);
  }

  // A name look-up is not interrupted. Without this check, the thread would then send a request
  // that was cancelled meanwhile.
  private static void requireNotInterrupted() throws InterruptedIOException {
    if (Thread.currentThread().isInterrupted()) {
      throw new InterruptedIOException("cancelled in the meantime");
    }
  }

  @Override
  public void close() {
    evictor.shutdown();
    threads.shutdownNow();
    client.close(CloseMode.IMMEDIATE);
  }
}
