package dev.rollcall;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rollcall.RunningServer.TestApp;
import dev.rollcall.account.TokenPolicy;
import dev.rollcall.problem.Code;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// Users, as a back end manages them (wire contract 8).
final class RestUsersTest {
  @RegisterExtension static final RunningServer server = new RunningServer();

  private static Call call(String method, String path) {
    return server.call(method, "/v3/users" + path).backEnd(server.app());
  }

  private static Answer create(String body) {
    return call("POST", "").json(body).send();
  }

  @Test
  void aUserIsGivenBackAsItWasMade() {
    var made =
        create(
            """
            {'uid':'Full','name':'Full Name','avatar':'https://example.org/a.png',
             'link':'https://example.org','role':'moderator','statusMessage':'hi',
             'metadata':{'@private':{'email':'f@example.org'},'n':1.10,'list':[1,{'a':null}]},
             'tags':['a','b'],'unknownKey':[1,2]}
            """);
    var user = made.data();
    assertEquals("full", user.get("uid").stringValue());
    assertEquals("https://example.org/a.png", user.get("avatar").stringValue());
    assertEquals("moderator", user.get("role").stringValue());
    assertEquals("hi", user.get("statusMessage").stringValue());
    assertEquals("[\"a\",\"b\"]", user.get("tags").toString());
    assertEquals(
        "{\"@private\":{\"email\":\"f@example.org\"},\"n\":1.10,\"list\":[1,{\"a\":null}]}",
        user.get("metadata").toString());
    assertEquals(server.clock().instant().getEpochSecond(), user.get("createdAt").longValue());
    assertFalse(user.has("authToken"));
    for (var uid : List.of("full", "FULL", "fUlL")) {
      assertEquals(user, call("GET", "/" + uid).send().data());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"true", "'true'"})
  void aUserMayBeLoggedInAsItIsMade(String yes) {
    var uid = "logged-in-" + yes.length();
    var made = create("{'uid':'%s','name':'L','withAuthToken':%s}".formatted(uid, yes));
    var device = new Device(server, server.app(), made.text("authToken"));
    assertEquals(uid, device.call("GET", "/me").send().text("uid"));
  }

