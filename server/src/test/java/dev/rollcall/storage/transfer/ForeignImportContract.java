package dev.rollcall.storage.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rollcall.account.AuthToken;
import dev.rollcall.account.Caller;
import dev.rollcall.account.LogoutToken;
import dev.rollcall.account.Platform;
import dev.rollcall.problem.Code;
import dev.rollcall.storage.StoreContract;
import dev.rollcall.storage.rows.PushResultRows;
import dev.rollcall.storage.rows.PushResultRows.Shown;
import dev.rollcall.token.TokenStore.TokenScope;
import dev.rollcall.transfer.Import.Result;
import dev.rollcall.transfer.ImportFile.Format;
import dev.rollcall.transfer.ImportFile.Reading;
import dev.rollcall.transfer.TransferException;
import dev.rollcall.transfer.UidMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What becomes of the tokens that another system knew, on every engine. It is noon on
/// 24 November 2026.
abstract class ForeignImportContract extends StoreContract {
  private static final Pattern REJECT =
      Pattern.compile(
          "\\{\"line\":(\\d+),\"code\":\"(\\w+)\",\"reason\":\"((?:[^\"\\\\]|\\\\.)*)\".*");
  private static final String ONESIGNAL =
      "id,identifier,session_count,device_type,tags,last_active,invalid_identifier,external_user_id"
          + ",notification_types,timezone_id";

  @TempDir Path folder;

  private Result imported(Format format, String... lines) throws IOException {
    return imported(100, new Reading(format, Optional.of("demo"), Optional.empty()), lines);
  }

  private Result imported(int perUser, Reading reading, String... lines) throws IOException {
    return new Transfers(folder, clock)
        .imported(new SqlTransferStore(database), List.of(lines), reading, perUser);
  }

  final Result csv(String... rows) throws IOException {
    var lines = new ArrayList<>(List.of("uid,platform,channel,token"));
    lines.addAll(List.of(rows));
    return imported(Format.CSV, lines.toArray(String[]::new));
  }

  /// The rejects as `line code: reason`.
  final List<String> rejected() throws IOException {
    return new Transfers(folder, clock)
        .rejected().stream().map(it -> REJECT.matcher(it).replaceFirst("$1 $2: $3")).toList();
  }

  private static String parse(String uid, String device, String token, String at) {
    return """
    {"deviceType":"android","pushType":"gcm","GCMSenderId":"1","installationId":"%s",\
    "deviceToken":"%s","userId":"%s","updatedAt":"%s"}\
    """
        .formatted("installation-" + device, token, uid, at);
  }

  @Test
  void aPlainCsvPutsUsersOnTheRollWithTheirTokens() throws IOException {
    assertEquals(
        new Result(4, 0, 0),
        csv(
            "alice,android,fcm,a-phone",
            "alice,ios,apns,<AB 12>",
            "bob,ios,apns-voip,cd",
            "bob,web,fcm,b-tab"));
    assertListed(rolled("alice"), "a-phone", "ab12");
    assertListed(rolled("bob"), "b-tab", "cd");
    var roll = tokens.userTokens(app.backEnd(), "alice").tokens();
    assertEquals(
        List.of(Platform.ANDROID, Platform.IOS),
        roll.stream().map(it -> it.token().platform()).sorted().toList().reversed());
    assertEquals("registered by import: new", lastLine("bob"));
  }

  @Test
  void importingAgainChangesNothing() throws IOException {
    csv("alice,android,fcm,a-phone", "bob,ios,apns,ab");
    var roll = new Transfers(folder, clock).exported(database, Optional.empty());
    clock.advance(Duration.ofDays(1));
    assertEquals(new Result(0, 2, 0), csv("alice,android,fcm,a-phone", "bob,ios,apns,ab"));
    assertEquals(
        roll.subList(1, roll.size()),
        new Transfers(folder, clock).exported(database, Optional.empty()).subList(1, roll.size()));
  }

