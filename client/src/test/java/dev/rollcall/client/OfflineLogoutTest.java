package dev.rollcall.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rollcall.TestServer;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// A logout without a network: the client forgets the user at once, the server gets the logout later,
/// and another user who has the phone by then loses nothing.
final class OfflineLogoutTest {
  @RegisterExtension static final TestServer server = new TestServer();

  @TempDir Path folder;

  private FileStorage storage() {
    return new FileStorage(folder.resolve("session").toFile());
  }

  private static RollcallClient phone(Relay relay, Storage storage) throws RollcallException {
    var settings = Phone.settings(server, relay.port()).timing(new MovableTiming());
    return RollcallClient.open(settings.build(), storage);
  }

  @Test
  void theServerIsToldBeforeTheNextCall() throws Exception {
    var alice = Phone.newUser(server, "alice");
    var bob = Phone.newUser(server, "bob");
    try (var relay = new Relay(server.httpsPort());
        var tablet = Phone.loggedIn(server, alice);
        var phone = phone(relay, storage())) {
      phone.login(alice, server.app().authKey());
      phone.registerFcm("phone-" + alice);
      relay.cut();
      assertEquals(LoggedOut.QUEUED, phone.logout());
      assertNull(phone.user());
      assertEquals(List.of("phone-" + alice), tablet.tokens().all());

      var error =
          assertThrows(RollcallException.class, () -> phone.login(bob, server.app().authKey()));
      assertEquals(RollcallException.UNREACHABLE, error.getCode());
      assertTrue(error.isRetryable());

      relay.mend();
      phone.login(bob, server.app().authKey());
      assertEquals(List.of(), tablet.tokens().all());
      assertFalse(Files.readString(folder.resolve("session")).contains(alice));
    }
  }

  @Test
  void thisSideForgetsBeforeTheNetworkAnswers() throws Exception {
    var uid = Phone.newUser(server, "alice");
    var seen = new ArrayList<String>();
    var open = new AtomicReference<RollcallClient>();
    var timing =
        new Timing() {
          @Override
          void pause(long millis) {
            seen.add(open.get().user() + " " + kept().contains("\"login\""));
          }
        };
    try (var backEnd = Phone.backEnd(server);
        var silent = new RawServer(server)) {
      var authToken = backEnd.createAuthToken(uid).value();
      silent.answer(RawServer.data("{\"uid\":\"" + uid + "\"}"));
      try (var phone =
          RollcallClient.open(Phone.settings(server, silent.port()).build(), storage())) {
        phone.login(authToken);
      }
      var hurried = Phone.settings(server, silent.port()).timeouts(500, 500).timing(timing);
      try (var phone = RollcallClient.open(hurried.build(), storage())) {
        open.set(phone);
        assertEquals(uid, phone.user().uid());
        silent.answer(RawServer.SILENCE, RawServer.SILENCE, RawServer.SILENCE);
        assertEquals(LoggedOut.QUEUED, phone.logout());
        assertEquals(List.of("null false", "null false"), seen);
      }
      try (var phone = RollcallClient.open(Phone.settings(server).build(), storage())) {
        phone.login(Phone.newUser(server, "bob"), server.app().authKey());
        assertEquals(0, sessionsOf(uid));
      }
    }
  }

