package dev.rollcall.token;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

final class SubscriptionTest {
  private static final Subscription KNOWN = new Subscription("point", "secret", "server key");

  @Test
  void aServerKeyIsRememberedForAsLongAsTheBrowsersKeysAreTheSame() {
    assertEquals(KNOWN, Subscription.orElse(new Subscription("point", "secret", null), KNOWN));
    assertEquals(KNOWN, Subscription.orElse(null, KNOWN));
  }

  @Test
  void aBrowserThatHasSubscribedAnewIsBelieved() {
    for (var fresh :
        new Subscription[] {
          new Subscription("point", "another secret", null),
          new Subscription("another point", "secret", null),
          new Subscription("point", "secret", "another server key")
        }) {
      assertEquals(fresh, Subscription.orElse(fresh, KNOWN));
    }
  }
}
