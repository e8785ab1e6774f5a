package dev.rollcall.client;

/// Which push tokens a call is about.
public enum Scope {
  /// The push tokens of the session.
  SESSION,
  /// The push tokens of the user, in all sessions.
  ALL
}
