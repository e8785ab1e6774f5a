package dev.rollcall.storage.sqlite;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rollcall.account.Accounts;
import dev.rollcall.account.Caller;
import dev.rollcall.account.ClientInfo;
import dev.rollcall.account.MovableClock;
import dev.rollcall.account.TokenPolicy;
import dev.rollcall.problem.Code;
import dev.rollcall.problem.Problem;
import dev.rollcall.storage.CapturedLog;
import dev.rollcall.storage.StoreContract;
import dev.rollcall.storage.Tenant;
import dev.rollcall.storage.account.SqlAppStore;
import dev.rollcall.storage.account.SqlSessionStore;
import dev.rollcall.storage.account.SqlUserStore;
import dev.rollcall.storage.engine.StorageException;
import dev.rollcall.storage.engine.UnusableDatabaseException;
import dev.rollcall.storage.token.AtOnce;
import dev.rollcall.storage.token.SqlTokenStore;
import dev.rollcall.token.NewToken;
import dev.rollcall.token.Registration;
import dev.rollcall.token.TokenStore.RequestedSession;
import dev.rollcall.token.Tokens;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What becomes of requests when the file is in trouble, and what the operator is told.
@Timeout(60)
final class SqliteDatabaseTest {
  @TempDir Path folder;
  private final CapturedLog log = new CapturedLog();
  private Path file;
  private SqliteDatabase database;
  private Tokens tokens;
  private Caller.Device alice;

  @BeforeEach
  void openWithOneUser() {
    file = folder.resolve("rollcall.db");
    open();
    var clock = new MovableClock(StoreContract.NOON);
    var app = Tenant.create(new SqlAppStore(database), "demo", TokenPolicy.EXCLUSIVE);
    var accounts =
        new Accounts(
            new SqlUserStore(database),
            new SqlSessionStore(database),
            new Accounts.Limits(Optional.empty(), 100),
            clock);
    accounts.createUser(app.backEnd(), "alice", StoreContract.profile("Alice"), false);
    alice = app.device(accounts.login(app.client(), "alice", ClientInfo.NONE).token());
  }

  private void open() {
    database = SqliteDatabase.open(file, (writes, took) -> {});
    var limits =
        new Tokens.Limits(
            new Registration.Limits(Duration.ofSeconds(10), 100),
            Duration.ofDays(30),
            Duration.ofDays(270),
            1_000,
            512);
    tokens =
        new Tokens(
            new SqlTokenStore(database),
            limits,
            endpoint -> {},
            new MovableClock(StoreContract.NOON));
  }

  @AfterEach
  void close() {
    database.close();
    log.close();
  }

  private void register(NewToken token) {
    tokens.register(new RequestedSession.Own(alice), List.of(token));
  }

  private List<String> listed() {
    return tokens.ofUser(alice).stream().map(it -> it.value().text()).toList();
  }

  private static NewToken longToken(char letter) {
    return StoreContract.fcm(String.valueOf(letter).repeat(4_000));
  }

  private Connection raw() throws SQLException {
    return DriverManager.getConnection("jdbc:sqlite:" + file);
  }

