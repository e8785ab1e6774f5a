package dev.rollcall.delivery.verdict;

import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Notices when a provider has something to say against more tokens than can be true: then the
/// mistake is most likely ours, and no token may be forgotten for it.
public final class CircuitBreaker {
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

  /// Credentials that are set anew begin with a clean slate.
  private record Key(long provider, long version) {}

  private final Map<Key, Window> windows = new ConcurrentHashMap<>();

  public CircuitBreaker(Clock clock) {
    this.clock = clock;
  }

  /// Counts a send that the provider answered; true when this one is one too many.
  public boolean trips(long provider, long version, boolean bad) {
    var window = windows.computeIfAbsent(new Key(provider, version), key -> new Window());
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
}
