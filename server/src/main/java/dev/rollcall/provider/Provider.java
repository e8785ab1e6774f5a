package dev.rollcall.provider;

import dev.rollcall.json.JsonObject;
import dev.rollcall.provider.sender.ApnsEnvironment;
import dev.rollcall.provider.sender.ProviderType;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A provider of an app, without its secrets.
///
/// `version` increases with each change. `summary` is the part of the credentials that is not
/// secret: ids, names and public keys. `aliases` are further ids of it. `perSecond` is the operator's rate limit in sends a second.
public record Provider(
    long number,
    long app,
    String id,
    List<String> aliases,
    ProviderType type,
    long version,
    @Nullable Integer perSecond,
    JsonObject summary,
    Instant createdAt,
    Instant updatedAt,
    @Nullable Instant pausedUntil,
    @Nullable Instant degradedSince) {

  public enum State {
    ACTIVE,
    /// Nothing is sent through the provider until `pausedUntil`.
    PAUSED,
    /// Messages are sent, but no push token is removed because of the provider's answers.
    DEGRADED;

    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public State state(Instant now) {
    if (degradedSince != null) {
      return State.DEGRADED;
    }
    return pausedUntil != null && pausedUntil.isAfter(now) ? State.PAUSED : State.ACTIVE;
  }

  /// The environment in which an APNs token is tried first if its own environment is unknown.
  public ApnsEnvironment environment() {
    return summary
        .string("environment")
        .flatMap(ApnsEnvironment::of)
        .orElse(ApnsEnvironment.PRODUCTION);
  }

  /// The public VAPID key with which browsers subscribe now; empty for other types.
  public Optional<String> publicKey() {
    return summary.string("publicKey");
  }
}