  @Test
  void aStandInSessionLivesAsLongAsItsTokenTakesPushes() throws IOException {
    var old = parse("alice", "phone-1", "a-phone", "2026-11-24T12:00:00.000Z");
    imported(Format.PARSE, old, parse("bob", "phone-2", "b-phone", "2026-11-24T12:00:00.000Z"));
    clock.advance(Duration.ofDays(200));
    acceptedPush("alice");
    var end = sessionEnd("alice");
    clock.advance(Duration.ofDays(1));
    acceptedPush("alice");
    assertEquals(end, sessionEnd("alice"), "prolonged more than necessary, and therefore seldom");
    imported(Format.PARSE, parse("alice", "phone-1", "a-phone", "2026-11-30T12:00:00.000Z"));
    assertEquals(end, sessionEnd("alice"), "an import shortens nothing");

    clock.advance(Duration.ofDays(70));
    assertListed(rolled("alice"), "a-phone");
    assertListed(rolled("bob"));
    assertEquals(1, tokens.deleteUnseen(100));
    assertEquals(1, accounts.endExpired(100));
    assertEquals(
        "expired by rollcall: not registered since 2026-11-24, no push accepted", lastLine("bob"));

    clock.advance(Duration.ofDays(200).minusMillis(1));
    assertListed(rolled("alice"), "a-phone");
    clock.advance(Duration.ofMillis(1));
    assertListed(rolled("alice"));
    assertEquals(1, tokens.deleteUnseen(100));
    clock.advance(Duration.ofDays(27));
    assertEquals(1, accounts.endExpired(100));
  }

  private void acceptedPush(String uid) {
    var token = tokens.userTokens(app.backEnd(), uid).tokens().getFirst().token();
    var shown = new Shown(token, clock.instant(), Optional.empty(), Duration.ofDays(270));
    database.write(
        "recording a push",
        tx -> {
          PushResultRows.record(tx, List.of(shown));
          return true;
        });
  }

  private Long sessionEnd(String uid) {
    return accounts.sessions(app.backEnd(), uid, ALL).rows().getFirst().expiresAt();
  }

  @Test
  void caseTwinsAreOneToken() throws IOException {
    assertEquals(new Result(1, 1, 0), csv("alice,ios,apns,ABCD", "alice,ios,apns,<ab cd>"));
    assertListed(rolled("alice"), "abcd");
  }

  @Test
  void aTokenOfTwoUsersInACsvStaysWithTheFirst() throws IOException {
    csv("alice,ios,apns,ABCD", "bob,ios,apns,abcd");
    assertListed(rolled("alice"), "abcd");
    assertEquals(
        List.of("3 OUTDATED: another session registered this token at the same time or later"),
        rejected());
    assertProblem(Code.ERR_UID_NOT_FOUND, () -> rolled("bob"));
  }

  @Test
  void whatIsNoTokenIsRefusedWithItsCode() throws IOException {
    csv(
        "alice,ios,apns,null",
        "alice,ios,apns,(null)",
        "alice,ios,apns,abc",
        "alice,ios,apns,\"{length = 32, bytes = 0x4f21 ... 77a1}\"",
        "alice,android,fcm,",
        "alice,android,apns,ab",
        "alice,android,email,a@b",
        "alice,windows,fcm,a-token",
        ",android,fcm,a-token",
        "ali ce,android,fcm,a-token",
        "alice,android,fcm",
        "alice,android,fcm,a-token,y",
        "alice,ios,apns,ExponentPushToken[a1B2c3D4]",
        "alice,android,fcm,00fc13adff785122b4ad28809a3420982341241421348097878e577c991de8f0",
        "alice,android,fcm,SERVICE_NOT_AVAILABLE",
        "alice,android,fcm,x");
    assertEquals(
        List.of(
            "2 TOKEN_NULL",
            "3 TOKEN_NULL",
            "4 APNS_TOKEN_ODD_LENGTH",
            "5 APNS_TOKEN_DESCRIPTION",
            "6 TOKEN_BLANK",
            "7 MALFORMED",
            "8 MALFORMED",
            "9 MALFORMED",
            "10 OWNER_MISSING",
            "11 UID_FORM",
            "12 MALFORMED",
            "13 MALFORMED",
            "14 TOKEN_OTHER_KIND",
            "15 TOKEN_OTHER_KIND",
            "16 TOKEN_WORD",
            "17 TOKEN_TOO_SHORT"),
        rejected().stream().map(it -> it.replaceFirst(":.*", "")).toList());
    assertProblem(Code.ERR_UID_NOT_FOUND, () -> rolled("alice"));
  }

