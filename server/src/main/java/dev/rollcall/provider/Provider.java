package dev.rollcall.provider;

import dev.rollcall.json.JsonObject;
import dev.rollcall.provider.sender.ApnsEnvironment;
import dev.rollcall.provider.sender.ProviderType;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A provider of an app, without its credentials.
///
/// `version` grows each time it is set. `summary` is what anybody may see of the credentials: ids,
/// names and public keys. `perSecond` is how many sends a second the operator allows.
public record Provider(
    long no,
    long app,
    String id,
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
    /// Nothing is sent through it until its provider takes more.
    PAUSED,
    /// It is sent through, but what it says of push tokens is not believed.
    DEGRADED;

    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public State state(Instant now) {
    if (degradedSince != null) {
      return State.DEGRADED;
    }
    return pausedUntil != null && pausedUntil.isAfter(now) ? State.PAUSED : State.ACTIVE;
  }

  /// Where an APNs token is tried first whose environment nobody knows yet.
  public ApnsEnvironment environment() {
    return summary
        .string("environment")
        .flatMap(ApnsEnvironment::of)
        .orElse(ApnsEnvironment.PRODUCTION);
  }

  /// The public VAPID key that browsers subscribe with from now on; empty for other types.
  public Optional<String> publicKey() {
    return summary.string("publicKey");
  }
}
