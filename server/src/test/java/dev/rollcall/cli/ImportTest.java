package dev.rollcall.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Files as they come from other systems, and through spreadsheets, on the command line.
final class ImportTest {
  private static final int ROWS = 2_000;
  private static final int ODD = 1_000;
  private static final JsonMapper JSON = JsonMapper.builder().build();

  @TempDir Path data;

  private Path file;

  private record Said(int code, String err) {
    void says(String sentence) {
      assertTrue(err.contains(sentence), err);
    }
  }

  @BeforeEach
  void makeApp() {
    file = data.resolve("users.csv");
    assertEquals(0, run("app", "create", "--id=shop").code());
  }

  private Said run(String... arguments) {
    var all = new ArrayList<>(List.of(arguments));
    all.add("--data=" + data);
    var err = new ByteArrayOutputStream();
    int code =
        Main.run(
            all, new PrintStream(new ByteArrayOutputStream()), new PrintStream(err, true, UTF_8));
    return new Said(code, err.toString(UTF_8));
  }

  private Said imported(String format, String... flags) {
    var all =
        new ArrayList<>(List.of("import", "--format=" + format, "--app=shop", file.toString()));
    all.addAll(List.of(flags));
    return run(all.toArray(String[]::new));
  }

  /// The uids of those whose tokens are stored.
  private List<String> owners() throws IOException {
    var roll = data.resolve("roll.ndjson");
    assertEquals(0, run("export", "--output=" + roll).code());
    return Files.readAllLines(roll).stream()
        .map(JSON::readTree)
        .filter(line -> line.get("kind").stringValue().equals("token"))
        .map(line -> line.get("uid").stringValue())
        .toList();
  }

  private List<JsonNode> rejects() throws IOException {
    var rejects = data.resolve("users.csv.rejects");
    return Files.exists(rejects)
        ? Files.readAllLines(rejects).stream().map(JSON::readTree).toList()
        : List.of();
  }

  private String rejected() throws IOException {
    return rejects().stream()
        .map(it -> it.get("line").asInt() + " " + it.get("code").stringValue())
        .toList()
        .toString();
  }

  private static long now() {
    return Instant.now().getEpochSecond();
  }

  // Rows of OneSignal's export, row 1 in line 2.

  private static final String HEADER =
      "id,identifier,session_count,device_type,device_model,tags,last_active,invalid_identifier"
          + ",external_user_id,notification_types";

  private static List<String> rows() {
    var rows = new ArrayList<>(List.of(HEADER));
    for (int i = 1; i <= ROWS; i++) {
      rows.add(
          "id-%d,token-%d,5,1,Pixel 9,\"{\"\"a\"\":\"\"b, c\"\"}\",%d,f,user-%d,1"
              .formatted(i, i, now(), i));
    }
    return rows;
  }

  private static String text(List<String> rows) {
    return String.join("\n", rows) + "\n";
  }

  private static String withOdd(UnaryOperator<String> change) {
    var rows = rows();
    rows.set(ODD, change.apply(rows.get(ODD)));
    return text(rows);
  }

  private void requireAll() throws IOException {
    var said = imported("onesignal");
    assertEquals(0, said.code(), said.err());
    said.says("import: done, 2,000 imported, 0 already present, 0 rejected");
    assertEquals(ROWS, owners().size());
    assertTrue(
        imported("onesignal").err().contains("0 imported, 2,000 already present, 0 rejected"));
  }

  private void requireAllButTheOdd(String code, String reason) throws IOException {
    var said = imported("onesignal");
    assertEquals(1, said.code(), said.err());
    said.says("import: done, 1,999 imported, 0 already present, 1 rejected");
    said.says("import: rejected by code: 1 " + code);
    said.says("1 records were rejected; the records and the reasons are in " + file + ".rejects");
    assertEquals("[1001 " + code + "]", rejected());
    var why = rejects().getFirst().get("reason").stringValue();
    assertTrue(why.contains(reason), why);
    assertTrue(rejects().getFirst().get("record").stringValue().startsWith("id-1000,token-1000,"));
    var owners = owners();
    assertEquals(ROWS - 1, owners.size());
    assertTrue(owners.containsAll(List.of("user-999", "user-1001", "user-2000")));
    imported("onesignal").says("import: done, 0 imported, 1,999 already present, 1 rejected");
  }

