package dev.rollcall.http;

import dev.rollcall.problem.Code;
import dev.rollcall.problem.Problem;
import io.helidon.common.tls.Tls;
import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderNames;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.http.Status;
import io.helidon.webserver.ListenerConfig;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.DirectHandlers;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.http1.Http1Config;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The web server: one virtual thread per request, the same routes on HTTP and HTTPS.
public final class HttpServer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(HttpServer.class);
  private static final String HTTPS = "https";
  private static final Duration IDLE = Duration.ofMinutes(2);
  private static final Duration SLOWEST_READ = Duration.ofSeconds(30);
  private static final Duration GRACE = Duration.ofSeconds(15);
  // A push token of 4,096 bytes may stand in a path, each byte escaped to three.
  private static final int LONGEST_REQUEST_LINE = 16 * 1024;

  /// Where to listen; 0 is any free port.
  public record Listen(Optional<String> host, int httpPort, int httpsPort) {}

  /// What is told about each request once it is answered.
  @FunctionalInterface
  public interface Watcher {
    void answered(String method, String route, int status, Duration took);
  }

  private final Router router;
  private final Watcher watcher;
  private final InFlight inFlight = new InFlight();
  private final WebServer server;

  public HttpServer(Listen listen, Tls tls, Router router, Watcher watcher) {
    this.router = router;
    this.watcher = watcher;
    var builder = WebServer.builder().shutdownHook(false).featuresDiscoverServices(false);
    configure(builder, listen).port(listen.httpPort());
    var secure = ListenerConfig.builder();
    configure(secure, listen).port(listen.httpsPort()).tls(tls);
    server = builder.putSocket(HTTPS, secure.build()).build();
  }

  private <B extends ListenerConfig.BuilderBase<?, ?>> B configure(B listener, Listen listen) {
    listen.host().ifPresent(listener::host);
    listener
        .routing(HttpRouting.builder().any(this::handle))
        .addProtocol(
            Http1Config.builder()
                .maxPrologueLength(LONGEST_REQUEST_LINE)
                .validatePath(false)
                .build())
        .connectionOptions(options -> options.readTimeout(SLOWEST_READ).tcpNoDelay(true))
        .idleConnectionTimeout(IDLE)
        .shutdownGracePeriod(Duration.ZERO)
        .directHandlers(unroutable());
    return listener;
  }

  /// What never reaches a route: requests that are not HTTP, or not within its limits.
  private static DirectHandlers unroutable() {
    var builder = DirectHandlers.builder();
    for (var type : DirectHandler.EventType.values()) {
      builder.addHandler(type, HttpServer::unroutable);
    }
    return builder.build();
  }

  private static DirectHandler.TransportResponse unroutable(
      DirectHandler.TransportRequest request,
      DirectHandler.EventType type,
      Status status,
      ServerResponseHeaders headers,
      String message) {
    var code =
        switch (status.code()) {
          case 413, 414, 431 -> Code.ERR_BODY_TOO_LARGE;
          case 500 -> Code.ERR_INTERNAL;
          default -> Code.ERR_BAD_REQUEST;
        };
    var problem =
        new Problem(
            code,
            "This is not an HTTP request that can be answered: check its"
                + " request line, its headers and their sizes");
    headers.set(HeaderNames.CONTENT_TYPE, "application/json");
    headers.set(HeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, "*");
    return DirectHandler.TransportResponse.builder()
        .status(status)
        .headers(headers)
        .keepAlive(false)
        .entity(Response.of(problem).body())
        .build();
  }

  public HttpServer start() {
    server.start();
    return this;
  }

  public int httpPort() {
    return server.port();
  }

  public int httpsPort() {
    return server.port(HTTPS);
  }

  private void handle(ServerRequest request, ServerResponse response) {
    if (request.prologue().method().text().equals("OPTIONS")) {
      Cors.answerPreflight(request.headers(), response);
      return;
    }
    if (!inFlight.enter()) {
      response.header(HeaderNames.CONNECTION, "close");
      send(request, response, Response.of(stopping()));
      return;
    }
    try {
      answer(request, response);
    } finally {
      inFlight.leave();
    }
  }

  private static Problem stopping() {
    return Problem.later(
        Code.ERR_BUSY, "The server is stopping; try again", Duration.ofSeconds(1), null);
  }

  private void answer(ServerRequest request, ServerResponse response) {
    var start = System.nanoTime();
    var method = request.prologue().method().text();
    var route = "(none)";
    Response answer;
    try {
      // HEAD is GET without the body (RFC 9110, 9.3.2).
      var match =
          router.find(
              method.equals("HEAD") ? "GET" : method, request.prologue().uriPath().rawPath());
      route = match.route().template();
      answer = match.route().handler().answer(new Request(request, match.values()));
    } catch (Problem problem) {
      answer = Response.of(problem);
      if (problem.details().get("allow") instanceof Iterable<?> allowed) {
        answer = answer.with("Allow", String.join(", ", strings(allowed)));
      }
    } catch (RuntimeException e) {
      answer = Response.of(internal(method, route, e));
    }
    send(request, response, answer);
    watcher.answered(method, route, answer.status(), Duration.ofNanos(System.nanoTime() - start));
  }

  private static Problem internal(String method, String route, RuntimeException e) {
    var incident = UUID.randomUUID().toString();
    log.atError()
        .addKeyValue("incident", incident)
        .addKeyValue("method", method)
        .addKeyValue("route", route)
        .setCause(e)
        .log("a request failed");
    return new Problem(
        Code.ERR_INTERNAL,
        "Something went wrong here; the log tells more under this incident",
        Map.of("incident", incident));
  }

  private static Iterable<String> strings(Iterable<?> values) {
    var all = new ArrayList<String>();
    values.forEach(value -> all.add(String.valueOf(value)));
    return all;
  }

  private static void send(ServerRequest request, ServerResponse response, Response answer) {
    Cors.allow(response);
    response.status(answer.status());
    response.header(HeaderNames.CONTENT_TYPE, answer.contentType());
    answer.headers().forEach((name, value) -> response.header(name, value));
    if (answer.status() == Code.ERR_BODY_TOO_LARGE.status()) {
      // The rest of the body is not worth reading.
      response.header(HeaderNames.CONNECTION, "close");
    }
    if (request.prologue().method().text().equals("HEAD")) {
      response.send();
    } else {
      response.send(answer.body());
    }
  }

  /// Answers what is in flight, then stops listening.
  @Override
  public void close() {
    if (!inFlight.closeAndWait(GRACE)) {
      log.atWarn().log("some requests were still unanswered when the grace period ended");
    }
    server.stop();
  }
}
