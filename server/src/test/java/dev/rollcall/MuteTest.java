package dev.rollcall;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.rollcall.problem.Code;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/// Muting as the extension has it.
final class MuteTest {
  @RegisterExtension static final RunningServer server = new RunningServer();

  private static final String PEERS = "'uids':['bob','Carol'],'guids':['Team']";

  private final Device alice = server.someone();

  private static long inAnHour() {
    return server.clock().instant().plus(Duration.ofHours(1)).toEpochMilli();
  }

  private Answer post(String endpoint, String body) {
    return alice.call("POST", endpoint).json(body).send();
  }

  private void posted(String endpoint, String body) {
    assertEquals("{\"data\":{\"success\":true}}", post(endpoint, body).body());
  }

  private JsonNode settings() {
    return alice.call("GET", "/v2/user-settings").send().data().get("user-settings");
  }

  private static String settings(boolean on) {
    return """
    {'user-settings':{'dnd':%1$s,
      'chat':{'allow_only_mentions':%1$s,'mute_group_actions':%1$s,'mute_all_guids':%1$s,'mute_all_uids':%1$s},
      'call':{'mute_all_guids':%1$s,'mute_all_uids':%1$s}}}
    """
        .formatted(on);
  }

  @Test
  void beforeAnythingWasSetNothingIsMuted() {
    assertEquals(
        """
        {"dnd":false,"chat":{"allow_only_mentions":false,"mute_group_actions":false,\
        "mute_all_guids":false,"mute_all_uids":false,"muted_uids":{},"muted_guids":{}},\
        "call":{"mute_all_guids":false,"mute_all_uids":false,"muted_uids":{},"muted_guids":{}}}\
        """,
        settings().toString());
  }

  @Test
  void whoIsMutedIsListedWithTheEnd() {
    posted("/v2/mute-chat", "{%s,'timeInMS':'%d'}".formatted(PEERS, inAnHour()));
    posted("/v2/mute-calls", "{'uids':['bob'],'timeinMS':%d}".formatted(inAnHour() + 1));
    var kept = settings();
    assertEquals(
        "{\"bob\":%1$d,\"carol\":%1$d}".formatted(inAnHour()),
        kept.get("chat").get("muted_uids").toString());
    assertEquals(
        "{\"Team\":%d}".formatted(inAnHour()), kept.get("chat").get("muted_guids").toString());
    assertEquals(
        "{\"bob\":%d}".formatted(inAnHour() + 1), kept.get("call").get("muted_uids").toString());
    assertEquals("{}", kept.get("call").get("muted_guids").toString());

    posted("/v2/unmute-chat", "{'uids':['BOB'],'guids':['Team']}");
    posted("/v2/unmute-calls", "{'uids':['bob']}");
    assertEquals(
        "{\"carol\":%d}".formatted(inAnHour()),
        settings().get("chat").get("muted_uids").toString());
    assertEquals("{}", settings().get("chat").get("muted_guids").toString());
    assertEquals("{}", settings().get("call").get("muted_uids").toString());
  }

  @Test
  void aMuteEndsByItself() {
    posted("/v2/mute-chat", "{%s,'timeInMS':%d}".formatted(PEERS, inAnHour()));
    server.clock().advance(Duration.ofHours(1));
    assertEquals("{}", settings().get("chat").get("muted_uids").toString());
  }

  @Test
  void settingsComeBackAsTheyWereSaved() {
    posted("/v2/user-settings", settings(true));
    var kept = settings();
    assertEquals("true", kept.get("dnd").toString());
    for (var key :
        List.of("allow_only_mentions", "mute_group_actions", "mute_all_guids", "mute_all_uids")) {
      assertEquals("true", kept.get("chat").get(key).toString(), key);
    }
    for (var key : List.of("mute_all_guids", "mute_all_uids")) {
      assertEquals("true", kept.get("call").get(key).toString(), key);
    }
    posted("/v2/user-settings", settings(false));
    assertEquals("false", settings().get("chat").get("mute_group_actions").toString());
  }

