package dev.rollcall.provider.webpush;

import dev.rollcall.egress.GuardedClient;
import java.util.Arrays;

/// A push service's name for a message.
final class Receipt {
  private static final int LONGEST = 100;

  private Receipt() {}

  /// It is how the address ends that the service gave the message.
  ///
  /// A service may answer anything, also the endpoint, which is a secret.
  static String of(GuardedClient.Answer answer, String endpoint) {
    return answer
        .location()
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
    return text.substring(0, Math.min(LONGEST, text.length()));
  }
}
