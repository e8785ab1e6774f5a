package dev.rollcall.webhook;

import dev.rollcall.account.Caller;
import dev.rollcall.egress.EndpointException;
import dev.rollcall.egress.EndpointForm;
import dev.rollcall.egress.EndpointGuard;
import dev.rollcall.problem.Code;
import dev.rollcall.problem.Problem;
import dev.rollcall.secret.Seal;
import dev.rollcall.webhook.WebhookStore.Draft;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// The rules for webhooks: which ones an app may have, and which secrets sign their messages.
public final class Webhooks {
  static final int MAX_PER_APP = 10;

  /// How long messages are signed with the old secret too after a rotation.
  static final Duration OLD_SECRET = Duration.ofHours(24);

  /// The delay to ask for after a failed name look-up.
  private static final Duration RETRY_DELAY = Duration.ofSeconds(5);

  private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");

  /// A webhook, with its secret if that is new.
  record Saved(Webhook webhook, Optional<SigningSecret> secret) {}

  private final WebhookStore store;
  private final EndpointGuard guard;
  private final Seal seal;
  private final Clock clock;

  public Webhooks(WebhookStore store, EndpointGuard guard, Seal seal, Clock clock) {
    this.store = store;
    this.guard = guard;
    this.seal = seal;
    this.clock = clock;
  }

  /// The associated data of the encryption: a secret of one webhook cannot be decrypted as that of
  /// another.
  static String associatedData(String appId, String id) {
    return "webhook/" + appId + "/" + id;
  }

  Saved put(Caller.BackEnd caller, String id, String url, Set<EventType> events, boolean rotate) {
    if (!ID.matcher(id).matches()) {
      throw Problem.badField("id", "id must be 1 to 64 letters, digits, '-' and '_'");
    }
    var uri = read(url);
    // The caller is checked first: an unauthorised one causes no look-up and learns nothing about
    // the host.
    var there = store.find(caller, id);
    if (there.filter(it -> it.url().equals(url)).isEmpty()) {
      requirePublic(uri);
    }
    var now = clock.instant();
    var secret = SigningSecret.random();
    var sealed = seal.encrypt(secret.text(), associatedData(caller.appId(), id));
    var put =
        store.put(
            caller,
            new Draft(id, url, events, sealed, rotate, now.plus(OLD_SECRET)),
            MAX_PER_APP,
            now);
    return new Saved(put.webhook(), put.fresh() ? Optional.of(secret) : Optional.empty());
  }

  private URI read(String url) {
    try {
      EndpointForm.read(url);
    } catch (EndpointException e) {
      throw Problem.badField("url", "url cannot be called: " + e.getMessage());
    }
    try {
      return guard.register(url);
    } catch (EndpointException e) {
      throw notCallable(e);
    }
  }

  private void requirePublic(URI uri) {
    try {
      guard.requirePublic(uri);
    } catch (EndpointException e) {
      throw notCallable(e);
    } catch (IOException e) {
      throw Problem.later(
          Code.ERR_BUSY,
          "The host of url could not be looked up just now; nothing was changed. Try again",
          RETRY_DELAY,
          e);
    }
  }

  private static Problem notCallable(EndpointException e) {
    return Problem.badField(
        "url",
        "url cannot be called: "
            + e.getMessage()
            + "; a receiver in your own network has to be named in ROLLCALL_WEBHOOK_HOSTS");
  }

  public static Problem tooMany() {
    return Problem.badField("id", "An app may have " + MAX_PER_APP + " webhooks; delete one first");
  }

  List<Webhook> list(Caller.BackEnd caller) {
    return store.list(caller);
  }

  Webhook find(Caller.BackEnd caller, String id) {
    requireValidId(id);
    return store.find(caller, id).orElseThrow(Webhooks::unknown);
  }

  void delete(Caller.BackEnd caller, String id) {
    requireValidId(id);
    if (!store.delete(caller, id)) {
      throw unknown();
    }
  }

  // PostgreSQL refuses a text with a NUL.
  private static void requireValidId(String id) {
    if (!ID.matcher(id).matches()) {
      throw unknown();
    }
  }

  private static Problem unknown() {
    return new Problem(
        Code.ERR_WEBHOOK_NOT_FOUND, "This app has no such webhook; GET /v1/webhooks lists them");
  }
}
