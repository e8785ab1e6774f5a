package dev.rollcall.provider.sender;

import java.util.Locale;

/// What a provider's code means for us: the right-hand column of the tables in docs/delivery.md.
public enum Verdict {
  ACCEPTED,
  GONE,
  SUSPECT,
  REFUSED,
  DENIED,
  /// The credentials are not for this APNs environment, but may be for the other one.
  DENIED_FOR_ENVIRONMENT,
  /// The credentials do not fit this token but may fit others.
  DENIED_FOR_TOKEN,
  /// The provider refused the access token: obtain another one and retry once.
  STALE_ACCESS_TOKEN,
  /// This device gets too many messages; other devices are not affected.
  TOO_MANY_FOR_DEVICE,
  /// The rate limit of this token, or of the whole service: the answer does not say which.
  TOO_MANY,
  /// We exceed the provider's rate limit.
  TOO_MANY_FOR_PROVIDER,
  /// The provider takes no more on this connection: retry once on a new one.
  CONNECTION_CLOSED,
  /// The send has failed at the provider.
  FAILURE;

  /// The name in the documents.
  public String documentedName() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