  @Test
  void aChangeTouchesOnlyWhatItNames() {
    create(
        "{'uid':'change','name':'Before','avatar':'a','role':'r','tags':['t'],'metadata':{'a':1}}");
    server.clock().advance(Duration.ofSeconds(5));
    var changed = call("PUT", "/CHANGE").json("{'name':'After'}").send().data();
    assertEquals("After", changed.get("name").stringValue());
    assertEquals("a", changed.get("avatar").stringValue());
    assertEquals("{\"a\":1}", changed.get("metadata").toString());
    assertEquals(changed.get("createdAt").longValue() + 5, changed.get("updatedAt").longValue());

    var unset = "{'unset':['avatar','role','tags','metadata','link','statusMessage'],'link':'new'}";
    var emptied = call("PUT", "/change").json(unset).send().data();
    assertFalse(emptied.has("avatar"));
    assertFalse(emptied.has("metadata"));
    assertEquals("default", emptied.get("role").stringValue());
    assertEquals(0, emptied.get("tags").size());
    assertEquals("new", emptied.get("link").stringValue());

    call("PUT", "/change").json("{'unset':['name']}").send().is(Code.ERR_BAD_REQUEST, "unset");
    call("PUT", "/change").json("{'unset':['uid']}").send().is(Code.ERR_BAD_REQUEST, "unset");
    call("PUT", "/change").json("{'unset':'avatar'}").send().is(Code.ERR_BAD_REQUEST, "unset");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}|uid",
        "{'name':'N'}|uid",
        "{'uid':'x'}|name",
        "{'uid':'','name':'N'}|uid",
        "{'uid':7,'name':'N'}|uid",
        "{'uid':['x'],'name':'N'}|uid",
        "{'uid':'a b','name':'N'}|uid",
        "{'uid':'a/b','name':'N'}|uid",
        "{'uid':'a%b','name':'N'}|uid",
        "{'uid':'..','name':'N'}|uid",
        "{'uid':'a\\n','name':'N'}|uid",
        "{'uid':'x','name':''}|name",
        "{'uid':'x','name':' \\t'}|name",
        "{'uid':'x','name':7}|name",
        "{'uid':'x','name':null}|name",
        "{'uid':'x','name':'a\\u0000b'}|name",
        "{'uid':'x','name':'a\\udfffb'}|name",
        "{'uid':'x','name':'N','avatar':{}}|avatar",
        "{'uid':'x','name':'N','role':1}|role",
        "{'uid':'x','name':'N','metadata':'{}'}|metadata",
        "{'uid':'x','name':'N','metadata':[]}|metadata",
        "{'uid':'x','name':'N','metadata':{'a':'\\ud800'}}|metadata",
        "{'uid':'x','name':'N','tags':'a'}|tags",
        "{'uid':'x','name':'N','tags':[1]}|tags",
        "{'uid':'x','name':'N','tags':['']}|tags",
        "{'uid':'x','name':'N','tags':['a\\nb']}|tags",
        "{'uid':'x','name':'N','withAuthToken':1}|withAuthToken",
        "{'uid':'x','name':'N','withAuthToken':'yes'}|withAuthToken",
      })
  void mistakesAreNamedByTheirField(String body, String field) {
    create(body).is(Code.ERR_BAD_REQUEST, field);
    call("GET", "/x").send().is(Code.ERR_UID_NOT_FOUND);
  }

  @ParameterizedTest
  @CsvSource({"uid,100", "name,100", "role,100", "avatar,2048", "link,2048", "statusMessage,2048"})
  void lengthsHaveAnEnd(String field, int longest) {
    var uid =
        field.equals("uid") ? "l".repeat(longest) : "longest-" + field.toLowerCase(Locale.ROOT);
    var body = "{'uid':'%s','name':'N','%s':'%s'}";
    var twice = field.equals("uid") || field.equals("name");
    var fits =
        twice ? withLength(field, uid, longest) : body.formatted(uid, field, "l".repeat(longest));
    create(fits).data();
    var over =
        twice
            ? withLength(field, "over", longest + 1)
            : body.formatted("over", field, "l".repeat(longest + 1));
    create(over).is(Code.ERR_BAD_REQUEST, field);
  }

  private static String withLength(String field, String uid, int length) {
    return field.equals("uid")
        ? "{'uid':'%s','name':'N'}".formatted("l".repeat(length))
        : "{'uid':'%s','name':'%s'}".formatted(uid, "l".repeat(length));
  }

  @Test
  void moreThan25TagsAreRefused() {
    var tags = "'t',".repeat(25);
    create("{'uid':'tags','name':'N','tags':[%s'x']}".formatted(tags))
        .is(Code.ERR_BAD_REQUEST, "tags");
    create("{'uid':'tags','name':'N','tags':[%s]}".formatted(tags.substring(0, tags.length() - 1)))
        .data();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1E+400",
        "1E+999999999",
        "123456789012345678901234567890.123456789",
        "9007199254740993",
        "0.10",
      })
  void numbersInMetadataKeepAllTheirDigits(String number) {
    var uid = "number-" + Integer.toHexString(number.hashCode());
    create("{'uid':'%s','name':'N','metadata':{'n':%s}}".formatted(uid, number)).data();
    assertTrue(call("GET", "/" + uid).send().body().contains("\"n\":" + number + "}"));
  }

  @Test
  void metadataMayBeDeepAndIsThenGivenBack() {
    for (int depth : List.of(1, 99)) {
      var metadata = "{'a':".repeat(depth) + "1" + "}".repeat(depth);
      create("{'uid':'deep-%d','name':'N','metadata':%s}".formatted(depth, metadata)).data();
      var read = call("GET", "/deep-" + depth).send().data().get("metadata");
      assertEquals(metadata.replace('\'', '"'), read.toString());
      assertEquals(
          read, server.login("deep-" + depth).call("GET", "/me").send().data().get("metadata"));
    }
    create(
            "{'uid':'deeper','name':'N','metadata':%s1%s}"
                .formatted("{'a':".repeat(100), "}".repeat(100)))
        .is(Code.ERR_BAD_REQUEST, "body");
  }

  @Test
  void textIsGivenBackAsItWasWhateverItsScript() {
    var name = "Zoë 林 🎉 \u202e <b>&amp;";
    create("{'uid':'script','name':'%s','metadata':{'nul':'\\u0000'}}".formatted(name)).data();
    var user = call("GET", "/script").send().data();
    assertEquals(name, user.get("name").stringValue());
    assertEquals("\0", user.get("metadata").get("nul").stringValue());
  }

  @Test
  void aUidIsTakenOnce() {
    server.newUser("taken");
    create("{'uid':'TAKEN','name':'Other'}").is(Code.ERR_UID_ALREADY_EXISTS);
    assertEquals("A name", call("GET", "/taken").send().text("name"));
    server.newUser(server.newApp(TokenPolicy.EXCLUSIVE), "taken");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{}", "{'permanent':false}", "{'permanent':'false'}"})
  void aDeactivatedUserIsGoneForEveryoneButMayComeBack(String body) {
    var uid = "deactivated-" + body.length();
    server.newUser(uid);
    var device = server.login(uid);
    device.registerFcm("token-of-" + uid);
    remove(uid, body);

    for (var method : List.of("GET", "PUT", "DELETE")) {
      call(method, "/" + uid).send().is(Code.ERR_UID_NOT_FOUND);
    }
    for (var method : List.of("GET", "POST", "DELETE")) {
      call(method, "/" + uid + "/auth_tokens").send().is(Code.ERR_UID_NOT_FOUND);
    }
    device.call("GET", "/me").send().is(Code.AUTH_ERR_AUTH_TOKEN_NOT_FOUND);
    device.register("{'fcmToken':'a-token'}").is(Code.AUTH_ERR_AUTH_TOKEN_NOT_FOUND);

    create("{'uid':'%s','name':'Again'}".formatted(uid)).data();
    assertEquals("Again", call("GET", "/" + uid).send().text("name"));
    assertEquals(List.of(), server.login(uid).tokens());
    assertEquals(2, history(uid).size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"{'permanent':true}", "{'permanent':'true'}"})
  void aUserDeletedForGoodLeavesNothing(String body) {
    var uid = "permanent-" + body.length();
    server.newUser(uid);
    var device = server.login(uid);
    device.registerFcm("token-of-" + uid);
    remove(uid, body);
    device.call("GET", "/me").send().is(Code.AUTH_ERR_AUTH_TOKEN_NOT_FOUND);
    server.newUser(uid);
    assertEquals(0, history(uid).size());
  }

  private static void remove(String uid, String body) {
    var call = call("DELETE", "/" + uid);
    assertTrue(
        (body.isEmpty() ? call : call.json(body)).send().data().get("success").booleanValue());
  }

  private static JsonNode history(String uid) {
    return server
        .call("GET", "/v1/users/" + uid + "/tokens")
        .backEnd(server.app())
        .send()
        .data()
        .get("history");
  }

  @Test
  void permanentIsTrueOrFalse() {
    server.newUser("kept");
    for (var value : List.of("1", "'yes'", "[]", "''")) {
      call("DELETE", "/kept")
          .json("{'permanent':%s}".formatted(value))
          .send()
          .is(Code.ERR_BAD_REQUEST, "permanent");
    }
    call("GET", "/kept").send().data();
  }

  @Test
  void usersAreListedByThePage() {
    var app = server.newApp(TokenPolicy.EXCLUSIVE);
    for (int i = 0; i < 5; i++) {
      server.newUser(app, "page-" + i);
    }
    server.call("DELETE", "/users/page-2").backEnd(app).send().data();
    assertEquals("page-0 page-1 of 4, page 1 of 2", page(app, "?perPage=2"));
    assertEquals("page-3 page-4 of 4, page 2 of 2", page(app, "?perPage=2&page=2"));
    assertEquals(" of 4, page 3 of 2", page(app, "?perPage=2&page=3"));
    assertEquals("page-0 page-1 page-3 page-4 of 4, page 1 of 1", page(app, "?perPage=&page="));
    assertEquals(" of 0, page 1 of 0", page(server.newApp(TokenPolicy.EXCLUSIVE), ""));
  }

  private static String page(TestApp app, String query) {
    var answer = server.call("GET", "/v3/users" + query).backEnd(app).send();
    var users = answer.data().valueStream().map(it -> it.get("uid").stringValue()).toList();
    var page = answer.json().get("meta").get("pagination");
    assertEquals(users.size(), page.get("count").intValue());
    return "%s of %d, page %d of %d"
        .formatted(
            String.join(" ", users),
            page.get("total").intValue(),
            page.get("current_page").intValue(),
            page.get("total_pages").intValue());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"0", "-1", "1001", "99999999999999999999", "1.5", "x", "%20", "1e2", "0x10"})
  void aPageHasASensibleSize(String size) {
    call("GET", "?perPage=" + size).send().is(Code.ERR_BAD_REQUEST, "perPage");
  }

  @Test
  void onlyAnApiKeyManagesUsers() {
    server.newUser("managed");
    var other = server.newApp(TokenPolicy.EXCLUSIVE);
    for (var path : List.of("", "/managed", "/managed/auth_tokens")) {
      for (var method : List.of("GET", "PUT", "POST", "DELETE")) {
        if (OpenApi.document()
            .operations()
            .containsKey(method + " /users" + path.replace("managed", "{uid}"))) {
          onlyAnApiKey(method, "/users" + path, other);
        }
      }
    }
    assertEquals("A name", call("GET", "/managed").send().text("name"));
  }

  private static void onlyAnApiKey(String method, String path, TestApp other) {
    var app = server.app();
    withKey(method, path, app.id(), other.apiKey()).is(Code.AUTH_ERR_APIKEY_NOT_FOUND);
    withKey(method, path, "nowhere", app.apiKey()).is(Code.AUTH_ERR_INVALID_APPID);
    server
        .call(method, path)
        .header("appId", app.id())
        .json("{}")
        .send()
        .is(Code.AUTH_ERR_EMPTY_APIKEY);
    server
        .call(method, path)
        .header("apiKey", app.apiKey())
        .json("{}")
        .send()
        .is(Code.AUTH_ERR_EMPTY_APPID);
    if (!(method.equals("POST") && path.endsWith("auth_tokens"))) {
      withKey(method, path, app.id(), app.authKey()).is(Code.AUTH_ERR_NO_ACCESS);
    }
  }

  private static Answer withKey(String method, String path, String appId, String key) {
    return server
        .call(method, path)
        .header("appId", appId)
        .header("apiKey", key)
        .json("{'uid':'new','name':'New'}")
        .send();
  }
}
