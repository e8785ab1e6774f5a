package dev.rollcall.account;

import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes apps and keys. Whoever can run the program on its data may; no key is needed for it.
public final class Apps {
  private static final Logger log = LoggerFactory.getLogger(Apps.class);
  private static final String DEMO = "demo";

  /// The region of an app when nobody names one.
  public static final String REGION = "us";

  /// An app with the keys that can be shown this once, since only their hashes are kept.
  public record Made(String id, String region, Key authKey, Key apiKey) {}

  /// An app that is made at start if it is not there; keys that are not given are made up.
  public record FirstApp(
      String id, Optional<String> region, Optional<Key> authKey, Optional<Key> apiKey) {}

  private final AppStore store;
  private final Clock clock;

  public Apps(AppStore store, Clock clock) {
    this.store = store;
    this.clock = clock;
  }

  /// Makes the app that the configuration names, or `demo` where there is none at all. Empty when
  /// nothing had to be made.
  public Optional<Made> first(Optional<FirstApp> wanted) {
    if (wanted.isEmpty()) {
      return store.apps().isEmpty()
          ? make(DEMO, REGION, TokenPolicy.EXCLUSIVE, Key.random(), Key.random())
          : Optional.empty();
    }
    var app = wanted.get();
    var made =
        make(
            app.id(),
            app.region().orElse(REGION),
            TokenPolicy.EXCLUSIVE,
            app.authKey().orElseGet(Key::random),
            app.apiKey().orElseGet(Key::random));
    if (made.isEmpty()) {
      app.region().ifPresent(region -> warnOf(app.id(), region));
      warnOf(app.id(), app.authKey(), Scope.AUTH_ONLY);
      warnOf(app.id(), app.apiKey(), Scope.FULL_ACCESS);
    }
    return made;
  }

  private void warnOf(String id, String region) {
    store.apps().stream()
        .filter(app -> app.id().equals(id) && !app.region().equals(region))
        .forEach(
            app ->
                log.atWarn()
                    .addKeyValue("app", id)
                    .addKeyValue("region", app.region())
                    .log("the configured region is not this app's; the stored one stays"));
  }

  private void warnOf(String id, Optional<Key> key, Scope scope) {
    if (key.isPresent() && !store.hasKey(id, key.get(), scope)) {
      log.atWarn()
          .addKeyValue("app", id)
          .addKeyValue("scope", scope.word())
          .log("the configured key is not this app's key and opens nothing; the stored one stays");
    }
  }

  /// Empty when the id is taken.
  public Optional<Made> make(
      String id, String region, TokenPolicy policy, Key authKey, Key apiKey) {
    var app = new App(0, id, region, policy, clock.millis());
    return store.createApp(app, authKey, apiKey)
        ? Optional.of(new Made(id, region, authKey, apiKey))
        : Optional.empty();
  }

  public List<App> all() {
    return store.apps();
  }

  /// The new key; the old one is dead from now on. Empty when there is no such app.
  public Optional<Key> rotate(String id, Scope scope) {
    var fresh = Key.random();
    return store.rotateKey(id, scope, fresh, clock.instant())
        ? Optional.of(fresh)
        : Optional.empty();
  }
}
