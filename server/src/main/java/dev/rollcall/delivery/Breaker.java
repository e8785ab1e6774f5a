package dev.rollcall.delivery;

import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Notices when a provider has something to say against more tokens than can be true: then the
/// mistake is most likely ours, and no token may be forgotten for it.
final class Breaker {
  static final Duration WINDOW = Duration.ofMinutes(10);

  /// Fewer than this prove nothing, whatever their share.
  static final int FEW = 20;

  /// One in so many sends may well go to a dead token.
  static final int ONE_IN = 20;

  private static final class Window {
    private long began;
    private long sends;
    private long bad;
  }

  private final Clock clock;
  private final Map<Long, Window> windows = new ConcurrentHashMap<>();

  Breaker(Clock clock) {
    this.clock = clock;
  }

  /// Counts a send that the provider answered; true when this one is one too many.
  boolean trips(long provider, boolean bad) {
    var window = windows.computeIfAbsent(provider, no -> new Window());
    synchronized (window) {
      long now = clock.millis();
      if (now - window.began > WINDOW.toMillis()) {
        window.began = now;
        window.sends = 0;
        window.bad = 0;
      }
      window.sends++;
      window.bad += bad ? 1 : 0;
      return bad && window.bad > FEW && window.bad * ONE_IN > window.sends;
    }
  }

  /// Begins anew, after somebody has looked into it.
  void reset(long provider) {
    windows.remove(provider);
  }
}