  @Test
  void everySettingHasToBeSent() {
    post("/v2/user-settings", "{}").is(Code.ERR_BAD_REQUEST, "user-settings");
    post("/v2/user-settings", "{'user-settings':{'dnd':true}}")
        .is(Code.ERR_BAD_REQUEST, "user-settings.chat");
    post("/v2/user-settings", settings(true).replace("'dnd':true,", ""))
        .is(Code.ERR_BAD_REQUEST, "user-settings.dnd");
    post("/v2/user-settings", settings(true).replace("'mute_group_actions':true,", ""))
        .is(Code.ERR_BAD_REQUEST, "user-settings.chat.mute_group_actions");
    post("/v2/user-settings", settings(true).replace(",'mute_all_uids':true}}}", "}}}"))
        .is(Code.ERR_BAD_REQUEST, "user-settings.call.mute_all_uids");
    post("/v2/user-settings", settings(true).replace("'dnd':true", "'dnd':1"))
        .is(Code.ERR_BAD_REQUEST, "user-settings.dnd");
    assertEquals("false", settings().get("dnd").toString());
  }

  @Test
  void olderFormsOfThePathsWorkToo() {
    posted("/v1/mute-chat", "{%s,'timeInMS':'%d'}".formatted(PEERS, inAnHour()));
    posted("//v1/mute-calls", "{%s,'timeInMS':'%d'}".formatted(PEERS, inAnHour()));
    posted("//v2/unmute-chat", "{'uids':['bob']}");
    posted("/v1/unmute-calls", "{'guids':['Team']}");
    posted("/v1/unmute-chat", "{'guids':['Team']}");
    posted("/v1/user-settings", settings(true));
    var kept = alice.call("GET", "//v1/user-settings").send().data().get("user-settings");
    assertEquals("true", kept.get("dnd").toString());
    assertEquals(1, kept.get("chat").get("muted_uids").size());
    assertEquals(2, kept.get("call").get("muted_uids").size());
  }

  @Test
  void whatCannotBeMeantIsRefused() {
    post("/v2/mute-chat", "{%s}".formatted(PEERS)).is(Code.ERR_BAD_REQUEST, "timeInMS");
    post("/v2/mute-chat", "{%s,'timeInMS':'tomorrow'}".formatted(PEERS))
        .is(Code.ERR_BAD_REQUEST, "timeInMS");
    post("/v2/mute-chat", "{%s,'timeInMS':-1}".formatted(PEERS))
        .is(Code.ERR_BAD_REQUEST, "timeInMS");
    post("/v2/mute-chat", "{%s,'timeInMS':1.5}".formatted(PEERS))
        .is(Code.ERR_BAD_REQUEST, "timeInMS");
    post("/v2/mute-chat", "{%s,'timeInMS':true}".formatted(PEERS))
        .is(Code.ERR_BAD_REQUEST, "timeInMS");
    post("/v2/mute-chat", "{'timeInMS':'1'}").is(Code.ERR_BAD_REQUEST, "uids");
    post("/v2/mute-chat", "{'uids':[],'guids':null,'timeInMS':'1'}")
        .is(Code.ERR_BAD_REQUEST, "uids");
    post("/v2/mute-chat", "{'uids':'bob','timeInMS':'1'}").is(Code.ERR_BAD_REQUEST, "uids");
    post("/v2/mute-chat", "{'uids':[7],'timeInMS':'1'}").is(Code.ERR_BAD_REQUEST, "uids");
    post("/v2/mute-chat", "{'guids':[' '],'timeInMS':'1'}").is(Code.ERR_BAD_REQUEST, "guids");
    post("/v2/mute-chat", "{'guids':['%s'],'timeInMS':'1'}".formatted("g".repeat(101)))
        .is(Code.ERR_BAD_REQUEST, "guids");
    post("/v2/unmute-calls", "{}").is(Code.ERR_BAD_REQUEST, "uids");
  }

  @Test
  void anAuthTokenIsNeeded() {
    for (var endpoint : List.of("mute-chat", "mute-calls", "unmute-chat", "unmute-calls")) {
      server
          .call("POST", "/v2/" + endpoint)
          .header("appId", server.app().id())
          .json("{}")
          .send()
          .is(Code.AUTH_ERR_EMPTY_AUTH_TOKEN);
    }
    alice.logout();
    post("/v2/mute-chat", "{%s,'timeInMS':'1'}".formatted(PEERS))
        .is(Code.AUTH_ERR_AUTH_TOKEN_NOT_FOUND);
    alice.call("GET", "/v2/user-settings").send().is(Code.AUTH_ERR_AUTH_TOKEN_NOT_FOUND);
  }

  @Test
  void mutesAreTheUsersNotTheSessions() {
    posted("/v2/mute-chat", "{'uids':['bob'],'timeInMS':%d}".formatted(inAnHour()));
    var other = server.login(alice.uid());
    var kept = other.call("GET", "/v2/user-settings").send().data().get("user-settings");
    assertEquals(1, kept.get("chat").get("muted_uids").size());
  }
}
