package dev.rollcall.provider.sender;

import dev.rollcall.token.Channel;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/// What kind of credentials a provider has, and which channels they reach.
public enum ProviderType {
  FCM("fcm", Set.of("fcm")),
  APNS("apns", Set.of("apns", "apns-voip")),
  WEB_PUSH("webPush", Set.of("web-push"));

  private final String word;
  private final Set<String> channels;

  ProviderType(String word, Set<String> channels) {
    this.word = word;
    this.channels = channels;
  }

  /// The name on the wire and in the database.
  public String word() {
    return word;
  }

  public boolean reaches(Channel channel) {
    return channels.contains(channel.word());
  }

  public static Optional<ProviderType> of(String word) {
    return Arrays.stream(values()).filter(type -> type.word.equals(word)).findFirst();
  }
}
