package dev.rollcall.webhook;

import dev.rollcall.token.TokenEvent;
import java.util.Arrays;
import java.util.Optional;

/// The types of events that a webhook can receive.
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

  private final String wireName;

  EventType(String word) {
    this.wireName = word;
  }

  public String wireName() {
    return wireName;
  }

  public static Optional<EventType> of(String word) {
    return Arrays.stream(values()).filter(it -> it.wireName.equals(word)).findFirst();
  }

  /// The event type of a line in a token's history; a refreshed token is no event.
  public static Optional<EventType> of(TokenEvent.Kind kind) {
    return of("token." + kind.wireName());
  }
}
