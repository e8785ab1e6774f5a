package dev.rollcall.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rollcall.TestServer;
import dev.rollcall.client.Rollcall.CallbackListener;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.json.simple.JSONObject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The Java snippets of the vendor's documentation, with our class for theirs, against the server.
@SuppressWarnings("unchecked")
final class DocumentationTest {
  @RegisterExtension static final TestServer server = new TestServer();

  private static final String APNS =
      "00fc13adff785122b4ad28809a3420982341241421348097878e577c991de8f0";
  private static final String VOIP =
      "11fc13adff785122b4ad28809a3420982341241421348097878e577c991de8f1";

  private final CompletableFuture<JSONObject> answer = new CompletableFuture<>();
  private String uid;

  @BeforeEach
  void logIn() throws RollcallException {
    uid = Phone.newUser(server, "alice");
    var ready = new RecordingListener<String>();
    Rollcall.init(Phone.settings(server).build(), new MemoryStorage(), ready);
    assertEquals("Init successful", ready.join());
    var user = new RecordingListener<User>();
    Rollcall.login(uid, server.app().authKey(), user);
    assertEquals(uid, user.join().uid());
  }

  /// Completes with the result or the error.
  private static final class RecordingListener<T> extends CompletableFuture<T>
      implements CallbackListener<T> {
    @Override
    public void onSuccess(T result) {
      complete(result);
    }

    @Override
    public void onError(RollcallException e) {
      completeExceptionally(e);
    }
  }

  private void registerFcm(String fcmToken) {
    JSONObject body = new JSONObject();
    body.put("fcmToken", fcmToken);
    Rollcall.callExtension(
        "push-notification",
        "POST",
        "/v2/tokens",
        body,
        new Rollcall.CallbackListener<JSONObject>() {
          @Override
          public void onSuccess(JSONObject jsonObject) {
            answer.complete(jsonObject);
          }

          @Override
          public void onError(RollcallException e) {
            answer.completeExceptionally(e);
          }
        });
  }

  private JSONObject call(String method, JSONObject body) {
    var ear = new RecordingListener<JSONObject>();
    Rollcall.callExtension("push-notification", method, "/v2/tokens", body, ear);
    return ear.join();
  }

  @Test
  void registerAnFcmToken() {
    registerFcm("fcm-" + uid);
    assertEquals(true, answer.join().get("success"));
    assertEquals(List.of("fcm-" + uid), call("GET", null).get("android"));
  }

  @Test
  void registerAnApnsAndAVoipToken() {
    JSONObject body = new JSONObject();
    body.put("apnsToken", APNS);
    body.put("voipToken", VOIP);
    assertEquals(true, call("POST", body).get("success"));

    var ios = (List<String>) call("GET", null).get("ios");
    assertEquals(2, ios.size());
    assertTrue(ios.containsAll(List.of(APNS, VOIP)));
  }

  @Test
  void getTheTokens() {
    var lists = call("GET", null);
    assertEquals(List.of(), lists.get("ios"));
    assertEquals(List.of(), lists.get("web"));
    assertEquals(List.of(), lists.get("android"));
  }

  @Test
  void deleteTheTokensOfThisSession() throws RollcallException {
    registerFcm("fcm-" + uid);
    answer.join();
    try (var tablet = Phone.loggedIn(server, uid)) {
      tablet.registerFcm("tablet-" + uid);
      JSONObject body = new JSONObject();
      body.put("all", false);
      assertEquals(true, call("DELETE", body).get("success"));
      assertEquals(List.of("tablet-" + uid), tablet.tokens().all());
    }
  }

  @Test
  void deleteAllTheTokensOfTheUser() throws RollcallException {
    registerFcm("fcm-" + uid);
    answer.join();
    try (var tablet = Phone.loggedIn(server, uid)) {
      tablet.registerFcm("tablet-" + uid);
      JSONObject body = new JSONObject();
      body.put("all", true);
      assertEquals(true, call("DELETE", body).get("success"));
      assertEquals(List.of(), tablet.tokens().all());
    }
  }

  @Test
  void logInWithAnAuthTokenAndLogOut() throws RollcallException {
    try (var backEnd = Phone.backEnd(server)) {
      var user = new RecordingListener<User>();
      Rollcall.login(backEnd.createAuthToken(uid).value(), user);
      assertEquals(uid, user.join().uid());
    }
    assertEquals(uid, Rollcall.getLoggedInUser().uid());

    var farewell = new RecordingListener<String>();
    Rollcall.logout(farewell);
    assertEquals("Logged out", farewell.join());
    assertNull(Rollcall.getLoggedInUser());
  }

  @Test
  void anErrorSaysWhatIsWrong() {
    registerFcm("null");
    var error = (RollcallException) answer.handle((it, e) -> e).join();
    assertEquals("TOKEN_NULL", error.getCode());
    assertEquals("fcmToken", error.getDetails().get("field"));
  }
}
