package dev.rollcall.client;

/// What became of a logout. Whichever it is, nobody is logged in here any more.
public enum LoggedOut {
  /// The session and its push tokens have ended.
  DONE,
  /// The server could not be reached. It will be told before the next call that this installation
  /// makes, and the session and its push tokens end then.
  QUEUED
}
