package dev.rollcall.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rollcall.TestServer;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Several threads of one app change its push tokens at the same time: the last call decides.
final class TurnsTest {
  @RegisterExtension static final TestServer server = new TestServer();

  private static final String AUTH_TOKEN =
      "alice_00001a20dbf3b41c_5d41402abc4b2a76b9719d911017c592";

  /// Another thread registers during a call.
  private static final class Meanwhile extends Timing {
    private final AtomicReference<Thread> waiting = new AtomicReference<>();

    @Override
    long now() {
      interfere();
      return super.now();
    }

    @Override
    void pause(long millis) {
      interfere();
    }

    private void interfere() {
      var other = waiting.getAndSet(null);
      if (other != null) {
        other.start();
        while (other.isAlive() && other.getState() != Thread.State.WAITING) {
          Thread.onSpinWait();
        }
      }
    }

    Thread once(RollcallClient phone, String fcmToken) {
      var thread =
          new Thread(
              () -> {
                try {
                  phone.registerFcm(fcmToken);
                } catch (RollcallException e) {
                  throw new IllegalStateException(e);
                }
              });
      waiting.set(thread);
      return thread;
    }
  }

  private final Meanwhile timing = new Meanwhile();

  @Test
  void aCheckBringsNoOlderTokenBack() throws Exception {
    var uid = Phone.newUser(server, "alice");
    try (var backEnd = Phone.backEnd(server);
        var phone = Phone.client(Phone.settings(server).timing(timing))) {
      var authToken = backEnd.createAuthToken(uid);
      phone.login(authToken.value());
      phone.registerFcm("old-" + uid);
      backEnd.deletePushTokens(authToken.handle(), Scope.SESSION);

      var other = timing.once(phone, "new-" + uid);
      assertEquals(Registered.SENT, phone.checkRegistration());
      other.join();
      assertEquals(List.of("new-" + uid), phone.tokens().all());
    }
  }

  @Test
  void whatADeletionTookDoesNotPassForRegistered() throws Exception {
    var success = RawServer.data("{\"success\":true}");
    try (var raw = new RawServer(server);
        var phone = Phone.client(Phone.settings(server, raw.port()).timing(timing))) {
      raw.answer(RawServer.data("{\"uid\":\"alice\"}"));
      phone.login(AUTH_TOKEN);
      raw.answer(RawServer.error(503, "ERR_BUSY", "Retry-After: 1"), success, success);

      var other = timing.once(phone, "fcm-1");
      phone.deleteTokens(Scope.SESSION);
      other.join();
      assertEquals(Registered.UNCHANGED, phone.registerFcm("fcm-1"));
      assertTrue(raw.requests().get(raw.requests().size() - 1).startsWith("POST /v2/tokens "));
    }
  }
}
