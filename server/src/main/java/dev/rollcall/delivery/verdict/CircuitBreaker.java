package dev.rollcall.delivery.verdict;

import dev.rollcall.provider.sender.Outcome;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Trips when a provider reports more bad tokens than is plausible.
///
/// Then Rollcall's configuration is most likely wrong, and no token may be removed because of these
/// answers.
public final class CircuitBreaker {
  static final Duration WINDOW = Duration.ofMinutes(10);

  /// Up to this many bad tokens prove nothing, whatever their share.
  static final int FEW = 20;

  /// A share of one bad token in this many sends is normal.
  static final int ONE_IN = 20;

  private static final class Window {
    private long began;
    private long sends;
    private long bad;
  }

  private final Clock clock;

  /// Answers to replaced credentials say nothing about the new ones.
  private record Key(long provider, long version) {}

  private final Map<Key, Window> windows = new ConcurrentHashMap<>();

  public CircuitBreaker(Clock clock) {
    this.clock = clock;
  }

  /// Counts an outcome that says something about the token. Returns true if it trips the breaker.
  public boolean trips(long provider, long version, Outcome outcome) {
    return switch (outcome) {
      case Outcome.Accepted accepted -> count(provider, version, false);
      case Outcome.Refused refused -> count(provider, version, false);
      case Outcome.Gone gone -> count(provider, version, true);
      case Outcome.Suspect suspect -> count(provider, version, true);
      case Outcome.Later later -> false;
      case Outcome.Denied denied -> false;
    };
  }

  private boolean count(long provider, long version, boolean bad) {
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
