package dev.rollcall.http;

import dev.rollcall.problem.Code;
import dev.rollcall.problem.Problem;
import io.helidon.common.socket.SocketOptions;
import io.helidon.common.tls.Tls;
import io.helidon.http.DirectHandler;
import io.helidon.http.Header;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.http.DirectHandlers;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.http1.Http1Config;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The web server: one virtual thread per request, the same routes on HTTP and HTTPS.
public final class HttpServer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(HttpServer.class);
  private static final Executor STOPPER = Thread::startVirtualThread;
  private static final String NO_ROUTE = "(none)";
  // Helidon reports the whole request line as the version.
  private static final Pattern OTHER_VERSION = Pattern.compile("\\S+ \\S+ HTTP/\\d(\\.\\d)?/?");
  private static final HeaderName KEEP_ALIVE = HeaderNames.create("Keep-Alive");
  // Every answer may contain secrets of one caller, and caches do not know our credential headers.
  // Public answers (the API's description, health, metrics) must be current, so there is no
  // exception.
  private static final Header NO_STORE = HeaderValues.create(HeaderNames.CACHE_CONTROL, "no-store");
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(15);
  // Enough for requests that are already on their way on an open connection.
  private static final Duration LINGER = Duration.ofSeconds(1);
  // The path may contain a push token of 4,096 bytes, with each byte escaped to three.
  static final int MAX_REQUEST_LINE = 16 * 1024;
  // The cost of each connection already includes an answer up to this length.
  private static final int SHORT_ANSWER = 8 * 1024;
  private static final int NO_CONTENT = 204;

  /// Where the server listens; port 0 is any free port.
  public record Listen(Optional<String> host, int httpPort, int httpsPort) {}

  /// The time limits of a connection: how long it may be open without a request, how long a client
  /// may be silent in the middle of one, how long a request may take to arrive, and after what time
  /// a request or an answer is slow, so that it may be closed to make room.
  record Timeouts(Duration idle, Duration read, Duration request, Duration slowAfter) {
    Timeouts(Duration idle) {
      this(idle, Duration.ofSeconds(60), Duration.ofSeconds(60), Duration.ofSeconds(2));
    }
  }

  /// Checks the credentials of a request whose client waits with the body. Throws a `Problem` if
  /// they are wrong.
  @FunctionalInterface
  public interface Admission {
    void check(Request request);
  }

  /// A listener that is notified of each request when its answer is known.
  @FunctionalInterface
  public interface RequestListener {
    void answered(String method, String route, int status, Duration took);

    /// Is notified of each request or connection that was refused before a route handled it.
    default void refused(Refusal why) {}
  }

  private final RequestListener requestListener;
  private final Header keepAlive;
  private final InFlight inFlight = new InFlight();
  private final Connections connections;
  private final WebServer http;
  private final WebServer https;
  private volatile Router router = new Router(List.of());
  private volatile Admission admission = request -> {};
  private volatile boolean draining;

  /// An idle connection is closed after `keepAlive`.
  public HttpServer(
      Listen listen,
      Tls tls,
      Capacity capacity,
      Duration keepAlive,
      RequestListener requestListener) {
    this(listen, tls, capacity, requestListener, new Timeouts(keepAlive));
  }

  HttpServer(
      Listen listen,
      Tls tls,
      Capacity capacity,
      RequestListener requestListener,
      Timeouts timeouts) {
    this.requestListener = requestListener;
    this.keepAlive = keepAlive(timeouts.idle());
    this.connections = new Connections(timeouts, capacity, requestListener);
    http = server(listen, timeouts, 1, capacity).port(listen.httpPort()).build();
    https = server(listen, timeouts, Cost.TLS, capacity).port(listen.httpsPort()).tls(tls).build();
  }

  // Clients begin to count a little later than the server, so they are given a second less.
  private static Header keepAlive(Duration idle) {
    return HeaderValues.create(KEEP_ALIVE, "timeout=" + Math.max(1, idle.toSeconds() - 1));
  }

  // The thread of a closed connection ends a moment later. If many connections close at once, new
  // ones wait to be accepted.
  private static int threads(int connections) {
    return connections + connections / 8 + 1;
  }

  // Each port has a server of its own, so that both ports close at the same time.
  private WebServerConfig.Builder server(
      Listen listen, Timeouts timeouts, int weight, Capacity capacity) {
    var server = WebServer.builder();
    listen.host().ifPresent(server::host);
    var http1 = Http1Config.builder().maxPrologueLength(MAX_REQUEST_LINE).validatePath(false);
    var options = SocketOptions.builder().tcpNoDelay(true).build();
    return server
        .shutdownHook(false)
        .featuresDiscoverServices(false)
        .routing(HttpRouting.builder().any(this::handle))
        .protocolsDiscoverServices(false)
        .addConnectionSelector(new LimitedHttp1Selector(http1, connections, timeouts.request()))
        .maxTcpConnections(threads(capacity.connections() / weight))
        .maxPayloadSize(Payload.LARGE)
        .connectionOptions(new TrackedSocketOptions(options, timeouts.read(), connections, weight))
        // Only a blocking socket applies a read timeout.
        .useNio(false)
        // By then, `close` has ended all connections.
        .shutdownGracePeriod(CLOSE_TIMEOUT.multipliedBy(2))
        .directHandlers(rejected());
  }

  /// Handles requests that never reach a route: they are not HTTP/1, or exceed its limits.
  private DirectHandlers rejected() {
    var builder = DirectHandlers.builder();
    for (var type : DirectHandler.EventType.values()) {
      builder.addHandler(type, this::rejected);
    }
    return builder.build();
  }

  private DirectHandler.TransportResponse rejected(
      DirectHandler.TransportRequest request,
      DirectHandler.EventType type,
      Status status,
      ServerResponseHeaders headers,
      String message) {
    var answer = Response.of(rejected(request, status.code()));
    requestListener.answered(request.method(), NO_ROUTE, answer.status(), Duration.ZERO);
    headers.set(HeaderNames.CONTENT_TYPE, answer.contentType());
    headers.set(HeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, "*");
    headers.set(NO_STORE);
    answer.headers().forEach((name, value) -> headers.set(HeaderNames.create(name), value));
    return DirectHandler.TransportResponse.builder()
        .status(Status.create(answer.status()))
        .headers(headers)
        .keepAlive(false)
        .entity(answer.body())
        .build();
  }

  private Problem rejected(DirectHandler.TransportRequest request, int status) {
    if (request.headers().contains(HeaderNames.CONTENT_ENCODING)) {
      return new Problem(
          Code.ERR_UNSUPPORTED_MEDIA_TYPE, "Send the body without a Content-Encoding");
    }
    return switch (status) {
      case 413 ->
          Payload.tooLarge(
              router.takesLarge(request.method(), request.path()) ? Payload.LARGE : Payload.MAX);
      case 414 ->
          new Problem(
              Code.ERR_URI_TOO_LONG,
              "The request line must be at most " + MAX_REQUEST_LINE + " bytes");
      case 505 -> otherVersion();
      case 503 -> Payload.overloaded();
      // Helidon reports some mistakes of clients as internal errors, for example a method with a
      // brace in its name. Routes handle their own errors, so every error here is the client's.
      default ->
          OTHER_VERSION.matcher(request.protocolVersion()).matches()
              ? otherVersion()
              : new Problem(
                  Code.ERR_BAD_REQUEST,
                  "The HTTP request is malformed: check its request line, its"
                      + " headers and their sizes (HTTP/1.1 requires one Host header)");
    };
  }

  private static Problem otherVersion() {
    return new Problem(
        Code.ERR_HTTP_VERSION,
        "Send HTTP/1.1 (HTTP/1.0 is accepted too, but not in the middle of a pipeline)");
  }

  /// Starts the server. The routes are a parameter of `start` because the server can be built
  /// before the database is available.
  public HttpServer start(Router routes) {
    return start(routes, request -> {});
  }

  public HttpServer start(Router routes, Admission admission) {
    router = routes;
    this.admission = admission;
    connections.start();
    http.start();
    https.start();
    return this;
  }

  public int httpPort() {
    return http.port();
  }

  public int httpsPort() {
    return https.port();
  }

  /// The number of connections that wait for their next request.
  long idleConnections() {
    return connections.idle();
  }

  /// The number of open connections, where one with TLS counts as three.
  public int connections() {
    return connections.inUse();
  }

  /// Prepares for the stop: readiness fails, so that load balancers choose other nodes, and each
  /// answer is the last one on its connection. Requests are still answered.
  public void drain() {
    draining = true;
  }

  /// Throws a `Problem` if the server is about to stop.
  public void requireServing() {
    if (draining) {
      throw stopping();
    }
  }

  private void handle(ServerRequest request, ServerResponse response) {
    boolean inStep;
    try {
      if (inFlight.enter()) {
        inStep = answerAndLeave(request, response);
      } else {
        requestListener.refused(Refusal.STOPPING);
        inStep = refuse(request, response, stopping());
      }
    } catch (Payload.BrokenPayloadException broken) {
      inStep = refuse(request, response, broken.problem());
    }
    if (!inStep) {
      // Helidon's answer has `Connection: close`, but Helidon leaves the closing to the client (RFC
      // 9112, 9.6).
      throw new CloseConnectionException("the answer announced the end of the connection");
    }
  }

  /// Returns whether the connection can be used again.
  private boolean answerAndLeave(ServerRequest request, ServerResponse response) {
    try {
      return answer(request, response);
    } finally {
      inFlight.leave();
    }
  }

  private boolean refuse(ServerRequest request, ServerResponse response, Problem problem) {
    var answer = Response.of(problem);
    requestListener.answered(
        request.prologue().method().text(), NO_ROUTE, answer.status(), Duration.ZERO);
    send(request, response, answer, false);
    return false;
  }

  private static Problem stopping() {
    return Problem.later(
        Code.ERR_BUSY, "The server is stopping; try again", Duration.ofSeconds(1), null);
  }

  private boolean answer(ServerRequest request, ServerResponse response) {
    var start = System.nanoTime();
    var connection = connections.find(request.remotePeer(), request.localPeer());
    var method = request.prologue().method().text();
    var payload = new Payload(request, longest(method, request));
    var route = NO_ROUTE;
    Response answer;
    try {
      Expectation.require(request.headers());
      if (!payload.isAwaited()) {
        payload.read();
      }
      connection.requestReceived();
      if (method.equals("OPTIONS")) {
        requireOrigin(request);
        answer = Cors.preflight(request.headers());
      } else {
        // HEAD is GET without the body (RFC 9110, 9.3.2).
        var match =
            router.find(
                method.equals("HEAD") ? "GET" : method, request.prologue().uriPath().rawPath());
        route = match.route().template();
        answer =
            match
                .route()
                .handler()
                .answer(new Request(request, match.values(), it -> read(it, payload, connection)));
        requireCapacity(method, connection, answer);
      }
    } catch (Problem problem) {
      answer = Response.of(problem);
      if (problem.details().get("allow") instanceof Iterable<?> allowed) {
        answer = answer.with("Allow", String.join(", ", strings(allowed)));
      }
    } catch (CloseConnectionException | Payload.BrokenPayloadException connectionIsOver) {
      throw connectionIsOver;
    } catch (RuntimeException | Error e) {
      answer = Response.of(internalError(method, route, e));
    }
    // The request is counted before the answer is sent, so that a client that has the answer also
    // finds it counted.
    requestListener.answered(
        method, route, answer.status(), Duration.ofNanos(System.nanoTime() - start));
    boolean inStep =
        payload.isRead()
            && !draining
            && !request.headers().containsToken(HeaderValues.CONNECTION_CLOSE);
    send(request, response, answer, inStep);
    return inStep;
  }

  // The routes read credentials before the body. A client that waits with the body does not send
  // it at all if they are wrong.
  private byte[] read(Request request, Payload payload, Connections.Connection connection) {
    if (payload.isAwaited()) {
      admission.check(request);
      connection.requestStarted();
      payload.read();
      connection.requestReceived();
    }
    return payload.read();
  }

  // Some load balancers check only `OPTIONS /`. Browsers always send the origin.
  private void requireOrigin(ServerRequest request) {
    if (!request.headers().contains(HeaderNames.ORIGIN)) {
      requireServing();
    }
  }

  private int longest(String method, ServerRequest request) {
    long length = request.headers().contentLength().orElse(Payload.LARGE);
    boolean large =
        length > Payload.MAX && router.takesLarge(method, request.prologue().uriPath().rawPath());
    return large ? Payload.LARGE : Payload.MAX;
  }

  // Only a GET is refused here: another method may have changed something, so its answer must be
  // sent. That answer holds no more bytes than its request did.
  private static void requireCapacity(
      String method, Connections.Connection connection, Response answer) {
    if (method.equals("GET")
        && answer.body().length > SHORT_ANSWER
        && !connection.reserveAnswer(answer.body())) {
      throw Payload.overloaded();
    }
  }

  private static Problem internalError(String method, String route, Throwable e) {
    var incident = UUID.randomUUID().toString();
    log.atError()
        .addKeyValue("incident", incident)
        .addKeyValue("method", method)
        .addKeyValue("route", route)
        .setCause(e)
        .log("a request failed");
    return new Problem(
        Code.ERR_INTERNAL,
        "An internal error occurred; the log contains the cause under this incident",
        Map.of("incident", incident));
  }

  private static Iterable<String> strings(Iterable<?> values) {
    var all = new ArrayList<String>();
    values.forEach(value -> all.add(String.valueOf(value)));
    return all;
  }

  private void send(
      ServerRequest request, ServerResponse response, Response answer, boolean inStep) {
    Cors.allow(response);
    response.header(NO_STORE);
    response.header(inStep ? keepAlive : HeaderValues.CONNECTION_CLOSE);
    response.status(answer.status());
    answer.headers().forEach((name, value) -> response.header(name, value));
    if (answer.status() == NO_CONTENT) {
      response.send();
      return;
    }
    response.header(HeaderNames.CONTENT_TYPE, answer.contentType());
    if (request.prologue().method().text().equals("HEAD")) {
      response.header(HeaderNames.CONTENT_LENGTH, String.valueOf(answer.body().length));
      response.send();
    } else {
      response.send(answer.body());
    }
  }

  /// Stops listening, then answers the requests in progress.
  @Override
  public void close() {
    var stops =
        Stream.of(http, https).map(it -> CompletableFuture.runAsync(it::stop, STOPPER)).toList();
    if (draining) {
      sleep(LINGER);
    }
    if (!inFlight.closeAndWait(CLOSE_TIMEOUT)) {
      log.atWarn().log("some requests were still unanswered when the grace period ended");
    }
    connections.close();
    stops.forEach(CompletableFuture::join);
  }

  private static void sleep(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
