package dev.rollcall.client;

/// What became of a registration. Whichever it is, the server holds the push token.
public enum Registered {
  /// The server has it, durably.
  SENT,
  /// Nothing had changed since the last registration, less than a day ago, so nothing was sent.
  UNCHANGED
}
