package dev.rollcall.account;

import java.time.Instant;
import java.util.List;

/// What apps and their keys ask of a database. Each method is one transaction.
public interface AppStore {

  /// Makes an app with its keys. Answers false, and changes nothing, when the id is taken.
  boolean createApp(App app, Key authKey, Key apiKey);

  List<App> apps();

  /// True when `key` opens the app with exactly this scope.
  boolean hasKey(String appId, Key key, Scope scope);

  /// Replaces the keys of this scope. Answers false when there is no such app.
  boolean rotateKey(String appId, Scope scope, Key fresh, Instant now);
}
