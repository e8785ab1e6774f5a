package dev.rollcall;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.rollcall.problem.Code;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/// Preferences and muted conversations, as the newer SDKs and back ends have them.
final class PreferencesTest {
  @RegisterExtension static final RunningServer server = new RunningServer();

  private static final String SDK = "/v3.0/notifications/push/v1/preferences";
  private static final String REST = "/v3/notifications/v1/preferences";
  private static final String TIMEZONE = "/v3.0/notifications/v1/preferences/timezone";

  private final Device alice = server.someone();

  private Answer send(String method, String path, String body) {
    return alice.call(method, path).json(body).send();
  }

  private JsonNode preferences() {
    return alice.call("GET", SDK).send().data();
  }

  private JsonNode settings() {
    return alice.call("GET", "/v2/user-settings").send().data().get("user-settings");
  }

  private void set(String switches) {
    var none =
        """
        {'user-settings':{'dnd':false,
          'chat':{'allow_only_mentions':false,'mute_group_actions':false,'mute_all_guids':false,'mute_all_uids':false},
          'call':{'mute_all_guids':false,'mute_all_uids':false}}}
        """;
    send("POST", "/v2/user-settings", none.replaceFirst(switches + "':false", switches + "':true"))
        .data();
  }

  private Call backEnd(String method, String path) {
    return server.call(method, path).backEnd(server.app());
  }

  private static long inAnHour() {
    return server.clock().instant().plus(Duration.ofHours(1)).toEpochMilli();
  }

  @Test
  void everythingIsToldAtFirst() {
    var json = preferences();
    assertEquals(
        """
        {"groupMessages":2,"groupReplies":2,"groupQuotedReplies":2,"groupReactions":2,\
        "groupMemberLeft":2,"groupMemberAdded":2,"groupMemberJoined":2,"groupMemberKicked":2,\
        "groupMemberBanned":2,"groupMemberUnbanned":2,"groupMemberScopeChanged":2}\
        """,
        json.get("groupPreferences").toString());
    assertEquals(
        """
        {"oneOnOneMessages":2,"oneOnOneReplies":2,"oneOnOneQuotedReplies":2,\
        "oneOnOneReactions":2}\
        """,
        json.get("oneOnOnePreferences").toString());
    assertEquals(1, json.get("mutePreferences").get("dnd").intValue());
    assertEquals(7, json.get("mutePreferences").get("schedule").size());
    assertEquals("false", json.get("usePrivacyTemplate").toString());
  }

  @Test
  void aChangeLeavesTheRestAsItWas() {
    var answer =
        send(
                "PATCH",
                SDK,
                """
                {'groupPreferences':{'groupMessages':3,'groupReplies':4},
                 'mutePreferences':{'dnd':2,'schedule':{'sunday':{'from':1000,'to':1759,'dnd':false}}},
                 'usePrivacyTemplate':true}
                """)
            .data();
    assertEquals(preferences(), answer);
    send("PATCH", SDK, "{'oneOnOnePreferences':{'oneOnOneMessages':1}}").data();
    // Some SDKs send a Map, which their JSON makes empty.
    var json = send("PATCH", SDK, "{'mutePreferences':{'schedule':{}}}").data();
    assertEquals(3, json.get("groupPreferences").get("groupMessages").intValue());
    assertEquals(4, json.get("groupPreferences").get("groupReplies").intValue());
    assertEquals(1, json.get("oneOnOnePreferences").get("oneOnOneMessages").intValue());
    assertEquals(2, json.get("mutePreferences").get("dnd").intValue());
    var schedule = json.get("mutePreferences").get("schedule");
    assertEquals(1000, schedule.get("sunday").get("from").intValue());
    assertEquals(1759, schedule.get("sunday").get("to").intValue());
    assertEquals(2359, schedule.get("monday").get("to").intValue());
    assertEquals("true", json.get("usePrivacyTemplate").toString());
  }

  @Test
  void aResetLeavesMutesAndTheTimeZone() {
    send("PATCH", SDK, "{'mutePreferences':{'dnd':2},'groupPreferences':{'groupMessages':1}}");
    send("PATCH", TIMEZONE, "{'timezone':'Europe/Berlin'}").data();
    send("PUT", SDK + "/mute", muting("bob", "oneOnOne")).data();
    var json = alice.call("DELETE", SDK).send().data();
    assertEquals(1, json.get("mutePreferences").get("dnd").intValue());
    assertEquals(2, json.get("groupPreferences").get("groupMessages").intValue());
    assertEquals("Europe/Berlin", alice.call("GET", TIMEZONE).send().text("timezone"));
    assertEquals(1, muted().size());
  }

