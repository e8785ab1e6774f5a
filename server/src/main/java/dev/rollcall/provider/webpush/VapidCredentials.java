package dev.rollcall.provider.webpush;

import dev.rollcall.secret.CredentialException;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// VAPID key pairs, the newest first, and the contact for push services: a `mailto:` or `https://`
/// URL.
///
/// A subscription accepts pushes only with the key that the browser subscribed with, so former
/// pairs are kept.
public record VapidCredentials(List<VapidKeys> keys, String subject) {
  private static final Pattern MAIL = Pattern.compile("mailto:[\\w.+-]+@([\\w.-]+)");
  private static final Pattern REACHABLE =
      Pattern.compile("([\\w-]+\\.)+(?!local$)[A-Za-z][\\w-]+");

  public VapidCredentials {
    keys = List.copyOf(keys);
    if (keys.isEmpty()) {
      throw new IllegalArgumentException("no VAPID keys");
    }
  }

  public static VapidCredentials of(VapidKeys keys, String subject) throws CredentialException {
    return of(List.of(keys), subject);
  }

  public static VapidCredentials of(List<VapidKeys> keys, String subject)
      throws CredentialException {
    if (host(subject).filter(it -> REACHABLE.matcher(it).matches()).isEmpty()) {
      throw new CredentialException(
          "subject must be mailto: with an address, or an https:// URL, that can be reached from"
              + " outside; Apple refuses others");
    }
    return new VapidCredentials(keys, subject);
  }

  /// The key pairs to try for a subscription that was made with `publicKey`, which may be only the
  /// beginning of the key. That is the matching pair, or the newest one if the matching pair is no
  /// longer kept. A browser's subscription does not name its key. If the client did not report it
  /// either, any pair may match.
  List<VapidKeys> pairsFor(@Nullable String publicKey) {
    return publicKey == null
        ? keys
        : List.of(
            keys.stream()
                .filter(pair -> pair.publicKey().startsWith(publicKey))
                .findFirst()
                .orElseGet(keys::getFirst));
  }

  private static Optional<String> host(String subject) {
    var mail = MAIL.matcher(subject);
    if (mail.matches()) {
      return Optional.of(mail.group(1));
    }
    try {
      var uri = URI.create(subject);
      return "https".equals(uri.getScheme())
          ? Optional.ofNullable(uri.getHost())
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