  private static void run(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /// Runs a pragma on the connection that writes.
  private void pragma(String text) {
    database.write(
        "setting",
        tx -> {
          tx.run("PRAGMA " + text);
          return true;
        });
  }

  private void assertUnavailable(String cure, Executable request) {
    var problem = assertThrows(Problem.class, request);
    assertEquals(Code.ERR_STORAGE_UNAVAILABLE, problem.code());
    assertEquals(503, problem.code().status());
    assertTrue(problem.retryAfter().isPresent());
    assertTrue(problem.getMessage().contains(cure), problem.getMessage());
    assertTrue(log.lines().stream().anyMatch(it -> it.contains(cure)), "the operator is not told");
  }

  private void assertUnusable(String cure) {
    var error =
        assertThrows(
            UnusableDatabaseException.class,
            () -> SqliteDatabase.open(file, (writes, took) -> {}).close());
    assertTrue(error.getMessage().contains(cure), error.getMessage());
    assertTrue(error.getMessage().contains(file.toString()), "which file? " + error.getMessage());
    assertFalse(error.getMessage().toLowerCase(Locale.ROOT).contains("flyway"), error.getMessage());
  }

  // What stops the start.

  @Test
  void aFileThatIsNoDatabaseStopsTheStart() throws IOException {
    database.close();
    Files.writeString(file, "This is not a database. ".repeat(1_000));

    assertUnusable("damaged or is no SQLite database");
  }

  @Test
  void aFileThatWasCutShortStopsTheStart() throws IOException {
    database.close();
    try (var bytes = new RandomAccessFile(file.toFile(), "rw")) {
      bytes.setLength(5_000);
    }

    assertUnusable("damaged or is no SQLite database");
  }

  @Test
  void aFolderInItsPlaceStopsTheStart() throws IOException {
    database.close();
    Files.delete(file);
    Files.createDirectory(file);

    assertUnusable("cannot be opened");
  }

  @Test
  void aMissingFolderStopsTheStart() {
    file = folder.resolve("missing").resolve("rollcall.db");

    assertUnusable("cannot be opened");
  }

  @Test
  void aSchemaNewerThanTheProgramStopsTheStartAndLosesNothing() throws SQLException {
    register(StoreContract.fcm("phone"));
    database.close();
    try (var connection = raw()) {
      run(
          connection,
          """
          INSERT INTO flyway_schema_history
          SELECT 99, '99', 'from the future', type, 'V99__from_the_future.sql', checksum,
                 installed_by, installed_on, execution_time, success
            FROM flyway_schema_history WHERE version = '1'
          """);
      run(connection, "PRAGMA user_version = 99");
    }
    assertUnusable("another version of Rollcall");

    try (var connection = raw()) {
      run(connection, "DELETE FROM flyway_schema_history WHERE version = '99'");
    }
    open();
    assertEquals(List.of("phone"), listed());
  }

  @Test
  void aSchemaThatIsNotTheProgramsStopsTheStart() throws SQLException {
    database.close();
    try (var connection = raw()) {
      run(connection, "UPDATE flyway_schema_history SET checksum = 42");
      run(connection, "PRAGMA user_version = 0");
    }

    assertUnusable("another version of Rollcall");
  }

  /// After one migration, the former header had the number that the header has today.
  @ParameterizedTest
  @ValueSource(ints = {1, 6})
  void aDatabaseFromBeforeTheFirstReleaseStopsTheStartAndIsNotChanged(int version)
      throws Exception {
    database.close();
    try (var connection = raw()) {
      run(
          connection,
          "UPDATE flyway_schema_history SET description = 'the roll', script = 'V1__the_roll.sql',"
              + " checksum = -1886894593");
      for (int i = 2; i <= version; i++) {
        run(
            connection,
            """
            INSERT INTO flyway_schema_history
            SELECT %1$d, '%1$d', 'former', type, 'V%1$d__former.sql', %1$d, installed_by,
                   installed_on, execution_time, success
              FROM flyway_schema_history WHERE version = '1'
            """
                .formatted(i));
      }
      run(connection, "PRAGMA application_id = " + 0x526f6c6c);
      run(connection, "PRAGMA user_version = " + version);
    }
    var before = Files.readAllBytes(file);

    assertUnusable("run './rollcall export' with that version");
    assertArrayEquals(before, Files.readAllBytes(file));
  }

  @Test
  void aDatabaseThatAnotherProgramMigratesStopsTheStart() throws SQLException {
    database.close();
    try (var connection = raw()) {
      run(connection, "UPDATE flyway_schema_history SET script = 'V1__recipes.sql', checksum = 42");
      run(connection, "PRAGMA application_id = 0");
    }

    assertUnusable("belongs to another program");
  }

  @Test
  void aDatabaseOfAnotherProgramStopsTheStartAndGetsNoTables() throws SQLException {
    file = folder.resolve("other.db");
    try (var connection = raw()) {
      run(connection, "CREATE TABLE recipe (name TEXT)");
    }

    assertUnusable("belongs to another program");
    try (var connection = raw()) {
      assertEquals(1, number(connection, "SELECT count(*) FROM sqlite_schema"));
    }
  }

  @Test
  void aDatabaseFromBeforeTheHeaderSaidSoIsTakenAndMarked() throws SQLException {
    register(StoreContract.fcm("phone"));
    database.close();
    try (var connection = raw()) {
      run(connection, "PRAGMA application_id = 0");
      run(connection, "PRAGMA user_version = 0");
    }

    open();

    assertEquals(List.of("phone"), listed());
    try (var connection = raw()) {
      assertEquals(SqliteMigrations.NEWEST, number(connection, "PRAGMA user_version"));
    }
  }

  @Test
  void theNewestMigrationIsTheOneThatTheHeaderNames() throws SQLException {
    try (var connection = raw()) {
      assertEquals(
          SqliteMigrations.NEWEST,
          number(connection, "SELECT max(CAST(version AS INTEGER)) FROM flyway_schema_history"),
          "SqliteMigrations.NEWEST goes up with each new db/sqlite/V…__….sql");
    }
  }

  @Test
  void aStartThatFailsHalfWayLeavesNothingOpen() throws IOException {
    // SQLite's driver takes this for an option, and makes a file without it.
    var cut = folder.resolve("cut.db");
    file = folder.resolve("cut.db?cache_size=1");

    assertUnusable("cannot be opened");
    try (var files = Files.list(folder)) {
      var left = files.filter(it -> it.toString().startsWith(cut.toString())).toList();
      assertEquals(List.of(cut), left, "its log goes with the last connection");
    }
  }

  @Test
  void anEmptyFileBecomesADatabase() throws IOException {
    file = folder.resolve("empty.db");
    Files.createFile(file);
    SqliteDatabase.open(file, (writes, took) -> {}).close();

    assertTrue(Files.size(file) > 0);
  }

  // What fails a request.

  @Test
  void aDamagedPageFailsTheRequestsThatNeedIt() throws Exception {
    register(StoreContract.fcm("phone"));
    long page;
    long size;
    database.close();
    try (var connection = raw()) {
      page = number(connection, "SELECT rootpage FROM sqlite_schema WHERE name = 'push_token'");
      size = number(connection, "PRAGMA page_size");
    }
    try (var bytes = new RandomAccessFile(file.toFile(), "rw")) {
      bytes.seek((page - 1) * size);
      var noise = new byte[(int) size];
      Arrays.fill(noise, (byte) 0xee);
      bytes.write(noise);
    }
    open();

    for (int i = 0; i < 20; i++) {
      assertUnavailable("damaged", this::listed);
      assertUnavailable("damaged", () -> register(StoreContract.fcm("other")));
    }
    // Also those that share a transaction with one that needs it.
    AtOnce.run(
        40,
        i ->
            i % 2 == 0
                ? () -> assertThrows(Problem.class, () -> register(StoreContract.fcm("t" + i)))
                : () -> database.write("x", tx -> tx.update("UPDATE app_user SET name = 'A'")));
    var users = database.read("x", tx -> tx.list("SELECT name FROM app_user", r -> r.getString(1)));
    assertEquals(List.of("A"), users);
  }

  private static long number(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      return rows.getLong(1);
    }
  }

