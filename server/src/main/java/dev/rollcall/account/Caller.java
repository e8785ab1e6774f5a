package dev.rollcall.account;

/// Who speaks: checked against the database in the same transaction as what it asks for.
public sealed interface Caller {
  String appId();

  /// An end user's device, with the auth token of its session.
  record Device(String appId, AuthToken token) implements Caller {}

  /// A back end, with a key that must cover `needed`.
  record BackEnd(String appId, Key key, Scope needed) implements Caller {}
}
