package dev.rollcall.client;

/// What became of a registration. Whichever it is, the server holds a push token of this session or a
/// newer one of this phone.
public enum Registered {
  /// The server has it, durably.
  SENT,
  /// Nothing had changed since the last registration, less than a day ago, so nothing was sent.
  UNCHANGED,
  /// A newer registration of this phone had got there first, and this one changed nothing.
  SUPERSEDED
}
