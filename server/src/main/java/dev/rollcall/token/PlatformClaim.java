package dev.rollcall.token;

import dev.rollcall.account.Platform;
import java.util.Arrays;
import java.util.Locale;

/// The platform of a push token, and how it is known.
public record PlatformClaim(PushPlatform platform, Basis basis) {

  /// How the platform of a token is known, the most reliable way first.
  public enum Basis {
    /// The registration named the push platform.
    NAMED,
    /// The registration's headers named the platform of the SDK.
    REPORTED,
    /// The client of the session named its platform, for example at login.
    SESSION,
    /// Inferred from the `User-Agent` of the registration.
    GUESSED,
    /// Nothing named the platform. Android is the most likely one.
    ASSUMED;

    private final String wireName = name().toLowerCase(Locale.ROOT);

    /// The name in exports and the database.
    public String wireName() {
      return wireName;
    }

    public static Basis of(String word) {
      return Arrays.stream(values())
          .filter(basis -> basis.wireName.equals(word))
          .findFirst()
          .orElseThrow(() -> new IllegalArgumentException("no basis is called " + word));
    }
  }

  /// A platform of which the framework is not known. A channel that exists on only one platform
  /// belongs to that platform, whatever `platform` is.
  public static PlatformClaim of(Channel channel, Platform platform, Basis basis) {
    return new PlatformClaim(
        PushPlatform.of(channel, channel.onlyPlatform().orElse(platform)), basis);
  }

  /// The claim to keep when this one follows `before`: the more reliable one, or the newer one if
  /// both are equally reliable.
  PlatformClaim after(PlatformClaim before) {
    return basis.compareTo(before.basis) <= 0 ? this : before;
  }
}