  private void requireNone(String reason) throws IOException {
    var said = imported("onesignal");
    assertEquals(1, said.code(), said.err());
    said.says(reason);
    assertEquals(List.of(), rejects());
    assertEquals(List.of(), owners());
  }

  @Test
  void aByteThatIsNoUtf8CostsItsRow() throws IOException {
    Files.writeString(file, withOdd(row -> row.replace("b, c", "b \u0096 c")), ISO_8859_1);
    requireAllButTheOdd("NOT_UTF8", "the byte 0x96");
  }

  @Test
  void aLoneQuoteCostsItsRow() throws IOException {
    Files.writeString(file, withOdd(row -> row.replace("Pixel", "\"Pixel")));
    requireAllButTheOdd("MALFORMED", "text follows the quote that closes a field");
  }

  @Test
  void aFieldThatIsALoneQuoteCostsItsRow() throws IOException {
    Files.writeString(file, withOdd(row -> row.replace("Pixel 9", "\"")));
    requireAllButTheOdd("MALFORMED", "a quote within a quoted field must be doubled");
  }

  @Test
  void aQuoteWithinAFieldIsACharacter() throws IOException {
    Files.writeString(file, withOdd(row -> row.replace("Pixel 9", "5\" tablet")));
    requireAll();
  }

  @Test
  void utf16IsRead() throws IOException {
    for (var charset : List.of(UTF_16LE, UTF_16BE)) {
      for (var mark : List.of("\ufeff", "")) {
        Files.writeString(file, mark + text(rows().subList(0, 11)), charset);
        var said = imported("onesignal");
        assertEquals(0, said.code(), charset + mark + said.err());
        said.says("0 rejected");
      }
    }
    assertEquals(10, owners().size());
  }

  @Test
  void otherEncodingsAreNamedBeforeTheFirstRow() throws IOException {
    var rows = rows();
    rows.replaceAll(row -> row.replace("b, c", "Zoë, Müller"));
    Files.writeString(file, text(rows), Charset.forName("windows-1252"));
    requireNone(
        "The file is no UTF-8: 2,000 of its first 2,001 lines hold bytes of Windows-1252 or another"
            + " code page, such as 0xEB in line 2; save it as UTF-8");
    Files.writeString(file, "\ufeff" + text(rows), Charset.forName("UTF-32LE"));
    requireNone("The file is UTF-32; save it as UTF-8");
    Files.write(file, new byte[] {'P', 'K', 3, 4, 20, 0});
    requireNone("The file is a ZIP archive or an Excel workbook");
  }

  @ParameterizedTest
  @ValueSource(strings = {";", "\t"})
  void semicolonsAndTabsAreRead(String delimiter) throws IOException {
    var rows = rows();
    rows.replaceAll(row -> row.replace("b, c", "bc").replace(",", delimiter));
    Files.writeString(file, "sep=" + delimiter + "\n" + text(rows));
    requireAll();
  }

  @Test
  void aCommaAtTheEndAddsNoColumn() throws IOException {
    var rows = rows();
    var all = new ArrayList<>(rows);
    all.replaceAll(row -> row + ",");
    var header = new ArrayList<>(rows);
    header.set(0, header.getFirst() + ",");
    var without = new ArrayList<>(all);
    without.set(0, rows.getFirst());
    Files.writeString(file, text(all));
    requireAll();
    for (var other : List.of(header, without)) {
      Files.writeString(file, text(other));
      imported("onesignal").says("0 imported, 2,000 already present, 0 rejected");
    }
  }

