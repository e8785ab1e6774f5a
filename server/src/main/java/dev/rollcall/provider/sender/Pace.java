package dev.rollcall.provider.sender;

import java.time.Instant;

/// How many sends a provider has had in a second of all that it may have; a rate of 0 is no limit.
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

  /// The pace after so many sends.
  public Pace after(int sends, Instant now) {
    return new Pace(perSecond, Math.max(second, now.getEpochSecond()), usedAt(now) + sends);
  }

  // A node whose clock is behind counts in the second of the one that is ahead.
  private long usedAt(Instant now) {
    return second >= now.getEpochSecond() ? used : 0;
  }
}
