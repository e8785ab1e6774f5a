package dev.rollcall.storage.token;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One operation of a random program: of a device, of a back end, or the passing of time.
///
/// Sessions have numbers in the order in which they were opened, modulo their count. So a program
/// that is shortened still makes sense.
sealed interface Operation {

  /// Two of them have the same uid, in apps that must not see each other.
  enum Person {
    ALICE("shop", "alice"),
    BOB("shop", "bob"),
    NAMESAKE("forum", "alice");

    private final String app;
    private final String uid;

    Person(String app, String uid) {
      this.app = app;
      this.uid = uid;
    }

    String app() {
      return app;
    }

    String uid() {
      return uid;
    }
  }

  /// The channels that programs use.
  enum ModelChannel {
    FCM,
    APNS,
    VOIP
  }

  /// A token that a client registers, with `phone` and `sequence` if it sends them.
  record TokenRequest(
      ModelChannel channel, int number, @Nullable String phone, @Nullable Long sequence) {

    /// 24 characters, of which the first eight differ from one number to the next.
    String value() {
      return channel == ModelChannel.FCM
          ? "token-" + number + "-abcdefghijklmnop"
          : ("a" + number).repeat(12);
    }

    @Override
    public String toString() {
      var of = phone == null ? "" : " of " + phone;
      return channel + "-" + number + of + (sequence == null ? "" : " as its " + sequence + ".");
    }
  }

  /// A `shortLived` session expires after a day.
  record Login(Person person, @Nullable String device, boolean shortLived) implements Operation {}

  /// The client may say in the same request which `device` it runs on.
  record Register(int session, List<TokenRequest> tokens, @Nullable String device)
      implements Operation {}

  record BackEndRegisters(int session, TokenRequest token) implements Operation {}

  /// A registration with an auth token of the session that has another secret.
  record Forge(int session, TokenRequest token) implements Operation {}

  /// A deletion with the key of another app.
  record Intrude(int session) implements Operation {}

  record Logout(int session) implements Operation {}

  /// A logout with the logout token.
  record LogoutLate(int session) implements Operation {}

  record EndSession(int session) implements Operation {}

  record EndSessions(Person person) implements Operation {}

  record DeleteUser(Person person, boolean permanent) implements Operation {}

  record Delete(int session, boolean all) implements Operation {}

  record BackEndDeletes(int session, boolean all) implements Operation {}

  record BackEndDeletesOne(int session, TokenRequest token) implements Operation {}

  record Wait(Duration time) implements Operation {}

  record SweepSessions() implements Operation {}

  record SweepTokens() implements Operation {}
}