  @Test
  void aCsvNeedsItsHeader() {
    for (var header :
        List.of(
            "alice,android,fcm,x", "uid,platform,channel,token,extra", "uid,uid,channel,token")) {
      assertTrue(
          assertThrows(
                  TransferException.class, () -> imported(Format.CSV, header, "a,android,fcm,x"))
              .getMessage()
              .contains("uid,platform,channel,token"));
    }
    assertThrows(
        TransferException.class, () -> imported(Format.ONESIGNAL, "id,identifier,device_type"));
    assertThrows(TransferException.class, () -> imported(Format.CSV));
  }

  @Test
  void aQuoteThatIsNeverClosedCostsItsRow() throws IOException {
    var result =
        csv("alice,android,fcm,a-phone", "bob,android,fcm,\"b", "carol,android,fcm,token-c");
    assertEquals(new Result(2, 0, 1), result);
    assertTrue(
        rejected().getFirst().startsWith("3 MALFORMED: no quote closes a field"),
        rejected().toString());
  }

  private static final List<List<String>> TWINS =
      List.of(
          List.of("Kx7QpZ", "kX7qPz", "kx7qpz"),
          List.of("aBcDeFgHiJ", "AbCdEfGhIj", "abcdefghij"),
          List.of("Eva", "eva", "eva"),
          List.of("tim", " tim ", "tim"),
          List.of("zo\u00eb", "zoe\u0308", "zo\u00eb"),
          List.of("KIM.LEE@example.org", "kim.lee@example.org", "kim.lee@example.org"));

  @Test
  void idsThatDifferOnlyInTheirSpellingNeverBecomeOneUser() throws IOException {
    for (var twins : TWINS) {
      var token = "token-" + TWINS.indexOf(twins);
      var first = twins.getFirst() + ",android,fcm," + token;
      var second = twins.get(1) + ",android,fcm,other-" + token;
      assertEquals(new Result(1, 0, 1), csv(first, second), twins.getLast());
      assertListed(rolled(twins.getLast()), token);
      var reject = rejected().getFirst();
      assertTrue(
          reject.startsWith("3 UID_COLLISION: the ids '" + twins.getFirst() + "' (line 2 of "),
          reject);
      assertTrue(reject.contains(" and '" + twins.get(1) + "' (line 3 of "), reject);
      assertTrue(reject.contains("--uid-map"), reject);

      assertEquals(new Result(0, 1, 1), csv(first, second), "again");
      assertEquals(new Result(0, 0, 1), csv(second), "a later run");
    }
  }

  @Test
  void parseUsersThatDifferOnlyInCaseAreTwo() throws IOException {
    var at = "2026-11-03T12:00:00.000Z";
    assertEquals(
        new Result(1, 0, 1),
        imported(
            Format.PARSE,
            parse("aBcDeFgHiJ", "one", "one", at),
            parse("AbCdEfGhIj", "two", "two", at)));
    assertTrue(rejected().getFirst().startsWith("2 UID_COLLISION: "), rejected().toString());
  }

  @Test
  void aCollisionIsFoundWhenNothingElseIsNew() throws IOException {
    login("max");
    csv("max,android,fcm,phone");
    assertEquals(new Result(0, 1, 1), csv("max,android,fcm,phone", "MAX,android,fcm,other"));
    assertListed(rolled("max"), "phone");
  }

  @Test
  void aUserOfTheApiIsTheFirstSpellingThatIsImported() throws IOException {
    login("max");
    assertEquals(
        new Result(2, 0, 1),
        csv("MAX,android,fcm,token-a", "MAX,android,fcm,token-b", "Max,android,fcm,token-c"));
    assertListed(rolled("max"), "token-a", "token-b");
  }

  @Test
  void zerosInFrontTellIdsApart() throws IOException {
    assertEquals(new Result(2, 0, 0), csv("00042,android,fcm,token-a", "42,android,fcm,token-b"));
    assertListed(rolled("00042"), "token-a");
    assertListed(rolled("42"), "token-b");
  }

