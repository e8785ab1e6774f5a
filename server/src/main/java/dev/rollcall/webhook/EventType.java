package dev.rollcall.webhook;

import dev.rollcall.token.TokenEvent;
import java.util.Arrays;
import java.util.Optional;

/// What a webhook can be told of.
public enum EventType {
  TOKEN_REGISTERED("token.registered"),
  TOKEN_MOVED("token.moved"),
  TOKEN_REPLACED("token.replaced"),
  TOKEN_DELETED("token.deleted"),
  TOKEN_EVICTED("token.evicted"),
  TOKEN_EXPIRED("token.expired"),
  TOKEN_SUSPECTED("token.suspected"),
  TOKEN_RETIRED("token.retired"),
  TOKEN_RESTORED("token.restored"),
  DELIVERY_ACCEPTED("delivery.accepted"),
  DELIVERY_FAILED("delivery.failed");

  private final String word;

  EventType(String word) {
    this.word = word;
  }

  public String word() {
    return word;
  }

  public static Optional<EventType> of(String word) {
    return Arrays.stream(values()).filter(it -> it.word.equals(word)).findFirst();
  }

  /// What a line of a token's history is told as; that it was refreshed is no news.
  public static Optional<EventType> of(TokenEvent.Kind kind) {
    return of("token." + kind.word());
  }
}
