package dev.rollcall;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rollcall.account.TokenPolicy;
import dev.rollcall.problem.Code;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The `push-notification` extension as the SDKs call it (wire contract 4 and 6.1).
final class ExtensionTest {
  @RegisterExtension static final RunningServer server = new RunningServer();

  private static final String APNS =
      "00fc13adff785122b4ad28809a3420982341241421348097878e577c991de8f0";
  private static final String VOIP =
      "11fc13adff785122b4ad28809a3420982341241421348097878e577c991de8f1";

  @ParameterizedTest
  @ValueSource(strings = {"/v2/tokens", "//v2/tokens", "/v2//tokens/", "///v2/tokens//"})
  void slashesCarryNoMeaning(String path) {
    var device = server.someone();
    var token = "token-" + device.handle();
    var answer = device.call("POST", path).json("{'fcmToken':'" + token + "'}").send();
    assertTrue(answer.body().startsWith("{\"data\":{\"success\":true,\"revision\":\""));
    assertEquals(List.of(token), device.tokens());
    assertTrue(
        device
            .call("GET", path)
            .header("Content-Type", "application/json")
            .send()
            .body()
            .contains(token));
    device.call("DELETE", path).send().data();
    assertEquals(List.of(), device.tokens());
  }

  @Test
  void theExtensionHasNoVersions() {
    var device = server.someone();
    for (var prefix : List.of("/v3", "/v3.0")) {
      var answer = device.call("GET", prefix + "/v2/tokens").send();
      answer.is(Code.ERR_ROUTE_NOT_FOUND);
    }
  }

  @Test
  void anyMixOfTokensIsTaken() {
    var device = server.someone();
    var id = device.handle();
    device
        .register("{'fcmToken':'f-%s','apnsToken':'%s','voipToken':'%s'}".formatted(id, APNS, VOIP))
        .data();
    assertEquals(List.of("f-" + id), device.tokens("web"));
    assertEquals(2, device.tokens("ios").size());
    assertTrue(device.tokens("ios").containsAll(List.of(APNS, VOIP)));
    assertEquals(List.of(), device.tokens("android"));

    var other = server.someone();
    other.register("{'voipToken':'%s','apnsToken':null}".formatted(VOIP)).data();
    assertEquals(List.of(VOIP), other.tokens("ios"));
    assertEquals(List.of(APNS), device.tokens("ios"));
  }

  @Test
  void aMixWithOneBadTokenRegistersNone() {
    var device = server.someone();
    device
        .register("{'fcmToken':'good-%s','apnsToken':'xyz'}".formatted(device.handle()))
        .is(Code.APNS_TOKEN_NOT_HEX, "apnsToken");
    assertEquals(List.of(), device.tokens());
  }

  @ParameterizedTest
  @CsvSource({
    "WEB-4_2_0-a-1,,web",
    "IOS-3_0_1-a-1,,ios",
    "ANDROID-3_0_1-a-1,,android",
    "REACT_NATIVE-4_0_21-a-1,,android",
    ",javascript@4.2.0,web",
    ",android@3.0.1,android",
    ",ios@3.0.1,ios",
  })
  void anFcmTokenIsListedWhereItsAppRuns(String resource, String sdk, String list) {
    var uid = "where-" + Integer.toHexString((resource + sdk).hashCode());
    server.newUser(uid);
    var device = server.login(server.app(), uid, "{}");
    var call = device.call("POST", "/v2/tokens").json("{'fcmToken':'t-%s'}".formatted(uid));
    if (resource != null) {
      call.header("resource", resource);
    }
    if (sdk != null) {
      call.header("sdk", sdk);
    }
    call.send().data();
    assertEquals(List.of("t-" + uid), device.tokens(list));
  }

  @Test
  void thePlatformGivenAtLoginDecidesWhenTheCallSaysNothing() {
    server.newUser("platform");
    var iphone = server.login(server.app(), "platform", "{'platform':'IOS'}");
    var unknown = server.login(server.app(), "platform", "{}");
    iphone.registerFcm("platform-ios");
    unknown.registerFcm("platform-unknown");
    assertEquals(List.of("platform-ios"), iphone.tokens("ios"));
    assertEquals(List.of("platform-unknown"), iphone.tokens("android"));
  }

