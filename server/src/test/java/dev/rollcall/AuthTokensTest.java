package dev.rollcall;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rollcall.account.TokenPolicy;
import dev.rollcall.problem.Code;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Sessions, as a back end manages them by auth token or handle (wire contract 8).
final class AuthTokensTest {
  @RegisterExtension static final RunningServer server = new RunningServer();

  private static Call call(String method, String uid, String session) {
    var path = "/v3/users/" + uid + "/auth_tokens" + (session.isEmpty() ? "" : "/" + session);
    return server.call(method, path).backEnd(server.app());
  }

  @Test
  void listsShowHandlesAndNeverAuthTokens() {
    server.newUser("anna");
    var first = server.login("anna");
    var second = server.login("anna");
    var listed = call("GET", "anna", "").send();
    assertEquals(
        List.of(second.handle(), first.handle()),
        listed.data().valueStream().map(it -> it.get("authToken").stringValue()).toList());
    assertFalse(listed.body().contains(first.authToken()));
    assertEquals(2, listed.json().get("meta").get("pagination").get("total").intValue());

    server.call("GET", "/users/anna/auth_tokens?perPage=1&page=2").backEnd(server.app()).send();
    var page =
        server.call("GET", "/users/ANNA/auth_tokens?perPage=1&page=2").backEnd(server.app()).send();
    assertEquals(first.handle(), page.data().get(0).get("authToken").stringValue());
    assertEquals(1, page.json().get("meta").get("pagination").get("count").intValue());
  }

  @Test
  void aSessionIsReadAndChangedByItsHandleOrItsWholeAuthToken() {
    server.newUser("berta");
    var device = server.login("berta");
    for (var name : List.of(device.handle(), device.authToken())) {
      var read = call("GET", "berta", name).send();
      assertEquals(device.handle(), read.text("authToken"));
      assertEquals("web", read.text("platform"));
    }
    var body = "{'platform':'IOS','deviceId':'device-1','userAgent':'x','appInfo':{'version':'1'}}";
    var changed = call("PUT", "BERTA", device.handle()).json(body).send();
    assertEquals("ios", changed.text("platform"));
    assertEquals("device-1", changed.text("deviceId"));
    assertEquals(changed.data(), call("GET", "berta", device.authToken()).send().data());
  }

  @Test
  void deletingAnAuthTokenIsALogout() {
    server.newUser("carla");
    for (var whole : List.of(true, false)) {
      var gone = server.login("carla");
      var stays = server.login("carla");
      gone.registerFcm("carlas-gone");
      stays.registerFcm("carlas-staying");
      var name = whole ? gone.authToken() : gone.handle();
      assertTrue(call("DELETE", "carla", name).send().data().get("success").booleanValue());
      gone.call("GET", "/me").send().is(Code.AUTH_ERR_AUTH_TOKEN_NOT_FOUND);
      assertEquals(List.of("carlas-staying"), stays.tokens());
      call("DELETE", "carla", name).send().is(Code.ERR_AUTH_TOKEN_NOT_FOUND);
      stays.logout();
    }
  }

  @Test
  void flushingEndsEverySessionOfTheUserAndOfNoOther() {
    server.newUser("dora");
    var one = server.login("dora");
    var two = server.login("dora");
    var neighbour = server.someone();
    one.registerFcm("doras");
    neighbour.registerFcm("neighbours");
    call("DELETE", "dora", "").send().data();
    for (var device : List.of(one, two)) {
      device.call("GET", "/me").send().is(Code.AUTH_ERR_AUTH_TOKEN_NOT_FOUND);
    }
    assertEquals(0, call("GET", "dora", "").send().data().size());
    assertEquals(List.of(), server.login("dora").tokens());
    assertEquals(List.of("neighbours"), neighbour.tokens());
  }

  @Test
  void theSessionOfAnotherUserIsNotAccessible() {
    server.newUser("edith");
    var owner = server.someone();
    for (var method : List.of("GET", "PUT", "DELETE")) {
      for (var name : List.of(owner.handle(), owner.authToken())) {
        call(method, "edith", name).send().is(Code.ERR_AUTHTOKEN_NOT_ACCESSIBLE);
      }
    }
    owner.call("GET", "/me").send().data();
  }

  @Test
  void anUnknownSessionIsNotFound() {
    server.newUser("frida");
    var device = server.login("frida");
    var other = server.newApp(TokenPolicy.EXCLUSIVE);
    server.newUser(other, "frida");
    var elsewhere = server.login(other, "frida");
    var wrong =
        List.of(
            "nonsense",
            "a%00b",
            "%2e%2e",
            device.handle() + "_00000000000000000000000000000000",
            "frida_0000000000000000",
            "frida_ffffffffffffffff",
            "someone-else" + device.handle().substring("frida".length()),
            elsewhere.handle(),
            elsewhere.authToken());
    for (var name : wrong) {
      for (var method : List.of("GET", "PUT", "DELETE")) {
        call(method, "frida", name).send().is(Code.ERR_AUTH_TOKEN_NOT_FOUND);
      }
    }
    call("GET", "nobody", device.handle()).send().is(Code.ERR_UID_NOT_FOUND);
    device.call("GET", "/me").send().data();
    elsewhere.call("GET", "/me").send().data();
  }

  @Test
  void anAuthKeyMayLogInAndNothingElse() {
    server.newUser("gerda");
    var device = server.login("gerda");
    for (var method : List.of("GET", "PUT", "DELETE")) {
      server
          .call(method, "/users/gerda/auth_tokens/" + device.handle())
          .header("appId", server.app().id())
          .header("apiKey", server.app().authKey())
          .send()
          .is(Code.AUTH_ERR_NO_ACCESS);
    }
    device.call("GET", "/me").send().data();
  }
}