  private String kept() {
    try {
      return Files.readString(folder.resolve("session"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aLogoutWaitsForNoLoginThatIsOnItsWay() throws Exception {
    var uid = Phone.newUser(server, "alice");
    var logout = new AtomicReference<CompletableFuture<LoggedOut>>();
    var forgotten = new AtomicBoolean();
    var open = new AtomicReference<RollcallClient>();
    var timing =
        new Timing() {
          @Override
          void pause(long millis) {
            logout.set(open.get().async(RollcallClient::logout));
            var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            while (open.get().user() != null && System.nanoTime() < deadline) {
              Thread.onSpinWait();
            }
            forgotten.set(open.get().user() == null);
          }
        };
    try (var backEnd = Phone.backEnd(server);
        var raw = new RawServer(server);
        var phone =
            RollcallClient.open(
                Phone.settings(server, raw.port()).timing(timing).build(), storage())) {
      open.set(phone);
      var me = RawServer.data("{\"uid\":\"" + uid + "\"}");
      var authToken = backEnd.createAuthToken(uid).value();
      raw.answer(me);
      phone.login(authToken);
      var success = RawServer.data("{\"success\":true}");
      raw.answer(RawServer.error(503, "ERR_BUSY", "Retry-After: 1"), me, success, success);
      phone.login(authToken);
      assertTrue(forgotten.get());
      assertEquals(LoggedOut.DONE, logout.get().get(20, TimeUnit.SECONDS));
      assertNull(phone.user());
      assertFalse(kept().contains(uid));
    }
  }

  @Test
  void aLogoutThatAlwaysFailsHoldsUpNoOther() throws Exception {
    var broken = RawServer.error(500, "ERR_INTERNAL");
    var success = RawServer.data("{\"success\":true}");
    try (var raw = new RawServer(server);
        var phone =
            RollcallClient.open(
                Phone.settings(server, raw.port()).timing(new MovableTiming()).build(),
                storage())) {
      for (var name : List.of("first", "second", "third")) {
        // Before each login, the queued logouts fail once more.
        raw.answer(Collections.nCopies(waiting(), broken).toArray(String[]::new));
        raw.answer(RawServer.data("{\"uid\":\"" + name + "\"}"));
        phone.login(name + "_00001a20dbf3b41c_5d41402abc4b2a76b9719d911017c592");
        raw.answer(broken, broken, broken);
        assertEquals(LoggedOut.QUEUED, phone.logout());
      }
      assertEquals(3, waiting());
      raw.answer(broken, success, success, RawServer.data("{\"uid\":\"bob\"}"));
      phone.login("bob_00001a20dbf3b41d_5d41402abc4b2a76b9719d911017c592");
      assertEquals(1, waiting());
      assertTrue(kept().contains("first_"));

      var empty = RawServer.data("{\"ios\":[],\"web\":[],\"android\":[]}");
      raw.answer(broken, empty, success, empty);
      phone.tokens();
      assertEquals(1, waiting());
      phone.tokens();
      assertEquals(0, waiting());
    }
  }

  private int waiting() {
    return kept().split("logoutToken", -1).length - 1;
  }

  @Test
  void aLogoutThatFindsNoNetworkIsTriedLastTheNextTime() throws Exception {
    var hangUp = RawServer.HANG_UP;
    var success = RawServer.data("{\"success\":true}");
    try (var raw = new RawServer(server);
        var phone =
            RollcallClient.open(
                Phone.settings(server, raw.port())
                    .timing(new MovableTiming())
                    .retries(1, 0)
                    .build(),
                storage())) {
      raw.answer(RawServer.data("{\"uid\":\"first\"}"));
      phone.login("first_00001a20dbf3b41c_5d41402abc4b2a76b9719d911017c592");
      raw.answer(hangUp);
      phone.logout();
      raw.answer(hangUp, RawServer.data("{\"uid\":\"second\"}"));
      phone.login("second_00001a20dbf3b41c_5d41402abc4b2a76b9719d911017c592");
      raw.answer(hangUp);
      phone.logout();

      raw.answer(hangUp, RawServer.data("{\"uid\":\"bob\"}"), success, hangUp);
      phone.login("bob_00001a20dbf3b41d_5d41402abc4b2a76b9719d911017c592");
      assertEquals(2, waiting());
      assertThrows(RollcallException.class, phone::tokens);
      assertEquals(1, waiting());
      assertTrue(kept().contains("first_"));
    }
  }

  @Test
  void whoLogsInAgainWithTheSameAuthTokenIsNotLoggedOutLater() throws Exception {
    var uid = Phone.newUser(server, "alice");
    try (var backEnd = Phone.backEnd(server);
        var relay = new Relay(server.httpsPort());
        var phone = phone(relay, storage())) {
      var authToken = backEnd.createAuthToken(uid).value();
      phone.login(authToken);
      relay.cut();
      phone.logout();
      try (var raw = new RawServer(server)) {
        raw.answer(RawServer.error(503, "ERR_BUSY"), RawServer.data("{\"uid\":\"" + uid + "\"}"));
        var elsewhere = Phone.settings(server, raw.port()).timing(new MovableTiming()).build();
        try (var other = RollcallClient.open(elsewhere, storage())) {
          other.login(authToken);
          assertEquals(0, waiting());
        }
      }
    }
  }

  @Test
  void aProcessThatIsKilledInBetweenTellsItsSuccessorAndTheNewOwnerLosesNothing() throws Exception {
    var alice = Phone.newUser(server, "alice");
    var bob = Phone.newUser(server, "bob");
    var token = "handed-" + alice;
    try (var relay = new Relay(server.httpsPort());
        var tablet = Phone.loggedIn(server, alice);
        var bobsPhone = Phone.loggedIn(server, bob)) {
      var process = start(relay, alice, token);
      try (var said =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
        assertEquals("registered", said.readLine());
        relay.cut();
        process.getOutputStream().write('\n');
        process.getOutputStream().flush();
        assertEquals("QUEUED", said.readLine());
      } finally {
        process.destroyForcibly().waitFor();
      }
      assertEquals(List.of(token), tablet.tokens().all());

      // Bob gets the phone and his app registers its token. Alice registers a second token on her
      // tablet.
      bobsPhone.registerFcm(token);
      assertEquals(List.of(), tablet.tokens().all());
      tablet.registerFcm("tablet-" + alice);

      relay.mend();
      try (var again = phone(relay, storage())) {
        assertNull(again.user());
        again.login(bob, server.app().authKey());
        assertEquals(List.of(token), again.tokens().all());
      }
      assertEquals(List.of(token), bobsPhone.tokens().all());
      assertEquals(List.of("tablet-" + alice), tablet.tokens().all());
      assertEquals(1, sessionsOf(alice));
    }
  }

  private Process start(Relay relay, String uid, String token) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Doomed.class.getName(),
            String.valueOf(relay.port()),
            server.certificate().toString(),
            server.app().id(),
            server.app().authKey(),
            uid,
            token,
            folder.resolve("session").toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static long sessionsOf(String uid) throws RollcallException {
    try (var backEnd = Phone.backEnd(server)) {
      return backEnd.sessions(uid, 1, 100).total();
    }
  }

  /// A phone that is killed after its user logged out without a network.
  static final class Doomed {
    public static void main(String[] args) throws Exception {
      try (var pem = Files.newInputStream(Path.of(args[1]))) {
        var settings =
            RollcallSettings.builder(args[2], "localhost:" + args[0]).trust(pem).retries(1, 0);
        var client = RollcallClient.open(settings.build(), new FileStorage(new File(args[6])));
        client.login(args[4], args[3]);
        client.registerFcm(args[5]);
        System.out.println("registered");
        System.in.read();
        System.out.println(client.logout());
        System.in.read();
      }
    }
  }

  @Test
  void whatAProxyAnswersIsNoReasonToForgetALogout() throws Exception {
    var uid = Phone.newUser(server, "alice");
    var html = "HTTP/1.1 404 Not Found\r\nContent-Length: 6\r\n\r\n<html>";
    String authToken;
    try (var backEnd = Phone.backEnd(server);
        var proxy = new RawServer(server);
        var phone = RollcallClient.open(Phone.settings(server, proxy.port()).build(), storage())) {
      authToken = backEnd.createAuthToken(uid).value();
      proxy.answer(RawServer.data("{\"uid\":\"" + uid + "\"}"), html, html, html);
      phone.login(authToken);
      assertEquals(LoggedOut.QUEUED, phone.logout());
      assertThrows(RollcallException.class, () -> phone.login("bob", "key"));
    }
    try (var phone = RollcallClient.open(Phone.settings(server).build(), storage())) {
      phone.login(Phone.newUser(server, "bob"), server.app().authKey());
      assertEquals(0, sessionsOf(uid));
    }
  }

  @Test
  void aLogoutThatTheServerAnsweredIsNotQueued() throws Exception {
    var alice = Phone.newUser(server, "alice");
    try (var relay = new Relay(server.httpsPort());
        var phone = phone(relay, storage())) {
      phone.login(alice, server.app().authKey());
      assertEquals(LoggedOut.DONE, phone.logout());
      assertFalse(Files.readString(folder.resolve("session")).contains(alice));
      assertEquals(0, sessionsOf(alice));
    }
  }

  @Test
  void aSessionThatTheServerEndedMeanwhileIsNoReasonToWait() throws Exception {
    var alice = Phone.newUser(server, "alice");
    try (var relay = new Relay(server.httpsPort());
        var phone = phone(relay, storage());
        var backEnd = Phone.backEnd(server)) {
      phone.login(alice, server.app().authKey());
      backEnd.deleteAuthTokens(alice);
      assertEquals(LoggedOut.DONE, phone.logout());
      assertNull(phone.user());
    }
  }

  @Test
  void anotherUserWhoLogsInWithoutANetworkFirstLogsTheOldOneOut() throws Exception {
    var alice = Phone.newUser(server, "alice");
    var bob = Phone.newUser(server, "bob");
    try (var relay = new Relay(server.httpsPort());
        var phone = phone(relay, storage())) {
      phone.login(alice, server.app().authKey());
      phone.registerFcm("phone-" + alice);
      relay.cut();
      assertThrows(RollcallException.class, () -> phone.login(bob, server.app().authKey()));
      assertNull(phone.user());
      relay.mend();
      phone.login(bob, server.app().authKey());
      assertEquals(0, sessionsOf(alice));
    }
  }

  @Test
  void severalLogoutsWaitTogetherAndAreAllTold() throws Exception {
    var alice = Phone.newUser(server, "alice");
    var bob = Phone.newUser(server, "bob");
    try (var relay = new Relay(server.httpsPort());
        var backEnd = Phone.backEnd(server);
        var phone = phone(relay, storage())) {
      var first = backEnd.createAuthToken(alice).value();
      var second = backEnd.createAuthToken(alice).value();
      for (var authToken : List.of(first, second)) {
        phone.login(authToken);
        relay.cut();
        assertEquals(LoggedOut.QUEUED, phone.logout());
        relay.mend();
        relay.cut();
        assertThrows(RollcallException.class, () -> phone.login(bob, "x"));
        relay.mend();
        if (authToken.equals(first)) {
          assertEquals(2, sessionsOf(alice));
        }
      }
      phone.login(bob, server.app().authKey());
      assertEquals(0, sessionsOf(alice));
    }
  }
}