  @Test
  void aCollisionIsFoundAfterAnExportAndAnImport() throws IOException {
    csv("Max,android,fcm,token-a");
    var lines = new Transfers(folder, clock).exported(database, Optional.empty());
    assertTrue(
        lines.stream()
            .anyMatch(
                it -> it.contains("\"foreignId\":\"Max\",\"foreignOrigin\":\"line 2 of file\"")),
        lines.toString());
  }

  private UidMap map(String... rows) throws IOException {
    return UidMap.of(Files.write(folder.resolve("map"), List.of(rows)));
  }

  private Result mapped(UidMap map, String... rows) throws IOException {
    var lines = new ArrayList<>(List.of("uid,platform,channel,token"));
    lines.addAll(List.of(rows));
    return imported(
        100,
        new Reading(Format.CSV, Optional.of("demo"), Optional.empty(), map),
        lines.toArray(String[]::new));
  }

  @Test
  void aMapLetsIdsInThatCannotBeUids() throws IOException {
    var tooLong = "l".repeat(101);
    var map =
        map(
            "old,new",
            "kim lee,kim-lee",
            "a/b,a.b",
            tooLong + ",long",
            "kX7qPz,kx7qpz-2",
            "nan,nan");
    assertEquals(
        new Result(6, 0, 0),
        mapped(
            map,
            "kim lee,android,fcm,token-a",
            "a/b,android,fcm,token-b",
            tooLong + ",android,fcm,token-c",
            "Kx7QpZ,android,fcm,token-d",
            "kX7qPz,android,fcm,token-e",
            "nan,android,fcm,token-f"));
    assertListed(rolled("kim-lee"), "token-a");
    assertListed(rolled("a.b"), "token-b");
    assertListed(rolled("long"), "token-c");
    assertListed(rolled("kx7qpz"), "token-d");
    assertListed(rolled("kx7qpz-2"), "token-e");
    assertListed(rolled("nan"), "token-f");
  }

  @Test
  void aMappedIdDoesNotMeetAnotherUserUnnoticed() throws IOException {
    var result =
        mapped(
            map("kim lee,kim-lee"), "kim-lee,android,fcm,token-a", "kim lee,android,fcm,token-b");
    assertEquals(new Result(1, 0, 1), result);
    assertTrue(rejected().getFirst().startsWith("3 UID_COLLISION: "), rejected().toString());
  }

  @Test
  void aMapMakesTwoSpellingsOfOnePersonOneUser() throws IOException {
    csv("Kim,android,fcm,token-a");
    var map = map("KIM,kim", "Kim,kim");
    assertEquals(
        new Result(1, 1, 0), mapped(map, "KIM,android,fcm,token-b", "Kim,android,fcm,token-a"));
    assertListed(rolled("kim"), "token-a", "token-b");
  }

  @Test
  void aMapSaysNothingAboutASpellingThatItDoesNotName() throws IOException {
    var map = map("Kim,kim");
    assertEquals(
        new Result(1, 0, 1), mapped(map, "kIM,android,fcm,phone", "Kim,android,fcm,tablet"));
    assertTrue(rejected().getFirst().startsWith("3 UID_COLLISION: "), rejected().toString());
    assertListed(rolled("kim"), "phone");
  }

  @Test
  void aMapMakesTwoSpellingsOfOnePersonAnotherUid() throws IOException {
    var map = map("Kim Lee,kim-lee", "KIM LEE,kim-lee");
    assertEquals(
        new Result(2, 0, 0),
        mapped(map, "Kim Lee,android,fcm,phone", "KIM LEE,android,fcm,tablet"));
    assertListed(rolled("kim-lee"), "phone", "tablet");
  }

  @Test
  void aMapWithAMistakeIsRefusedWithItsLine() {
    for (var wrong :
        List.of(
            List.of("line 2: a row has two fields", "old,new", "a"),
            List.of("line 1: the new uid cannot be one: it holds the character U+0020", "a,b c"),
            List.of("line 2: line 1 maps the same id", "a,b", "a,c"),
            List.of("line 2: line 1 maps another id to the same uid, 'x'", "a,x", "b,X"),
            List.of("line 1: no quote closes a field", "\"a,x"))) {
      var rows = wrong.subList(1, wrong.size()).toArray(String[]::new);
      var message = assertThrows(TransferException.class, () -> map(rows)).getMessage();
      assertTrue(message.contains(wrong.getFirst()), message);
    }
  }

