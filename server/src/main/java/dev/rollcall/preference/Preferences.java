package dev.rollcall.preference;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What a user wants to be notified about. The extension shows `switches`, the newer SDKs show
/// `levels`.
///
/// Both are views of one state. A switch that is on limits the levels that it covers. Choosing a
/// level that a switch does not allow turns the switch off. If the chosen levels have the same
/// effect as a switch, the extension shows that switch as on; turning it off resets those levels to
/// the default.
public record Preferences(
    boolean dnd,
    Set<Switch> switches,
    Map<Subject, Integer> levels,
    Week week,
    boolean privacyTemplate,
    @Nullable String timezone) {
  public static final Preferences DEFAULTS =
      new Preferences(false, Set.of(), Map.of(), Week.ALWAYS, false, null);

  /// A change that the newer SDKs request. A value that is absent stays unchanged.
  public record Change(
      Optional<Boolean> dnd,
      Map<Subject, Integer> levels,
      Optional<List<Optional<Week.Day>>> days,
      Optional<Boolean> privacyTemplate) {}

  public Preferences {
    switches = Set.copyOf(switches);
    levels = Map.copyOf(levels);
  }

  /// True if a user with these preferences must not receive a notification with that context now.
  /// `ofDevices` are the time zones that the user's devices told, the newest first.
  public boolean silences(Context context, Instant now, List<String> ofDevices) {
    if (dnd || !week.accepts(now.atZone(zone(ofDevices)).toLocalDateTime())) {
      return true;
    }
    return switch (context.topic()) {
      case CALL ->
          switches.contains(
              switch (context.from().kind()) {
                case GROUP -> Switch.GROUP_CALLS;
                case USER -> Switch.USER_CALLS;
              });
      case CHAT -> silences(Subject.of(context), context.mentioned());
    };
  }

  private boolean silences(Subject subject, boolean mentioned) {
    int level = level(subject);
    return level == Subject.NONE
        || (level == Subject.MENTIONS && subject.isWritten() && !mentioned);
  }

  /// The time zone of the schedule: the one that the user chose, otherwise the newest that a device
  /// told and that is known here, otherwise UTC.
  ZoneId zone(List<String> ofDevices) {
    return Stream.concat(Optional.ofNullable(timezone).stream(), ofDevices.stream())
        .flatMap(name -> known(name).stream())
        .findFirst()
        .orElse(ZoneOffset.UTC);
  }

  // An import of an export of Rollcall stores a time zone as it is.
  private static Optional<ZoneId> known(String name) {
    try {
      return Optional.of(ZoneId.of(name));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  /// Whether the time zones of the user's devices make a difference.
  public boolean dependsOnDevices() {
    return timezone == null && !week.equals(Week.ALWAYS);
  }

  /// The effective level: the chosen one, as limited by the switches.
  public int level(Subject subject) {
    int chosen = chosen(subject);
    return covering(subject)
        .mapToInt(it -> chosen == Subject.NONE ? chosen : it.level())
        .min()
        .orElse(chosen);
  }

  private int chosen(Subject subject) {
    return levels.getOrDefault(subject, Subject.DEFAULT);
  }

  private Stream<Switch> covering(Subject subject) {
    return switches.stream().filter(it -> it.covered().contains(subject));
  }

  /// The switches that are on, and those that the chosen levels are equivalent to.
  public Set<Switch> shown() {
    var shown = EnumSet.noneOf(Switch.class);
    for (var it : Switch.values()) {
      if (switches.contains(it) || isEquivalentToLevels(it)) {
        shown.add(it);
      }
    }
    return shown;
  }

  private boolean isEquivalentToLevels(Switch of) {
    return !of.covered().isEmpty()
        && of.covered().stream().allMatch(subject -> chosen(subject) == of.level());
  }

  Preferences with(boolean dnd, Set<Switch> on) {
    var kept = copyOfLevels();
    for (var it : Switch.values()) {
      if (!on.contains(it) && isEquivalentToLevels(it)) {
        kept.keySet().removeAll(it.covered());
      }
    }
    return new Preferences(dnd, on, kept, week, privacyTemplate, timezone);
  }

  Preferences with(Change change) {
    var on = EnumSet.noneOf(Switch.class);
    var chosen = copyOfLevels();
    for (var it : switches) {
      if (change.levels().entrySet().stream().allMatch(e -> it.allows(e.getKey(), e.getValue()))) {
        on.add(it);
      } else {
        it.covered().forEach(subject -> chosen.put(subject, level(subject)));
      }
    }
    chosen.putAll(change.levels());
    return new Preferences(
        change.dnd().orElse(dnd),
        on,
        chosen,
        change.days().map(week::with).orElse(week),
        change.privacyTemplate().orElse(privacyTemplate),
        timezone);
  }

  private Map<Subject, Integer> copyOfLevels() {
    var copy = new EnumMap<Subject, Integer>(Subject.class);
    copy.putAll(levels);
    return copy;
  }

  Preferences withTimezone(String timezone) {
    return new Preferences(dnd, switches, levels, week, privacyTemplate, timezone);
  }

  /// Returns the defaults, with the call switches and the time zone kept: the newer SDKs have no
  /// call preferences, and their reset does not include the time zone.
  Preferences reset() {
    var calls = EnumSet.copyOf(Switch.of(Topic.CALL));
    calls.retainAll(switches);
    return new Preferences(false, calls, Map.of(), Week.ALWAYS, false, timezone);
  }
}
