package dev.rollcall.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.rollcall.TestServer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The life of users' sessions and push tokens, over HTTPS.
final class StoryTest {
  @RegisterExtension static final TestServer server = new TestServer();

  @Test
  void twoSessionsOfOneUserRegisterDeleteAndLogOut() throws Exception {
    var uid = Phone.newUser(server, "alice");
    try (var phone = Phone.loggedIn(server, uid);
        var tablet = Phone.loggedIn(server, uid)) {
      assertEquals(Registered.SENT, phone.registerFcm("phone-" + uid));
      assertEquals(Registered.SENT, tablet.registerApns("AB01", "cd02"));
      assertEquals(List.of("phone-" + uid), tablet.tokens().android());
      assertEquals(2, phone.tokens().ios().size());

      phone.deleteTokens(Scope.SESSION);
      assertEquals(2, tablet.tokens().all().size());
      phone.registerFcm("phone-" + uid);
      phone.deleteTokens(Scope.ALL);
      assertEquals(List.of(), tablet.tokens().all());

      phone.registerFcm("phone-" + uid);
      tablet.registerFcm("tablet-" + uid);
      assertEquals(LoggedOut.DONE, phone.logout());
      assertEquals(List.of("tablet-" + uid), tablet.tokens().all());
      assertNull(phone.user());
      assertCode(RollcallException.NOT_LOGGED_IN, phone::tokens);
      assertEquals(LoggedOut.DONE, phone.logout());
    }
  }

  private static void assertCode(String code, org.junit.jupiter.api.function.Executable call) {
    assertEquals(code, assertThrows(RollcallException.class, call).getCode());
  }

  @Test
  void aPhoneThatChangesHandsTakesItsTokenAlong() throws Exception {
    var alice = Phone.newUser(server, "alice");
    var bob = Phone.newUser(server, "bob");
    try (var phone = Phone.loggedIn(server, alice);
        var tablet = Phone.loggedIn(server, alice)) {
      phone.registerFcm("handed-" + alice);
      tablet.registerFcm("tablet-" + alice);
      phone.login(bob, server.app().authKey());
      assertEquals(List.of("tablet-" + alice), tablet.tokens().all());

      assertEquals(Registered.SENT, phone.registerFcm("handed-" + alice));
      assertEquals(List.of("handed-" + alice), phone.tokens().all());
    }
  }

  @Test
  void aReinstalledAppTakesThePlaceOfTheOldOneByItsDeviceKey() throws Exception {
    var uid = Phone.newUser(server, "alice");
    var settings = Phone.settings(server).deviceKey("device-of-" + uid);
    try (var before = Phone.client(settings);
        var after = Phone.client(settings)) {
      before.login(uid, server.app().authKey());
      before.registerFcm("before-" + uid);
      after.login(uid, server.app().authKey());
      after.registerFcm("after-" + uid);

      assertEquals(List.of("after-" + uid), after.tokens().all());
    }
  }

  @Test
  void aReinstalledAppWhoseClockWasPutBackIsTheNewestAllTheSame() throws Exception {
    var uid = Phone.newUser(server, "alice");
    var today = new MovableTiming();
    var yesterday = new MovableTiming();
    yesterday.advance(-Duration.ofDays(1).toMillis());
    var settings = Phone.settings(server).deviceKey("device-of-" + uid);
    try (var before = Phone.client(settings.timing(today));
        var after = Phone.client(settings.timing(yesterday))) {
      before.login(uid, server.app().authKey());
      before.registerFcm("before-" + uid);
      after.login(uid, server.app().authKey());

      assertEquals(Registered.SENT, after.registerFcm("after-" + uid));
      assertEquals(List.of("after-" + uid), after.tokens().all());
    }
  }

  /// The state of the SDK is copied to a second process, with the session and the counter.
  @Test
  void ofTwoProcessesWithOneStateTheOneThatRegisteredLastIsReachable() throws Exception {
    var uid = Phone.newUser(server, "alice");
    var here = new MemoryStorage();
    var copy = new MemoryStorage();
    var slowClock = new MovableTiming();
    slowClock.advance(-Duration.ofMinutes(10).toMillis());
    var settings = Phone.settings(server);
    try (var first = RollcallClient.open(settings.build(), here)) {
      first.login(uid, server.app().authKey());
      first.registerFcm("first-" + uid);
      copy.save(here.load());
      try (var second = RollcallClient.open(settings.timing(slowClock).build(), copy)) {
        assertEquals(Registered.SENT, second.registerFcm("second-" + uid));
        assertEquals(List.of("second-" + uid), second.tokens().all());
        assertEquals(Registered.SENT, first.checkRegistration());
        assertEquals(List.of("first-" + uid), second.tokens().all());
        assertEquals(Registered.SENT, second.checkRegistration());
        assertEquals(List.of("second-" + uid), first.tokens().all());
      }
    }
  }

