package dev.rollcall.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The values of the settings, and a list of all errors in them.
public final class Settings {
  private static final Pattern DURATION = Pattern.compile("(0|[1-9]\\d{0,5})([smhd])");
  private static final String NEVER = "never";

  private final Map<Setting, String> values = new EnumMap<>(Setting.class);
  private final Set<Setting> given = EnumSet.noneOf(Setting.class);
  private final Set<String> errors = new LinkedHashSet<>();

  /// Flags override the environment, which overrides the defaults.
  public Settings(Map<String, String> flags, Map<String, String> environment) {
    for (var setting : Setting.values()) {
      var given = given(setting, flags, environment);
      given.ifPresent(value -> this.given.add(setting));
      given.or(setting::defaultValue).ifPresent(value -> values.put(setting, value));
    }
    flags.keySet().stream()
        .filter(flag -> find(flag).isEmpty())
        .forEach(flag -> errors.add(flag + " is not a flag; './rollcall help' lists them"));
    environment.keySet().stream()
        .filter(key -> key.startsWith("ROLLCALL_") && !isKnown(key))
        .forEach(key -> errors.add(key + " is not a setting; './rollcall help' lists them"));
  }

  private static Optional<Setting> find(String flag) {
    return List.of(Setting.values()).stream().filter(it -> it.flag().equals(flag)).findFirst();
  }

  private static boolean isKnown(String key) {
    return key.equals("ROLLCALL_JAVA_OPTS")
        || List.of(Setting.values()).stream()
            .anyMatch(
                it ->
                    it.environment().equals(key)
                        || (it.isSecret() && it.environmentFile().equals(key)));
  }

  private Optional<String> given(
      Setting setting, Map<String, String> flags, Map<String, String> environment) {
    var flag = notBlank(flags.get(setting.flag()));
    var variable = notBlank(environment.get(setting.environment()));
    var file = setting.isSecret() ? fromFile(setting, environment) : Optional.<String>empty();
    if (variable.isPresent() && file.isPresent()) {
      errors.add(setting.environment() + " and " + setting.environmentFile() + " are both set");
    }
    return flag.or(() -> variable).or(() -> file);
  }

  /// True if the setting was set, even to its default.
  boolean isGiven(Setting setting) {
    return given.contains(setting);
  }

  private static Optional<String> notBlank(@Nullable String value) {
    return Optional.ofNullable(value).map(String::strip).filter(it -> !it.isEmpty());
  }

  private Optional<String> fromFile(Setting setting, Map<String, String> environment) {
    var file = notBlank(environment.get(setting.environmentFile()));
    if (file.isEmpty()) {
      return Optional.empty();
    }
    try {
      var secret = notBlank(Files.readString(Path.of(file.get())));
      if (secret.isEmpty()) {
        errors.add(setting.environmentFile() + " names an empty file: " + file.get());
      }
      return secret;
    } catch (IOException e) {
      errors.add(setting.environmentFile() + " names a file that cannot be read: " + file.get());
      return Optional.empty();
    }
  }

  public Optional<String> text(Setting setting) {
    return Optional.ofNullable(values.get(setting));
  }

  /// The text, if it matches `pattern`; `form` describes the pattern in words.
  Optional<String> matching(Setting setting, String pattern, String form) {
    var text = text(setting);
    if (text.isPresent() && !text.get().matches(pattern)) {
      addError(setting, "must be " + form);
      return setting.defaultValue();
    }
    return text;
  }

  int port(Setting setting) {
    return number(setting, 0, 65_535);
  }

  int number(Setting setting, int least, int most) {
    try {
      int number = Integer.parseInt(text(setting).orElseThrow());
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Falls through to the error below.
    }
    addError(setting, "must be a whole number from " + least + " to " + most);
    return Integer.parseInt(setting.defaultValue().orElseThrow());
  }

  /// A duration; empty for `never`.
  Optional<Duration> duration(Setting setting) {
    var text = text(setting).orElseThrow();
    var defaultValue = setting.defaultValue().orElseThrow();
    if (text.equals(NEVER) && defaultValue.equals(NEVER)) {
      return Optional.empty();
    }
    var duration = duration(text).filter(Duration::isPositive);
    if (duration.isEmpty()) {
      var form = "a number from 1 to 999999 with s, m, h or d, such as 90d";
      addError(setting, "must be " + form + (defaultValue.equals(NEVER) ? ", or never" : ""));
      return duration(defaultValue);
    }
    return duration;
  }

  /// A duration within these bounds; empty if it is not set and has no default.
  Optional<Duration> duration(Setting setting, String least, String most) {
    var text = text(setting);
    var duration = text.flatMap(Settings::duration);
    if (text.isPresent() && duration.filter(it -> isWithin(it, least, most)).isEmpty()) {
      addError(
          setting,
          "must be from %s to %s: a number with s, m, h or d, such as 90s".formatted(least, most));
      return setting.defaultValue().flatMap(Settings::duration);
    }
    return duration;
  }

  private static boolean isWithin(Duration duration, String least, String most) {
    return duration.compareTo(duration(least).orElseThrow()) >= 0
        && duration.compareTo(duration(most).orElseThrow()) <= 0;
  }

  private static Optional<Duration> duration(String text) {
    var form = DURATION.matcher(text);
    if (!form.matches()) {
      return Optional.empty();
    }
    long number = Long.parseLong(form.group(1));
    return Optional.of(
        switch (form.group(2)) {
          case "s" -> Duration.ofSeconds(number);
          case "m" -> Duration.ofMinutes(number);
          case "h" -> Duration.ofHours(number);
          default -> Duration.ofDays(number);
        });
  }

  Optional<Path> file(Setting setting) {
    var file = text(setting).map(Path::of);
    if (file.isPresent() && !Files.isReadable(file.get())) {
      addError(setting, "names a file that cannot be read: " + file.get());
    }
    return file;
  }

  void addError(Setting setting, String why) {
    errors.add(setting.environment() + " (" + setting.flag() + ") " + why);
  }

  /// Throws if there were any errors.
  public void requireValid() {
    if (!errors.isEmpty()) {
      throw new UsageException(
          "The configuration is wrong:\n  " + String.join("\n  ", new ArrayList<>(errors)));
    }
  }
}
