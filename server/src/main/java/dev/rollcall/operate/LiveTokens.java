package dev.rollcall.operate;

import dev.rollcall.token.Channel;
import dev.rollcall.token.TokenStore;
import io.micrometer.core.instrument.Gauge;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The number of live tokens for each channel, from a recent count.
///
/// A count scans an index. It therefore runs at most once a minute, and takes at most a hundredth
/// of the time.
public final class LiveTokens {
  private static final Logger log = LoggerFactory.getLogger(LiveTokens.class);
  private static final Duration AT_MOST = Duration.ofMinutes(1);
  private static final int SHARE = 100;

  private final TokenStore store;
  private final Clock clock;
  private Map<Channel, Long> counts = Map.of();
  private Instant next = Instant.MIN;

  public LiveTokens(TokenStore store, Metrics metrics, Clock clock) {
    this.store = store;
    this.clock = clock;
    for (var channel : Channel.values()) {
      Gauge.builder("rollcall.tokens", this, it -> it.count(channel))
          .description("Live push tokens")
          .tag("channel", channel.wireName())
          .strongReference(true)
          .register(metrics.registry());
    }
  }

  private synchronized double count(Channel channel) {
    if (!clock.instant().isBefore(next)) {
      recount();
    }
    return counts.getOrDefault(channel, 0L);
  }

  private void recount() {
    var start = clock.instant();
    try {
      counts = store.liveByChannel();
      var took = Duration.between(start, clock.instant()).multipliedBy(SHARE);
      next = clock.instant().plus(took.compareTo(AT_MOST) > 0 ? took : AT_MOST);
    } catch (RuntimeException e) {
      next = clock.instant().plus(AT_MOST);
      log.atWarn().setCause(e).log("counting push tokens failed; the last count stays");
    }
  }
}