  @Test
  void aColumnThatIsNamedTwiceIsNamed() throws IOException {
    Files.writeString(file, text(rows()).replaceFirst("session_count", "id"));
    requireNone("it names the column id twice");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\r", "\r\n"})
  void everyLineEndIsRead(String end) throws IOException {
    Files.writeString(file, text(rows()).replace("\n", end));
    requireAll();
  }

  @Test
  void aNulInAColumnThatNobodyNeedsIsHarmless() throws IOException {
    Files.writeString(file, withOdd(row -> row.replace("Pixel", "Pix\0el")));
    requireAll();
  }

  @Test
  void aNulInAnIdCostsItsRow() throws IOException {
    Files.writeString(file, withOdd(row -> row.replace("user-1000", "user-\u00001000")));
    requireAllButTheOdd("UID_FORM", "the character U+0000");
  }

  @Test
  void quotedTextMarksAndGzipAreRead() throws IOException {
    var text = withOdd(row -> row.replace("b, c", "b,\nc"));
    try (var out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(("\ufeff" + text).getBytes(UTF_8));
    }
    requireAll();
  }

  @Test
  void aTruncatedGzipSaysWhereItEnds() throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var out = new GZIPOutputStream(bytes)) {
      out.write(text(rows()).getBytes(UTF_8));
    }
    Files.write(file, Arrays.copyOf(bytes.toByteArray(), bytes.size() / 2));
    var said = imported("onesignal");
    assertEquals(1, said.code());
    int in = owners().size();
    assertTrue(in > 100 && in < ROWS, said.err());
    said.says(
        "import: line %,d: the gzip data ends early after line %,d; the rest is not read; import the whole file to continue"
            .formatted(in + 2, in + 1));
    said.says("import: rejected by code: 1 CUT_OFF");
    assertEquals("[%d CUT_OFF]".formatted(in + 2), rejected());

