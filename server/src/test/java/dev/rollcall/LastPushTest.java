package dev.rollcall;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rollcall.account.TokenPolicy;
import dev.rollcall.config.Setting;
import dev.rollcall.fake.FakeFcm;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/// What the last pushes to a token mean for its removal and for its operator, over real sockets.
final class LastPushTest {
  private static final Doubles doubles = new Doubles();

  @RegisterExtension
  static final RunningServer server =
      new RunningServer()
          .with(Setting.TOKEN_STALE, "10s")
          .with(Setting.TOKEN_REMOVAL, "40s")
          .with(Setting.WEB_PUSH_INTERNAL, doubles.pushService())
          .with(doubles.outside());

  private RunningServer.TestApp app;

  @AfterAll
  static void stopDoubles() {
    doubles.close();
  }

  @BeforeEach
  void newApp() {
    app = server.newApp(TokenPolicy.EXCLUSIVE);
    doubles.setProviders(server, app);
  }

  private Device login(String uid) {
    server.newUser(app, uid);
    return server.login(app, uid);
  }

  /// Sends to the user, and returns the report once all deliveries have ended.
  private JsonNode send(String uid, String kind) {
    var id =
        server
            .call("POST", "/v1/notifications")
            .backEnd(app)
            .json("{'to':{'uids':['%s']},'title':'Hello'%s}".formatted(uid, kind))
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
    return report;
  }

  private JsonNode roll(String uid) {
    return server.call("GET", "/v1/users/" + uid + "/tokens").backEnd(app).send().data();
  }

  private JsonNode onlyToken(String uid) {
    assertEquals(1, roll(uid).get("tokens").size());
    return roll(uid).get("tokens").get(0);
  }

  @Test
  void aPhoneThatTakesPushesIsKeptThoughItsAppIsNotOpened() {
    var kinds =
        List.of(
            List.of("fcm", "{'fcmToken':'an-android'}", ""),
            List.of("apns", "{'apnsToken':'%s'}".formatted("ab".repeat(32)), ""),
            List.of("voip", "{'voipToken':'%s'}".formatted("cd".repeat(32)), ",'channel':'voip'"),
            List.of("web", doubles.subscription("/a-browser"), ""));
    for (var kind : kinds) {
      login(kind.getFirst()).register(kind.get(1)).data();
    }
    login("silent").registerFcm("a-phone-without-pushes");
    for (int seconds = 5; seconds <= 60; seconds += 5) {
      server.clock().advance(Duration.ofSeconds(5));
      for (var kind : kinds) {
        var counts = send(kind.getFirst(), kind.get(2)).get("counts");
        assertEquals(1, counts.get("accepted").intValue(), kind.getFirst() + " " + counts);
      }
    }
    server.server().sweeper().sweep();
    for (var kind : kinds) {
      var token = onlyToken(kind.getFirst());
      assertEquals(server.clock().millis(), token.get("lastAcceptedAt").longValue());
      assertTrue(token.get("lastFailedAt").isNull());
      assertTrue(token.get("lastFailure").isNull());
      assertEquals("false", token.get("neverWorked").toString());
      assertEquals("true", token.get("stale").toString());
    }
    assertEquals(0, roll("silent").get("tokens").size());
    var line = roll("silent").get("history").get(0);
    assertEquals("expired", line.get("event").stringValue());
    assertEquals(
        "not registered since 2026-11-24, no push accepted", line.get("why").stringValue());

    server.clock().advance(Duration.ofSeconds(40));
    server.server().sweeper().sweep();
    for (var kind : kinds) {
      assertEquals(0, roll(kind.getFirst()).get("tokens").size());
      assertEquals(
          "not registered since 2026-11-24, last push accepted 2026-11-24",
          roll(kind.getFirst()).get("history").get(0).get("why").stringValue());
    }
  }

  @Test
  void aTokenThatNeverWorkedIsShownAsSuch() {
    var alice = login("alice");
    var value = "b2YgYW5vdGhlciBwcm9qZWN0:APA91bForeign";
    alice.registerFcm(value);
    assertEquals("false", onlyToken("alice").get("neverWorked").toString());
    doubles.google().setAnswer(value, FakeFcm.error(403, "SENDER_ID_MISMATCH"));
    assertEquals(1, send("alice", "").get("counts").get("token-bad").intValue());
    var token = onlyToken("alice");
    assertEquals("true", token.get("neverWorked").toString());
    assertTrue(token.get("lastAcceptedAt").isNull());
    assertEquals(server.clock().millis(), token.get("lastFailedAt").longValue());
    assertTrue(token.get("lastFailure").stringValue().contains("SENDER_ID_MISMATCH"));

    alice.registerFcm(value);
    assertEquals("true", onlyToken("alice").get("neverWorked").toString());
    alice.registerFcm("dGhlIHRva2Vu:APA91bAnother");
    token = onlyToken("alice");
    assertEquals("false", token.get("neverWorked").toString());
    assertTrue(token.get("lastFailure").isNull());
  }
}
