package dev.rollcall.provider.sender;

import java.time.Instant;

/// A provider's rate limit and the sends counted in the current second; a rate of 0 means no limit.
public record Pace(long perSecond, long second, long used) {

  public boolean isLimited() {
    return perSecond > 0;
  }

  /// How many of `wanted` sends may begin now.
  public int allows(int wanted, Instant now) {
    if (!isLimited()) {
      return wanted;
    }
    return (int) Math.max(0, Math.min(wanted, perSecond - usedAt(now)));
  }

  /// The pace after `sends` more sends.
  public Pace after(int sends, Instant now) {
    return new Pace(perSecond, Math.max(second, now.getEpochSecond()), usedAt(now) + sends);
  }

  // A node whose clock is behind counts in the second of the node whose clock is ahead.
  private long usedAt(Instant now) {
    return second >= now.getEpochSecond() ? used : 0;
  }
}