  @Test
  void aDeviceKeyEndsWhatAnotherUserLeftOnThePhone() {
    var alice = server.someone();
    var bob = server.someone();
    var key = "key-" + alice.handle();
    alice.register("{'fcmToken':'a-%s','deviceKey':'%s'}".formatted(key, key)).data();
    bob.call("POST", "/notifications/push/v1/tokens")
        .json("{'platform':'fcm_ios','fcmToken':'b-%s','deviceKey':'%s'}".formatted(key, key))
        .send()
        .data();

    assertEquals(List.of(), alice.tokens());
    assertEquals(List.of("b-" + key), bob.tokens());
  }

  @Test
  void aRegistrationThatComesTooLateIsRefusedAndSaysTheWayOut() {
    var device = server.someone();
    var id = device.handle();
    var body = "{'fcmToken':'old-%s','sequence':%s}";
    device.register("{'fcmToken':'new-%s','sequence':5000}".formatted(id)).data();
    for (int sequence = 4000; sequence <= 4010; sequence++) {
      var late = device.register(body.formatted(id, sequence));
      late.is(Code.ERR_SUPERSEDED, "sequence");
      assertTrue(
          late.json().get("error").get("message").stringValue().contains("without sequence"));
      assertEquals(5000, late.json().get("error").get("details").get("sequence").asLong());
    }
    assertEquals(List.of("new-" + id), device.tokens());

    device.register(body.formatted(id, 5001)).data();
    assertEquals(List.of("old-" + id), device.tokens());
  }

  @Test
  void aPlainClientGetsOutByLeavingTheSequenceOut() {
    var device = server.someone();
    var id = device.handle();
    device.register("{'fcmToken':'new-%s','sequence':9007199254740991}".formatted(id)).data();
    device
        .register("{'fcmToken':'old-%s','sequence':0}".formatted(id))
        .is(Code.ERR_SUPERSEDED, "sequence");
    device.register("{'fcmToken':'old-%s'}".formatted(id)).data();
    assertEquals(List.of("old-" + id), device.tokens());
  }

  @Test
  void theNewerServiceRefusesALateRegistrationToo() {
    var device = server.someone();
    device.register("{'fcmToken':'late-1','sequence':2}").data();
    device
        .call("POST", "/notifications/push/v1/tokens")
        .json("{'platform':'fcm_ios','fcmToken':'late-2','sequence':1}")
        .send()
        .is(Code.ERR_SUPERSEDED, "sequence");
  }

  @Test
  void anotherUserOnThePhoneGetsItsTokenWhateverTheSequence() {
    var ann = server.someone();
    var bob = server.someone();
    var body = "{'fcmToken':'F:1','deviceKey':'one-phone-of-two','sequence':%d}";
    ann.register(body.formatted(9000)).data();
    bob.register(body.formatted(10)).data();

    assertEquals(List.of(), ann.tokens());
    assertEquals(List.of("F:1"), bob.tokens());
  }

  /// A backup was restored: two phones have the same auth token, device key and sequence.
  @Test
  void ofTwoPhonesInOneSessionTheOneThatSpokeLastIsReachable() {
    var session = server.someone();
    var body = "{'fcmToken':'%s:%s','deviceKey':'key-in-the-backup','sequence':%d}";
    var id = session.handle();
    session.register(body.formatted("A", id, 5000)).data();
    session.register(body.formatted("B", id, 5000)).data();
    assertEquals(List.of("B:" + id), session.tokens());
    for (int i = 1; i <= 10; i++) {
      session.register(body.formatted("A", id, 5000 + i)).data();
      assertEquals(List.of("A:" + id), session.tokens());
      session.register(body.formatted("B", id, 5000 + i)).data();
      assertEquals(List.of("B:" + id), session.tokens());
    }
  }

  @Test
  void twoPhonesThatLogInAnewWithOneKeyGetTwoPlaces() {
    server.newUser("restored");
    var a = server.login("restored");
    var b = server.login("restored");
    var body = "{'fcmToken':'%s:restored','deviceKey':'key-of-the-restored','sequence':%d}";
    for (int i = 0; i < 10; i++) {
      a.register(body.formatted("A", i)).data();
      b.register(body.formatted("B", i)).data();
    }
    assertEquals(List.of("A:restored", "B:restored"), a.tokens().stream().sorted().toList());
  }

