package dev.rollcall.delivery;

import dev.rollcall.token.TokenId;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/// Distinguishes a failing service from a failing token. It keeps only the last outcome of each
/// recent token, so a token counts once, however often it is retried.
final class FailureShare {
  /// The number of tokens whose last outcome is kept.
  static final int TOKENS = 20;

  /// If fewer tokens fail, the service is not to blame.
  static final int SEVERAL = 3;

  /// An older outcome says nothing about the service now.
  static final Duration WINDOW = Duration.ofMinutes(1);

  private record Last(boolean failed, Instant at) {}

  private final Map<TokenId, Last> byToken = new LinkedHashMap<>();

  synchronized void succeeded(TokenId token, Instant now) {
    note(token, new Last(false, now));
  }

  /// Counts a failure. Returns true if several tokens, and at least half of the recent ones, have
  /// failed. Then the count starts again.
  synchronized boolean failed(TokenId token, Instant now) {
    note(token, new Last(true, now));
    long failed = byToken.values().stream().filter(Last::failed).count();
    boolean most = failed >= SEVERAL && failed * 2 >= byToken.size();
    if (most) {
      byToken.clear();
    }
    return most;
  }

  /// True if no outcome is recent enough to count.
  synchronized boolean isEmptyAt(Instant now) {
    forget(now);
    return byToken.isEmpty();
  }

  private void note(TokenId token, Last last) {
    forget(last.at());
    byToken.remove(token);
    byToken.put(token, last);
    if (byToken.size() > TOKENS) {
      byToken.remove(byToken.keySet().iterator().next());
    }
  }

  private void forget(Instant now) {
    byToken.values().removeIf(last -> !last.at().plus(WINDOW).isAfter(now));
  }
}
