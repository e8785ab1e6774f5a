package dev.rollcall;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What browsers ask before they let a page call (wire contract 7).
final class CorsTest {
  @RegisterExtension static final RunningServer server = new RunningServer();

  private static Answer preflight(String path, String headers) throws IOException {
    try (var raw = new Raw(server.port())) {
      raw.send(
          """
          OPTIONS %s HTTP/1.1
          Host: localhost
          Origin: https://app.example.org
          Access-Control-Request-Method: POST
          Access-Control-Request-Headers: %s

          """
              .formatted(path, headers));
      return raw.answer();
    }
  }

  private static Set<String> allowed(Answer answer) {
    var header = answer.header("Access-Control-Allow-Headers").orElseThrow();
    return new HashSet<>(Arrays.asList(header.split(", *")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v3.0/users/anna/auth_tokens apikey,appid,content-type,resource,sdk",
        "/v3.0/me appid,authtoken,content-type,resource,sdk",
        "//v2/tokens appid,authtoken,chatapiversion,content-type,resource,sdk",
        "/v2/tokens appid,authorization,authtoken,chatapiversion,content-type,resource,sdk",
        "/no/such/path x-made-up",
      })
  void aPreflightAllowsWhatItAsksFor(String pathAndHeaders) throws IOException {
    var asked = pathAndHeaders.split(" ");
    var answer = preflight(asked[0], asked[1]);
    assertEquals(204, answer.status());
    assertEquals(Optional.of("*"), answer.header("Access-Control-Allow-Origin"));
    assertEquals(
        Set.of("GET", "POST", "PUT", "PATCH", "DELETE"),
        Set.of(answer.header("Access-Control-Allow-Methods").orElseThrow().split(", ")));
    assertEquals(Set.of(asked[1].split(",")), allowed(answer));
    assertFalse(answer.header("Access-Control-Allow-Credentials").isPresent());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "*", "a;b", "a:b", "ä", "<script>", "a\tb"})
  void whatIsNoListOfNamesIsNotEchoed(String headers) throws IOException {
    var allowed = allowed(preflight("/v2/tokens", headers));
    assertTrue(allowed.containsAll(List.of("authtoken", "chatapiversion", "authorization")));
    assertFalse(allowed.contains(headers));
  }

  @Test
  void nothingCanBeSmuggledIntoTheAnswersHeaders() throws IOException {
    for (var end : List.of("\r", "\n", "\r\n ", "\0")) {
      try (var raw = new Raw(server.port())) {
        raw.bytes(
            "OPTIONS /v2/tokens HTTP/1.1\r\nHost: localhost\r\nAccess-Control-Request-Headers: a"
                + end
                + "Set-Cookie: b=c\r\n\r\n");
        var answer = raw.answer();
        assertEquals(400, answer.status());
        assertFalse(answer.header("Set-Cookie").isPresent());
        assertTrue(raw.isClosed());
      }
    }
  }

  @Test
  void everyAnswerMayBeReadByPagesOfAnyOrigin() {
    var answers =
        List.of(
            server.someone().call("GET", "/me").send(),
            server.call("GET", "/me").send(),
            server.call("GET", "/nowhere").send(),
            server.call("PATCH", "/v2/tokens").send(),
            server.call("GET", "/health/live").send());
    for (var answer : answers) {
      assertEquals(Optional.of("*"), answer.header("Access-Control-Allow-Origin"));
    }
  }
}
