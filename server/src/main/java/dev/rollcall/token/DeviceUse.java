package dev.rollcall.token;

import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/// What Rollcall remembers of one name of a phone: the registrations under it that met a token of
/// another session, and whether the name turned out to be that of several phones.
///
/// A name is shared if more than `MOST_USERS` users register under it within a day, or if a push
/// token comes back after another one replaced it: one phone never returns to a former token, so
/// there are two phones. While a name is shared, it replaces no token. It recovers when it was not
/// used by several phones for `MEMORY`.
public record DeviceUse(List<Trace> traces, long sharedUntil) {

  /// A push token, as a part of its hash, that was registered under the name: either another one
  /// replaced it at this time, or it was registered at this time while the name was shared.
  public record Trace(long at, long userId, String token) {
    private static Trace of(long at, long userId, TokenValue value) {
      var hash = HexFormat.of().formatHex(value.hash(), 0, 8);
      return new Trace(at, userId, value.channel().wireName() + "." + hash);
    }
  }

  public static final DeviceUse NONE = new DeviceUse(List.of(), 0);

  /// How long a trace and the state of being shared last.
  public static final Duration MEMORY = Duration.ofDays(30);

  private static final long DAY = Duration.ofDays(1).toMillis();
  private static final int MOST_USERS = 3;
  private static final int MOST_TRACES = 16;

  public boolean isShared(Instant now) {
    return sharedUntil > now.toEpochMilli();
  }

  /// The use once this user registers `value` while other sessions hold `others` under the name.
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

  /// True if the name was last known to be shared a day ago or earlier, and another phone has used it
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
