package dev.rollcall.preference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rollcall.preference.Week.Day;
import java.time.DayOfWeek;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// When a week takes notifications.
final class WeekTest {
  private static final Day OFFICE = new Day(900, 1730, false);
  private static final Day NIGHT = new Day(2200, 600, false);
  private static final Day NEVER = new Day(0, 2359, true);

  /// 2 March 2026 is a Monday.
  private static LocalDateTime at(int day, int hour, int minute) {
    return LocalDateTime.of(2026, 3, 1 + day, hour, minute);
  }

  private static List<Optional<Day>> changes(int index, Day day) {
    var changes = new ArrayList<>(Collections.nCopies(7, Optional.<Day>empty()));
    changes.set(index, Optional.of(day));
    return changes;
  }

  @Test
  void aDayTakesFromItsFirstToTheEndOfItsLastMinute() {
    assertFalse(OFFICE.accepts(859));
    assertTrue(OFFICE.accepts(900));
    assertTrue(OFFICE.accepts(1730));
    assertFalse(OFFICE.accepts(1731));
  }

  @Test
  void aDayThatBeginsLaterThanItEndsTakesAroundMidnight() {
    assertTrue(NIGHT.accepts(2200));
    assertTrue(NIGHT.accepts(2359));
    assertTrue(NIGHT.accepts(0));
    assertTrue(NIGHT.accepts(600));
    assertFalse(NIGHT.accepts(601));
    assertFalse(NIGHT.accepts(2159));
  }

  @Test
  void aDayOfOneMinuteTakesInThatMinute() {
    var minute = new Day(700, 700, false);

    assertTrue(minute.accepts(700));
    assertFalse(minute.accepts(659));
    assertFalse(minute.accepts(701));
  }

  @Test
  void aDayOfRestTakesNothing() {
    assertFalse(NEVER.accepts(0));
    assertFalse(NEVER.accepts(1200));
  }

  @Test
  void aTimeIsWrittenAsTheClockShowsIt() {
    assertTrue(Day.isTime(0));
    assertTrue(Day.isTime(59));
    assertTrue(Day.isTime(2359));
    assertFalse(Day.isTime(-1));
    assertFalse(Day.isTime(60));
    assertFalse(Day.isTime(2360));
    assertFalse(Day.isTime(2400));
  }

  @Test
  void aWeekAsksTheDayOfTheWeekAndTheMinute() {
    var week = Week.ALWAYS.with(changes(0, OFFICE));

    assertTrue(week.accepts(at(1, 17, 30)));
    assertFalse(week.accepts(at(1, 17, 31)));
    assertTrue(week.accepts(at(2, 17, 31)));
    assertTrue(week.accepts(at(7, 0, 0)));
  }

  @Test
  void changedDaysTakeThePlaceOfTheOldOnesAndTheRestStay() {
    var week = Week.ALWAYS.with(changes(1, NIGHT)).with(changes(6, NEVER));

    assertEquals(NIGHT, week.on(DayOfWeek.TUESDAY));
    assertEquals(NEVER, week.on(DayOfWeek.SUNDAY));
    assertEquals(new Day(0, 2359, false), week.on(DayOfWeek.MONDAY));
  }

  @Test
  void aWeekIsReadFromTheTextThatItIsKeptAs() {
    var week = Week.ALWAYS.with(changes(1, NIGHT)).with(changes(6, NEVER));

    assertEquals("0-2359,2200-600,0-2359,0-2359,0-2359,0-2359,0-2359!", week.text());
    assertEquals(week, Week.parse(week.text()));
  }
}
