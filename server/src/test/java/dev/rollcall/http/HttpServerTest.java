package dev.rollcall.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.read.ListAppender;
import dev.rollcall.json.Json;
import io.helidon.common.tls.Tls;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/// A route that makes a mistake of its own.
final class HttpServerTest {
  private final Logger log = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  private final List<Appender<ILoggingEvent>> usual = new ArrayList<>();
  private final ListAppender<ILoggingEvent> events = new ListAppender<>();
  private final List<String> watched = new ArrayList<>();
  private HttpServer server;

  @BeforeEach
  void start() {
    log.iteratorForAppenders().forEachRemaining(usual::add);
    usual.forEach(log::detachAppender);
    events.start();
    log.addAppender(events);
    server =
        new HttpServer(
                new HttpServer.Listen(Optional.of("127.0.0.1"), 0, 0),
                Tls.builder().enabled(false).build(),
                Capacity.ofHeap(1L << 30),
                Duration.ofSeconds(100),
                (method, route, status, took) -> watched.add(method + route + status))
            .start(new Router(List.of(route("/exception"), route("/error"))));
  }

  private static Route route(String path) {
    return Route.plain(
        "GET",
        path,
        request -> {
          if (path.equals("/error")) {
            throw new StackOverflowError("the innermost secret");
          }
          throw new IllegalStateException("the innermost secret");
        });
  }

  @AfterEach
  void stop() {
    server.close();
    log.detachAppender(events);
    usual.forEach(log::addAppender);
  }

  @Test
  void anInternalErrorShowsOnlyItsIncident() throws IOException, InterruptedException {
    for (var path : List.of("/exception", "/error")) {
      var answer = get(path);
      var error = Json.MAPPER.readTree(answer).get("error");
      assertEquals("ERR_INTERNAL", error.get("code").stringValue());
      assertFalse(answer.contains("secret") || answer.contains("dev.rollcall"), answer);
      var incident = error.get("details").get("incident").stringValue();
      var told =
          events.list.stream()
              .filter(event -> String.valueOf(event.getKeyValuePairs()).contains(incident))
              .toList();
      assertEquals(1, told.size());
      assertEquals("the innermost secret", told.getFirst().getThrowableProxy().getMessage());
      assertTrue(watched.contains("GET" + path + "500"));
    }
  }

  private String get(String path) throws IOException, InterruptedException {
    try (var client = HttpClient.newHttpClient()) {
      var uri = URI.create("http://127.0.0.1:" + server.httpPort() + path);
      var answer = client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
      assertEquals(500, answer.statusCode());
      return answer.body();
    }
  }
}
