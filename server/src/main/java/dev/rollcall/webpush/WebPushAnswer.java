package dev.rollcall.webpush;

import java.net.URI;
import java.util.Arrays;
import java.util.Optional;

/// What a push service answered.
record WebPushAnswer(
    int status, Optional<String> location, Optional<String> retryAfter, Optional<String> date) {
  private static final int LONGEST_RECEIPT = 100;

  /// The service's name for the message, which is how the address ends that it gave it.
  ///
  /// A service may answer anything, also the endpoint, which is a secret.
  String receipt(URI endpoint) {
    return location
        .map(address -> address.replaceFirst("(?s)[?#].*", ""))
        .map(path -> path.substring(path.lastIndexOf('/') + 1))
        .filter(name -> !isPartOf(endpoint, name))
        .map(WebPushAnswer::printable)
        .orElse("");
  }

  private static boolean isPartOf(URI endpoint, String name) {
    return Arrays.asList(endpoint.toString().split("[/?#&=]")).contains(name);
  }

  private static String printable(String name) {
    var text = name.replaceAll("[^!-~]", "");
    return text.substring(0, Math.min(LONGEST_RECEIPT, text.length()));
  }
}
