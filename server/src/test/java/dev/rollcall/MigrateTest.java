package dev.rollcall;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rollcall.cli.Main;
import dev.rollcall.start.DataFolder;
import dev.rollcall.storage.TestPostgres;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `migrate`, from a SQLite file to a PostgreSQL.
final class MigrateTest {
  @TempDir Path data;
  private final String target = TestPostgres.newDatabase();
  private String source;

  private record Said(int code, String out, String err) {}

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

  private Said migrate() {
    return run("migrate", "--from=" + source, "--to=" + target);
  }

  private static List<String> exported(String database) {
    return run("export", "--database=" + database).out().lines().skip(1).toList();
  }

  private void failsWith(String sentence) {
    var said = migrate();
    assertEquals(1, said.code());
    assertTrue(said.err().contains(sentence), said.err());
  }

  @BeforeEach
  void fillSource() throws IOException {
    source = "sqlite:" + data.resolve("rollcall.db");
    run("app", "create", "--id=shop", "--database=" + source);
    run("app", "create", "--id=kiosk", "--policy=shared", "--database=" + source);
    var vapid = Files.writeString(data.resolve("vapid.json"), "{\"generate\":true}").toString();
    var set =
        run(
            "provider",
            "set",
            "--app=shop",
            "--id=browsers",
            "--type=webPush",
            "--subject=mailto:ops@example.com",
            "--file=" + vapid,
            "--data=" + data);
    assertEquals(0, set.code(), set.err());
    var rows = new ArrayList<>(List.of("uid,platform,channel,token"));
    IntStream.range(0, 11_000).forEach(i -> rows.add("user-" + i + ",android,fcm,phone-" + i));
    var file = Files.write(data.resolve("tokens.csv"), rows);
    var imported =
        run("import", "--format=csv", "--app=shop", "--database=" + source, file.toString());
    assertEquals(0, imported.code(), imported.err());
  }

  @Test
  void everythingIsThereAfterwardsAndNumbersGoOn() throws IOException {
    var said = migrate();
    assertEquals(0, said.code(), said.err());
    assertTrue(said.err().contains("push_token, 11,000 rows are the same"), said.err());
    assertEquals(exported(source), exported(target));
    assertEquals(providers(source, "{}"), providers(target, "{}"));
    providers(target, "{\"generate\":true}");

    assertEquals(0, run("app", "create", "--id=third", "--database=" + target).code());
    var more =
        Files.write(
            data.resolve("more.csv"), List.of("uid,platform,channel,token", "new,ios,apns,ab"));
    var imported =
        run("import", "--format=csv", "--app=third", "--database=" + target, more.toString());
    assertEquals(0, imported.code(), imported.err());
  }

  /// The provider after a setting that needs the former credentials.
  private String providers(String database, String setting) throws IOException {
    var said =
        run(
            "provider",
            "set",
            "--app=shop",
            "--id=browsers",
            "--type=webPush",
            "--file=" + Files.writeString(data.resolve("setting.json"), setting),
            "--database=" + database,
            "--encryption-key=" + Files.readString(data.resolve("encryption.key")).strip());
    assertEquals(0, said.code(), said.err());
    return said.out().replaceFirst("\"updatedAt\":\\d+", "");
  }

  @Test
  void aTargetWithOtherDataIsRefused() {
    run("app", "create", "--id=other", "--database=" + target);
    failsWith("The target holds other data; name an empty database");
    assertEquals(3, exported(target).size() - 1);
  }

  @Test
  void whatIsMovedAlreadyIsOtherDataFromThenOn() {
    migrate();
    failsWith("The target holds other data");
  }

  @Test
  void aSourceThatAServerUsesIsRefused() throws IOException {
    try (var _ = DataFolder.lock(data)) {
      failsWith("Another server uses the data folder " + data);
    }
    assertEquals(0, migrate().code());
  }

  @Test
  void aSourceThatIsInNoDataFolderIsRefusedToo() throws IOException {
    try (var _ = DataFolder.lockDatabase(data.resolve("rollcall.db"))) {
      failsWith("A server uses the database " + data.resolve("rollcall.db"));
    }
  }

  @Test
  void aMoveThatIsKilledGoesOnWhenItIsRunAgain() throws Exception {
    var before = exported(source);
    killWhenItSays("migrate: app_key, all of 4 rows");
    killWhenItSays("migrate: session, all of 11,000 rows");
    var refused = run("app", "list", "--database=" + target);
    assertEquals(1, refused.code());
    assertTrue(refused.err().contains("has not finished"), refused.err());
    assertEquals(0, migrate().code());
    assertEquals(before, exported(target));
  }

  private void killWhenItSays(String words) throws Exception {
    var log = data.resolve("migrate.log");
    var process = ServerProcess.begin(log, "migrate", "--from=" + source, "--to=" + target);
    while (!Files.readString(log).contains(words)) {
      assertFalse(process.waitFor(Duration.ofMillis(5)), "it ended before it could be killed");
    }
    process.destroyForcibly().waitFor();
    assertFalse(Files.readString(log).contains("done"), "it was killed too late");
  }

  @Test
  void aSourceThatChangedMeanwhileIsNoticed() {
    migrate();
    TestPostgres.run(target, "CREATE TABLE transfer (source TEXT PRIMARY KEY, note TEXT NOT NULL)");
    TestPostgres.run(
        target, "INSERT INTO transfer VALUES ('migrate', '" + data.resolve("rollcall.db") + "')");
    TestPostgres.run(target, "UPDATE app_user SET name = 'x' WHERE uid = 'user-7'");
    failsWith(
        "The table app_user differs: 11,000 rows in the source, 11,000 in the target with different"
            + " content");
  }

  @Test
  void wrongAddressesAreUsage() {
    assertEquals(2, run("migrate").code());
    assertEquals(2, run("migrate", "--from=" + target, "--to=" + target).code());
    assertEquals(2, run("migrate", "--from=" + source, "--to=" + source).code());
    assertEquals(2, run("migrate", "--from=" + source, "--to=" + target, "--id=a").code());
    var none = run("migrate", "--from=sqlite:" + data.resolve("none"), "--to=" + target);
    assertEquals(1, none.code());
    assertTrue(none.err().contains("There is no database"), none.err());
    var root = run("migrate", "--from=sqlite:/", "--to=" + target);
    assertEquals(1, root.code());
    assertTrue(root.err().contains("There is no database /"), root.err());
  }
}
