package dev.rollcall.preference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.DayOfWeek;
import java.time.Instant;
import java.util.ArrayList;
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
    return Preferences.USUAL.with(
        new Preferences.Change(Optional.empty(), Map.of(), Optional.of(days), Optional.empty()));
  }

  private static Preferences with(Preferences preferences, Subject subject, int level) {
    return preferences.with(
        new Preferences.Change(
            Optional.empty(), Map.of(subject, level), Optional.empty(), Optional.empty()));
  }

  private static void assertSilent(boolean silent, Preferences preferences, String at) {
    var now = Instant.parse(at);
    assertEquals(silent, preferences.silences(MESSAGE, now), at);
    assertEquals(silent, preferences.silences(CALL, now), at);
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
    var tuesday = with(DayOfWeek.TUESDAY, new Week.Day(0, 2359, true)).in("Asia/Kolkata");
    assertSilent(true, tuesday, "2026-11-23T18:30:00Z");
    assertSilent(false, tuesday, "2026-11-24T18:30:00Z");
  }

  @Test
  void levelsThatSayAsMuchAsASwitchShowAsIt() {
    var preferences = Preferences.USUAL;
    for (var subject : Subject.of(Peer.Kind.USER)) {
      assertEquals(Set.of(), preferences.shown());
      preferences = with(preferences, subject, Subject.NONE);
    }
    assertEquals(Set.of(Switch.USER_CHATS), preferences.shown());
    assertEquals(
        Subject.USUAL, preferences.with(false, Set.of()).level(Subject.ONE_ON_ONE_MESSAGES));
  }

  @Test
  void aSwitchGivesBackTheLevelsThatWereChosenBefore() {
    var preferences = with(Preferences.USUAL, Subject.GROUP_REPLIES, 4);
    var muted = preferences.with(false, Set.of(Switch.GROUP_CHATS));
    assertEquals(Subject.NONE, muted.level(Subject.GROUP_REPLIES));
    assertEquals(4, muted.with(false, Set.of()).level(Subject.GROUP_REPLIES));
  }

  @Test
  void onlyMentionsDoesNotBringBackWhatIsOff() {
    var preferences =
        with(Preferences.USUAL, Subject.GROUP_MESSAGES, Subject.NONE)
            .with(false, Set.of(Switch.ONLY_MENTIONS));
    assertEquals(Subject.NONE, preferences.level(Subject.GROUP_MESSAGES));
    assertEquals(Subject.MENTIONS, preferences.level(Subject.GROUP_REPLIES));
    assertEquals(
        Set.of(), with(preferences, Subject.ONE_ON_ONE_MESSAGES, Subject.USUAL).switches());
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
