package dev.rollcall;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rollcall.json.Json;
import dev.rollcall.problem.Code;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// HTTP as polite clients never speak it. Whatever comes, the answer is JSON, and the next request
/// on the connection is answered by itself or not at all.
final class HttpTest {
  @RegisterExtension static final RunningServer server = new RunningServer();

  private static final String LIVE = "GET /health/live HTTP/1.1\nHost: localhost\n\n";
  private static final String UP = "{\"data\":{\"status\":\"UP\"}}";

  private static Raw connect() throws IOException {
    return new Raw(server.port());
  }

  private static String head(Device device, String method, String more) {
    return """
    %s /v2/tokens HTTP/1.1
    Host: localhost
    appId: %s
    authToken: %s
    Content-Type: application/json
    %s

    """
        .formatted(method, device.app().id(), device.authToken(), more);
  }

  /// Fails unless the connection is in step: its next answer is that to its next request.
  private static void isInStep(Raw raw) throws IOException {
    assertEquals(UP, raw.send(LIVE).answer().body());
  }

  private static void isRefusedAndClosed(String request) throws IOException {
    try (var raw = connect()) {
      raw.send(request).answer().is(Code.ERR_BAD_REQUEST);
      assertTrue(raw.isClosed(), request);
    }
  }

  private static String chunk(String text) {
    return Integer.toHexString(text.length()) + "\n" + text + "\n";
  }

  @Test
  void pathsThatLeadNowhereAreJson() {
    for (var path :
        List.of(
            "/", "/nope", "/v2", "/v3", "/v3/v3/me", "/v4/me", "/v2/tokens/x", "/ME", "/.env")) {
      server.call("GET", path).send().is(Code.ERR_ROUTE_NOT_FOUND);
    }
  }

  @Test
  void dotsAndEscapedSlashesAreJustCharacters() throws IOException {
    for (var path :
        List.of(
            "/health/../me",
            "/v2/./tokens",
            "/v2/%2e%2e/me",
            "/v2%2Ftokens",
            "/users/..%2f..%2fhealth%2flive",
            "/health/live%00",
            "/health/live;x=1",
            "/..;/health/live",
            "\\health\\live")) {
      try (var raw = connect()) {
        raw.send("GET " + path + " HTTP/1.1\nHost: localhost\n\n");
        var answer = raw.answer();
        assertTrue(Set.of(400, 401, 404).contains(answer.status()), path + answer);
        isInStep(raw);
      }
    }
  }

