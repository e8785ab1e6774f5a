package dev.rollcall.storage.token;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One thing that is done, by a device, a back end, or time itself.
///
/// Sessions are numbered in the order in which they were opened, and counted round: so a program
/// that is made shorter still means something.
sealed interface Deed {

  /// Two of them have one uid, in apps that must not see each other.
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

  /// The channels, as the model calls them.
  enum Way {
    FCM,
    APNS,
    VOIP
  }

  /// What a client asks to have registered; `phone` and `sequence` only if it tells them.
  record Wish(Way way, int number, @Nullable String phone, @Nullable Long sequence) {

    /// 24 characters, of which the first eight differ from one number to the next.
    String value() {
      return way == Way.FCM ? "token-" + number + "-abcdefghijklmnop" : ("a" + number).repeat(12);
    }

    @Override
    public String toString() {
      var of = phone == null ? "" : " of " + phone;
      return way + "-" + number + of + (sequence == null ? "" : " as its " + sequence + ".");
    }
  }

  /// A `passing` session ends by itself after a day.
  record Login(Person person, @Nullable String device, boolean passing) implements Deed {}

  /// The client may tell along with it which `device` it runs on.
  record Register(int session, List<Wish> wishes, @Nullable String device) implements Deed {}

  record BackEndRegisters(int session, Wish wish) implements Deed {}

  /// With an auth token of the session that has another secret.
  record Forge(int session, Wish wish) implements Deed {}

  /// With the key of another app.
  record Intrude(int session) implements Deed {}

  record Logout(int session) implements Deed {}

  /// With the logout token.
  record LogoutLate(int session) implements Deed {}

  record EndSession(int session) implements Deed {}

  record EndSessions(Person person) implements Deed {}

  record DeleteUser(Person person, boolean forGood) implements Deed {}

  record Delete(int session, boolean all) implements Deed {}

  record BackEndDeletes(int session, boolean all) implements Deed {}

  record BackEndDeletesOne(int session, Wish wish) implements Deed {}

  record Wait(Duration time) implements Deed {}

  record SweepSessions() implements Deed {}

  record SweepTokens() implements Deed {}
}
