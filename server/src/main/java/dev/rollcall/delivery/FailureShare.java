package dev.rollcall.delivery;

import dev.rollcall.token.TokenId;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/// Tells a service that fails from a token that fails: remembers the last outcome of each token that
/// was sent to lately, so that one token counts once, however often it is tried.
final class FailureShare {
  /// The number of tokens that are remembered.
  static final int TOKENS = 20;

  /// Fewer tokens that fail are not blamed on their service.
  static final int SEVERAL = 3;

  /// An older outcome says nothing about the service now.
  static final Duration WINDOW = Duration.ofMinutes(1);

  private record Last(boolean failed, Instant at) {}

  private final Map<TokenId, Last> byToken = new LinkedHashMap<>();

  synchronized void succeeded(TokenId token, Instant now) {
    note(token, new Last(false, now));
  }

  /// Counts a failure; true if several tokens, and at least half of those remembered, have failed.
  /// Then the count starts again.
  synchronized boolean failed(TokenId token, Instant now) {
    note(token, new Last(true, now));
    long failed = byToken.values().stream().filter(Last::failed).count();
    boolean most = failed >= SEVERAL && failed * 2 >= byToken.size();
    if (most) {
      byToken.clear();
    }
    return most;
  }

  /// True if nothing is remembered any more.
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