  @Test
  void nobodyGetsInByAnImportedSession() throws IOException {
    csv("alice,android,fcm,a-phone");
    var handle = accounts.sessions(app.backEnd(), "alice", ALL).rows().getFirst().handle();
    for (var secret : List.of("", "_", "_" + "0".repeat(32))) {
      var forged = app.device(new AuthToken(handle + secret));
      assertProblem(Code.AUTH_ERR_AUTH_TOKEN_NOT_FOUND, () -> tokens.ofUser(forged));
    }
    assertEquals(1, tokens.delete(app.named(handle), TokenScope.SESSION).size());
    assertListed(rolled("alice"));
  }

  @Test
  void noLogoutTokenEndsAnImportedSession() throws IOException {
    csv("alice,android,fcm,a-phone");
    var handle = accounts.sessions(app.backEnd(), "alice", ALL).rows().getFirst().handle();
    for (var forged :
        List.of(publicLogoutToken(handle), new LogoutToken(handle + "_" + "0".repeat(64)))) {
      assertProblem(Code.AUTH_ERR_AUTH_TOKEN_NOT_FOUND, () -> accounts.logout(app.id(), forged));
    }
    assertEquals(1, accounts.sessions(app.backEnd(), "alice", ALL).total());
    assertListed(rolled("alice"), "a-phone");
  }

  @Test
  void theDeviceItselfTakesItsTokenOver() throws IOException {
    csv("alice,android,fcm,a-phone");
    clock.advance(Duration.ofMinutes(1));
    Caller.Device alice = login("alice");
    register(alice, fcm("a-phone"));
    assertListed(rolled("alice"), "a-phone");
    accounts.logout(alice);
    assertListed(rolled("alice"));
  }

  @Test
  void anImportTakesNothingFromASessionOfItsUser() throws IOException {
    var alice = login("alice");
    register(alice, fcm("a-phone"));
    clock.advance(Duration.ofDays(2));
    assertEquals(
        new Result(0, 2, 0),
        imported(
            Format.PARSE,
            parse("alice", "one", "a-phone", "2026-11-25T12:00:00.000Z"),
            parse("alice", "", "a-phone", "2026-11-23T12:00:00.000Z")));
    accounts.logout(alice);
    assertListed(rolled("alice"));
  }

  @Test
  void anInstallationIsOneDeviceAndItsNewestTokenWins() throws IOException {
    imported(
        Format.PARSE,
        parse("alice", "one", "older", "2026-11-01T12:00:00.000Z"),
        parse("alice", "one", "newest", "2026-11-03T12:00:00.000Z"),
        parse("alice", "one", "old", "2026-11-02T12:00:00.000Z"),
        parse("alice", "two", "other", "2026-11-02T12:00:00.000Z"));
    assertListed(rolled("alice"), "newest", "other");
    assertEquals(2, accounts.sessions(app.backEnd(), "alice", ALL).total());
    assertEquals(
        List.of("3 OUTDATED: the device registered another token at the same time or later"),
        rejected());
  }

  @Test
  void anInstallationIdThatManyPhonesShareMergesNone() throws IOException {
    var shared = parse("alice", "x", "%s", "2026-11-0%dT12:00:00.000Z");
    for (var id : List.of("unknown", "TP1A.220624.014", "0000000000000000")) {
      var row = shared.replace("installation-x", id);
      imported(Format.PARSE, row.formatted(id + "-1", 1), row.formatted(id + "-2", 2));
    }
    assertEquals(6, rolled("alice").size());
    assertEquals(
        List.of(),
        accounts.sessions(app.backEnd(), "alice", ALL).rows().stream()
            .filter(it -> it.deviceId() != null)
            .toList());
  }

  @Test
  void anInstallationThatChangedHandsGoesToItsLastUser() throws IOException {
    imported(
        Format.PARSE,
        parse("alice", "one", "phone", "2026-11-01T12:00:00.000Z"),
        parse("bob", "one", "phone", "2026-11-03T12:00:00.000Z"),
        parse("carol", "one", "phone", "2026-11-02T12:00:00.000Z"));
    assertListed(rolled("alice"));
    assertListed(rolled("bob"), "phone");
    assertEquals("moved by another-user: another user registered it", lastLine("alice"));
    assertEquals(0, accounts.sessions(app.backEnd(), "alice", ALL).total());
    assertEquals(1, rejected().size());
  }

