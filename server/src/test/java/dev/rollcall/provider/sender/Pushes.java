package dev.rollcall.provider.sender;

import dev.rollcall.account.MovableClock;
import dev.rollcall.message.Message;
import dev.rollcall.message.Message.Kind;
import dev.rollcall.token.Channel;
import dev.rollcall.token.TokenValue;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.UUID;
import java.util.random.RandomGenerator;

/// Pushes to send in tests, and the time at which they are sent.
public final class Pushes {
  /// In this very minute, since TLS and Google's library read the machine's clock.
  @SuppressWarnings("TimeInStaticInitializer")
  public static final Instant NOW = Instant.now().truncatedTo(ChronoUnit.SECONDS);

  public static final UUID ID = UUID.fromString("0193a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b");
  public static final Message HELLO = Message.of(Kind.ALERT).title("Hello").body("it's me").build();

  private Pushes() {}

  public static MovableClock clock() {
    return new MovableClock(NOW);
  }

  /// A back-off without chance.
  public static Backoff backoff(MovableClock clock) {
    RandomGenerator never = () -> 0;
    return new Backoff(clock, never);
  }

  public static Push to(Address address, Message message) {
    return new Push(ID, address, message, NOW, 0);
  }

  public static Push toFcm(String token, Message message) {
    return to(new Address.Token(new TokenValue(Channel.FCM, token)), message);
  }

  public static Push toApns(Channel channel, String token, Message message) {
    return to(
        new Address.Apns(new TokenValue(channel, token), ApnsEnvironment.PRODUCTION), message);
  }

  /// A message whose data fills `bytes`, key included.
  public static Message ofSize(Kind kind, int bytes) {
    return Message.of(kind).data(Map.of("k", "x".repeat(bytes - 1))).build();
  }
}
