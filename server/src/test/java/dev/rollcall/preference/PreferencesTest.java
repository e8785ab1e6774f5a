package dev.rollcall.preference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.DayOfWeek;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// The rules of who is left alone when, without a database.
final class PreferencesTest {
  private static final Context MESSAGE = Context.message(Peer.user("bob"));
  private static final Context CALL = Context.call(Peer.group("team"));

  private static Preferences with(DayOfWeek day, Week.Day hours) {
    var days = new ArrayList<Optional<Week.Day>>();
    for (var it : DayOfWeek.values()) {
      days.add(it == day ? Optional.of(hours) : Optional.empty());
    }
    return Preferences.DEFAULTS.with(
        new Preferences.Change(Optional.empty(), Map.of(), Optional.of(days), Optional.empty()));
  }

  private static Preferences with(Preferences preferences, Subject subject, int level) {
    return preferences.with(
        new Preferences.Change(
            Optional.empty(), Map.of(subject, level), Optional.empty(), Optional.empty()));
  }

  private static void assertSilent(boolean silent, Preferences preferences, String at) {
    var now = Instant.parse(at);
    assertEquals(silent, preferences.silences(MESSAGE, now, List.of()), at);
    assertEquals(silent, preferences.silences(CALL, now, List.of()), at);
  }

  private static Preferences everyDay(Week.Day hours) {
    return Preferences.DEFAULTS.with(
        new Preferences.Change(
            Optional.empty(),
            Map.of(),
            Optional.of(Collections.nCopies(7, Optional.of(hours))),
            Optional.empty()));
  }

  @Test
  void outsideTheHoursOfTheDayThereIsSilence() {
    var tuesday = with(DayOfWeek.TUESDAY, new Week.Day(900, 1730, false));
    assertSilent(true, tuesday, "2026-11-24T08:59:59Z");
    assertSilent(false, tuesday, "2026-11-24T09:00:00Z");
    assertSilent(false, tuesday, "2026-11-24T17:30:59Z");
    assertSilent(true, tuesday, "2026-11-24T17:31:00Z");
    assertSilent(false, tuesday, "2026-11-25T08:00:00Z");
  }

  @Test
  void hoursMayGoAroundMidnight() {
    var tuesday = with(DayOfWeek.TUESDAY, new Week.Day(2200, 600, false));
    assertSilent(false, tuesday, "2026-11-24T06:00:59Z");
    assertSilent(true, tuesday, "2026-11-24T12:00:00Z");
    assertSilent(false, tuesday, "2026-11-24T22:00:00Z");
  }

  @Test
  void aDayCanBeQuietAltogether() {
    var tuesday = with(DayOfWeek.TUESDAY, new Week.Day(0, 2359, true));
    assertSilent(true, tuesday, "2026-11-24T00:00:00Z");
    assertSilent(true, tuesday, "2026-11-24T23:59:59Z");
    assertSilent(false, tuesday, "2026-11-25T00:00:00Z");
  }

  @Test
  void theWeekIsThatOfTheUsersTimeZone() {
    var tuesday = with(DayOfWeek.TUESDAY, new Week.Day(0, 2359, true)).withTimezone("Asia/Kolkata");
    assertSilent(true, tuesday, "2026-11-23T18:30:00Z");
    assertSilent(false, tuesday, "2026-11-24T18:30:00Z");
  }

  @Test
  void aWeekWithHoursAroundMidnightOnOneDayChangesOnlyThatDay() {
    var saturday = with(DayOfWeek.SATURDAY, new Week.Day(2200, 600, false));
    assertSilent(false, saturday, "2026-11-27T23:59:59Z");
    assertSilent(false, saturday, "2026-11-28T00:00:00Z");
    assertSilent(false, saturday, "2026-11-28T06:00:59Z");
    assertSilent(true, saturday, "2026-11-28T06:01:00Z");
    assertSilent(true, saturday, "2026-11-28T21:59:59Z");
    assertSilent(false, saturday, "2026-11-28T22:00:00Z");
    assertSilent(false, saturday, "2026-11-29T06:01:00Z");
    assertSilent(false, saturday, "2026-11-29T12:00:00Z");
  }

  @Test
  void onTheDayOnWhichAnHourIsSkippedTheClockOnTheWallCounts() {
    var late = everyDay(new Week.Day(230, 2200, false)).withTimezone("Europe/Berlin");
    assertSilent(true, late, "2026-03-29T00:59:59Z");
    // It is three o'clock now; half past two was never shown.
    assertSilent(false, late, "2026-03-29T01:00:00Z");
    assertSilent(false, late, "2026-03-29T20:00:59Z");
    assertSilent(true, late, "2026-03-29T20:01:00Z");

    var early = everyDay(new Week.Day(0, 230, false)).withTimezone("Europe/Berlin");
    assertSilent(false, early, "2026-03-29T00:59:59Z");
    assertSilent(true, early, "2026-03-29T01:00:00Z");
  }

