package dev.rollcall.token;

import java.util.Arrays;

/// What kind of address a push token is.
public enum Channel {
  FCM("fcm"),
  APNS("apns"),
  APNS_VOIP("apns-voip"),
  WEB_PUSH("web-push");
  private final String word;

  Channel(String word) {
    this.word = word;
  }

  /// The name on the wire and in the database.
  public String word() {
    return word;
  }

  public boolean isApns() {
    return this == APNS || this == APNS_VOIP;
  }

  public static Channel of(String word) {
    return Arrays.stream(values())
        .filter(channel -> channel.word.equals(word))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no channel is called " + word));
  }
}
