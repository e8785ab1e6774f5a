package dev.rollcall.preference;

import java.util.Arrays;
import java.util.Optional;

/// What can be muted separately: messages or calls.
public enum Topic {
  CHAT("chat"),
  CALL("call");

  private final String word;

  Topic(String word) {
    this.word = word;
  }

  public String word() {
    return word;
  }

  public static Optional<Topic> of(String word) {
    return Arrays.stream(values()).filter(it -> it.word.equals(word)).findFirst();
  }
}
