package dev.rollcall;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rollcall.account.Uid;
import dev.rollcall.cli.Main;
import dev.rollcall.problem.Code;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Uids of every allowed kind, wherever a request or a file names one.
final class UidRequestsTest {
  @RegisterExtension static final RunningServer server = new RunningServer();

  static List<String> uids() {
    return List.of(
        "kim.lee+x@example.org",
        "o'brien@example.org",
        "auth0|64f0c1d2",
        "google-oauth2|1234",
        "Zoë",
        "林檎",
        "a:b.c",
        "+4915112345678",
        "~!$&()*=",
        "é".repeat(100));
  }

  /// As `encodeURIComponent` does it.
  private static String encoded(String uid) {
    return URLEncoder.encode(uid, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static Call call(String method, String path) {
    return server.call(method, path).backEnd(server.app());
  }

  @ParameterizedTest
  @MethodSource("uids")
  void aUidWorksInEveryRequest(String uid) {
    var json = uid.replace("'", "\\u0027");
    var stored = Uid.folded(uid);
    var path = "/v3/users/" + encoded(uid);
    var created =
        call("POST", "/v3/users").json("{'uid':'%s','name':'N'}".formatted(json)).send().data();
    assertEquals(stored, created.get("uid").stringValue());
    call("POST", "/v3/users")
        .json("{'uid':'%s','name':'N'}".formatted(json))
        .send()
        .is(Code.ERR_UID_ALREADY_EXISTS);
    assertEquals(stored, call("GET", path).send().text("uid"));
    assertEquals("New", call("PUT", path).json("{'name':'New'}").send().text("name"));
    assertTrue(
        call("GET", "/v3/users?perPage=1000")
            .send()
            .data()
            .valueStream()
            .anyMatch(it -> it.get("uid").stringValue().equals(stored)));

    var device = server.login(encoded(uid));
    assertEquals(stored, device.call("GET", "/me").send().text("uid"));
    device.registerFcm("phone-of-" + Integer.toHexString(uid.hashCode()));
    var roll = call("GET", "/v1/users/" + encoded(uid) + "/tokens").send().data();
    assertEquals(1, roll.get("tokens").size());
    assertEquals(1, roll.get("history").size());

    var sessions = path + "/auth_tokens";
    var handle = call("GET", sessions).send().data().get(0).get("authToken").stringValue();
    assertEquals(device.handle(), handle);
    assertEquals(stored, call("GET", sessions + "/" + encoded(handle)).send().text("uid"));
    var listed =
        call("GET", "/v3/notifications/push/v1/tokens?authToken=" + encoded(handle)).send().data();
    assertEquals(stored, listed.at("/pushTokens/0/uid").stringValue());

    mute(device, uid, json, stored);

    device.call("DELETE", "/v2/tokens").json("{}").send().data();
    call("DELETE", sessions + "/" + encoded(handle)).send().data();
    call("DELETE", path).json("{'permanent':true}").send().data();
    call("GET", path).send().is(Code.ERR_UID_NOT_FOUND);
  }

  private static void mute(Device device, String uid, String json, String stored) {
    device
        .call("POST", "/v2/mute-chat")
        .json("{'uids':['%s'],'timeInMS':4102444800000}".formatted(json))
        .send()
        .data();
    var settings = device.call("GET", "/v2/user-settings").send().data();
    assertTrue(settings.toString().contains(stored), settings.toString());
    var preferences = "/v3/notifications/push/v1/preferences";
    var muted = call("GET", preferences + "/mute?uid=" + encoded(uid)).send().data();
    assertEquals(1, muted.get("mutedConversations").size());
    var same = call("GET", preferences + "/mute").header("onBehalfOf", encoded(uid)).send().data();
    assertEquals(muted, same);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a%2Fb", "%2e%2e", "%2E", "a%00", "%E2%80%AEa", "a%20b", "%ff", "%ED%A0%80"})
  void aPathNamesNoUserThatCannotExist(String segment) {
    var path = "/v3/users/" + segment;
    var answer = call("GET", path).send();
    assertEquals(404, answer.status());
  }

  @Test
  void anExportTakesThemAlong(@TempDir Path folder) throws IOException {
    for (var uid : uids()) {
      server.newUser(uid.replace("'", "\\u0027"));
      server.login(encoded(uid)).registerFcm("export-" + Integer.toHexString(uid.hashCode()));
    }
    var first = folder.resolve("first.ndjson");
    run("export", "--output=" + first, "--data=" + server.data());
    var copy = "--data=" + folder.resolve("copy");
    run("import", copy, first.toString());
    var second = folder.resolve("second.ndjson");
    run("export", "--output=" + second, copy);
    assertEquals(rows(first), rows(second));
    for (var uid : uids()) {
      assertTrue(Files.readString(second).contains("\"" + Uid.folded(uid) + "\""));
    }
  }

  private static List<String> rows(Path file) throws IOException {
    return Files.readAllLines(file).stream().skip(1).toList();
  }

  private static void run(String... arguments) {
    var silent = new PrintStream(OutputStream.nullOutputStream());
    assertEquals(0, Main.run(List.of(arguments), silent, silent));
  }
}
