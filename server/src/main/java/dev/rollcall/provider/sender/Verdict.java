package dev.rollcall.provider.sender;

import java.util.Locale;

/// What a provider's code means for us: the right-hand column of the tables in docs/delivery.md.
public enum Verdict {
  ACCEPTED,
  GONE,
  SUSPECT,
  REFUSED,
  DENIED,
  /// Our credentials are no good for this token; for others they may be.
  DENIED_FOR_TOKEN,
  /// The pass was not taken: make another, and try once more.
  STALE_PASS,
  /// This device gets too many; others may go on.
  TOO_MANY_FOR_DEVICE,
  /// We send too many.
  TOO_MANY,
  /// The provider is in trouble.
  FAILURE;

  /// As the documents call it.
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
