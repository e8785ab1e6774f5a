package dev.rollcall;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// No cache between a caller and the server may keep an answer: it knows nothing of our headers for
/// credentials, and would give the answer to the next caller.
final class CacheTest {
  @RegisterExtension static final RunningServer server = new RunningServer();

  private static void require(Answer answer, String what) {
    assertEquals(List.of("no-store"), answer.headers().allValues("Cache-Control"), what);
  }

  @Test
  void noAnswerOfAnyRouteIsKeptWhateverTheCredentials() {
    var device = server.someone();
    for (var route : server.server().routes()) {
      var path = route.template().replaceAll("\\{[^}]*}", "some");
      Stream.of(
              server.call(route.method(), path),
              server.call(route.method(), path).header("appId", "nobody").header("apiKey", "wrong"),
              server.call(route.method(), path).header("authToken", "wrong"),
              server.call(route.method(), path).header("Authorization", "Basic d3Jvbmc="),
              server.call(route.method(), path).header("Cookie", "session=wrong"),
              server.call(route.method(), path).backEnd(server.app()),
              device.call(route.method(), path))
          .map(Call::send)
          .forEach(answer -> require(answer, route.method() + " " + path + answer.status()));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/me", "/v3/me", "/v3.0/me", "//v3.0//me/", "/%6de", "/v3.0/me?x=.css", "/ME"})
  void oneselfIsKeptNowhereHoweverThePathIsWritten(String path) {
    require(server.someone().call("GET", path).send(), "right");
    require(server.call("GET", path).header("authToken", "wrong").send(), "wrong");
    require(server.call("GET", path).send(), "none");
    require(server.someone().call("HEAD", path).send(), "HEAD");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "OPTIONS /me HTTP/1.1\nHost: localhost\n\n",
        "GET /me HTTP/1.0\nHost: localhost\n\n",
        "GET /me HTTP/2.0\nHost: localhost\n\n",
        "GET /me HTTP/1.1\nHost: localhost\nExpect: x\n\n",
        "GET /me\n\n",
        "GET /me HTTP/1.1\nauthToken: x\n no colon\n\n",
        "GET /me HTTP/1.1\nHost: localhost\nauthToken: x\nauthToken: y\n\n",
        "PUT /me HTTP/1.1\nHost: localhost\nContent-Length: 99999999\n\n",
        "PUT /me HTTP/1.1\nHost: localhost\nContent-Encoding: gzip\nContent-Length: 1\n\nx",
        "PUT /me HTTP/1.1\nHost: localhost\nTransfer-Encoding: chunked\n\nnonsense\n",
        "BREW /me HTTP/1.1\nHost: localhost\n\n",
      })
  void norIsWhatNeverReachesARoute(String request) throws IOException {
    try (var raw = new Raw(server.port())) {
      require(raw.send(request).answer(), request);
    }
  }

  @Test
  void norIsTheAnswerToARequestLineThatIsTooLong() throws IOException {
    try (var raw = new Raw(server.port())) {
      var answer = raw.send("GET /" + "x".repeat(20_000) + " HTTP/1.1\n\n").answer();
      assertEquals(414, answer.status());
      require(answer, "414");
    }
  }

  @Test
  void aPreflightIsRememberedByTheBrowserAllTheSame() throws IOException {
    try (var raw = new Raw(server.port())) {
      var answer = raw.send("OPTIONS /me HTTP/1.1\nHost: localhost\n\n").answer();
      assertEquals(Optional.of("7200"), answer.header("Access-Control-Max-Age"));
    }
  }
}