  // Whoever runs the tests may be root, whom no permission stops. But a file whose header names a
  // format that is too new to be written is as read-only to root as to anybody.
  @Test
  void aFileThatCannotBeWrittenFailsWritesAndNoReads() throws IOException {
    register(StoreContract.fcm("phone"));
    database.close();
    try (var bytes = new RandomAccessFile(file.toFile(), "rw")) {
      bytes.seek(18);
      bytes.write(3);
    }
    open();

    for (int i = 0; i < 3; i++) {
      assertUnavailable("read-only", () -> register(StoreContract.fcm("new")));
    }
    assertUnavailable("read-only", database::check);
    assertEquals(List.of("phone"), listed());
  }

  @Test
  void aLockThatAnotherProgramHoldsFailsWritesInBoundedTimeAndNoReads() throws SQLException {
    register(StoreContract.fcm("phone"));
    pragma("busy_timeout = 100");
    try (var other = raw()) {
      run(other, "BEGIN EXCLUSIVE");

      assertUnavailable("locked by another process", () -> register(StoreContract.fcm("new")));
      assertUnavailable("locked by another process", database::check);
      assertEquals(List.of("phone"), listed());
      run(other, "ROLLBACK");
    }

    register(StoreContract.fcm("new"));
    assertEquals(List.of("new"), listed());
  }

  @Test
  void aLockFailsAllThatWaitAtOnceAndNotOneAfterAnother() throws SQLException {
    pragma("busy_timeout = 200");
    try (var other = raw()) {
      run(other, "BEGIN EXCLUSIVE");
      long start = System.nanoTime();
      AtOnce.run(
          100,
          i ->
              () ->
                  assertThrows(
                      Problem.class,
                      () -> database.write("x", tx -> tx.update("DELETE FROM app"))));
      var took = Duration.ofNanos(System.nanoTime() - start);
      assertTrue(took.compareTo(Duration.ofSeconds(10)) < 0, "one after another: " + took);
      run(other, "ROLLBACK");
    }
  }

