package dev.rollcall.provider.sender;

import dev.rollcall.token.Channel;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/// The type of a provider: which credentials it has, and which channels it reaches.
public enum ProviderType {
  FCM("fcm"),
  APNS("apns"),
  WEB_PUSH("webPush");

  private final String wireName;

  ProviderType(String word) {
    this.wireName = word;
  }

  /// The type of the providers that reach a channel.
  public static ProviderType of(Channel channel) {
    return switch (channel) {
      case FCM -> FCM;
      case APNS, APNS_VOIP -> APNS;
      case WEB_PUSH -> WEB_PUSH;
    };
  }

  /// The name on the wire and in the database.
  public String wireName() {
    return wireName;
  }

  public static Optional<ProviderType> of(String word) {
    return Arrays.stream(values()).filter(type -> type.wireName.equals(word)).findFirst();
  }

  /// All names in a list, with `separator` before the last one.
  public static String wireNames(String separator) {
    var words = Arrays.stream(values()).map(ProviderType::wireName).toList();
    return String.join(", ", words.subList(0, words.size() - 1)) + separator + words.getLast();
  }

  /// All names as alternatives of a regular expression.
  public static String pattern() {
    return Arrays.stream(values()).map(ProviderType::wireName).collect(Collectors.joining("|"));
  }

  public boolean reaches(Channel channel) {
    return of(channel) == this;
  }

  /// The rate limit in sends a second if the operator sets none; 0 means no limit. Google accepts
  /// 600,000 a minute from one project.
  public int perSecond() {
    return switch (this) {
      case FCM -> 10_000;
      case APNS, WEB_PUSH -> 0;
    };
  }

  /// How many sends one node has in flight to a provider.
  ///
  /// For Web Push the limit is lower: a push service gets at most a hundred connections, and a
  /// delivery that waits for one must not outlive its lease.
  public int inFlight() {
    return switch (this) {
      case FCM, APNS -> 1_000;
      case WEB_PUSH -> 200;
    };
  }
}
