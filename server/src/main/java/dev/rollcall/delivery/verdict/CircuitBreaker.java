package dev.rollcall.delivery.verdict;

import dev.rollcall.provider.sender.Outcome;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Notices when a provider complains of more tokens than can be bad: then the mistake is most likely
/// ours, and no token may be removed for it.
public final class CircuitBreaker {
  static final Duration WINDOW = Duration.ofMinutes(10);

  /// This many bad tokens prove nothing, whatever their share.
  static final int FEW = 20;

  /// One in so many sends may well go to a dead token.
  static final int ONE_IN = 20;

  private static final class Window {
    private long began;
    private long sends;
    private long bad;
  }

  private final Clock clock;

  /// Credentials that were replaced say nothing of the new ones.
  private record Key(long provider, long version) {}

  private final Map<Key, Window> windows = new ConcurrentHashMap<>();

  public CircuitBreaker(Clock clock) {
    this.clock = clock;
  }

  /// Counts how a send ended, if the provider answered for its token; true when that is one bad
  /// token too many.
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