    Files.write(file, bytes.toByteArray());
    imported("onesignal")
        .says("%,d imported, %,d already present, 0 rejected".formatted(ROWS - in, in));
    assertEquals(ROWS, owners().size());
  }

  @Test
  void aGzipThatHoldsNothingSaysSo() throws IOException {
    Files.write(file, new byte[] {0x1f, (byte) 0x8b, 8, 0});
    requireNone("Nothing of the file can be read: the gzip data ends early");
  }

  @Test
  void aTruncatedGzipLosesNoRowBehindALoneQuote() throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var out = new GZIPOutputStream(bytes)) {
      out.write((HEADER + "\nid-0,\"token-0,5,1,x,y,1,f,u,1\n").getBytes(UTF_8));
      for (var row : rows().subList(1, 60)) {
        out.write(
            (row.replace("\"\"", "").replace("\"", "").replace("b, c", "") + "\n").getBytes(UTF_8));
      }
    }
    Files.write(file, Arrays.copyOf(bytes.toByteArray(), bytes.size() - 60));
    imported("onesignal");
    int in = owners().size();
    assertTrue(in > 10, "in: " + in);
    assertEquals("[2 MALFORMED, %d CUT_OFF]".formatted(in + 3), rejected());
  }

  // Case 25: one row, in the columns of OneSignal's export.

  private Said one(String type, String lastActive, String types, String invalid, String uid)
      throws IOException {
    Files.writeString(
        file,
        "id,identifier,device_type,last_active,notification_types,invalid_identifier,external_user_id\n"
            + "p1,abcd,%s,%s,%s,%s,%s\n".formatted(type, lastActive, types, invalid, uid));
    return imported("onesignal");
  }

  @ParameterizedTest
  @ValueSource(strings = {"True", "TRUE", "true", "t", "Yes", "1.0", "1"})
  void aTokenThatIsMarkedInvalidIsNotBroughtToLife(String invalid) throws IOException {
    one("1", "" + now(), "1", invalid, "alice");
    assertEquals("[2 DEAD]", rejected());
    assertEquals(List.of(), owners());
  }

  @ParameterizedTest
  @ValueSource(strings = {"False", "FALSE", "f", "No", "0.0", "0", "", "nan"})
  void aTokenThatIsNotMarkedIsTaken(String invalid) throws IOException {
    assertEquals(0, one("1", "" + now(), "1", invalid, "alice").code());
    assertEquals(List.of("alice"), owners());
  }

  @ParameterizedTest
  @CsvSource({"1.0,fcm", "0.0,apns", "1,fcm", "0,apns"})
  void aDeviceTypeMayHaveAPoint(String type, String channel) throws IOException {
    assertEquals(0, one(type, "" + now(), "1.0", "f", "alice").code());
    assertTrue(
        Files.readString(roll()).contains("\"channel\":\"" + channel + "\""), "channel " + channel);
  }

  private Path roll() {
    var roll = data.resolve("roll");
    run("export", "--output=" + roll);
    return roll;
  }

  @ParameterizedTest
  @CsvSource({"-2.0", "-2", "0.0", "0"})
  void aUserWhoIsNotSubscribedIsRejected(String types) throws IOException {
    one("1", "" + now(), types, "f", "alice");
    assertEquals("[2 DEAD]", rejected());
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.0", "1", "", "nan"})
  void aSubscriptionIsTaken(String types) throws IOException {
    assertEquals(0, one("1", "" + now(), types, "f", "alice").code());
  }

  @Test
  void secondsMayHaveAPoint() throws IOException {
    long seconds = now() - 100;
    assertEquals(0, one("1", seconds + ".0", "1", "f", "alice").code());
    assertTrue(Files.readString(roll()).contains("\"registeredAt\":" + seconds + "000"));
  }

  @ParameterizedTest
  @CsvSource({
    "1.71235E+09,LOSSY,a rounded number with an exponent",
    "05/04/2024 18:03,MALFORMED,seconds since 1970 (1793000000)",
    "5.4.2024 18:03,MALFORMED,2026-11-24T12:00:00Z",
  })
  void aTimeThatNeedsAGuessIsRejected(String time, String code, String reason) throws IOException {
    one("1", time, "1", "f", "alice");
    assertEquals("[2 " + code + "]", rejected());
    var why = rejects().getFirst().get("reason").stringValue();
    assertTrue(why.contains("last_active") && why.contains(reason), why);
  }

  @ParameterizedTest
  @CsvSource({"12345.0,ends in .0", "1.23E+15,a rounded number with an exponent"})
  void anIdThatBecameANumberIsRejected(String uid, String reason) throws IOException {
    one("1", "" + now(), "1", "f", uid);
    assertEquals("[2 LOSSY]", rejected());
    var why = rejects().getFirst().get("reason").stringValue();
    assertTrue(why.contains("external_user_id") && why.contains(reason), why);
  }

  @Test
  void aTokenThatBecameANumberIsRejected() throws IOException {
    Files.writeString(file, "uid,platform,channel,token\nalice,ios,apns,1.23E+45\n");
    imported("csv");
    assertEquals("[2 LOSSY]", rejected());
  }

  @Test
  void aHeaderThatWasRenamedIsNamed() throws IOException {
    Files.writeString(file, "id,identifier,device_type,last_active,External User ID\n");
    requireNone("it lacks external_user_id");
  }

  @Test
  void wordsOfACsvMayHaveCapitals() throws IOException {
    Files.writeString(
        file,
        "uid,platform,channel,token\n"
            + "a,iOS,APNS,ab\n"
            + "b,IOS,APNs-VoIP,cd\n"
            + "c,Android,FCM,token-x\n"
            + "d,web,web-push,x\n");
    imported("csv").says("3 imported, 0 already present, 1 rejected");
    assertEquals(
        "channel must be one of [fcm, apns, apns-voip]",
        rejects().getFirst().get("reason").stringValue());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "undefined",
        "nan",
        "None",
        "NULL",
        "n/a",
        "#N/A",
        "<NA>",
        "-",
        "--",
        "\u2013",
        "\u2014",
        "\u2212",
        ".",
        "_",
        "?"
      })
  void aWordForNobodyIsNoUser(String uid) throws IOException {
    one("1", "" + now(), "1", "f", uid);
    assertEquals("[2 OWNER_MISSING]", rejected());
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "a-", "_a", "*"})
  void anIdWithSignsIsAUser(String uid) throws IOException {
    assertEquals(0, one("1", "" + now(), "1", "f", uid).code());
    assertEquals(List.of(uid), owners());
  }

  // Installations of Parse Server.

  private static final String INSTALLATION =
      """
      {
        "objectId" : "o%1$d",
        "installationId" : "6e0b1c7e-23a4-4c38-9f0d-5a1b2c3d4e%1$02d",
        "deviceType" : "android",
        "deviceToken" : "token-%1$d",
        "badge" : null,
        "channels" : [
          "news",
          "results"
        ],
        "location" : { "results" : [ 1, 2 ] },
        "user" : { "__type" : "Pointer", "className" : "_User", "objectId" : "user%1$d" }
      }
      """;

  private static String installations(int first, int last, String between) {
    return IntStream.rangeClosed(first, last)
        .mapToObj(INSTALLATION::formatted)
        .collect(Collectors.joining(between));
  }

  private static String onOneLine(String json) {
    return json.replaceAll("\\n *", "");
  }

  private void requireUsers(int users) throws IOException {
    var said = imported("parse");
    assertEquals(0, said.code(), said.err());
    said.says("import: done, %d imported, 0 already present, 0 rejected".formatted(users));
    assertEquals(IntStream.rangeClosed(1, users).mapToObj(i -> "user" + i).toList(), owners());
  }

  @Test
  void theListUnderResultsNeedNotComeFirst() throws IOException {
    var answer =
        "{\n  \"count\": 20,\n  \"meta\": {\"results\": [{}]},\n  \"pages\": [1, 2],\n"
            + "  \"results\": [\n"
            + installations(1, 20, ",\n")
            + "  ],\n  \"next\": {\"results\": [3]}\n}\n";
    Files.writeString(file, answer);
    requireUsers(20);
    Files.writeString(file, onOneLine(answer));
    imported("parse").says("0 imported, 20 already present, 0 rejected");
  }

  @Test
  void severalAnswersInOneFileAreAllRead() throws IOException {
    Files.writeString(
        file,
        "{\"results\":["
            + onOneLine(installations(1, 2, ","))
            + "]}\n{\"results\":["
            + onOneLine(installations(3, 4, ","))
            + "],\"count\":2}\n{\"results\":[]}\n");
    requireUsers(4);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r\n"})
  void anObjectMayGoOverSeveralLines(String end) throws IOException {
    Files.writeString(file, installations(1, 30, "").replace("\n", end));
    requireUsers(30);
  }

  @Test
  void anObjectLongerThanTheStartOfTheFileMayGoOverSeveralLines() throws IOException {
    var tags = "\"tag\",\n".repeat(2_000);
    Files.writeString(file, installations(1, 2, "").replace("\"news\",", tags + "\"news\","));
    requireUsers(2);
  }

  @Test
  void aBrokenLineCostsNoOtherObject() throws IOException {
    var rows = new ArrayList<String>();
    for (int i = 1; i <= 30; i++) {
      rows.add(onOneLine(INSTALLATION.formatted(i)));
    }
    rows.set(0, rows.getFirst().substring(0, 20));
    rows.set(10, "{");
    Files.writeString(file, text(rows));
    imported("parse").says("28 imported, 0 already present, 2 rejected");
    assertEquals("[1 MALFORMED, 11 MALFORMED]", rejected());
  }

  @Test
  void anObjectOverSeveralLinesThatIsCutOffSaysSo() throws IOException {
    var whole = installations(1, 2, "");
    Files.writeString(file, whole.substring(0, whole.length() - 40));
    imported("parse").says("1 imported, 0 already present, 1 rejected");
    assertTrue(rejected().contains("CUT_OFF"), rejected());
  }

  @ParameterizedTest
  @ValueSource(strings = {"5", "true", "{\"a\":1}", "[]", "null", "\"installation-\\u0000-1\""})
  void aDetailThatIsNotUnderstoodCostsNoInstallation(String value) throws IOException {
    Files.writeString(
        file,
        "{\"deviceType\":\"android\",\"deviceToken\":\"token-1\",\"user\":\"user1\""
            + ",\"installationId\":VALUE,\"timeZone\":VALUE,\"pushType\":VALUE}\n"
                .replace("VALUE", value));
    requireUsers(1);
  }

  @ParameterizedTest
  @CsvSource({"GCM,fcm", "FCM,fcm", "fcm,fcm", "' Fcm ',fcm", "APN,apns", "'',apns"})
  void thePushTypeOfAnIphoneIsComparedWithoutCase(String type, String channel) throws IOException {
    Files.writeString(
        file,
        "{\"deviceType\":\"ios\",\"deviceToken\":\"abcd\",\"user\":\"user1\",\"pushType\":\"%s\"}"
            .formatted(type));
    requireUsers(1);
    assertTrue(
        Files.readString(roll()).contains("\"channel\":\"" + channel + "\""), "channel " + channel);
  }

  // Case 23.

  @Test
  void idsOfOtherSystemsAreTaken() throws IOException {
    var ids =
        List.of(
            "kim.lee@example.org",
            "auth0|64f0c1d2",
            "google-oauth2|1234",
            "00042",
            "42",
            "a:b",
            "a.b",
            "+4915112345678",
            "x".repeat(100));
    var rows = new ArrayList<>(List.of("uid,platform,channel,token"));
    ids.forEach(id -> rows.add(id + ",android,fcm,token-of-" + id.hashCode()));
    rows.add("Zoë,android,fcm,token-z");
    rows.add(" kim ,android,fcm,token-k");
    Files.writeString(file, text(rows));
    assertEquals(0, imported("csv").code());
    var all = new ArrayList<>(ids);
    all.addAll(List.of("zoë", "kim"));
    assertEquals(all, owners());
  }

  @Test
  void idsThatCannotBeTakenAreCountedAndAMapLetsThemIn() throws IOException {
    Files.writeString(
        file,
        "uid,platform,channel,token\n"
            + "Kx7QpZ,android,fcm,token-a\n"
            + "kX7qPz,android,fcm,token-b\n"
            + "kim lee,android,fcm,token-c\n"
            + "l".repeat(101)
            + ",android,fcm,token-d\n");
    var said = imported("csv");
    said.says("import: rejected by code: 1 UID_COLLISION, 2 UID_FORM");
    assertEquals("[3 UID_COLLISION, 4 UID_FORM, 5 UID_FORM]", rejected());
    assertTrue(rejects().get(1).get("reason").stringValue().contains("U+0020 (SPACE)"));
    assertTrue(rejects().get(1).get("reason").stringValue().contains("--uid-map"));
    assertTrue(rejects().get(2).get("reason").stringValue().contains("it has 101 characters"));

    var map = data.resolve("map.csv");
    Files.writeString(
        map, "old,new\nkX7qPz,kx7qpz-2\nkim lee,kim.lee\n" + "l".repeat(101) + ",l\n");
    said = imported("csv", "--uid-map=" + map);
    assertEquals(0, said.code(), said.err());
    said.says("3 imported, 1 already present, 0 rejected");
    assertEquals(List.of("kx7qpz", "kx7qpz-2", "kim.lee", "l"), owners());
  }

  // Runs.

  private void hopeless(int rows) throws IOException {
    Files.writeString(
        file, "uid,platform,channel,token\n" + "kim lee,android,fcm,token-x\n".repeat(rows));
  }

  @Test
  void aRunThatRejectsEverythingForOneReasonStops() throws IOException {
    hopeless(20_000);
    for (int run = 0; run < 2; run++) {
      var said = imported("csv");
      assertEquals(1, said.code());
      said.says("The import stopped: all of the first 1,000 records were rejected as UID_FORM");
      said.says("U+0020");
      said.says("--keep-going");
      assertEquals(1_000, rejects().size());
    }
    var said = imported("csv", "--keep-going");
    said.says("import: continuing after 1,000 records");
    said.says("0 imported, 0 already present, 20,000 rejected");
    assertEquals(20_000, rejects().size());
  }

  @Test
  void oneGoodRecordIsReasonToGoOn() throws IOException {
    hopeless(1_999);
    Files.writeString(file, Files.readString(file).replaceFirst("kim lee", "kim"));
    imported("csv").says("1 imported, 0 already present, 1,998 rejected");
  }

  @Test
  void aDryRunSaysWhatAnImportWouldAndStoresNothing() throws IOException {
    Files.writeString(
        file, "uid,platform,channel,token\nalice,android,fcm,token-a\nbob,android,fcm,token-b\n");
    imported("csv");
    var before = Files.readAllLines(roll());
    Files.writeString(
        file,
        "uid,platform,channel,token\n"
            + "alice,android,fcm,token-a\n"
            + "ALICE,android,fcm,a2\n"
            + "carol,android,fcm,token-b\n"
            + "carol,android,fcm,token-c\n"
            + "dave,android,fcm,null\n");
    var dry = imported("csv", "--dry-run");
    assertEquals(1, dry.code());
    dry.says("import: dry run, nothing was stored; 1 to import, 1 already present, 3 rejected");
    dry.says("import: rejected by code: 1 OUTDATED, 1 TOKEN_NULL, 1 UID_COLLISION");
    var foretold = rejects();
    assertEquals(before.subList(1, before.size()), sinceStart());

    imported("csv").says("import: done, 1 imported, 1 already present, 3 rejected");
    assertEquals(foretold, rejects());
    assertEquals(List.of("alice", "bob", "carol"), owners());
  }

  @Test
  void aDryRunCopiesTokensOfSessionsWithOneDeviceId() throws IOException, SQLException {
    Files.writeString(
        file, "uid,platform,channel,token\nalice,android,fcm,phone\nalice,android,fcm,tablet\n");
    imported("csv").says("import: done, 2 imported");
    var url = "jdbc:sqlite:" + data.resolve("rollcall.db");
    try (var connection = DriverManager.getConnection(url);
        var statement = connection.createStatement()) {
      assertEquals(2, statement.executeUpdate("UPDATE session SET device_id = 'R58M777ABCD'"));
    }
    Files.writeString(file, "uid,platform,channel,token\nbob,android,fcm,another\n");
    imported("csv", "--dry-run").says("dry run, nothing was stored; 1 to import");
  }

  private List<String> sinceStart() throws IOException {
    var lines = Files.readAllLines(roll());
    return lines.subList(1, lines.size());
  }

  @Test
  void aDryRunOfAnExportComparesAllItsRows() throws IOException {
    Files.writeString(file, "uid,platform,channel,token\nalice,android,fcm,token-a\n");
    imported("csv");
    var roll = roll();
    run("import", "--dry-run", roll.toString())
        .says("dry run, nothing was stored; 0 to import, 7 already present, 0 rejected");
  }

  @Test
  void aDryRunKeepsTheRejectsOfAnImportThatHasNotEnded() throws IOException {
    hopeless(2_000);
    imported("csv");
    var rejects = rejects();
    imported("csv", "--dry-run").says("An import of this file has begun and not ended");
    assertEquals(rejects, rejects());
    var elsewhere = data.resolve("elsewhere");
    imported("csv", "--dry-run", "--rejects=" + elsewhere).says("The import stopped");
    assertTrue(Files.exists(elsewhere));
  }

  @Test
  void flagsOfOtherFormatsAreRefused() throws IOException {
    Files.writeString(file, "x");
    var said = run("import", "--uid-map=x", file.toString());
    assertEquals(2, said.code());
    said.says("--uid-map is for the other formats");
    imported("csv", "--uid-map=" + data.resolve("none")).says("There is no file");
  }
}
