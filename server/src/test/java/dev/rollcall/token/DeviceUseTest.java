package dev.rollcall.token;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/// When a name of a phone turns out to be that of several phones, and when it recovers.
final class DeviceUseTest {
  private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");
  private static final Duration DAY = Duration.ofDays(1);
  private static final Duration MEMORY = DeviceUse.MEMORY;

  private DeviceUse use = DeviceUse.NONE;

  private static TokenValue value(String text) {
    return new TokenValue(Channel.FCM, text);
  }

  private static PushToken held(long user, String text, Instant at) {
    long then = at.toEpochMilli();
    return new PushToken(
        user, user, value(text), PushPlatform.FCM_ANDROID, "default", null, then, then);
  }

  /// The user registers this value while another one holds `other`. Returns whether it replaces it.
  private boolean replaces(long user, String text, PushToken other, Instant at) {
    use = use.after(user, value(text), List.of(other), at);
    return !use.isShared(at);
  }

  @Test
  void threeUsersOfATabletReplaceOneAnotherAllDay() {
    for (int i = 1; i <= 60; i++) {
      var at = NOON.plusSeconds(i * 600L);
      var before = held((i - 1) % 3 + 1, "t" + (i - 1), at);
      assertTrue(replaces(i % 3 + 1, "t" + i, before, at), "turn " + i);
    }
    assertEquals(16, use.traces().size());
  }

  @Test
  void theFourthUserWithinADayReplacesNobody() {
    assertTrue(replaces(2, "b", held(1, "a", NOON), NOON));
    assertTrue(replaces(3, "c", held(2, "b", NOON), NOON));
    assertFalse(replaces(4, "d", held(3, "c", NOON), NOON));
    assertFalse(replaces(5, "e", held(3, "c", NOON), NOON));
  }

  @Test
  void usersWhoFollowOneAnotherSlowlyReplaceOneAnother() {
    for (int i = 2; i < 40; i++) {
      var at = NOON.plus(DAY.multipliedBy(i));
      assertTrue(replaces(i, "t" + i, held(i - 1, "t" + (i - 1), at), at));
    }
  }

  @Test
  void aTokenThatComesBackIsThatOfAnotherPhone() {
    assertTrue(replaces(1, "b", held(1, "a", NOON), NOON));
    assertFalse(replaces(1, "a", held(1, "b", NOON), NOON.plus(MEMORY).minusMillis(1)));
  }

  @Test
  void aTokenThatComesBackAfterAMonthProvesNothing() {
    assertTrue(replaces(1, "b", held(1, "a", NOON), NOON));
    assertTrue(replaces(1, "a", held(1, "b", NOON), NOON.plus(MEMORY)));
  }

  @Test
  void theSameTextInAnotherChannelIsAnotherToken() {
    assertTrue(replaces(1, "b", held(1, "aa", NOON), NOON));
    use = use.after(1, new TokenValue(Channel.APNS, "aa"), List.of(held(1, "b", NOON)), NOON);
    assertFalse(use.isShared(NOON));
  }

  @Test
  void aNameRecoversWhenOnlyOnePhoneUsedItForAMonth() {
    use = use.after(1, value("b"), List.of(held(1, "a", NOON)), NOON);
    use = use.after(1, value("a"), List.of(held(1, "b", NOON)), NOON);
    var dead = held(1, "b", NOON);
    for (int day = 1; day < 30; day++) {
      assertFalse(replaces(1, "a", dead, NOON.plus(DAY.multipliedBy(day))));
    }
    assertTrue(replaces(1, "a", dead, NOON.plus(MEMORY)));
  }

  @Test
  void aNameStaysSharedWhileTheOtherPhoneRegistersToo() {
    use = use.after(1, value("b"), List.of(held(1, "a", NOON)), NOON);
    use = use.after(1, value("a"), List.of(held(1, "b", NOON)), NOON);
    for (int day = 10; day < 200; day += 10) {
      var at = NOON.plus(DAY.multipliedBy(day));
      assertFalse(replaces(1, "a", held(1, "b", at.minus(DAY)), at), "day " + day);
    }
  }

  @Test
  void aNameStaysSharedWhileNewPhonesComeAndIsWrittenOnceADay() {
    use = use.after(1, value("b"), List.of(held(1, "a", NOON)), NOON);
    use = use.after(1, value("a"), List.of(held(1, "b", NOON)), NOON);
    var dead = held(1, "b", NOON);
    var known = use;
    assertFalse(replaces(7, "g", dead, NOON.plus(DAY).minusMillis(1)));
    assertSame(known, use);
    for (int day = 1; day < 100; day++) {
      assertFalse(replaces(day, "t" + day, dead, NOON.plus(DAY.multipliedBy(day))));
    }
    assertEquals(16, use.traces().size());
  }
}