  @Test
  void escapesAreUndoneInAPath() {
    server.newUser("escaped");
    var read = server.call("GET", "/v3/us%65rs/%65scaped").backEnd(server.app()).send();
    assertEquals("escaped", read.text("uid"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/users/%zz", "/users/%2", "/users/%", "/users/%%41", "/users/%u0041"})
  void aPercentSignThatStartsNoEscapeIsRefused(String path) throws IOException {
    try (var raw = connect()) {
      raw.send("GET " + path + " HTTP/1.1\nHost: localhost\n\n")
          .answer()
          .is(Code.ERR_BAD_REQUEST, "path");
      isInStep(raw);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"?perPage=%zz", "?perPage=%", "?%f=1"})
  void soItIsInAQuery(String query) throws IOException {
    isRefusedAndClosed("GET /users" + query + " HTTP/1.1\nHost: localhost\n\n");
  }

  @Test
  void anUnescapedUidIsReadAsItStands() throws IOException {
    for (var uid : List.of("a|b", "{a}", "<a>", "a\"b", "\u00c3\u00a4", "a\\b", "^`")) {
      try (var raw = connect()) {
        raw.send(
            "GET /users/%s HTTP/1.1\nHost: localhost\nappId: %s\napiKey: %s\n\n"
                .formatted(uid, server.app().id(), server.app().apiKey()));
        raw.answer().is(Code.ERR_UID_NOT_FOUND);
        isInStep(raw);
      }
    }
    isRefusedAndClosed("GET /users/a b HTTP/1.1\nHost: localhost\n\n");
  }

  @Test
  void theWholeUrlMayStandWhereThePathDoes() throws IOException {
    try (var raw = connect()) {
      raw.send("GET http://localhost:8080/health/live HTTP/1.1\nHost: localhost\n\n");
      assertEquals(UP, raw.answer().body());
    }
  }

  @Test
  void otherMethodsAreToldWhichOnesThereAre() throws IOException {
    var answer = server.call("PATCH", "//v2/tokens/").send();
    answer.is(Code.ERR_METHOD_NOT_ALLOWED);
    assertEquals(Optional.of("DELETE, GET, HEAD, OPTIONS, POST"), answer.header("Allow"));
    assertEquals(
        Optional.of("GET, HEAD, OPTIONS"),
        server.call("POST", "/health/live").send().header("Allow"));
    assertEquals(
        Optional.of("DELETE, OPTIONS"),
        server.call("GET", "/v3/notifications/push/v1/tokens/x").send().header("Allow"));
    for (var method : List.of("TRACE", "MADEUP", "x")) {
      try (var raw = connect()) {
        raw.send(method + " /v2/tokens HTTP/1.1\nHost: localhost\n\n")
            .answer()
            .is(Code.ERR_METHOD_NOT_ALLOWED);
        isInStep(raw);
      }
    }
  }

  @Test
  void headIsGetWithoutTheBody() throws IOException {
    for (var path : List.of("/health/live", "/openapi.yaml", "/nowhere", "/me")) {
      var got = server.call("GET", path).send();
      try (var raw = connect()) {
        raw.send("HEAD " + path + " HTTP/1.1\nHost: localhost\n\n");
        var head = raw.bodiless();
        assertEquals(got.status(), head.status());
        assertEquals(got.header("Content-Length"), head.header("Content-Length"));
        assertEquals(got.header("Content-Type"), head.header("Content-Type"));
        isInStep(raw);
      }
    }
    server.call("HEAD", "/health/live").send();
  }

  @Test
  void aDeleteMayHaveABodyWholeOrInChunks() throws IOException {
    var device = server.someone();
    device.registerFcm("to-be-deleted");
    try (var raw = connect()) {
      raw.send(head(device, "DELETE", "Content-Length: 13") + "{\"all\": true}");
      raw.answer().data();
      assertEquals(List.of(), device.tokens());
      device.registerFcm("to-be-deleted");
      raw.send(head(device, "DELETE", "Transfer-Encoding: chunked"));
      raw.send(chunk("{\"al") + chunk("l\": true}") + "0\n\n").answer().data();
      assertEquals(List.of(), device.tokens());
      isInStep(raw);
    }
  }

  @Test
  void aBodyMayComeInVerySmallChunks() throws IOException {
    var device = server.someone();
    var token = "t".repeat(4096);
    var body = "{\"fcmToken\":\"%s\",\"rest\":\"%s\"}".formatted(token, "x".repeat(60_000));
    var chunks = new StringBuilder();
    body.chars().forEach(c -> chunks.append("1\n").append((char) c).append('\n'));
    try (var raw = connect()) {
      raw.send(head(device, "POST", "Transfer-Encoding: chunked") + chunks + "0\n\n");
      raw.answer().data();
      assertEquals(List.of(token), device.tokens());
      isInStep(raw);
    }
  }

  @Test
  void aBodyOf64KibIsTakenAndNotAByteMore() throws IOException {
    var device = server.someone();
    var start = "{\"fcmToken\":\"just-fits\",\"x\":\"";
    var fits = start + "x".repeat(65_536 - start.length() - 2) + "\"}";
    try (var raw = connect()) {
      raw.send(head(device, "POST", "Content-Length: 65536") + fits).answer().data();
      raw.send(head(device, "POST", "Content-Length: 65537") + fits + " ");
      raw.answer().is(Code.ERR_BODY_TOO_LARGE);
      raw.send(
          head(device, "POST", "Transfer-Encoding: chunked") + chunk(fits) + chunk(" ") + "0\n\n");
      raw.answer().is(Code.ERR_BODY_TOO_LARGE);
      isInStep(raw);
    }
    assertEquals(List.of("just-fits"), device.tokens());
  }

  @Test
  void whatIsFarTooLongIsNotEvenRead() throws IOException {
    var device = server.someone();
    for (var more : List.of("Content-Length: 1048577", "Content-Length: 99999999999")) {
      try (var raw = connect()) {
        raw.send(head(device, "POST", more)).answer().is(Code.ERR_BODY_TOO_LARGE);
        assertTrue(raw.isClosed());
      }
    }
    try (var raw = connect()) {
      raw.send(head(device, "POST", "Transfer-Encoding: chunked") + "7fffffff\nabc");
      raw.answer().is(Code.ERR_BODY_TOO_LARGE);
      assertTrue(raw.isClosed());
    }
  }

  @ParameterizedTest
  @CsvSource({"/v2/tokens, 65536", "/v1/notifications, 1048576", "/nowhere, 65536"})
  void whoeverSendsFarTooMuchIsToldWhatThePathTakes(String path, String most) throws IOException {
    try (var raw = connect()) {
      raw.send("POST %s HTTP/1.1\nHost: localhost\nContent-Length: 1048577\n\n".formatted(path));
      var answer = raw.answer();
      answer.is(Code.ERR_BODY_TOO_LARGE);
      assertTrue(answer.body().contains(" " + most + " bytes"), answer.body());
    }
  }

  @Test
  void aBodyThatNobodyAskedForIsNeverTakenForARequest() throws IOException {
    var inner = "GET /nowhere HTTP/1.1\r\nHost: localhost\r\n\r\n";
    for (var method : List.of("GET", "POST", "OPTIONS", "DELETE", "PATCH")) {
      for (var path : List.of("/nope", "/health/live", "/v2/tokens", "/me")) {
        try (var raw = connect()) {
          raw.send(
              "%s %s HTTP/1.1\nHost: localhost\nContent-Length: %d\n\n"
                  .formatted(method, path, inner.length()));
          raw.bytes(inner);
          raw.answer();
          isInStep(raw);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "zz\nabc",
        "-1\nabc",
        "ffffffffffffff\nabc",
        "15;name=value\n{\"fcmToken\":\"chunked\"}\n0\n\n",
        "15\n{\"fcmToken\":\"chunked\"}\n0\nTrailer: x\n\n",
        "15\n{\"fcmToken\"",
      })
  void chunksThatMakeNoSenseEndTheConnection(String chunks) throws IOException {
    var device = server.someone();
    try (var raw = connect()) {
      raw.send(head(device, "POST", "Transfer-Encoding: chunked") + chunks).end();
      raw.answer().is(Code.ERR_BAD_REQUEST, "body");
      assertTrue(raw.isClosed());
    }
    assertEquals(List.of(), device.tokens());
  }

  @Test
  void aChunkHeaderWithoutEndIsNotKeptInMemory() throws IOException {
    var device = server.someone();
    try (var raw = connect()) {
      raw.send(head(device, "POST", "Transfer-Encoding: chunked"))
          .bytes("1;" + "a".repeat(3_000_000));
      raw.answer().is(Code.ERR_BAD_REQUEST, "body");
      assertTrue(raw.isClosed());
    }
  }

  @Test
  void aBodyThatBreaksOffChangesNothing() throws IOException {
    var device = server.someone();
    try (var raw = connect()) {
      raw.send(head(device, "POST", "Content-Length: 50") + "{\"fcmToken\":\"broken-off\"}").end();
      raw.answer().is(Code.ERR_BAD_REQUEST, "body");
      assertTrue(raw.isClosed());
    }
    assertEquals(List.of(), device.tokens());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 2\nTransfer-Encoding: chunked",
        "Content-Length: x",
        "Content-Length: -1",
        "Content-Length: +2",
        "Content-Length: 2, 2",
        "Content-Length: 2\nContent-Length: 3",
        "Content-Length: 99999999999999999999999",
        "Transfer-Encoding: identity",
        "Transfer-Encoding: gzip, chunked",
        "Transfer-Encoding: chunked, chunked",
      })
  void aLengthThatCanBeReadInTwoWaysIsRefused(String headers) throws IOException {
    isRefusedAndClosed(head(server.someone(), "POST", headers) + "{}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GARBAGE\n\n",
        "\0\1\2\3\n\n",
        "GET\n\n",
        "GET  HTTP/1.1\n\n",
        "GET /health/live\nHost: localhost\n\n",
        "G{T /health/live HTTP/1.1\nHost: localhost\n\n",
        "GET /health/live HTTP/1.1\n\n",
        "GET /health/live HTTP/1.1\nHost: a\nHost: b\n\n",
        "GET /health/live HTTP/1.1\nHost: <a>\n\n",
        "GET /health/live HTTP/1.1\nHost: localhost\nno colon\n\n",
        "GET /health/live HTTP/1.1\nHost: localhost\nX : y\n\n",
        "GET /health/live HTTP/1.1\nHost: localhost\nX: a\n b\n\n",
        "GET /health/live HTTP/1.1\nHost: localhost\nX: a\0b\n\n",
      })
  void whatIsNotHttpIsToldSo(String request) throws IOException {
    isRefusedAndClosed(request);
  }

  @Test
  void aLoneLineFeedEndsNoLine() throws IOException {
    try (var raw = connect()) {
      raw.bytes("GET /health/live HTTP/1.1\nHost: localhost\n\n").answer().is(Code.ERR_BAD_REQUEST);
      assertTrue(raw.isClosed());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /health/live HTTP/2.0\nHost: localhost\n\n",
        "GET /health/live HTTP/0.9\nHost: localhost\n\n",
        "GET /health/live HTTP/3\nHost: localhost\n\n",
        "PRI * HTTP/2.0\n\nSM\n\n",
      })
  void anotherVersionIsRefusedByName(String request) throws IOException {
    try (var raw = connect()) {
      raw.send(request).answer().is(Code.ERR_HTTP_VERSION);
      assertTrue(raw.isClosed());
    }
  }

  @Test
  void linesAndHeadersHaveAnEnd() throws IOException {
    try (var raw = connect()) {
      raw.send("GET /" + "a".repeat(16_400) + " HTTP/1.1\nHost: localhost\n\n")
          .answer()
          .is(Code.ERR_URI_TOO_LONG);
      assertTrue(raw.isClosed());
    }
    isRefusedAndClosed("GET /me HTTP/1.1\nHost: localhost\nX: " + "a".repeat(17_000) + "\n\n");
    isRefusedAndClosed("GET /me HTTP/1.1\nHost: localhost\n" + "X: a\n".repeat(4_000) + "\n");
    try (var raw = connect()) {
      raw.send("GET /%s HTTP/1.1\nHost: localhost\n\n".formatted("%41".repeat(4096)))
          .answer()
          .is(Code.ERR_ROUTE_NOT_FOUND);
      isInStep(raw);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"authToken", "appId", "AUTHTOKEN"})
  void aCredentialThatComesTwiceIsRefused(String name) throws IOException {
    var device = server.someone();
    var more = name + ": another";
    try (var raw = connect()) {
      raw.send(head(device, "POST", more + "\nContent-Length: 18") + "{\"fcmToken\":\"a:1\"}");
      raw.answer().is(Code.ERR_BAD_REQUEST);
      isInStep(raw);
    }
    assertEquals(List.of(), device.tokens());
  }

  @ParameterizedTest
  @ValueSource(strings = {"resource", "sdk", "User-Agent"})
  void aHeaderAboutTheClientThatComesTwiceSaysNothing(String name) throws IOException {
    var device = server.someone();
    var more = name + ": IOS-1\n" + name + ": x/1 CFNetwork/1 Darwin/1";
    var token = "twice-" + device.handle();
    try (var raw = connect()) {
      raw.send(
          head(device, "POST", more + "\nContent-Length: " + (token.length() + 15))
              + "{\"fcmToken\":\""
              + token
              + "\"}");
      raw.answer().data();
      isInStep(raw);
    }
    assertEquals(List.of(), device.tokens("ios"));
    assertEquals(List.of(token), device.tokens());
  }

  @Test
  void aHeaderOfStrangeBytesIsAnUnknownCredential() throws IOException {
    try (var raw = connect()) {
      raw.send(
          "GET /me HTTP/1.1\nHost: localhost\nappId: %s\nauthToken: \u00e4\u00ff\n\n"
              .formatted(server.app().id()));
      raw.answer().is(Code.AUTH_ERR_AUTH_TOKEN_NOT_FOUND);
      isInStep(raw);
    }
  }

  @Test
  void requestsSentAllAtOnceAreAnsweredInTurn() throws IOException {
    try (var raw = connect()) {
      raw.send(LIVE + "GET /nowhere HTTP/1.1\nHost: localhost\n\n" + LIVE);
      assertEquals(
          List.of(200, 404, 200),
          List.of(raw.answer().status(), raw.answer().status(), raw.answer().status()));
      isInStep(raw);
    }
  }

  @Test
  void aConnectionOutlivesErrors() throws IOException {
    var device = server.someone();
    try (var raw = connect()) {
      for (var body : List.of("{", "[]", "{\"fcmToken\":1}", "{}")) {
        raw.send(head(device, "POST", "Content-Length: " + body.length()) + body);
        assertEquals(400, raw.answer().status());
      }
      isInStep(raw);
    }
  }

  @Test
  void whoeverWantsNoMoreIsHungUpOn() throws IOException {
    try (var raw = connect()) {
      raw.send("GET /health/live HTTP/1.1\nHost: localhost\nConnection: close\n\n");
      var answer = raw.answer();
      assertEquals(UP, answer.body());
      assertEquals(Optional.of("close"), answer.header("Connection"));
      assertTrue(raw.isClosed());
    }
  }

  @Test
  void whatIsNotJsonIsNotRead() {
    var device = server.someone();
    for (var type :
        List.of(
            "text/plain",
            "application/x-www-form-urlencoded",
            "application/jsonp",
            "json",
            "application/json, text/plain",
            "text/plain, application/json",
            "multipart/form-data; boundary=x")) {
      device
          .call("POST", "/v2/tokens")
          .header("Content-Type", type)
          .body("{}")
          .send()
          .is(Code.ERR_UNSUPPORTED_MEDIA_TYPE);
    }
    for (var type :
        List.of(
            "application/json",
            "APPLICATION/JSON; charset=utf-8",
            "application/json, application/json",
            "application/json;charset=utf-8,application/json",
            "application/json; profile=\"a,b\"",
            "application/vnd.a+json ; x=y")) {
      device
          .call("POST", "/v2/tokens")
          .header("Content-Type", type)
          .body("{\"fcmToken\":\"json\"}")
          .send()
          .data();
    }
    device.call("POST", "/v2/tokens").body("{\"fcmToken\":\"json\"}").send().data();
    device
        .call("POST", "/v2/tokens")
        .header("Content-Encoding", "gzip")
        .json("{}")
        .send()
        .is(Code.ERR_UNSUPPORTED_MEDIA_TYPE);
  }

  @Test
  void jsonThatIsDeclaredTwiceIsJson() throws IOException {
    var device = server.someone();
    try (var raw = connect()) {
      var body = "{\"fcmToken\":\"twice\"}";
      var length = "Content-Length: " + body.length();
      raw.send(head(device, "POST", "Content-Type: application/json\n" + length) + body);
      raw.answer().data();
      raw.send(head(device, "POST", "Content-Type: text/plain\n" + length) + body);
      raw.answer().is(Code.ERR_UNSUPPORTED_MEDIA_TYPE);
      isInStep(raw);
    }
    assertEquals(List.of("twice"), device.tokens());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'fcmToken':'half",
        "{'fcmToken':'a'} x",
        "{'fcmToken':'a'}{}",
        "{'fcmToken':'a','fcmToken':'b'}",
        "{'fcmToken':'a',}",
        "{fcmToken:'a'}",
        "[]",
        "7",
        "'text'",
        "true",
        "NaN",
        "<html>",
        "{'x':1e99999999999}",
        "{'x':'\\x'}",
        "{'x':'a\tb'}",
        "{'x':01}",
      })
  void whatIsNotOneJsonObjectIsRefused(String body) {
    var device = server.someone();
    device.register(body).is(Code.ERR_BAD_REQUEST, "body");
    assertEquals(List.of(), device.tokens());
  }

  @Test
  void bombsOfJsonDoNotGoOff() {
    var device = server.someone();
    var bombs =
        List.of(
            "[".repeat(65_000),
            "{'a':".repeat(12_000),
            "{'a':%s1%s}".formatted("[".repeat(30_000), "]".repeat(30_000)),
            "{'%s':1}".formatted("k".repeat(65_000)),
            "{'n':%s}".formatted("1".repeat(65_000)),
            "{'n':0.%s}".formatted("1".repeat(65_000)),
            "{'n':1e%s}".formatted("1".repeat(5_000)));
    for (var bomb : bombs) {
      device.register(bomb).is(Code.ERR_BAD_REQUEST, "body");
    }
  }

  @Test
  void bytesThatAreNoTextAreRefused() throws IOException {
    var device = server.someone();
    for (var bytes :
        List.of(
            "{\"fcmToken\":\"\u00ff\u00fe\"}",
            "{\"fcmToken\":\"\u00c3\"}",
            "\u001f\u008b\u0008\0")) {
      try (var raw = connect()) {
        raw.send(head(device, "POST", "Content-Length: " + bytes.length())).bytes(bytes);
        raw.answer().is(Code.ERR_BAD_REQUEST, "body");
        isInStep(raw);
      }
    }
  }

  @Test
  void everyDescribedPathTakesOnlyItsOwnMethods() {
    for (var operation : OpenApi.document().operations().values()) {
      var path = operation.template().replaceAll("[{}]", "");
      var answer = server.call("LOCK", path).send();
      answer.is(Code.ERR_METHOD_NOT_ALLOWED);
      var allowed = Arrays.asList(answer.header("Allow").orElseThrow().split(", "));
      assertTrue(allowed.contains(operation.method()), operation.name());
      assertEquals(
          Json.MAPPER.valueToTree(allowed),
          answer.error().get("details").get("allow"),
          operation.name());
    }
  }

  @Test
  void aBodyOfMoreValuesThanAnyListHasIsRefused() {
    var body = "{'to':{'uids':[" + "1,".repeat(30_000) + "1]}}";
    server
        .call("POST", "/v1/notifications")
        .backEnd(server.app())
        .json(body)
        .send()
        .is(Code.ERR_BAD_REQUEST, "body");
  }
}