  @Test
  void anImportedTokenEndsWhenAnUnseenOneWould() throws IOException {
    imported(Format.PARSE, parse("alice", "one", "phone", "2026-03-01T12:00:00.000Z"));
    assertListed(rolled("alice"), "phone");
    clock.advance(Duration.ofDays(3));
    assertListed(rolled("alice"));
    assertEquals(1, accounts.endExpired(100));
    assertEquals(0, accounts.sessions(app.backEnd(), "alice", ALL).total());

    imported(Format.PARSE, parse("alice", "one", "phone", "2026-02-01T12:00:00.000Z"));
    assertEquals(
        List.of(
            "1 DEAD: not seen since 2026-02-01T12:00:00Z, which is longer than a token is kept"),
        rejected());
  }

  @Test
  void aUserKeepsTheNewestTokensThatFit() throws IOException {
    var reading = new Reading(Format.PARSE, Optional.of("demo"), Optional.empty());
    var rows = new ArrayList<String>();
    for (int day : List.of(5, 1, 4, 2, 3)) {
      rows.add(parse("alice", "device-" + day, "day-" + day, "2026-11-0" + day + "T12:00:00Z"));
    }
    var lines = rows.toArray(String[]::new);
    imported(2, reading, lines);
    assertListed(rolled("alice"), "day-4", "day-5");
    imported(2, reading, lines);
    assertListed(rolled("alice"), "day-4", "day-5");
    assertEquals(2, accounts.sessions(app.backEnd(), "alice", ALL).total());
  }

  @Test
  void aDeletedUserIsNotBroughtBack() throws IOException {
    login("alice");
    accounts.deleteUser(app.backEnd(), "alice", false);
    csv("alice,android,fcm,a-phone");
    assertEquals(List.of("2 OWNER_MISSING: the user was deleted"), rejected());
  }

  @Test
  void aForeignFileNeedsAnAppThatIsThere() {
    var ship = new Reading(Format.CSV, Optional.of("ship"), Optional.empty());
    assertTrue(
        assertThrows(
                TransferException.class, () -> imported(100, ship, "uid,platform,channel,token"))
            .getMessage()
            .contains("There is no app 'ship'"));
  }

  @Test
  void parseInstallationsAreReadInEveryForm() throws IOException {
    var pointer = "{\"__type\":\"Pointer\",\"className\":\"_User\",\"objectId\":\"Ab12\"}";
    var api =
        "{\"objectId\":\"x\",\"deviceType\":\"ios\",\"deviceToken\":\"AB%d\",\"user\":"
            + pointer
            + ",\"installationId\":\"i%d\",\"badge\":3,\"channels\":[\"\"],\"timeZone\":\"Europe/Berlin\""
            + ",\"createdAt\":\"2026-01-01T00:00:00.000Z\",\"updatedAt\":\"2026-11-01T00:00:00.000Z\"}";
    assertEquals(
        new Result(2, 0, 0),
        imported(Format.PARSE, "[", api.formatted(10, 1) + ",", api.formatted(11, 2), "]"));
    assertEquals(
        new Result(1, 0, 0),
        imported(Format.PARSE, "{ \"results\": [" + api.formatted(12, 3) + "]}"));
    var mongo =
        "{\"_id\":\"x\",\"deviceType\":\"ios\",\"pushType\":\"fcm\",\"deviceToken\":\"m1\",\"_p_user\":\"_User$Ab12\""
            + ",\"installationId\":\"i4\",\"_updated_at\":{\"$date\":%s}}";
    assertEquals(
        new Result(3, 0, 0),
        imported(
            Format.PARSE,
            mongo.formatted("\"2026-11-01T00:00:00.000Z\""),
            mongo
                .formatted("{\"$numberLong\":\"1793000000000\"}")
                .replace("\"m1\"", "\"m2\"")
                .replace("i4", "i5"),
            mongo.formatted("1793000000000").replace("\"m1\"", "\"m3\"").replace("i4", "i6")));
    assertListed(rolled("ab12"), "ab10", "ab11", "ab12", "m1", "m2", "m3");
  }

