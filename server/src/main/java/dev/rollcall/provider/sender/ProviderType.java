package dev.rollcall.provider.sender;

import dev.rollcall.token.Channel;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/// What kind of credentials a provider has, and which channels they reach.
public enum ProviderType {
  FCM("fcm"),
  APNS("apns"),
  WEB_PUSH("webPush");

  private final String word;

  ProviderType(String word) {
    this.word = word;
  }

  /// The type of the providers that reach a channel.
  static ProviderType of(Channel channel) {
    return switch (channel) {
      case FCM -> FCM;
      case APNS, APNS_VOIP -> APNS;
      case WEB_PUSH -> WEB_PUSH;
    };
  }

  /// The name on the wire and in the database.
  public String word() {
    return word;
  }

  public static Optional<ProviderType> of(String word) {
    return Arrays.stream(values()).filter(type -> type.word.equals(word)).findFirst();
  }

  /// All words in a list, with `separator` before the last of them.
  public static String words(String separator) {
    var words = Arrays.stream(values()).map(ProviderType::word).toList();
    return String.join(", ", words.subList(0, words.size() - 1)) + separator + words.getLast();
  }

  /// All words, as alternatives of a pattern.
  public static String pattern() {
    return Arrays.stream(values()).map(ProviderType::word).collect(Collectors.joining("|"));
  }

  public boolean reaches(Channel channel) {
    return of(channel) == this;
  }

  /// How many sends a second it takes where the operator set nothing; 0 means any number. Google
  /// takes 600,000 a minute from one project.
  public int perSecond() {
    return switch (this) {
      case FCM -> 10_000;
      case APNS, WEB_PUSH -> 0;
    };
  }

  /// How many sends one node has in flight to it. Push services of browsers are sent to by the
  /// hundred, and whatever waits for its turn there must not outlive its lease.
  public int inFlight() {
    return switch (this) {
      case FCM, APNS -> 1_000;
      case WEB_PUSH -> 200;
    };
  }
}
