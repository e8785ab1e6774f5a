package dev.rollcall.client;

/// How much a deletion takes.
public enum Scope {
  /// The push tokens of the session.
  SESSION,
  /// The push tokens of the user, in all sessions.
  ALL
}