  private static String muting(String id, String type) {
    return "{'conversations':[{'id':'%s','type':'%s','until':%d}]}".formatted(id, type, inAnHour());
  }

  private JsonNode muted() {
    return alice.call("GET", SDK + "/mute").send().data().get("mutedConversations");
  }

  @Test
  void aMutedConversationIsAMutedChatOfTheExtension() {
    send("PUT", SDK + "/mute", muting("bob", "oneOnOne")).data();
    send("PUT", SDK + "/mute", muting("team", "group").replaceFirst("(\\d{13})", "'$1'")).data();
    var chat = settings().get("chat");
    assertEquals("{\"bob\":%d}".formatted(inAnHour()), chat.get("muted_uids").toString());
    assertEquals("{\"team\":%d}".formatted(inAnHour()), chat.get("muted_guids").toString());
    assertEquals("{}", settings().get("call").get("muted_uids").toString());

    send("POST", "/v2/mute-calls", "{'uids':['carol'],'timeInMS':%d}".formatted(inAnHour()));
    send("POST", "/v2/mute-chat", "{'uids':['dave'],'timeInMS':%d}".formatted(inAnHour()));
    send("DELETE", SDK + "/mute", "{'conversations':[{'id':'team','type':'group'}]}").data();
    assertEquals(
        """
        [{"id":"bob","type":"oneOnOne","until":%1$d},{"id":"dave","type":"oneOnOne","until":%1$d}]\
        """
            .formatted(inAnHour()),
        muted().toString());
  }

  @Test
  void aSwitchOfTheExtensionShowsInTheLevels() {
    set("mute_all_guids");
    assertEquals(1, preferences().get("groupPreferences").get("groupReplies").intValue());
    assertEquals(2, preferences().get("oneOnOnePreferences").get("oneOnOneReplies").intValue());
    set("mute_all_uids");
    assertEquals(2, preferences().get("groupPreferences").get("groupReplies").intValue());
    assertEquals(1, preferences().get("oneOnOnePreferences").get("oneOnOneReactions").intValue());
    set("mute_group_actions");
    assertEquals(1, preferences().get("groupPreferences").get("groupMemberLeft").intValue());
    assertEquals(2, preferences().get("groupPreferences").get("groupMessages").intValue());
    set("allow_only_mentions");
    assertEquals(3, preferences().get("groupPreferences").get("groupMessages").intValue());
    assertEquals(3, preferences().get("oneOnOnePreferences").get("oneOnOneReplies").intValue());
    assertEquals(2, preferences().get("groupPreferences").get("groupReactions").intValue());
    set("dnd");
    assertEquals(2, preferences().get("mutePreferences").get("dnd").intValue());
  }

  @Test
  void aLevelThatASwitchForbidsTurnsItOff() {
    set("mute_all_guids");
    send("PATCH", SDK, "{'groupPreferences':{'groupMessages':2}}").data();
    assertEquals("false", settings().get("chat").get("mute_all_guids").toString());
    assertEquals(2, preferences().get("groupPreferences").get("groupMessages").intValue());
    assertEquals(1, preferences().get("groupPreferences").get("groupReplies").intValue());
  }

  @Test
  void whatTheSdkSendsBackUnchangedChangesNothing() {
    set("mute_all_guids");
    var all = alice.call("GET", SDK).send();
    send("PATCH", SDK, all.data().toString()).data();
    assertEquals("true", settings().get("chat").get("mute_all_guids").toString());
    assertEquals(all.data(), preferences());
    set("mute_all_uids");
    assertEquals("false", settings().get("chat").get("mute_all_guids").toString());
    assertEquals(2, preferences().get("groupPreferences").get("groupMessages").intValue());
  }

  @Test
  void theTimeZoneIsKept() {
    assertEquals("Z", alice.call("GET", TIMEZONE).send().text("timezone"));
    assertEquals(
        "Asia/Kolkata", send("PATCH", TIMEZONE, "{'timezone':'Asia/Kolkata'}").text("timezone"));
    assertEquals("Asia/Kolkata", alice.call("GET", TIMEZONE).send().text("timezone"));
    send("PATCH", TIMEZONE, "{'timezone':'Nowhere/Else'}").is(Code.ERR_BAD_REQUEST, "timezone");
    send("PATCH", TIMEZONE, "{}").is(Code.ERR_BAD_REQUEST, "timezone");
  }

