package dev.rollcall.token;

import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/// The use of one name of a phone: the registrations under the name that met a token of another
/// session, and whether several phones share the name.
///
/// A name is shared if more than `MOST_USERS` users register under it within a day. It is also
/// shared if a push token is registered again after another one replaced it: one phone never
/// returns to a former token, so there are two phones. While a name is shared, it replaces no
/// token. It stops being shared when several phones have not used it for `MEMORY`.
public record DeviceUse(List<Trace> traces, long sharedUntil) {

  /// A push token that was registered under the name, as a part of its hash. `at` is when another
  /// token replaced it or, while the name was shared, when it was registered.
  public record Trace(long at, long userId, String token) {
    private static Trace of(long at, long userId, TokenValue value) {
      var hash = HexFormat.of().formatHex(value.hash(), 0, 8);
      return new Trace(at, userId, value.channel().wireName() + "." + hash);
    }
  }

  public static final DeviceUse NONE = new DeviceUse(List.of(), 0);

  /// How long a trace is kept, and how long a name stays shared.
  public static final Duration MEMORY = Duration.ofDays(30);

  private static final long DAY = Duration.ofDays(1).toMillis();
  private static final int MOST_USERS = 3;
  private static final int MOST_TRACES = 16;

  public boolean isShared(Instant now) {
    return sharedUntil > now.toEpochMilli();
  }

  /// The use after this user registers `value`, while other sessions hold `others` under the name.
  DeviceUse after(long userId, TokenValue value, List<PushToken> others, Instant now) {
    long at = now.toEpochMilli();
    var mine = Trace.of(at, userId, value);
    var recent = traces.stream().filter(it -> it.at() + MEMORY.toMillis() > at).toList();
    if (isShared(now) ? isUsedByAnother(recent, mine, others) : isOfSeveral(recent, mine, others)) {
      return new DeviceUse(latest(recent, Stream.of(mine)), at + MEMORY.toMillis());
    }
    if (isShared(now)) {
      return this;
    }
    var replaced = others.stream().map(it -> Trace.of(at, it.userId(), it.value()));
    return new DeviceUse(latest(recent, replaced), 0);
  }

  private static boolean isOfSeveral(List<Trace> recent, Trace mine, List<PushToken> others) {
    var users =
        Stream.of(
                Stream.of(mine.userId()),
                others.stream().map(PushToken::userId),
                recent.stream().filter(it -> it.at() + DAY > mine.at()).map(Trace::userId))
            .flatMap(it -> it)
            .distinct()
            .count();
    return users > MOST_USERS || recent.stream().anyMatch(it -> it.token().equals(mine.token()));
  }

  /// True if the name was last found to be shared at least a day ago, and another phone has used it
  /// since.
  private boolean isUsedByAnother(List<Trace> recent, Trace mine, List<PushToken> others) {
    long known = sharedUntil - MEMORY.toMillis();
    return known + DAY <= mine.at()
        && (recent.isEmpty()
            || !recent.getLast().token().equals(mine.token())
            || others.stream().anyMatch(it -> it.registeredAt() > known));
  }

  private static List<Trace> latest(List<Trace> recent, Stream<Trace> more) {
    var all = Stream.concat(recent.stream(), more).toList();
    return all.subList(Math.max(0, all.size() - MOST_TRACES), all.size());
  }
}
