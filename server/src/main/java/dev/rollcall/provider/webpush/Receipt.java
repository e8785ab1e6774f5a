package dev.rollcall.provider.webpush;

import dev.rollcall.egress.GuardedClient;
import java.util.Arrays;

/// A push service's id for a message.
final class Receipt {
  private static final int MAX_LENGTH = 100;

  private Receipt() {}

  /// The last segment of the URL that the service gave the message.
  ///
  /// A service may answer anything, even the endpoint itself, which is a secret and is left out.
  static String of(GuardedClient.Answer answer, String endpoint) {
    return answer
        .header("location")
        .map(address -> address.replaceFirst("(?s)[?#].*", ""))
        .map(path -> path.substring(path.lastIndexOf('/') + 1))
        .filter(name -> !isPartOf(endpoint, name))
        .map(Receipt::printable)
        .orElse("");
  }

  private static boolean isPartOf(String endpoint, String name) {
    return Arrays.asList(endpoint.split("[/?#&=]")).contains(name);
  }

  private static String printable(String name) {
    var text = name.replaceAll("[^!-~]", "");
    return text.substring(0, Math.min(MAX_LENGTH, text.length()));
  }
}