  @Test
  void theRevisionIsReadWithoutRegistering() {
    var device = server.someone();
    assertTrue(device.call("GET", "/v1/registration").send().data().get("revision").isNull());
    var answer = device.register("{'fcmToken':'r-%s'}".formatted(device.handle()));
    assertEquals(
        answer.text("revision"), device.call("GET", "/v1/registration").send().text("revision"));
    device.delete("{}").data();
    assertTrue(device.call("GET", "/v1/registration").send().data().get("revision").isNull());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'deviceKey':7",
        "'deviceKey':['a']",
      })
  void aDeviceKeyThatIsNoStringIsIgnored(String field) {
    var device = server.someone();
    var token = "x-" + device.handle();
    var answer = device.register("{'fcmToken':'%s',%s}".formatted(token, field));
    assertEquals("deviceKey", answer.data().get("ignored").get(0).get("field").stringValue());
    assertEquals(List.of(token), device.tokens());
  }

  /// Three users send the same value as the name of their phones, and nobody loses a token.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "TP1A.220624.014",
        "9774d56d682e549c",
        "0000000000000000",
        "0123456789ABCDEF",
        "00000000-0000-0000-0000-000000000000",
        "unknown",
        "android",
        "null",
        "goldfish",
        "SM-G991B",
        "02:00:00:00:00:00",
        "",
        " ",
        "two words of it",
        "caf\u00e9-4dcf6b1e2a",
        "line-4dcf6b1e2a\\n-2",
      })
  void aDeviceKeyThatCannotNameOnePhoneIsIgnored(String key) {
    var devices = Stream.generate(server::someone).limit(3).toList();
    for (var device : devices) {
      var answer =
          device.register("{'fcmToken':'k-%s','deviceKey':'%s'}".formatted(device.handle(), key));
      assertTrue(answer.data().get("success").booleanValue());
      var ignored = answer.data().get("ignored");
      assertEquals(1, ignored.size());
      assertEquals("deviceKey", ignored.get(0).get("field").stringValue());
      assertFalse(ignored.get(0).get("reason").stringValue().isBlank());
    }
    for (var device : devices) {
      assertEquals(List.of("k-" + device.handle()), device.tokens());
    }
  }

  @Test
  void twoHundredPhonesUnderOneDeviceKeyKeepTheirTokens() {
    var phones = Stream.generate(server::someone).limit(200).toList();
    var body = "{'fcmToken':'m-%s','deviceKey':'id-of-the-whole-series'}";
    var ignored = 0;
    for (var phone : phones) {
      ignored += phone.register(body.formatted(phone.handle())).data().has("ignored") ? 1 : 0;
    }
    assertEquals(197, ignored);
    assertEquals(198, phones.stream().filter(phone -> !phone.tokens().isEmpty()).count());

    phones.forEach(phone -> phone.register(body.formatted(phone.handle())).data());
    phones.forEach(phone -> assertEquals(List.of("m-" + phone.handle()), phone.tokens()));
  }

  @Test
  void theNewerServiceIgnoresSuchADeviceKeyToo() {
    var answer =
        server
            .someone()
            .call("POST", "/notifications/push/v1/tokens")
            .json("{'platform':'fcm_ios','fcmToken':'newer-1','deviceKey':'unknown'}")
            .send();
    assertEquals(
        "It stands for a missing id",
        answer.data().get("ignored").get(0).get("reason").stringValue());
  }

  @Test
  void aDeviceKeyOf200CharactersIsTakenAndALongerOneIsIgnored() {
    var device = server.someone();
    var body = "{'fcmToken':'l-%s','deviceKey':'%s'}";
    var taken = device.register(body.formatted(device.handle(), "~a1b".repeat(50)));
    var tooLong = device.register(body.formatted(device.handle(), "~a1b".repeat(51)));
    assertFalse(taken.data().has("ignored"));
    assertTrue(tooLong.data().has("ignored"));
  }

  @Test
  void aDeviceIdThatCannotNameOnePhoneIsIgnored() {
    server.newUser("same-id");
    var phone = server.login(server.app(), "same-id", "{'deviceId':'unknown'}");
    var tablet = server.login("same-id");
    phone.registerFcm("same-id-phone");
    var me =
        tablet
            .call("PUT", "/me")
            .json(
                "{'deviceId':'unknown',"
                    + "'appInfo':{'pushNotification':{'fcmDeviceToken':'same-id-tablet'}}}")
            .send();

    assertEquals("deviceId", me.data().get("ignored").get(0).get("field").stringValue());
    assertEquals(
        List.of("same-id-phone", "same-id-tablet"), phone.tokens().stream().sorted().toList());
  }

  @Test
  void aSessionHoldsOneTokenPerChannel() {
    var device = server.someone();
    device.registerFcm("first-" + device.handle());
    device.registerFcm("second-" + device.handle());
    assertEquals(List.of("second-" + device.handle()), device.tokens());
  }

  @Test
  void allFalseTouchesOnlyTheCallersSession() {
    server.newUser("two");
    var phone = server.login("two");
    var tablet = server.login("two");
    phone.registerFcm("twos-phone");
    tablet.registerFcm("twos-tablet");
    phone.delete("{'all':false}").data();
    assertEquals(List.of("twos-tablet"), phone.tokens());
    phone.registerFcm("twos-phone");
    phone.call("DELETE", "/v2/tokens").header("Content-Type", "application/json").send().data();
    assertEquals(List.of("twos-tablet"), phone.tokens());
  }

  @ParameterizedTest
  @ValueSource(strings = {"{'all':true}", "{'all':'true'}"})
  void allTrueDeletesEveryTokenOfTheUserAndNoOtherUsers(String body) {
    var uid = "all-" + body.length();
    server.newUser(uid);
    var phone = server.login(uid);
    var tablet = server.login(uid);
    var neighbour = server.someone();
    phone.registerFcm(uid + "-phone");
    tablet.registerFcm(uid + "-tablet");
    neighbour.registerFcm(uid + "-neighbour");
    phone.delete(body).data();
    assertEquals(List.of(), tablet.tokens());
    assertEquals(List.of(uid + "-neighbour"), neighbour.tokens());
  }

  @Test
  void deletingNothingSucceeds() {
    var device = server.someone();
    device.delete("{'all':true}").data();
    device.delete("{}").data();
    device.delete("null").data();
  }

  @Test
  void aPhoneThatChangesHandsTakesItsTokenAlong() {
    var before = server.someone();
    var after = server.someone();
    before.registerFcm("the-phone");
    after.registerFcm("the-phone");
    assertEquals(List.of(), before.tokens());
    assertEquals(List.of("the-phone"), after.tokens());
    before.delete("{'all':true}").data();
    before.logout();
    assertEquals(List.of("the-phone"), after.tokens());
  }

  @Test
  void aSharedPhoneKeepsTheTokensOfBoth() {
    var app = server.newApp(TokenPolicy.SHARED);
    server.newUser(app, "mum");
    server.newUser(app, "dad");
    var mum = server.login(app, "mum");
    var dad = server.login(app, "dad");
    mum.registerFcm("the-tablet");
    dad.registerFcm("the-tablet");
    assertEquals(List.of("the-tablet"), mum.tokens());
    assertEquals(List.of("the-tablet"), dad.tokens());
    mum.logout();
    assertEquals(List.of("the-tablet"), dad.tokens());
  }

  @Test
  void whoIsMeantComesFromTheAuthTokenAndNotFromTheBody() {
    var victim = server.someone();
    var attacker = server.someone();
    victim.registerFcm("the-victims");
    attacker
        .register(
            "{'fcmToken':'the-attackers','uid':'%s','userId':1,'authToken':'%s'}"
                .formatted(victim.uid(), victim.authToken()))
        .data();
    attacker.delete("{'all':true,'uid':'%s'}".formatted(victim.uid())).data();
    assertEquals(List.of("the-victims"), victim.tokens());
  }

  @Test
  void anApnsTokenIsTheSameInEveryDress() {
    var device = server.someone();
    for (var dress : List.of("AB12CD34", "<ab12 cd34>", " ab12cd34\\n", "aB12Cd34")) {
      device.register("{'apnsToken':'%s'}".formatted(dress)).data();
      assertEquals(List.of("ab12cd34"), device.tokens("ios"));
    }
    var other = server.someone();
    other.register("{'apnsToken':'AB12CD34'}").data();
    assertEquals(List.of(), device.tokens());
  }

  @Test
  void theSameValueInTwoChannelsIsTwoTokens() {
    var device = server.someone();
    device.register("{'apnsToken':'cafe01','voipToken':'cafe01'}").data();
    assertEquals(List.of("cafe01", "cafe01"), device.tokens("ios"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}|TOKEN_MISSING|''",
        "{'fcmToken':null}|TOKEN_MISSING|''",
        "{'fcmToken':{'$ne':null}}|TOKEN_NOT_A_STRING|fcmToken",
        "{'fcmToken':['a']}|TOKEN_NOT_A_STRING|fcmToken",
        "{'fcmToken':7}|TOKEN_NOT_A_STRING|fcmToken",
        "{'fcmToken':true}|TOKEN_NOT_A_STRING|fcmToken",
        "{'voipToken':1.5}|TOKEN_NOT_A_STRING|voipToken",
        "{'fcmToken':''}|TOKEN_BLANK|fcmToken",
        "{'fcmToken':' \\n\\t '}|TOKEN_BLANK|fcmToken",
        "{'apnsToken':'<>'}|TOKEN_BLANK|apnsToken",
        "{'fcmToken':'null'}|TOKEN_NULL|fcmToken",
        "{'fcmToken':'(null)'}|TOKEN_NULL|fcmToken",
        "{'fcmToken':'UNDEFINED'}|TOKEN_NULL|fcmToken",
        "{'apnsToken':'nil'}|TOKEN_NULL|apnsToken",
        "{'apnsToken':'{length = 32, bytes = 0x4f21 ... 77a1}'}|APNS_TOKEN_DESCRIPTION|apnsToken",
        "{'fcmToken':'{length=32,bytes=0x4f21}'}|APNS_TOKEN_DESCRIPTION|fcmToken",
        "{'voipToken':'32 bytes'}|APNS_TOKEN_DESCRIPTION|voipToken",
        "{'apnsToken':'abc'}|APNS_TOKEN_ODD_LENGTH|apnsToken",
        "{'apnsToken':'abcg'}|APNS_TOKEN_NOT_HEX|apnsToken",
        "{'fcmToken':'a b'}|TOKEN_BAD_CHARACTER|fcmToken",
        "{'fcmToken':'töken'}|TOKEN_BAD_CHARACTER|fcmToken",
        "{'fcmToken':'a\\u0000b'}|ERR_BAD_REQUEST|fcmToken",
        "{'fcmToken':'a\\ud800b'}|ERR_BAD_REQUEST|fcmToken",
      })
  void whatCannotBeATokenIsRefusedAndChangesNothing(String body, Code code, String field) {
    var device = server.someone();
    device.registerFcm("stays-" + device.handle());
    device.register(body).is(code, field);
    assertEquals(List.of("stays-" + device.handle()), device.tokens());
  }

  @Test
  void tokensMayBeLongButNotEndless() {
    var device = server.someone();
    var longest = "f".repeat(4096);
    device.registerFcm(longest);
    assertEquals(List.of(longest), device.tokens());
    device.register("{'fcmToken':'%sf'}".formatted(longest)).is(Code.TOKEN_TOO_LONG, "fcmToken");
    for (int length : List.of(2, 64, 108, 160, 512)) {
      device.register("{'apnsToken':'%s'}".formatted("a".repeat(length))).data();
    }
    device
        .register("{'apnsToken':'%s'}".formatted("a".repeat(514)))
        .is(Code.TOKEN_TOO_LONG, "apnsToken");
  }

  @Test
  void twoHundredEqualRegistrationsAtOnceLeaveOneToken() throws InterruptedException {
    var device = server.someone();
    Callable<Integer> register = () -> device.register("{'fcmToken':'at-once'}").status();
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var answered : executor.invokeAll(Collections.nCopies(200, register))) {
        assertEquals(200, answered.resultNow());
      }
    }
    assertEquals(List.of("at-once"), device.tokens());
  }

  @Test
  void theOldWayToRegisterIsPartOfPutMe() {
    var device = server.someone();
    var token = "old-way-" + device.handle();
    var body =
        "{'platform':'WEB','appInfo':{'pushNotification':{'fcmDeviceToken':'%s','settings':{'a':1}}}}";
    device.call("PUT", "/v3.0/me").json(body.formatted(token)).send().data();
    assertEquals(List.of(token), device.tokens("web"));
    device.call("PUT", "/me").json("{'appInfo':{'pushNotification':{}}}").send().data();
    assertEquals(List.of(token), device.tokens());
    // The login goes on without a token.
    var login = device.call("PUT", "/me").json(body.formatted("null")).send();
    assertEquals(
        "appInfo.pushNotification.fcmDeviceToken",
        login.data().get("ignored").get(0).get("field").stringValue());
    assertEquals(List.of(token), device.tokens());
  }
}