  @Test
  void aTimezoneThatIsNotUnderstoodIsLeftOutOfAnImport() throws IOException {
    var row = parse("alice", "%s", "phone-%1$s", "2026-11-01T12:00:00Z");
    var zoned = row.replaceFirst("\\{", "{\"timeZone\":\"%2\\$s\",");
    imported(
        Format.PARSE,
        zoned.formatted("one", "Etc/Unknown"),
        zoned.formatted("two", "asia/kolkata"),
        zoned.formatted("three", "GMT+5:30"));

    assertEquals(
        List.of("+05:30", "Asia/Kolkata", "null"),
        tokens.userTokens(app.backEnd(), "alice").tokens().stream()
            .map(it -> String.valueOf(it.token().timezone()))
            .sorted()
            .toList());
  }

  @Test
  void aParseUserMayStandInAnotherField() throws IOException {
    var reading = new Reading(Format.PARSE, Optional.of("demo"), Optional.of("owner"));
    imported(
        100,
        reading,
        parse("alice", "one", "phone", "2026-11-01T12:00:00Z").replace("userId", "owner"),
        parse("alice", "two", "other", "2026-11-01T12:00:00Z"));
    assertListed(rolled("alice"), "phone");
    assertEquals(List.of("2 OWNER_MISSING: it belongs to no user: owner is empty"), rejected());
  }

  @Test
  void whatParseCannotSendToIsRejected() throws IOException {
    imported(
        Format.PARSE,
        "[{\"deviceType\":\"ios\",\"userId\":\"a\"}",
        ",{\"deviceType\":\"winrt\",\"deviceToken\":\"a-token\",\"userId\":\"a\"}",
        ",{\"deviceType\":\"android\",\"deviceToken\":5,\"userId\":\"a\"}",
        ",{\"deviceType\":\"android\",\"deviceToken\":\"a-token\",\"userId\":{}}",
        ",{\"deviceType\":\"android\",\"deviceToken\":\"a-token\",\"userId\":\"a\",\"updatedAt\":\"soon\"}",
        ",7,",
        "nonsense]");
    assertEquals(
        List.of(
            "1 TOKEN_BLANK: deviceToken is blank; register once the provider gave a token",
            "2 NO_CHANNEL: deviceType 'winrt' is none of ios, android, web and js",
            "3 MALFORMED: deviceToken is not a string",
            "4 OWNER_MISSING: it belongs to no user: user or userId is empty",
            "5 MALFORMED: updatedAt is not a time in UTC",
            "6 MALFORMED: it is not a JSON object",
            "7 CUT_OFF: the text is no JSON after line 6; the rest is not read; import the whole"
                + " file to continue"),
        rejected());
  }

  @Test
  void oneSignalsExportIsReadByItsColumns() throws IOException {
    var result =
        imported(
            Format.ONESIGNAL,
            ONESIGNAL,
            "player-1,ABCD,5,0,\"{\"\"a\"\":\"\"b,c\"\"}\",1793000000,f,alice,1,Europe/Berlin",
            "player-2,an-fcm-token,5,1,{},2026-11-01 12:00:00 UTC,f,alice,1,",
            "p3,https://example.com/push,5,5,{},1793000000,f,alice,1,",
            "p4,a-token,5,1,{},1793000000,t,alice,1,",
            "p5,a-token,5,1,{},1793000000,f,alice,-2,",
            "p6,a-token,5,1,{},1793000000,f,,1,",
            "p7,a@b.c,5,11,{},1793000000,f,alice,1,",
            "p8,a-token,5,1,{},1700000000,f,alice,1,");
    assertEquals(new Result(2, 0, 6), result);
    assertListed(rolled("alice"), "abcd", "an-fcm-token");
    assertEquals(
        List.of("4 NO_CHANNEL", "5 DEAD", "6 DEAD", "7 OWNER_MISSING", "8 NO_CHANNEL", "9 DEAD"),
        rejected().stream().map(it -> it.replaceFirst(":.*", "")).toList());
    assertEquals(
        List.of("player-1", "player-2"),
        accounts.sessions(app.backEnd(), "alice", ALL).rows().stream()
            .map(it -> String.valueOf(it.deviceId()))
            .sorted()
            .toList());
  }
}
