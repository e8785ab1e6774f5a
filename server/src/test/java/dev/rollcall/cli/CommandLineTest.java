package dev.rollcall.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rollcall.ServerProcess;
import dev.rollcall.config.Setting;
import dev.rollcall.fake.FakeApns;
import dev.rollcall.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every command but a `serve` that succeeds, which {@link ServeTest} has.
final class CommandLineTest {
  private static final String KEY = "[0-9a-f]{40}";

  @TempDir Path data;

  private record Said(int code, String out, String err) {
    void isUsage(String sentence) {
      assertEquals(2, code, err);
      assertTrue(err.contains(sentence), err);
    }

    void isFailure(String sentence) {
      assertEquals(1, code, err);
      assertTrue(err.contains(sentence), err);
      assertFalse(err.contains("\tat "), err);
    }
  }

  private static Said run(String... arguments) {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    int code =
        Main.run(
            List.of(arguments),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8));
    return new Said(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  private Said app(String... arguments) {
    var all = new ArrayList<>(List.of("app"));
    all.addAll(List.of(arguments));
    all.add("--data=" + data);
    return run(all.toArray(String[]::new));
  }

  @Test
  void helpNamesEveryCommandAndEverySetting() {
    for (var asked : List.of("help", "--help", "-h")) {
      var said = run(asked);
      assertEquals(0, said.code());
      for (var command :
          List.of(
              "serve",
              "app create",
              "app list",
              "app rotate-key",
              "provider set",
              "provider list",
              "provider remove",
              "provider vapid",
              "export",
              "import",
              "migrate",
              "help")) {
        assertTrue(said.out().contains("./rollcall " + command), command);
      }
      for (var setting : Setting.values()) {
        assertTrue(said.out().contains(setting.flag() + " "), setting.flag());
        assertTrue(said.out().contains(setting.environment() + " "), setting.environment());
      }
    }
    assertEquals(run("help"), run());
    assertEquals(run("help"), run("serve", "--help"));
    assertEquals(run("help"), run("app", "create", "-h"));
  }

  @Test
  void versionTellsItself() {
    assertTrue(run("version").out().startsWith("rollcall "));
    assertEquals(run("version"), run("--version"));
  }

  @Test
  void whatNobodyKnowsIsRefusedWithAHint() {
    run("server").isUsage("There is no command 'server'; try './rollcall help'");
    run("version", "please").isUsage("'version' takes no arguments");
    run("app").isUsage("Use 'app create', 'app list' or 'app rotate-key'");
    run("app", "delete").isUsage("Use 'app create', 'app list' or 'app rotate-key'");
    run("serve", "--prot", "1").isUsage("--prot is not a flag; './rollcall help' lists them");
    run("serve", "now").isUsage("'now' is not a flag");
    app("list", "--id=a").isUsage("--id is not a flag of this command");
    app("create", "--id=a", "--auth-key=12345678").isUsage("--auth-key is not a flag of this");
  }

  @Test
  void anAppIsCreatedOnceWithKeysThatAreShown() {
    var created = app("create", "--id", "shop");
    assertEquals(0, created.code(), created.err());
    assertTrue(
        created
            .out()
            .matches(
                "(?s)app id    shop\nregion    us\nauth key  "
                    + KEY
                    + " .*\nAPI key   "
                    + KEY
                    + " .*"),
        created.out());
    app("create", "--id", "shop").isFailure("There is already an app 'shop'");
    var second = app("create", "--id=kiosk", "--region=eu", "--policy=shared");
    assertTrue(second.out().contains("region    eu"), second.out());
    var list = app("list").out().lines().map(line -> line.replaceFirst("since.*", "")).toList();
    assertEquals(
        List.of("shop\tregion us\tpolicy exclusive\t", "kiosk\tregion eu\tpolicy shared\t"), list);
  }

  @Test
  void anAppIsNotCreatedOutOfMistakes() {
    app("create").isUsage("--id is missing");
    app("create", "--id=a b").isUsage("--id must be 1 to 100 letters, digits, '-' and '_'");
    app("create", "--id=a", "--region=EU").isUsage("--region must be 1 to 40 of a-z, 0-9 and '-'");
    app("create", "--id=a", "--policy=any").isUsage("--policy must be exclusive or shared");
    assertFalse(Files.exists(data.resolve("rollcall.db")));
  }

  @Test
  void aKeyIsRotatedForOneScopeOfOneApp() {
    app("create", "--id=shop");
    assertTrue(app("rotate-key", "--id=shop", "--scope=authOnly").out().matches(KEY + "\n"));
    app("rotate-key", "--id=shop").isUsage("--scope is missing");
    app("rotate-key", "--scope=authOnly").isUsage("--id is missing");
    app("rotate-key", "--id=shop", "--scope=all").isUsage("--scope must be fullAccess or authOnly");
    app("rotate-key", "--id=ship", "--scope=authOnly").isFailure("There is no app 'ship'");
  }

  @Test
  void whatOnlyLooksAtADatabaseDoesNotMakeOne() {
    app("list").isFailure("There is no database " + data.resolve("rollcall.db").toAbsolutePath());
    app("rotate-key", "--id=a", "--scope=authOnly").isFailure("There is no database");
    assertFalse(Files.exists(data.resolve("rollcall.db")));
  }

  @Test
  void theDatabaseMayLieElsewhere(@TempDir Path elsewhere) {
    var flag = "--database=sqlite:" + elsewhere.resolve("roll.db");
    assertEquals(0, app("create", "--id=shop", flag).code());
    assertTrue(app("list", flag).out().startsWith("shop\t"));
    assertTrue(Files.exists(elsewhere.resolve("roll.db")));
    app("create", "--id=a", "--database=sqlite:" + elsewhere.resolve("none/roll.db"))
        .isFailure("check the folder");
  }

  @Test
  void aFileInPlaceOfTheFolderIsNamed() throws IOException {
    var file = Files.writeString(data.resolve("file"), "");
    run("app", "create", "--id=a", "--data=" + file)
        .isFailure("The data folder " + file + " cannot be created");
  }

  private Said onData(String... arguments) {
    var all = new ArrayList<>(List.of(arguments));
    all.add("--data=" + data);
    return run(all.toArray(String[]::new));
  }

  @Test
  void aRollIsExportedToAFileForItsOwnerAndImportedElsewhere(@TempDir Path elsewhere)
      throws IOException {
    app("create", "--id=shop");
    app("create", "--id=kiosk");
    var file = data.resolve("roll.ndjson");
    var exported = onData("export", "--output=" + file);
    assertEquals(new Said(0, "", "export: done, 2 app, 4 key\n"), exported);
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));

