package dev.rollcall.preference;

import java.util.Arrays;
import java.util.Optional;

/// What can be muted separately: messages or calls.
public enum Topic {
  CHAT("chat"),
  CALL("call");

  private final String wireName;

  Topic(String word) {
    this.wireName = word;
  }

  public String wireName() {
    return wireName;
  }

  public static Optional<Topic> of(String word) {
    return Arrays.stream(values()).filter(it -> it.wireName.equals(word)).findFirst();
  }
}
