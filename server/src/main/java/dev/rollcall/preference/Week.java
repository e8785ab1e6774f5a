package dev.rollcall.preference;

import java.time.DayOfWeek;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// The times at which a user accepts notifications, for each day from Monday to Sunday.
public record Week(List<Day> days) {
  public static final Week ALWAYS =
      new Week(Collections.nCopies(7, new Day(Day.FIRST, Day.LAST, false)));

  private static final String DND_MARK = "!";

  /// The times of one day. Notifications are accepted from `from` to the end of the minute `to`,
  /// both written as hours and minutes (`2359`). If `from` is later than `to`, the range spans
  /// midnight. On a day with `dnd`, no notification is accepted.
  public record Day(int from, int to, boolean dnd) {
    static final int FIRST = 0;
    static final int LAST = 2359;

    boolean accepts(int time) {
      if (dnd) {
        return false;
      }
      return from <= to ? from <= time && time <= to : from <= time || time <= to;
    }

    static boolean isTime(int number) {
      return number >= 0 && number / 100 < 24 && number % 100 < 60;
    }

    private String text() {
      return from + "-" + to + (dnd ? DND_MARK : "");
    }

    private static Day parse(String text) {
      var times = text.replace(DND_MARK, "").split("-");
      return new Day(
          Integer.parseInt(times[0]), Integer.parseInt(times[1]), text.endsWith(DND_MARK));
    }
  }

  public Week {
    days = List.copyOf(days);
  }

  boolean accepts(LocalDateTime at) {
    return on(at.getDayOfWeek()).accepts(at.getHour() * 100 + at.getMinute());
  }

  Day on(DayOfWeek day) {
    return days.get(day.getValue() - 1);
  }

  /// Returns this week with the given days changed.
  Week with(List<Optional<Day>> changes) {
    var changed = new ArrayList<Day>();
    for (int i = 0; i < days.size(); i++) {
      changed.add(changes.get(i).orElse(days.get(i)));
    }
    return new Week(changed);
  }

  public String text() {
    return days.stream().map(Day::text).collect(Collectors.joining(","));
  }

  public static Week parse(String text) {
    return new Week(Arrays.stream(text.split(",")).map(Day::parse).toList());
  }
}
