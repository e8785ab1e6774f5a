package dev.rollcall.account;

/// The sender of a request. The database authenticates it in the same transaction that does what
/// the request asks for.
public sealed interface Caller {
  String appId();

  /// A user's device, with the auth token of its session.
  record Device(String appId, AuthToken token) implements Caller {}

  /// A back end, with a key whose scope must cover `needed`.
  record BackEnd(String appId, Key key, Scope needed) implements Caller {}
}