  @Test
  void aBackEndDoesTheSameForAUser() {
    for (var path : List.of(REST, SDK)) {
      backEnd("PUT", path + "/mute")
          .header("onBehalfOf", alice.uid())
          .json(muting("bob", "oneOnOne"))
          .send()
          .data();
      assertEquals(1, muted().size());
      assertEquals(
          muted(),
          backEnd("GET", path + "/mute?uid=" + alice.uid())
              .send()
              .data()
              .get("mutedConversations"));
      backEnd("DELETE", path + "/mute")
          .header("onBehalfOf", alice.uid().toUpperCase(Locale.ROOT))
          .json("{'conversations':[{'id':'bob','type':'oneOnOne'}]}")
          .send()
          .data();
      assertEquals(0, muted().size());
      backEnd("PATCH", path)
          .header("onBehalfOf", alice.uid())
          .json("{'mutePreferences':{'dnd':2}}")
          .send()
          .data();
      assertEquals("true", settings().get("dnd").toString());
      backEnd("DELETE", path).header("onBehalfOf", alice.uid()).send().data();
      assertEquals(
          preferences(), backEnd("GET", path).header("onBehalfOf", alice.uid()).send().data());
      assertEquals("false", settings().get("dnd").toString());
    }
    backEnd("PATCH", TIMEZONE)
        .header("onBehalfOf", alice.uid())
        .json("{'timezone':'Europe/Berlin'}")
        .send()
        .data();
    assertEquals("Europe/Berlin", alice.call("GET", TIMEZONE).send().text("timezone"));
  }

  @Test
  void aBackEndHasToNameAUserThatItHas() {
    backEnd("GET", REST).send().is(Code.ERR_BAD_REQUEST, "onBehalfOf");
    backEnd("GET", REST).header("onBehalfOf", "nobody").send().is(Code.ERR_UID_NOT_FOUND);
    backEnd("GET", REST).header("onBehalfOf", "no body").send().is(Code.ERR_UID_NOT_FOUND);
    server
        .call("GET", REST)
        .header("appId", server.app().id())
        .header("apiKey", server.app().authKey())
        .header("onBehalfOf", alice.uid())
        .send()
        .is(Code.AUTH_ERR_NO_ACCESS);
    server
        .call("GET", REST)
        .header("appId", server.app().id())
        .send()
        .is(Code.AUTH_ERR_EMPTY_AUTH_TOKEN);
  }

  @Test
  void whatCannotBeMeantIsRefused() {
    send("PATCH", SDK, "{'groupPreferences':{'groupMessages':4}}")
        .is(Code.ERR_BAD_REQUEST, "groupPreferences.groupMessages");
    send("PATCH", SDK, "{'groupPreferences':{'groupMemberLeft':0}}")
        .is(Code.ERR_BAD_REQUEST, "groupPreferences.groupMemberLeft");
    send("PATCH", SDK, "{'mutePreferences':{'dnd':true}}")
        .is(Code.ERR_BAD_REQUEST, "mutePreferences.dnd");
    send("PATCH", SDK, "{'mutePreferences':{'schedule':{'monday':{'from':1260}}}}")
        .is(Code.ERR_BAD_REQUEST, "mutePreferences.schedule.monday.from");
    send("PATCH", SDK, "{'mutePreferences':{'schedule':[]}}")
        .is(Code.ERR_BAD_REQUEST, "mutePreferences.schedule");
    send("PUT", SDK + "/mute", "{}").is(Code.ERR_BAD_REQUEST, "conversations");
    send("PUT", SDK + "/mute", "{'conversations':['bob']}")
        .is(Code.ERR_BAD_REQUEST, "conversations");
    send("PUT", SDK + "/mute", muting("bob", "uid"))
        .is(Code.ERR_BAD_REQUEST, "conversations[0].type");
    send("PUT", SDK + "/mute", "{'conversations':[{'id':'bob','type':'group'}]}")
        .is(Code.ERR_BAD_REQUEST, "conversations[0].until");
    send("DELETE", SDK + "/mute", "{'conversations':[{'type':'group'}]}")
        .is(Code.ERR_BAD_REQUEST, "conversations[0].id");
    assertEquals(0, muted().size());
  }
}
