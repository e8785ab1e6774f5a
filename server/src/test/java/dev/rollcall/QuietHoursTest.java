package dev.rollcall;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rollcall.account.TokenPolicy;
import dev.rollcall.config.Setting;
import java.time.DayOfWeek;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/// The schedule of a user who travels, from the registration of the phones to the report.
final class QuietHoursTest {
  private static final String TIMEZONE = "/v3.0/notifications/v1/preferences/timezone";
  private static final Doubles doubles = new Doubles();

  @RegisterExtension
  static final RunningServer server =
      new RunningServer()
          .with(Setting.WEB_PUSH_INTERNAL, doubles.pushService())
          .with(doubles.outside());

  private RunningServer.TestApp app;

  @AfterAll
  static void stopDoubles() {
    doubles.close();
  }

  private static void register(Device device, String value, String zone) {
    device
        .call("POST", "/v3.0/notifications/push/v1/tokens")
        .json(
            "{'platform':'fcm_android','providerId':'google','fcmToken':'%s','timezone':'%s'}"
                .formatted(value, zone))
        .send()
        .data();
  }

  private static String zone(Device device) {
    return device.call("GET", TIMEZONE).send().text("timezone");
  }

  /// How many users a chat message to the user is kept from, once the notification has ended.
  private int silenced(String uid) {
    var body =
        "{'to':{'uids':['%s']},'title':'Hello','context':{'type':'chat','from':{'uid':'bob'}}}";
    var id =
        server
            .call("POST", "/v1/notifications")
            .backEnd(app)
            .json(body.formatted(uid))
            .send()
            .json()
            .get("data")
            .get("id")
            .stringValue();
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    JsonNode report;
    do {
      assertTrue(System.nanoTime() < end, "it did not end");
      server.server().courier().wake();
      report = server.call("GET", "/v1/notifications/" + id).backEnd(app).send().data();
    } while (report.get("state").stringValue().equals("sending"));
    assertEquals(0, report.get("unreachable").intValue());
    return report.get("silenced").intValue();
  }

  @Test
  void theScheduleFollowsThePhonesUntilTheUserChoosesAZone() {
    app = server.newApp(TokenPolicy.EXCLUSIVE);
    doubles.setProviders(server, app);
    server.newUser(app, "alice");
    var phone = server.login(app, "alice");
    assertEquals("Z", zone(phone));
    register(phone, "a-phone", "Asia/Kolkata");
    assertEquals("Asia/Kolkata", zone(phone));
    var days =
        Arrays.stream(DayOfWeek.values())
            .map(
                day -> "'%s':{'from':800,'to':2200}".formatted(day.name().toLowerCase(Locale.ROOT)))
            .collect(Collectors.joining(","));
    phone
        .call("PATCH", "/v3.0/notifications/push/v1/preferences")
        .json("{'mutePreferences':{'schedule':{%s}}}".formatted(days))
        .send()
        .data();

    // Twelve o'clock in Greenwich is half past five in the afternoon in Kolkata.
    assertEquals(0, silenced("alice"));
    server.clock().advance(Duration.ofHours(6));
    assertEquals(1, silenced("alice"));

    var second = server.login(app, "alice");
    register(second, "a-second-phone", "America/New_York");
    assertEquals("America/New_York", zone(phone));
    assertEquals(0, silenced("alice"));

    phone.call("PATCH", TIMEZONE).json("{'timezone':'Asia/Kolkata'}").send().data();
    assertEquals("Asia/Kolkata", zone(second));
    assertEquals(1, silenced("alice"));
    server.clock().advance(Duration.ofMinutes(1));
    register(second, "a-second-phone", "America/New_York");
    assertEquals("Asia/Kolkata", zone(second));
    assertEquals(1, silenced("alice"));
  }

  @Test
  void theZoneGoesWithThePhoneThatToldIt() {
    app = server.newApp(TokenPolicy.EXCLUSIVE);
    server.newUser(app, "ben");
    var home = server.login(app, "ben");
    register(home, "at-home", "Europe/Berlin");
    server.clock().advance(Duration.ofMinutes(1));
    var abroad = server.login(app, "ben");
    register(abroad, "abroad", "America/New_York");
    assertEquals("America/New_York", zone(home));
    abroad.logout();
    assertEquals("Europe/Berlin", zone(home));
    home.delete("{'all':true}").data();
    assertEquals("Z", zone(home));
  }
}
