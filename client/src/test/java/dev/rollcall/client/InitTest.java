package dev.rollcall.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rollcall.TestServer;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// An app calls `init` again while a call is running: the old client changes nothing in the storage of
/// the new one.
final class InitTest {
  @RegisterExtension static final TestServer server = new TestServer();

  private static final String ALICE = "alice_00001a20dbf3b41c_5d41402abc4b2a76b9719d911017c592";
  private static final String BOB = "bob_00001a20dbf3b41d_5d41402abc4b2a76b9719d911017c592";
  private static final String SUCCESS = RawServer.data("{\"success\":true}");
  private static final String BUSY = RawServer.error(503, "ERR_BUSY", "Retry-After: 1");

  private final MemoryStorage storage = new MemoryStorage();
  private RawServer raw;

  @BeforeEach
  void listen() throws Exception {
    raw = new RawServer(server);
  }

  @AfterEach
  void hangUp() {
    raw.close();
  }

  private static String me(String uid) {
    return RawServer.data("{\"uid\":\"" + uid + "\"}");
  }

  /// The client that `init` opens, which runs an action between two tries of a call.
  private RollcallClient init(Runnable betweenTries) {
    var timing =
        new Timing() {
          @Override
          void pause(long millis) {
            betweenTries.run();
          }
        };
    return init(storage, timing);
  }

  private RollcallClient init(Storage where, Timing timing) {
    var ready = new CompletableFuture<String>();
    Rollcall.init(
        Phone.settings(server, raw.port()).timing(timing).build(),
        where,
        new Rollcall.CallbackListener<>() {
          @Override
          public void onSuccess(String result) {
            ready.complete(result);
          }

          @Override
          public void onError(RollcallException e) {
            ready.completeExceptionally(e);
          }
        });
    ready.join();
    return Rollcall.client();
  }

  private void bobComes() {
    var fresh = init(storage, new Timing());
    try {
      if (fresh.user() != null) {
        raw.answer(SUCCESS);
        fresh.logout();
      }
      raw.answer(me("bob"), SUCCESS);
      fresh.login(BOB);
      fresh.registerFcm("fcm-of-bob");
    } catch (RollcallException e) {
      throw new IllegalStateException(e);
    }
  }

  private void assertThatBobStays() throws RollcallException {
    assertEquals("bob", Rollcall.getLoggedInUser().uid());
    try (var next = RollcallClient.open(Phone.settings(server, raw.port()).build(), storage)) {
      assertEquals("bob", next.user().uid());
      assertEquals(Registered.UNCHANGED, next.registerFcm("fcm-of-bob"));
    }
  }

  private static RollcallException failure(org.junit.jupiter.api.function.Executable call) {
    return assertThrows(RollcallException.class, call);
  }

  /// Bob logs in during a call of the old client, which then gets these answers.
  private RollcallClient initBeforeBob(String... late) {
    return init(
        () -> {
          bobComes();
          raw.answer(late);
        });
  }

  @Test
  void aRegistrationThatIsAnsweredLateIsNotKept() throws RollcallException {
    var old = initBeforeBob(SUCCESS);
    raw.answer(me("alice"), BUSY);
    old.login(ALICE);
    old.registerFcm("fcm-of-alice");
    assertThatBobStays();
  }

  @Test
  void aRegistrationThatWasOvertakenIsNotForcedThrough() throws RollcallException {
    var old = initBeforeBob(RawServer.error(409, "ERR_SUPERSEDED"));
    raw.answer(me("alice"), BUSY);
    old.login(ALICE);
    assertEquals("ERR_SUPERSEDED", failure(() -> old.registerFcm("fcm-of-alice")).getCode());
    assertTrue(lastRequest().contains("\"sequence\""));
    assertThatBobStays();
  }

  private String lastRequest() {
    return raw.requests().get(raw.requests().size() - 1);
  }

  @Test
  void aSessionThatHasEndedForTheOldClientEndsNothingHere() throws RollcallException {
    var old = initBeforeBob(RawServer.error(401, "AUTH_ERR_AUTH_TOKEN_NOT_FOUND"));
    raw.answer(me("alice"), BUSY);
    old.login(ALICE);
    assertEquals("AUTH_ERR_AUTH_TOKEN_NOT_FOUND", failure(old::tokens).getCode());
    assertThatBobStays();
  }

  @Test
  void whatTheOldClientWouldHaveToKeepItRefuses() throws RollcallException {
    var old = init(storage, new Timing());
    raw.answer(me("alice"));
    old.login(ALICE);
    bobComes();
    int before = raw.requests().size();
    assertEquals(RollcallException.CLOSED, failure(old::logout).getCode());
    assertEquals(RollcallException.CLOSED, failure(() -> old.registerFcm("late")).getCode());
    assertEquals(RollcallException.CLOSED, failure(() -> old.login("carl", "key")).getCode());
    assertEquals(before, raw.requests().size());
    assertThatBobStays();
  }

  @Test
  void aLoginThatIsAnsweredLateFailsAndItsSessionIsEnded() throws RollcallException {
    var authToken = RawServer.data("{\"authToken\":\"" + ALICE + "\"}");
    var old = initBeforeBob(authToken, me("alice"), SUCCESS);
    raw.answer(BUSY);
    var error = failure(() -> old.login("alice", "the-auth-key"));
    assertEquals(RollcallException.CLOSED, error.getCode());
    assertTrue(lastRequest().startsWith("POST /v1/logout "));
    assertThatBobStays();
  }

  @Test
  void whereTheStorageFailsTheClientThatThereWasGoesOn() throws RollcallException {
    var old = init(storage, new Timing());
    raw.answer(me("alice"));
    old.login(ALICE);
    var broken =
        new Storage() {
          @Override
          public String load() throws IOException {
            throw new IOException("no room");
          }

          @Override
          public void save(String text) {}
        };
    assertThrows(Exception.class, () -> init(broken, new Timing()));
    assertTrue(Rollcall.client() == old);
    raw.answer(SUCCESS);
    assertEquals(LoggedOut.DONE, old.logout());
  }
}