  @Test
  void aSessionThatWasEndedElsewhereIsForgottenHereToo() throws Exception {
    var uid = Phone.newUser(server, "alice");
    try (var phone = Phone.loggedIn(server, uid);
        var backEnd = Phone.backEnd(server)) {
      phone.registerFcm("phone-" + uid);
      assertNotNull(phone.user());
      backEnd.deleteAuthTokens(uid);

      assertCode("AUTH_ERR_AUTH_TOKEN_NOT_FOUND", () -> phone.registerFcm("other-" + uid));
      assertNull(phone.user());
      assertEquals(uid, phone.login(uid, server.app().authKey()).uid());
      assertEquals(Registered.SENT, phone.registerFcm("phone-" + uid));
    }
  }

  @Test
  void aSessionThatWasEndedElsewhereIsForgottenWhenItLogsInAgain() throws Exception {
    var uid = Phone.newUser(server, "alice");
    try (var phone = Phone.client(server);
        var backEnd = Phone.backEnd(server)) {
      var authToken = backEnd.createAuthToken(uid).value();
      phone.login(authToken);
      backEnd.deleteAuthTokens(uid);

      assertCode("AUTH_ERR_AUTH_TOKEN_NOT_FOUND", () -> phone.login(authToken));
      assertNull(phone.user());
    }
  }

  @Test
  void aBackEndManagesUsersAuthTokensAndPushTokens() throws Exception {
    var uid = Phone.newUser(server, "alice");
    try (var backEnd = Phone.backEnd(server);
        var phone = Phone.client(server)) {
      var changed =
          backEnd.updateUser(
              uid, new UserProfile().name("Alice B.").tags(List.of("beta")).role("admin"));
      assertEquals("Alice B.", changed.name());
      assertEquals(List.of("beta"), backEnd.user(uid).tags());
      assertEquals("admin", changed.role());

      var authToken = backEnd.createAuthToken(uid);
      assertEquals(uid, phone.login(authToken.value()).uid());
      var sessions = backEnd.sessions(uid, 1, 10);
      assertEquals(1, sessions.total());
      assertEquals(authToken.handle(), sessions.rows().get(0).handle());

      backEnd.registerPushToken(authToken.handle(), "fcm_android", "by-back-end-" + uid);
      backEnd.registerPushToken(authToken.handle(), "apns_ios_device", "AB01");
      assertEquals(2, phone.tokens().all().size());
      assertEquals(2, backEnd.pushTokens(authToken.handle(), Scope.ALL).size());
      assertEquals(
          "apns_ios_device", backEnd.deletePushToken(authToken.handle(), "ab01").get(0).platform());
      var gone = backEnd.deletePushTokens(authToken.handle(), Scope.SESSION);
      assertEquals("by-back-end-" + uid, gone.get(0).value());
      assertCode("ERR_TOKEN_NOT_FOUND", () -> backEnd.deletePushToken(authToken.handle(), "none"));

      backEnd.deleteAuthToken(uid, authToken.handle());
      assertCode("AUTH_ERR_AUTH_TOKEN_NOT_FOUND", phone::tokens);
      backEnd.deleteUser(uid, true);
      assertCode("ERR_UID_NOT_FOUND", () -> backEnd.user(uid));
    }
  }

  @Test
  void whatIsReadTwiceIsEqual() throws Exception {
    var uid = Phone.newUser(server, "alice");
    try (var backEnd = Phone.backEnd(server);
        var phone = Phone.loggedIn(server, uid)) {
      phone.registerFcm("phone-" + uid);
      var tokens = phone.tokens();
      assertEquals(tokens, phone.tokens());
      assertEquals(tokens.hashCode(), phone.tokens().hashCode());
      assertEquals(backEnd.user(uid), backEnd.user(uid));
      var session = backEnd.sessions(uid, 1, 10).rows().get(0);
      assertEquals(session, backEnd.sessions(uid, 1, 10).rows().get(0));
      var all = backEnd.pushTokens(session.handle(), Scope.ALL);
      assertEquals(all, backEnd.pushTokens(session.handle(), Scope.ALL));
      phone.deleteTokens(Scope.ALL);
      assertNotEquals(tokens, phone.tokens());
      assertNotEquals(backEnd.createAuthToken(uid), backEnd.createAuthToken(uid));
    }
  }

