package dev.rollcall.account;

import java.time.Instant;
import java.util.List;

/// The database operations on apps and their keys. Each method is one transaction.
public interface AppStore {

  /// Creates an app with its keys. Returns false, and changes nothing, if the id is taken.
  boolean createApp(App app, Key authKey, Key apiKey);

  List<App> apps();

  /// True if `key` is a key of the app with exactly this scope.
  boolean hasKey(String appId, Key key, Scope scope);

  /// Refuses a caller whose app or key is unknown, or whose key has a smaller scope than needed.
  void require(Caller.BackEnd caller);

  /// Replaces the keys of this scope. Returns false if the app does not exist.
  boolean rotateKey(String appId, Scope scope, Key fresh, Instant now);
}
