package dev.rollcall;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The values of the settings, and a list of all that is wrong with them.
final class Settings {
  private static final Pattern DURATION = Pattern.compile("(\\d{1,6})([smhd])");

  private final Map<Setting, String> values = new EnumMap<>(Setting.class);
  private final Set<String> mistakes = new LinkedHashSet<>();

  /// Takes flags over the environment over defaults.
  Settings(Map<String, String> flags, Map<String, String> environment) {
    for (var setting : Setting.values()) {
      given(setting, flags, environment).ifPresent(value -> values.put(setting, value));
    }
    flags.keySet().stream()
        .filter(flag -> find(flag).isEmpty())
        .forEach(flag -> mistakes.add(flag + " is not a flag; './rollcall help' lists them"));
    environment.keySet().stream()
        .filter(key -> key.startsWith("ROLLCALL_") && !isKnown(key))
        .forEach(key -> mistakes.add(key + " is not a setting; './rollcall help' lists them"));
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
                        || it.isSecret() && it.environmentFile().equals(key));
  }

  private Optional<String> given(
      Setting setting, Map<String, String> flags, Map<String, String> environment) {
    return notBlank(flags.get(setting.flag()))
        .or(() -> notBlank(environment.get(setting.environment())))
        .or(() -> setting.isSecret() ? fromFile(setting, environment) : Optional.empty())
        .or(setting::otherwise);
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
      return notBlank(Files.readString(Path.of(file.get())));
    } catch (IOException e) {
      mistakes.add(setting.environmentFile() + " names a file that cannot be read: " + file.get());
      return Optional.empty();
    }
  }

  Optional<String> text(Setting setting) {
    return Optional.ofNullable(values.get(setting));
  }

  Optional<String> matching(Setting setting, String pattern) {
    var text = text(setting);
    if (text.isPresent() && !text.get().matches(pattern)) {
      wrong(setting, "must match " + pattern);
      return Optional.empty();
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
      // said below
    }
    wrong(setting, "must be a whole number from " + least + " to " + most);
    return least;
  }

  /// A length of time; `never` is empty.
  Optional<Duration> duration(Setting setting) {
    var text = text(setting).orElseThrow();
    if (text.equals("never") && setting.otherwise().equals(Optional.of("never"))) {
      return Optional.empty();
    }
    var form = DURATION.matcher(text);
    if (!form.matches() || Long.parseLong(form.group(1)) == 0) {
      wrong(setting, "must be a number with s, m, h or d, such as 90d");
      return Optional.of(Duration.ofDays(1));
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
      wrong(setting, "names a file that cannot be read: " + file.get());
    }
    return file;
  }

  void wrong(Setting setting, String why) {
    mistakes.add(setting.environment() + " (" + setting.flag() + ") " + why);
  }

  /// Stops the start when anything was wrong.
  void finish() {
    if (!mistakes.isEmpty()) {
      throw new UsageException(
          "The configuration is wrong:\n  " + String.join("\n  ", new ArrayList<>(mistakes)));
    }
  }
}
