package dev.rollcall.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// What is asked, and how often: per cent of new tokens, of refreshes, of lists; the rest deletes.
enum Scenario {
  REGISTER(100, 0, 0),
  REFRESH(0, 100, 0),
  LIST(0, 0, 100),
  MIX(10, 30, 60),
  DELETE(0, 0, 0);

  /// One kind of request.
  enum Ask {
    REGISTER,
    REFRESH,
    LIST,
    DELETE
  }

  private final int register;
  private final int refresh;
  private final int list;

  Scenario(int register, int refresh, int list) {
    this.register = register;
    this.refresh = refresh;
    this.list = list;
  }

  /// Those whose names stand in a text, with spaces between.
  static List<Scenario> allIn(String names) {
    return Arrays.stream(names.split(" ")).map(Scenario::named).toList();
  }

  private static Scenario named(String name) {
    return Arrays.stream(values())
        .filter(scenario -> scenario.toString().equals(name))
        .findFirst()
        .orElseThrow(() -> new Options.Mistake("no scenario " + name + "; there are " + all()));
  }

  private static String all() {
    return Arrays.stream(values()).map(Scenario::toString).collect(Collectors.joining(", "));
  }

  /// `dice` is any non-negative number.
  Ask ask(int dice) {
    int percent = dice % 100;
    if (percent < register) {
      return Ask.REGISTER;
    }
    if (percent < register + refresh) {
      return Ask.REFRESH;
    }
    return percent < register + refresh + list ? Ask.LIST : Ask.DELETE;
  }

  /// Whether sessions must hold tokens before it makes sense.
  boolean needsTokens() {
    return register < 100;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
