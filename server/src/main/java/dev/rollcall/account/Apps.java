package dev.rollcall.account;

import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The rules for creating apps and keys. They require no key: everyone who can run the program on
/// its data may create both.
public final class Apps {
  private static final Logger log = LoggerFactory.getLogger(Apps.class);
  private static final String DEMO = "demo";

  /// The default region of an app.
  public static final String REGION = "us";

  /// A new app with its keys. Only their hashes are stored, so the keys can be shown only now.
  public record NewApp(String id, String region, Key authKey, Key apiKey) {}

  /// The app to create at start if it does not exist. Keys that are not given are random.
  public record FirstApp(
      String id, Optional<String> region, Optional<Key> authKey, Optional<Key> apiKey) {}

  private final AppStore store;
  private final Clock clock;

  public Apps(AppStore store, Clock clock) {
    this.store = store;
    this.clock = clock;
  }

  /// Creates the app that the configuration names. If it names none and no app exists, creates
  /// `demo`. Empty if nothing had to be created.
  public Optional<NewApp> createFirst(Optional<FirstApp> wanted) {
    if (wanted.isEmpty()) {
      return store.apps().isEmpty()
          ? create(DEMO, REGION, TokenPolicy.EXCLUSIVE, Key.random(), Key.random())
          : Optional.empty();
    }
    var app = wanted.get();
    var created =
        create(
            app.id(),
            app.region().orElse(REGION),
            TokenPolicy.EXCLUSIVE,
            app.authKey().orElseGet(Key::random),
            app.apiKey().orElseGet(Key::random));
    if (created.isEmpty()) {
      app.region().ifPresent(region -> warnIfDifferent(app.id(), region));
      warnIfDifferent(app.id(), app.authKey(), Scope.AUTH_ONLY);
      warnIfDifferent(app.id(), app.apiKey(), Scope.FULL_ACCESS);
    }
    return created;
  }

  private void warnIfDifferent(String id, String region) {
    store.apps().stream()
        .filter(app -> app.id().equals(id) && !app.region().equals(region))
        .forEach(
            app ->
                log.atWarn()
                    .addKeyValue("app", id)
                    .addKeyValue("region", app.region())
                    .log(
                        "the configured region is not this app's and is ignored; the stored one"
                            + " stays"));
  }

  private void warnIfDifferent(String id, Optional<Key> key, Scope scope) {
    if (key.isPresent() && !store.hasKey(id, key.get(), scope)) {
      log.atWarn()
          .addKeyValue("app", id)
          .addKeyValue("scope", scope.wireName())
          .log("the configured key is not this app's key and is ignored; the stored one stays");
    }
  }

  /// Empty if the id is taken.
  public Optional<NewApp> create(
      String id, String region, TokenPolicy policy, Key authKey, Key apiKey) {
    var app = new App(0, id, region, policy, clock.millis());
    return store.createApp(app, authKey, apiKey)
        ? Optional.of(new NewApp(id, region, authKey, apiKey))
        : Optional.empty();
  }

  public List<App> all() {
    return store.apps();
  }

  /// Returns the new key; the old one is invalid at once. Empty if the app does not exist.
  public Optional<Key> rotate(String id, Scope scope) {
    var fresh = Key.random();
    return store.rotateKey(id, scope, fresh, clock.instant())
        ? Optional.of(fresh)
        : Optional.empty();
  }
}