  @Test
  void aFullDiskFailsWritesAndLosesNothing() {
    register(StoreContract.fcm("phone"));
    // As full as a disk can be: not one more page.
    pragma("max_page_count = 1");

    for (int i = 0; i < 3; i++) {
      assertUnavailable("full", () -> register(longToken('x')));
    }
    assertEquals(List.of("phone"), listed());

    pragma("max_page_count = 1073741823");
    register(longToken('z'));
    assertEquals(List.of("z".repeat(4_000)), listed());
    database.close();
    open();
    assertEquals(List.of("z".repeat(4_000)), listed());
  }

  @Test
  void troubleOfTheDatabaseIsToldWithoutNamingAToken() {
    pragma("max_page_count = 1");
    var error = assertThrows(Problem.class, () -> register(longToken('x')));

    assertFalse(error.getMessage().contains("xxxxxxxxx"));
    assertFalse(String.valueOf(error.getCause()).contains("xxxxxxxxx"));
    assertTrue(log.lines().stream().noneMatch(it -> it.contains("xxxxxxxxx")));
  }

  // Reading and writing.

  @Test
  void whatWasAcknowledgedIsThereAfterAnotherStart() {
    register(StoreContract.fcm("phone"));
    database.close();
    open();

    assertEquals(List.of("phone"), listed());
  }

  @Test
  void readsNeverWaitForTheWriter() throws Exception {
    register(StoreContract.fcm("phone"));
    var writing = new CountDownLatch(1);
    var release = new CountDownLatch(1);
    var writer =
        Thread.startVirtualThread(
            () ->
                database.write(
                    "writing slowly",
                    tx -> {
                      tx.update("DELETE FROM push_token");
                      writing.countDown();
                      await(release);
                      return true;
                    }));
    await(writing);

    assertEquals(List.of("phone"), listed());
    release.countDown();
    writer.join();
    assertEquals(List.of(), listed());
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aReadSeesOneMomentHoweverManyStatementsItHas() {
    var counts =
        database.read(
            "counting twice",
            tx -> {
              var before = tx.list("SELECT id FROM app_user", row -> row.getLong(1));
              database.write("meanwhile", it -> it.update("UPDATE app_user SET uid = 'bob'"));
              var after = tx.list("SELECT uid FROM app_user", row -> row.getString(1));
              return List.of(before.size(), after);
            });
    assertEquals(List.of(1, List.of("alice")), counts);
  }

  @Test
  void aReadCannotWrite() {
    assertThrows(
        RuntimeException.class, () -> database.read("writing", tx -> tx.update("DELETE FROM app")));
    assertEquals(1, new SqlAppStore(database).apps().size());
  }

  @Test
  void readsThatFailGiveTheirConnectionBack() {
    for (int i = 0; i < 50; i++) {
      var sql = i % 2 == 0 ? "SELECT nonsense" : "SELECT uid FROM app_user";
      var error =
          assertThrows(
              StorageException.class,
              () -> database.read("reading nonsense", tx -> tx.list(sql, row -> row.getLong(9))));
      assertTrue(error.getMessage().startsWith("reading nonsense"));
    }
    assertEquals(List.of(), listed());
  }

  @Test
  void moreReadersThanConnectionsTakeTurns() {
    register(StoreContract.fcm("phone"));
    var lists = AtOnce.run(200, i -> this::listed);

    assertTrue(lists.stream().allMatch(it -> it.equals(List.of("phone"))));
  }

  @Test
  void whoWaitsToReadIsServedBeforeWhoComesLater() {
    var order = new CopyOnWriteArrayList<String>();
    holding(
        SqliteDatabase.READERS - 1,
        () -> {
          for (int round = 0; round < 20; round++) {
            order.clear();
            var waiter = readWhileSomebodyWaits(order);
            database.readSingleStatement("reading again", tx -> order.add("who came later"));
            join(waiter);
            assertEquals(List.of("who waited", "who came later"), order);
          }
        });
  }

  /// Has that many connections for itself meanwhile.
  private void holding(int connections, Runnable work) {
    if (connections == 0) {
      work.run();
    } else {
      database.readSingleStatement(
          "holding a connection",
          tx -> {
            holding(connections - 1, work);
            return true;
          });
    }
  }

  private Thread readWhileSomebodyWaits(List<String> order) {
    return database.readSingleStatement(
        "reading",
        tx -> {
          var waiter =
              Thread.startVirtualThread(
                  () -> database.readSingleStatement("waiting", it -> order.add("who waited")));
          while (waiter.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
          }
          return waiter;
        });
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aHealthyDatabasePassesTheCheck() {
    database.check();
  }
}
