package dev.rollcall.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rollcall.TestServer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.json.simple.JSONObject;
import org.json.simple.JSONValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A back end sends notifications. The app has no provider, so every delivery ends at once.
final class SendingTest {
  @RegisterExtension static final TestServer server = new TestServer();

  private static NotificationReport ended(RollcallBackEnd backEnd, String id)
      throws RollcallException {
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    var report = backEnd.notification(id);
    while (report.state().equals("sending")) {
      assertTrue(System.nanoTime() < end, "it does not end");
      report = backEnd.notification(id);
    }
    return report;
  }

  @Test
  void whatBecameOfANotificationIsTold() throws Exception {
    var uid = Phone.newUser(server, "alice");
    try (var phone = Phone.loggedIn(server, uid);
        var backEnd = Phone.backEnd(server)) {
      phone.registerFcm("phone-" + uid);
      var id = backEnd.send(Notification.toUsers(List.of(uid, "nobody-" + uid)).title("Hello"));
      var report = ended(backEnd, id);
      assertEquals(id, report.id());
      assertEquals("done", report.state());
      assertEquals(1, report.users());
      assertEquals(1, report.unknown());
      assertEquals(0, report.silenced());
      assertEquals(0, report.unreachable());
      assertEquals(1, report.count("no-provider"));
      assertEquals(0, report.count("accepted"));
      // Cancelling a notification that has ended is not an error.
      backEnd.cancelNotification(id);
      assertEquals("done", backEnd.notification(id).state());
    }
  }

  @Test
  void oneKeyQueuesOnce() throws Exception {
    var uid = Phone.newUser(server, "alice");
    try (var backEnd = Phone.backEnd(server)) {
      var hello = Notification.toUsers(List.of(uid)).title("Hello");
      var first = backEnd.send(hello, "key-" + uid);
      assertEquals(first, backEnd.send(hello, "key-" + uid));
      assertNotEquals(first, backEnd.send(hello));
      var other = Notification.toUsers(List.of(uid)).title("Bye");
      assertCode("ERR_IDEMPOTENCY_KEY_REUSED", () -> backEnd.send(other, "key-" + uid));
    }
  }

  @Test
  void whatIsWrongIsSaid() throws Exception {
    try (var backEnd = Phone.backEnd(server)) {
      assertCode("ERR_BAD_REQUEST", () -> backEnd.send(Notification.toEveryone()));
      assertCode("ERR_NOTIFICATION_NOT_FOUND", () -> backEnd.notification("none"));
      assertCode("ERR_NOTIFICATION_NOT_FOUND", () -> backEnd.cancelNotification("none"));
      assertCode(
          RollcallException.BAD_REQUEST,
          () -> backEnd.send(Notification.toEveryone().title("x"), " "));
    }
  }

  private static void assertCode(String code, org.junit.jupiter.api.function.Executable call) {
    assertEquals(code, assertThrows(RollcallException.class, call).getCode());
  }

  @Test
  void everythingThatIsSaidIsSent() {
    var fields = Json.object("k", "v");
    var call =
        Notification.toSession("alice_1")
            .channel("voip")
            .title("t")
            .body("b")
            .data(Map.of("a", "1"))
            .collapseId("c")
            .ttl(30)
            .priority("high")
            .badge(3)
            .sound("s")
            .override("apns", fields)
            .override("fcm", fields)
            .aboutCallFrom("bob");
    var wanted =
        """
        {"to":{"session":"alice_1"},"channel":"voip","title":"t","body":"b","data":{"a":"1"},
         "collapseId":"c","ttl":30,"priority":"high","badge":3,"sound":"s",
         "overrides":{"apns":{"k":"v"},"fcm":{"k":"v"}},
         "context":{"type":"call","from":{"uid":"bob"}}}
        """;
    assertEquals(JSONValue.parse(wanted), call.json());
    var message = Notification.toEveryone().aboutMessageIn("team").json();
    assertEquals(
        JSONValue.parse("{\"type\":\"chat\",\"from\":{\"guid\":\"team\"}}"),
        message.get("context"));
    assertEquals(new JSONObject(Map.of("all", true)), message.get("to"));
  }
}