    var imported = run("import", file.toString(), "--data=" + elsewhere);
    assertEquals(
        new Said(0, "", "import: done, 6 imported, 0 already present, 0 rejected\n"), imported);
    var there = run("export", "--data=" + elsewhere).out().lines().skip(1).toList();
    assertEquals(Files.readAllLines(file).stream().skip(1).toList(), there);
    var shop = onData("export", "--app=shop").out();
    assertTrue(shop.contains("\"shop\"") && !shop.contains("kiosk"), shop);
  }

  @Test
  void whatIsRejectedIsToldAndFailsTheImport() throws IOException {
    app("create", "--id=shop");
    var file = data.resolve("roll.ndjson");
    onData("export", "--output", file.toString());
    Files.writeString(file, "nonsense\n", StandardOpenOption.APPEND);
    var bad = data.resolve("bad");
    onData("import", file.toString(), "--rejects=" + bad)
        .isFailure("1 records were rejected; the records and the reasons are in " + bad);
    assertTrue(Files.readString(bad).startsWith("{\"line\":6,\"code\":\"MALFORMED\""));
    onData("import", file.toString())
        .isFailure(
            "1 records were rejected; the records and the reasons are in " + file + ".rejects");
  }

  @Test
  void whatCannotBeExportedOrImportedIsSaid() throws IOException {
    onData("export").isFailure("There is no database");
    app("create", "--id=shop");
    onData("export", "--app=ship").isFailure("There is no app 'ship'");
    onData("export", "--output=" + data.resolve("none/roll")).isFailure("cannot be written");
    assertFalse(Files.exists(data.resolve("none")));
    onData("export", "--id=shop").isUsage("--id is not a flag of this command");
    onData("import").isUsage("Name the file to import");
    var file = data.resolve("roll.ndjson");
    onData("import", file.toString()).isFailure("There is no file " + file);
    onData("import", data.toString()).isFailure(data + " is a folder");
    Files.writeString(file, "uid,platform,channel,token\n");
    onData("import", file.toString()).isFailure("is not an export of Rollcall");
    onData("import", file.toString(), "--format=xml")
        .isUsage("--format must be rollcall, parse, onesignal or csv");
    onData("import", file.toString(), "--format=csv").isUsage("--app is missing");
    onData("import", file.toString(), "--format=csv", "--app=shop", "--user-field=owner")
        .isUsage("--user-field is for --format parse only");
    onData("import", file.toString(), "--format=csv", "--app=ship")
        .isFailure("There is no app 'ship'");
  }

  private Said provider(String... arguments) {
    var all = new ArrayList<>(List.of("provider"));
    all.addAll(List.of(arguments));
    all.add("--data=" + data);
    return run(all.toArray(String[]::new));
  }

  @Test
  void aProviderIsSetShownAndRemoved() throws IOException {
    app("create", "--id=shop");
    var p8 = Files.writeString(data.resolve("AuthKey_ABC1234567.p8"), FakeApns.p8()).toString();
    var set =
        provider(
            "set",
            "--app=shop",
            "--id=iphones",
            "--type=apns",
            "--file=" + p8,
            "--team-id=DEF1234567",
            "--topic=com.example.app",
            "--per-second=50",
            "--check=false");
    assertEquals(0, set.code(), set.err());
    var shown = JsonObject.parse(set.out()).orElseThrow();
    assertEquals("ABC1234567", shown.string("keyId").orElseThrow());
    assertEquals("active", shown.string("state").orElseThrow());
    assertFalse(set.out().contains("PRIVATE"));
    var browsers =
        provider(
            "set",
            "--app=shop",
            "--id=web",
            "--type=webPush",
            "--file=" + vapidFile(),
            "--subject=mailto:ops@example.com");
    assertEquals(0, browsers.code(), browsers.err());
    assertEquals(set.out() + browsers.out(), provider("list", "--app=shop").out());
    var key = data.resolve("encryption.key");
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(key)));

    assertEquals(0, provider("remove", "--app=shop", "--id=iphones").code());
    assertEquals(browsers.out(), provider("list", "--app=shop").out());
    provider("remove", "--app=shop", "--id=iphones").isFailure("No such provider in this app");
  }

  @Test
  void anIdMayHaveSpacesAndAliases() throws IOException {
    app("create", "--id=shop");
    var file = "--file=" + vapidFile();
    var set =
        provider(
            "set",
            "--app=shop",
            "--id= My Browsers",
            "--type=webPush",
            file,
            "--subject=mailto:ops@example.com",
            "--aliases=team-chat-push, Old one");
    assertEquals(0, set.code(), set.err());
    var shown = JsonObject.parse(set.out()).orElseThrow();
    assertEquals("My Browsers", shown.string("id").orElseThrow());
    assertEquals(List.of("team-chat-push", "Old one"), shown.strings("aliases").orElseThrow());
    var again = provider("set", "--app=shop", "--id=my browsers", "--type=webPush");
    assertEquals(
        List.of("team-chat-push", "Old one"),
        JsonObject.parse(again.out()).orElseThrow().strings("aliases").orElseThrow());
    provider("set", "--app=shop", "--id=b", "--type=webPush", "--aliases=OLD ONE")
        .isFailure("has the id or alias 'OLD ONE'");
    var none = provider("set", "--app=shop", "--id=My Browsers", "--type=webPush", "--aliases=[]");
    assertEquals(
        List.of(), JsonObject.parse(none.out()).orElseThrow().strings("aliases").orElseThrow());
    assertEquals(0, provider("remove", "--app=shop", "--id=MY BROWSERS").code());
    assertEquals("", provider("list", "--app=shop").out());
  }

  @Test
  void aKeyFileIsReadAsItIsWhateverItsNameAndForm() throws IOException {
    app("create", "--id=shop");
    var base64 = Base64.getMimeEncoder().encodeToString(FakeApns.p8().getBytes(UTF_8));
    var p8 = Files.writeString(data.resolve("apple.txt"), base64);
    var set =
        provider(
            "set",
            "--app=shop",
            "--id=iphones",
            "--type=apns",
            "--file=" + p8,
            "--key-id=ABC1234567",
            "--team-id=DEF1234567",
            "--topic=com.example.app",
            "--check=false");
    assertEquals(0, set.code(), set.err());
    var client = Files.writeString(data.resolve("google-services.json"), "{\"project_info\":{}}");
    provider("set", "--app=shop", "--id=a", "--type=fcm", "--file=" + client)
        .isFailure("serviceAccount is google-services.json");
  }

  private String vapidFile() throws IOException {
    var made = run("provider", "vapid");
    assertEquals(87, JsonObject.parse(made.out()).orElseThrow().string("publicKey").get().length());
    return Files.writeString(data.resolve("vapid.json"), made.out()).toString();
  }

  @Test
  void aProviderIsNotSetOutOfMistakes() throws IOException {
    provider("list", "--app=shop").isFailure("There is no database");
    app("create", "--id=shop");
    run("provider").isUsage("Use 'provider set', 'provider list', 'provider remove' or");
    run("provider", "vapid", "--id=a").isUsage("--id is not a flag of this command");
    provider("set", "--id=a", "--type=fcm").isUsage("--app is missing");
    provider("set", "--app=shop", "--type=fcm").isUsage("--id is missing");
    provider("set", "--app=shop", "--id=" + "a".repeat(101), "--type=fcm").isUsage("--id must be");
    provider("set", "--app=shop", "--id=a", "--type=fcm", "--aliases=[1]")
        .isUsage("--aliases is not a JSON array of strings");
    provider("set", "--app=shop", "--id=a", "--type=gcm").isUsage("--type must be fcm, apns");
    provider("set", "--app=shop", "--id=a", "--type=fcm", "--colour=red")
        .isUsage("--colour is not a flag of this command");
    provider("set", "--app=shop", "--id=a", "--type=fcm", "--file=" + data.resolve("none"))
        .isFailure("cannot be read");
    var file = Files.writeString(data.resolve("file"), "nonsense");
    provider("set", "--app=shop", "--id=a", "--type=fcm", "--file=" + file)
        .isFailure("is not a JSON object");
    provider("set", "--app=shop", "--id=a", "--type=webPush", "--file=" + file)
        .isFailure("is not a JSON object");
    provider("set", "--app=shop", "--id=a", "--type=fcm").isFailure("serviceAccount is missing");
    provider("set", "--app=ship", "--id=a", "--type=fcm").isFailure("There is no such app");
    provider("list", "--app=shop", "--encryption-key=short").isUsage("must be 32 bytes in base64");
    assertEquals("", provider("list", "--app=shop").out());
  }

  @Test
  void aZippedCsvIsImported() throws IOException {
    app("create", "--id=shop");
    var file = data.resolve("tokens.csv.gz");
    try (var out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write("\ufeffuid,platform,channel,token\r\nalice,ios,apns,AB\r\n".getBytes(UTF_8));
    }
    var imported = onData("import", "--format=csv", "--app=shop", file.toString());
    assertEquals(
        new Said(0, "", "import: done, 1 imported, 0 already present, 0 rejected\n"), imported);
    assertTrue(onData("export").out().contains("\"value\":\"ab\""));
  }

  @Test
  void theExitCodeReachesTheShell() throws IOException {
    assertEquals(0, ServerProcess.run(Map.of(), "version").code());
    var wrong = ServerProcess.run(Map.of("ROLLCALL_PROT", "1"), "app", "list");
    assertEquals(2, wrong.code());
    assertTrue(wrong.err().contains("ROLLCALL_PROT is not a setting"), wrong.err());
    var none = Map.of("ROLLCALL_DATA", data.toString());
    assertEquals(1, ServerProcess.run(none, "app", "list").code());
  }

  @Test
  void trainingLeavesNothingBehindButTheLibraryThatStartsNeed(@TempDir Path libraries)
      throws IOException {
    var options = Map.of("JAVA_TOOL_OPTIONS", "-Djava.io.tmpdir=" + data);
    var trained = ServerProcess.run(options, "train", libraries.toString());
    assertEquals(0, trained.code(), trained.err());
    try (var left = Files.list(data)) {
      assertEquals(List.of(), left.toList());
    }
    assertTrue(Files.exists(libraries.resolve(System.mapLibraryName("sqlitejdbc"))));
  }

  @Test
  void trainingTakesAFolder() throws IOException {
    var untrained = ServerProcess.run(Map.of(), "train");
    assertEquals(2, untrained.code(), untrained.err());
  }
}
