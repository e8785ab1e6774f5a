package dev.rollcall.client;

/// The result of a registration. In either case the server has the push token.
public enum Registered {
  /// The push token was sent, and the server has stored it durably.
  SENT,
  /// Nothing was sent, since the same token was registered less than a day ago.
  UNCHANGED
}
