package dev.rollcall.operate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.rollcall.account.MovableClock;
import dev.rollcall.problem.Code;
import dev.rollcall.problem.Problem;
import dev.rollcall.token.Channel;
import dev.rollcall.token.TokenStore;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/// The count of push tokens, when the database takes its time or is away.
final class LiveTokensTest {
  private final MovableClock clock = new MovableClock(Instant.parse("2026-11-24T12:00:00Z"));
  private final Metrics metrics = new Metrics();
  private Supplier<Map<Channel, Long>> counts = () -> Map.of(Channel.FCM, 1L);

  private TokenStore store() {
    return (TokenStore)
        Proxy.newProxyInstance(
            TokenStore.class.getClassLoader(),
            new Class<?>[] {TokenStore.class},
            (proxy, method, arguments) -> counts.get());
  }

  private double shown() {
    return metrics.registry().get("rollcall.tokens").tag("channel", "fcm").gauge().value();
  }

  @Test
  void aCountThatFailedIsTakenAgainAMinuteLaterHoweverLongItTook() {
    new LiveTokens(store(), metrics, clock);
    assertEquals(1, shown());
    counts =
        () -> {
          clock.advance(Duration.ofSeconds(61));
          throw new Problem(Code.ERR_STORAGE_UNAVAILABLE, "away");
        };
    clock.advance(Duration.ofMinutes(2));
    assertEquals(1, shown());
    counts = () -> Map.of(Channel.FCM, 2L);
    assertEquals(1, shown());
    clock.advance(Duration.ofMinutes(1));
    assertEquals(2, shown());
  }
}
