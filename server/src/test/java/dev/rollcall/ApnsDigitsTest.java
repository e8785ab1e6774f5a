package dev.rollcall;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.rollcall.config.Setting;
import dev.rollcall.problem.Code;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A server that was set to take longer APNs tokens than usual.
final class ApnsDigitsTest {
  @RegisterExtension
  static final RunningServer server = new RunningServer().with(Setting.APNS_DIGITS, "1024");

  @Test
  void anApnsTokenMayHaveAsManyDigitsAsConfiguredInWhicheverWayItComes() {
    var device = server.someone();
    var longest = "ab".repeat(512);
    device.register("{'apnsToken':'<%s>','voipToken':'%s'}".formatted(longest, longest)).data();
    assertEquals(List.of(longest, longest), device.tokens("ios"));

    for (var key : List.of("apnsToken", "voipToken")) {
      var tooLong = device.register("{'%s':'%sab'}".formatted(key, longest));
      tooLong.is(Code.TOKEN_TOO_LONG, key);
      assertEquals(
          key + " is longer than 1024 hex digits", tooLong.error().get("message").stringValue());
    }
    device
        .call("POST", "/v3/notifications/push/v1/tokens")
        .json("{'platform':'apns_ios_device','deviceToken':'%sab'}".formatted(longest))
        .send()
        .is(Code.TOKEN_TOO_LONG, "deviceToken");
    assertEquals(List.of(longest, longest), device.tokens("ios"));
  }
}
