package dev.rollcall;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.rollcall.config.Setting;
import dev.rollcall.problem.Code;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Sessions that end by themselves, and sessions that register too often.
final class ExpiryTest {
  @RegisterExtension
  static final RunningServer server =
      new RunningServer().with(Setting.SESSION_TTL, "1h").with(Setting.SESSION_RATE, "5");

  @Test
  void aSessionAndItsTokensEndWithItsTimeBeforeAnythingIsSwept() {
    server.newUser("anna");
    var old = server.login("anna");
    old.registerFcm("annas-old-phone");
    var listed = sessions("anna").getFirst();
    assertEquals(server.clock().instant().getEpochSecond() + 3600, listed);

    server.clock().advance(Duration.ofMinutes(59));
    var fresh = server.login("anna");
    fresh.registerFcm("annas-new-phone");
    assertEquals(2, fresh.tokens().size());

    server.clock().advance(Duration.ofMinutes(1));
    old.call("GET", "/me").send().is(Code.AUTH_ERR_AUTH_TOKEN_NOT_FOUND);
    old.register("{'fcmToken':'a-token'}").is(Code.AUTH_ERR_AUTH_TOKEN_NOT_FOUND);
    assertEquals(List.of("annas-new-phone"), fresh.tokens());
    assertEquals(1, sessions("anna").size());

    server.server().sweeper().sweep();
    assertEquals(List.of("annas-new-phone"), fresh.tokens());
    assertEquals("expired", history("anna").getFirst());
  }

  private static List<Long> sessions(String uid) {
    var all =
        server.call("GET", "/v3/users/" + uid + "/auth_tokens").backEnd(server.app()).send().data();
    return all.valueStream().map(it -> it.get("expiresAt").longValue()).toList();
  }

  private static List<String> history(String uid) {
    var roll =
        server.call("GET", "/v1/users/" + uid + "/tokens").backEnd(server.app()).send().data();
    return roll.get("history").valueStream().map(it -> it.get("event").stringValue()).toList();
  }

  @Test
  void whoeverWaitsAsLongAsToldIsNotRefusedAgain() {
    var device = server.someone();
    for (int i = 0; i < 5; i++) {
      device.registerFcm("token-" + i);
    }
    server.clock().advance(Duration.ofMillis(500));
    var refused = device.register("{'fcmToken':'token-5'}");
    var wait = Long.parseLong(refused.header("Retry-After").orElseThrow());
    server.clock().advance(Duration.ofSeconds(wait));
    device.registerFcm("token-5");
  }

  @Test
  void aSessionThatRegistersInALoopIsAskedToWait() {
    var device = server.someone();
    var other = server.someone();
    for (int i = 0; i < 5; i++) {
      device.registerFcm("token-" + i);
    }
    var refused = device.register("{'fcmToken':'token-5'}");
    refused.is(Code.ERR_TOO_MANY_REQUESTS);
    var wait = Duration.ofSeconds(Long.parseLong(refused.header("Retry-After").orElseThrow()));
    assertEquals(List.of("token-4"), device.tokens());
    other.registerFcm("another-token");

    server.clock().advance(wait);
    device.registerFcm("token-6");
  }
}
