package dev.rollcall.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rollcall.TestServer;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Invalid arguments are refused before anything is sent, and named.
final class ArgumentsTest {
  @RegisterExtension static final TestServer server = new TestServer();

  private static final UserProfile PROFILE = new UserProfile().name("Bob");

  private RawServer raw;
  private RollcallClient phone;
  private RollcallBackEnd backEnd;

  @BeforeEach
  void open() throws Exception {
    raw = new RawServer(server);
    var settings = Phone.settings(server, raw.port()).build();
    phone = RollcallClient.open(settings, new MemoryStorage());
    backEnd = RollcallBackEnd.open(settings, "the-api-key");
  }

  @AfterEach
  void nothingWasSent() {
    assertEquals(List.of(), raw.requests());
    phone.close();
    backEnd.close();
    raw.close();
  }

  @Test
  void aNullThatOnlyAMistakeExplainsIsNamed() {
    var settings = Phone.settings(server).build();
    var builder = Phone.settings(server);
    var mistakes =
        Map.<Executable, String>ofEntries(
            Map.entry(() -> phone.deleteTokens(null), "scope"),
            Map.entry(() -> phone.async(null), "task"),
            Map.entry(() -> phone.callExtension("s", "GET", "/", null, null), "listener"),
            Map.entry(() -> RollcallClient.open(null, new MemoryStorage()), "settings"),
            Map.entry(() -> RollcallClient.open(settings, null), "storage"),
            Map.entry(() -> RollcallBackEnd.open(null, "key"), "settings"),
            Map.entry(() -> RollcallBackEnd.open(settings, null), "apiKey"),
            Map.entry(() -> backEnd.createUser("bob", null), "profile"),
            Map.entry(() -> backEnd.updateUser("bob", null), "profile"),
            Map.entry(() -> backEnd.pushTokens("bob_1", null), "scope"),
            Map.entry(() -> backEnd.deletePushTokens("bob_1", null), "scope"),
            Map.entry(() -> Rollcall.init(null, new MemoryStorage(), null), "settings"),
            Map.entry(() -> Rollcall.init(settings, null, null), "storage"),
            Map.entry(() -> Rollcall.init(settings, new MemoryStorage(), null), "listener"),
            Map.entry(() -> Rollcall.logout(null), "listener"),
            Map.entry(() -> RollcallSettings.builder(null, "host"), "appId"),
            Map.entry(() -> RollcallSettings.builder("app", null), "host"),
            Map.entry(() -> builder.region(null), "region"),
            Map.entry(() -> builder.deviceKey(null), "key"),
            Map.entry(() -> builder.trust((String) null), "pem"),
            Map.entry(() -> builder.trust((InputStream) null), "pem"),
            Map.entry(() -> builder.callbacks(null), "executor"),
            Map.entry(() -> new FileStorage(null), "file"),
            Map.entry(() -> new UserProfile().name(null), "name"),
            Map.entry(() -> new UserProfile().metadata(null), "metadata"),
            Map.entry(() -> new UserProfile().tags(null), "tags"),
            Map.entry(() -> new UserProfile().unset(null), "fields"));
    mistakes.forEach(
        (call, name) ->
            assertEquals(name, assertThrows(NullPointerException.class, call).getMessage()));
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", " \t"})
  void aTextThatIsMissingOrBlankIsNamedWithACode(String text) {
    assertField("uid", () -> phone.login(text, "key"));
    assertField("authKey", () -> phone.login("bob", text));
    assertField("authToken", () -> phone.login(text));
    assertField("endpoint", () -> phone.callExtension("push-notification", "GET", text, null));
    assertField("uid", () -> backEnd.createUser(text, PROFILE));
    assertField("uid", () -> backEnd.createAuthToken(text));
    assertField("session", () -> backEnd.deleteAuthToken("bob", text));
    assertField("session", () -> backEnd.pushTokens(text, Scope.ALL));
    assertField("session", () -> backEnd.deletePushTokens(text, Scope.ALL));
    assertField("session", () -> backEnd.registerPushToken(text, "fcm_web", "fcm-1"));
    assertField("platform", () -> backEnd.registerPushToken("bob_1", text, "fcm-1"));
    assertField("token", () -> backEnd.deletePushToken("bob_1", text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"web_push", "hms_android", "ios", "voip"})
  void aPlatformWhoseTokensTheSdkDoesNotKnowIsNotTakenForApples(String platform) {
    assertField("platform", () -> backEnd.registerPushToken("bob_1", platform, "ab"));
  }

  @ParameterizedTest
  @ValueSource(strings = {".", "..", "../bob", "a/b", "..\\bob", "/"})
  void whatWouldLeadToAnotherRouteIsNotSent(String text) {
    assertField("uid", () -> phone.login(text, "key"));
    assertField("uid", () -> backEnd.user(text));
    assertField("uid", () -> backEnd.updateUser(text, PROFILE));
    assertField("uid", () -> backEnd.deleteUser(text, true));
    assertField("uid", () -> backEnd.createAuthToken(text));
    assertField("uid", () -> backEnd.sessions(text, 1, 10));
    assertField("uid", () -> backEnd.deleteAuthToken(text, "bob_1"));
    assertField("session", () -> backEnd.deleteAuthToken("bob", text));
    assertField("uid", () -> backEnd.deleteAuthTokens(text));
    assertField("token", () -> backEnd.deletePushToken("bob_1", text));
  }

  private static void assertField(String name, Executable call) {
    var error = assertThrows(RollcallException.class, call);
    assertEquals(RollcallException.BAD_REQUEST, error.getCode());
    assertEquals(name, error.getDetails().get("field"));
    assertTrue(error.getMessage().startsWith(name + " "), error.getMessage());
  }
}
