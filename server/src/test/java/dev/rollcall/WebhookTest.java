package dev.rollcall;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rollcall.account.TokenPolicy;
import dev.rollcall.config.Setting;
import dev.rollcall.problem.Code;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Webhooks, as a back end manages them.
final class WebhookTest {
  // Hosts are looked up when a webhook is set, and no test may need the world's DNS.
  private static final String HOST = "https://127.0.0.1:9";

  @RegisterExtension
  static final RunningServer server =
      new RunningServer().with(Setting.WEBHOOK_HOSTS, HOST + ",http://localhost:9");

  private final RunningServer.TestApp app = server.newApp(TokenPolicy.EXCLUSIVE);

  private Answer put(String id, String body) {
    return server.call("PUT", "/v1/webhooks/" + id).backEnd(app).json(body).send();
  }

  private Call call(String method, String path) {
    return server.call(method, path).backEnd(app);
  }

  @Test
  void aSecretIsShownOnce() {
    var made = put("hook", "{'url':'%s/hook'}".formatted(HOST)).data();
    assertTrue(made.get("secret").stringValue().matches("whsec_[A-Za-z0-9+/]{43}="));
    assertEquals(11, made.get("events").size());
    assertEquals(0, made.get("dropped").intValue());

    var read = call("GET", "/v1/webhooks/hook").send().data();
    assertFalse(read.has("secret"));
    assertEquals(HOST + "/hook", read.get("url").stringValue());
    var changed = put("hook", "{'url':'%s/other','events':['token.moved']}".formatted(HOST)).data();
    assertFalse(changed.has("secret"));
    assertEquals("[\"token.moved\"]", changed.get("events").toString());

    var rotated = put("hook", "{'url':'%s','rotateSecret':true}".formatted(HOST)).data();
    assertNotEquals(made.get("secret"), rotated.get("secret"));
  }

  @Test
  void theyAreListedAndDeleted() {
    put("b", "{'url':'%s'}".formatted(HOST)).data();
    put("a", "{'url':'http://localhost:9/plain'}").data();
    var listed = call("GET", "/v1/webhooks").send().data().get("webhooks");
    assertEquals(
        List.of("a", "b"),
        List.of(listed.get(0).get("id").stringValue(), listed.get(1).get("id").stringValue()));
    call("DELETE", "/v1/webhooks/a").send().data();
    call("DELETE", "/v1/webhooks/a").send().is(Code.ERR_WEBHOOK_NOT_FOUND);
    call("GET", "/v1/webhooks/a").send().is(Code.ERR_WEBHOOK_NOT_FOUND);
    assertEquals(1, call("GET", "/v1/webhooks").send().data().get("webhooks").size());
  }

  @Test
  void whatCannotBeCalledIsRefused() {
    for (var url :
        List.of(
            "http://127.0.0.1:9",
            "https://127.0.0.1/",
            "https://127.0.0.1:10/",
            "https://10.0.0.1/",
            "https://[::1]/",
            "https://user@127.0.0.1:9/",
            "ftp://127.0.0.1:9",
            "nowhere",
            "")) {
      put("hook", "{'url':'%s'}".formatted(url)).is(Code.ERR_BAD_REQUEST, "url");
    }
    put("hook", "{}").is(Code.ERR_BAD_REQUEST, "url");
    put("hook", "{'url':'%s','events':['token.renamed']}".formatted(HOST))
        .is(Code.ERR_BAD_REQUEST, "events");
    put("a%20b", "{'url':'%s'}".formatted(HOST)).is(Code.ERR_BAD_REQUEST, "id");
    assertEquals(0, call("GET", "/v1/webhooks").send().data().get("webhooks").size());
  }

  @Test
  void anAppMayHaveTen() {
    for (int i = 0; i < 10; i++) {
      put("hook-" + i, "{'url':'%s'}".formatted(HOST)).data();
    }
    put("hook-10", "{'url':'%s'}".formatted(HOST)).is(Code.ERR_BAD_REQUEST, "id");
  }

  private static List<Call> allCalls(String id) {
    return List.of(
        server.call("GET", "/v1/webhooks"),
        server.call("GET", "/v1/webhooks/" + id),
        server.call("PUT", "/v1/webhooks/" + id).json("{'url':'%s/other'}".formatted(HOST)),
        server.call("DELETE", "/v1/webhooks/" + id));
  }

  @Test
  void aWrongKeyReadsSetsAndDeletesNothing() {
    put("hook", "{'url':'%s'}".formatted(HOST)).data();
    var other = server.newApp(TokenPolicy.EXCLUSIVE);
    for (var key : List.of("nonsense", other.apiKey())) {
      for (var call : allCalls("hook")) {
        call.header("appId", app.id())
            .header("apiKey", key)
            .send()
            .is(Code.AUTH_ERR_APIKEY_NOT_FOUND);
      }
    }
    for (var call : allCalls("hook")) {
      call.header("appId", app.id())
          .header("apiKey", app.authKey())
          .send()
          .is(Code.AUTH_ERR_NO_ACCESS);
    }
    for (var call : allCalls("hook")) {
      call.header("appId", "nosuchapp")
          .header("apiKey", app.apiKey())
          .send()
          .is(Code.AUTH_ERR_INVALID_APPID);
    }
    assertEquals(HOST, call("GET", "/v1/webhooks/hook").send().data().get("url").stringValue());
  }

  @Test
  void theApiKeyIsNeeded() {
    server
        .call("GET", "/v1/webhooks")
        .header("appId", app.id())
        .header("apiKey", app.authKey())
        .send()
        .is(Code.AUTH_ERR_NO_ACCESS);
    server
        .call("GET", "/v1/webhooks")
        .header("appId", app.id())
        .send()
        .is(Code.AUTH_ERR_EMPTY_APIKEY);
  }
}