  @Test
  void aBackEndTurnsPages() throws Exception {
    var app = server.newApp();
    var settings = RollcallSettings.builder(app.id(), "localhost:" + server.httpsPort());
    try (var pem = java.nio.file.Files.newInputStream(server.certificate());
        var backEnd = RollcallBackEnd.open(settings.trust(pem).build(), app.apiKey())) {
      for (int i = 0; i < 5; i++) {
        backEnd.createUser("user-" + i, new UserProfile().name("User " + i));
      }
      var page = backEnd.users(2, 2);
      assertEquals(5, page.total());
      assertEquals(3, page.pages());
      assertEquals(List.of("user-2", "user-3"), page.rows().stream().map(User::uid).toList());
      assertCode(
          "ERR_UID_ALREADY_EXISTS",
          () -> backEnd.createUser("user-1", new UserProfile().name("x")));
    }
  }

  @Test
  void futuresCarryTheAnswerOrTheError() throws Exception {
    var uid = Phone.newUser(server, "alice");
    try (var phone = Phone.client(server)) {
      var tokens =
          phone
              .async(it -> it.login(uid, server.app().authKey()))
              .thenCompose(user -> phone.async(it -> it.registerFcm("phone-" + user.uid())))
              .thenCompose(sent -> phone.async(RollcallClient::tokens))
              .get();
      assertEquals(List.of("phone-" + uid), tokens.all());

      var failed = phone.async(it -> it.registerFcm(" "));
      var error = assertThrows(ExecutionException.class, failed::get);
      assertEquals("TOKEN_BLANK", ((RollcallException) error.getCause()).getCode());
    }
  }

  @Test
  void aFutureFailsWithWhateverItsTaskThrows() throws Exception {
    try (var phone = Phone.client(server)) {
      var failed =
          phone.async(
              it -> {
                throw new StackOverflowError();
              });
      var error =
          assertThrows(ExecutionException.class, () -> failed.get(10, TimeUnit.SECONDS)).getCause();
      assertEquals(RollcallException.INTERNAL, ((RollcallException) error).getCode());
      assertInstanceOf(StackOverflowError.class, error.getCause());
    }
  }

  @Test
  void aListenerIsToldOnceThoughItThrowsWhatOurCallsThrow() throws Exception {
    var told = new LinkedBlockingQueue<String>();
    var listener =
        new Rollcall.CallbackListener<String>() {
          @Override
          public void onSuccess(String result) {
            told.add(result);
            Thread.currentThread().setUncaughtExceptionHandler((thread, e) -> told.add("thrown"));
            StoryTest.<RuntimeException>unchecked(
                RollcallException.local(RollcallException.INTERNAL, "By the listener"));
          }

          @Override
          public void onError(RollcallException e) {
            told.add(e.toString());
          }
        };
    try (var phone = Phone.client(server)) {
      phone.runAndNotify(listener, it -> "done");
      assertEquals("done", told.poll(10, TimeUnit.SECONDS));
      assertEquals("thrown", told.poll(10, TimeUnit.SECONDS));
    }
  }

  // As a listener in Kotlin may do, since Kotlin has no checked exceptions.
  @SuppressWarnings("unchecked")
  private static <E extends Exception> void unchecked(Exception e) throws E {
    throw (E) e;
  }

  @Test
  void manyThreadsMayUseOneClient() throws Exception {
    var uid = Phone.newUser(server, "alice");
    try (var phone = Phone.loggedIn(server, uid);
        var threads = java.util.concurrent.Executors.newVirtualThreadPerTaskExecutor()) {
      var all =
          threads.invokeAll(
              java.util.stream.IntStream.range(0, 50)
                  .<java.util.concurrent.Callable<Object>>mapToObj(
                      i ->
                          () ->
                              i % 3 == 0 ? phone.tokens() : phone.registerFcm("t" + i + "-" + uid))
                  .toList());
      for (var one : all) {
        one.get();
      }
      assertEquals(1, phone.tokens().all().size());
    }
  }
}
