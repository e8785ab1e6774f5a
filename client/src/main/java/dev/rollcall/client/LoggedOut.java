package dev.rollcall.client;

/// The result of a logout. In either case nobody is logged in here any more.
public enum LoggedOut {
  /// The session and its push tokens have ended.
  DONE,
  /// The server could not be reached. The logout is sent before the next call of this installation,
  /// and the session and its push tokens end then.
  QUEUED
}