  @Test
  void onTheDayOnWhichAnHourIsRepeatedTheClockOnTheWallCountsTwice() {
    var late = everyDay(new Week.Day(230, 2200, false)).withTimezone("Europe/Berlin");
    assertSilent(true, late, "2026-10-25T00:29:59Z");
    assertSilent(false, late, "2026-10-25T00:30:00Z");
    assertSilent(false, late, "2026-10-25T00:59:59Z");
    // It is two o'clock again.
    assertSilent(true, late, "2026-10-25T01:00:00Z");
    assertSilent(true, late, "2026-10-25T01:29:59Z");
    assertSilent(false, late, "2026-10-25T01:30:00Z");

    var early = everyDay(new Week.Day(0, 230, false)).withTimezone("Europe/Berlin");
    assertSilent(false, early, "2026-10-25T00:30:59Z");
    assertSilent(true, early, "2026-10-25T00:31:00Z");
    assertSilent(false, early, "2026-10-25T01:00:00Z");
    assertSilent(true, early, "2026-10-25T01:31:00Z");
  }

  @Test
  void untilTheUserChoosesAZoneTheNewestKnownOneOfADeviceCounts() {
    var chosen = Preferences.DEFAULTS.withTimezone("Europe/Berlin");
    var told = List.of("Asia/Kolkata", "America/New_York");
    assertEquals("Z", Preferences.DEFAULTS.zone(List.of()).getId());
    assertEquals("Asia/Kolkata", Preferences.DEFAULTS.zone(told).getId());
    assertEquals("Europe/Berlin", chosen.zone(told).getId());
    assertEquals("Europe/Berlin", chosen.zone(List.of()).getId());
    for (var unknown : List.of("Etc/Unknown", "", " ", "asia/kolkata", "GMT+5:30x", "5.5")) {
      assertEquals(
          "America/New_York",
          Preferences.DEFAULTS.zone(List.of(unknown, "America/New_York")).getId(),
          unknown);
      assertEquals("Z", Preferences.DEFAULTS.zone(List.of(unknown)).getId(), unknown);
    }
  }

  @Test
  void devicesAreAskedOnlyWhereAScheduleHasNoChosenZone() {
    var schedule = everyDay(new Week.Day(800, 2200, false));
    assertFalse(Preferences.DEFAULTS.dependsOnDevices());
    assertTrue(schedule.dependsOnDevices());
    assertFalse(schedule.withTimezone("Europe/Berlin").dependsOnDevices());
  }

  @Test
  void levelsThatSayAsMuchAsASwitchShowAsIt() {
    var preferences = Preferences.DEFAULTS;
    for (var subject : Subject.of(Peer.Kind.USER)) {
      assertEquals(Set.of(), preferences.shown());
      preferences = with(preferences, subject, Subject.NONE);
    }
    assertEquals(Set.of(Switch.USER_CHATS), preferences.shown());
    assertEquals(
        Subject.DEFAULT, preferences.with(false, Set.of()).level(Subject.ONE_ON_ONE_MESSAGES));
  }

  @Test
  void aSwitchGivesBackTheLevelsThatWereChosenBefore() {
    var preferences = with(Preferences.DEFAULTS, Subject.GROUP_REPLIES, 4);
    var muted = preferences.with(false, Set.of(Switch.GROUP_CHATS));
    assertEquals(Subject.NONE, muted.level(Subject.GROUP_REPLIES));
    assertEquals(4, muted.with(false, Set.of()).level(Subject.GROUP_REPLIES));
  }

  @Test
  void onlyMentionsDoesNotBringBackWhatIsOff() {
    var preferences =
        with(Preferences.DEFAULTS, Subject.GROUP_MESSAGES, Subject.NONE)
            .with(false, Set.of(Switch.ONLY_MENTIONS));
    assertEquals(Subject.NONE, preferences.level(Subject.GROUP_MESSAGES));
    assertEquals(Subject.MENTIONS, preferences.level(Subject.GROUP_REPLIES));
    assertEquals(
        Set.of(), with(preferences, Subject.ONE_ON_ONE_MESSAGES, Subject.DEFAULT).switches());
  }

  @Test
  void usersHaveNoMembers() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new Context(Topic.CHAT, Peer.user("bob"), false, Action.MEMBER_LEFT));
    for (var action : Action.values()) {
      var peers =
          action.isOfMembers()
              ? List.of(Peer.group("team"))
              : List.of(Peer.group("team"), Peer.user("bob"));
      peers.forEach(it -> Subject.of(new Context(Topic.CHAT, it, false, action)));
    }
  }
}
