package dev.rollcall.storage.postgres;

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
import dev.rollcall.storage.PostgresServer;
import dev.rollcall.storage.Storage;
import dev.rollcall.storage.StoreContract;
import dev.rollcall.storage.Tap;
import dev.rollcall.storage.Tenant;
import dev.rollcall.storage.TestPostgres;
import dev.rollcall.storage.engine.Database;
import dev.rollcall.storage.engine.StorageException;
import dev.rollcall.storage.engine.UnusableDatabaseException;
import dev.rollcall.storage.token.AtOnce;
import dev.rollcall.token.NewToken;
import dev.rollcall.token.Registration;
import dev.rollcall.token.TokenStore.RequestedSession;
import dev.rollcall.token.TokenStore.TokenScope;
import dev.rollcall.token.Tokens;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What becomes of requests when PostgreSQL is in trouble, and what the operator is told.
@Timeout(60)
final class PostgresDatabaseTest {
  private static final Duration TIMEOUT = Duration.ofMillis(1_000);

  private final CapturedLog log = new CapturedLog();
  private final List<String> databases = new ArrayList<>();
  private String url;
  private Tap tap;
  private Storage storage;
  private Tokens tokens;
  private Accounts accounts;
  private Tenant app;
  private Caller.Device alice;
  private Caller.Device bob;

  @BeforeEach
  void openWithTwoUsers() {
    url = newDatabase();
    open(4);
    app = Tenant.create(storage.apps(), "demo", TokenPolicy.EXCLUSIVE);
    alice = login("alice");
    bob = login("bob");
  }

  private String newDatabase() {
    databases.add(TestPostgres.newDatabase());
    return databases.getLast();
  }

  private void open(int connections) {
    open(connections, TIMEOUT);
  }

  private void open(int connections, Duration timeout) {
    var server = read(url);
    var host = server.hosts().split(":");
    tap = new Tap(host[0], host.length > 1 ? Integer.parseInt(host[1]) : 5432);
    // Without named statements, the word COMMIT stands on the wire each time.
    var tapped =
        "postgresql://%s@127.0.0.1:%d/%s?prepareThreshold=0&socketTimeout=%d"
            .formatted(credentials(), tap.port(), server.name(), Math.max(2, timeout.toSeconds()));
    storage = Storage.of(open(tapped, connections, timeout));
    var clock = new MovableClock(StoreContract.NOON);
    accounts =
        new Accounts(
            storage.users(), storage.sessions(), new Accounts.Limits(Optional.empty(), 100), clock);
    tokens =
        new Tokens(
            storage.tokens(),
            new Tokens.Limits(
                new Registration.Limits(Duration.ofSeconds(10), 100),
                Duration.ofDays(30),
                Duration.ofDays(270),
                1_000,
                512),
            endpoint -> {},
            clock);
  }

  private String credentials() {
    return url.substring("postgresql://".length(), url.indexOf('@'));
  }

  private static PostgresUrl read(String url) {
    return PostgresUrl.read(url).orElseThrow();
  }

  private static PostgresDatabase open(String url, int connections, Duration timeout) {
    return PostgresDatabase.open(read(url), connections, (writes, took) -> {}, timeout);
  }

  private Caller.Device login(String uid) {
    accounts.createUser(app.backEnd(), uid, StoreContract.profile(uid), false);
    return app.device(accounts.login(app.client(), uid, ClientInfo.NONE).token());
  }

  @AfterEach
  void close() throws IOException {
    storage.close();
    tap.close();
    log.close();
    databases.forEach(TestPostgres::drop);
    assertFalse(log.lines().stream().anyMatch(it -> it.contains("s3cret")), "a password is logged");
  }

  private void register(Caller.Device device, NewToken token) {
    tokens.register(new RequestedSession.Own(device), List.of(token));
  }

  private void register(String value) {
    register(alice, StoreContract.fcm(value));
  }

  private List<String> listed(Caller.Device device) {
    return tokens.ofUser(device).stream().map(it -> it.value().text()).toList();
  }

  private Connection raw() throws SQLException {
    return DriverManager.getConnection(read(url).jdbc(), read(url).user(), read(url).password());
  }

  private void run(String sql) {
    TestPostgres.run(url, sql);
  }

  private String urlOf(String user, String database) {
    return "postgresql://%s@%s/%s".formatted(user, read(url).hosts(), database);
  }

  // What stops the start.

  private void assertUnusable(String cure, String url) {
    var error = assertThrows(UnusableDatabaseException.class, () -> open(url, 4, TIMEOUT).close());
    var told = error.getMessage();
    assertTrue(told.contains(cure), told);
    assertTrue(told.contains(read(url).toString()), "which database? " + told);
    assertFalse(told.toLowerCase(Locale.ROOT).contains("flyway") || told.contains("s3cret"), told);
  }

  @Test
  void anAddressWithoutAServerStopsTheStart() throws IOException {
    // A port that is taken, so that nobody else comes to listen there, and refuses whoever calls.
    try (var taken = new Socket()) {
      taken.bind(new InetSocketAddress("127.0.0.1", 0));
      assertUnusable(
          "No PostgreSQL primary can be reached",
          "postgresql://postgres:s3cret@127.0.0.1:%d/x".formatted(taken.getLocalPort()));
    }
    assertUnusable(
        "No PostgreSQL primary can be reached", "postgresql://postgres:s3cret@no.such.host/x");
  }

  @Test
  void aWrongPasswordStopsTheStart() {
    run("DROP ROLE IF EXISTS guarded");
    run("CREATE ROLE guarded LOGIN PASSWORD 'right'");
    assertUnusable("check user and password", urlOf("guarded:s3cret", read(url).name()));
    assertUnusable("check user and password", urlOf("guarded", read(url).name()));
  }

  @Test
  void aMissingDatabaseStopsTheStart() {
    assertUnusable("CREATE DATABASE \"nowhere\"", urlOf(credentials(), "nowhere"));
  }

  @Test
  void aUserWithoutRightsStopsTheStart() {
    run("DROP ROLE IF EXISTS stranger");
    run("CREATE ROLE stranger LOGIN");
    assertUnusable("lacks a right", urlOf("stranger", read(url).name()));
    var fresh = newDatabase();
    assertUnusable("lacks a right", urlOf("stranger", read(fresh).name()));
  }

  @Test
  void aServerWithoutAFreeConnectionStopsTheStart() {
    run("DROP ROLE IF EXISTS crowded");
    run("CREATE ROLE crowded LOGIN CONNECTION LIMIT 0");
    assertUnusable("ROLLCALL_DATABASE_CONNECTIONS", urlOf("crowded", read(url).name()));
  }

  @Test
  void aServerThatTakesNoWritesStopsTheStart() {
    run("ALTER DATABASE " + read(url).name() + " SET default_transaction_read_only = on");
    assertUnusable("No PostgreSQL primary can be reached", url);
  }

  @Test
  void aDatabaseOfAnotherEncodingStopsTheStart() {
    run(
        "CREATE DATABASE "
            + read(url).name()
            + "_l1 ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0");
    databases.add(urlOf(credentials(), read(url).name() + "_l1"));
    assertUnusable("ENCODING 'UTF8'", databases.getLast());
  }

  @Test
  void aSchemaNewerThanTheProgramStopsTheStartAndLosesNothing() {
    register("phone");
    run(
        """
        INSERT INTO flyway_schema_history
        SELECT 99, '99', 'from the future', type, 'V99__from_the_future.sql', checksum,
               installed_by, installed_on, execution_time, success
          FROM flyway_schema_history WHERE version = '1'
        """);
    assertUnusable("another version of Rollcall", url);

    run("DELETE FROM flyway_schema_history WHERE version = '99'");
    open(url, 4, TIMEOUT).close();
    assertEquals(List.of("phone"), listed(alice));
  }

  @Test
  void aDatabaseFromBeforeTheFirstReleaseStopsTheStartAndLosesNothing() {
    register("phone");
    run(
        """
        UPDATE flyway_schema_history
           SET description = 'the roll', script = 'V1__the_roll.sql', checksum = -533038636
        """);
    run(
        """
        INSERT INTO flyway_schema_history
        SELECT n, n, 'former', type, 'V' || n || '__former.sql', n, installed_by, installed_on,
               execution_time, success
          FROM flyway_schema_history CROSS JOIN generate_series(2, 6) AS n WHERE version = '1'
        """);

    assertUnusable("run './rollcall export' with that version", url);
    assertEquals(List.of("phone"), listed(alice));
  }

  @Test
  void aDatabaseThatAnotherProgramMigratesStopsTheStart() {
    run("UPDATE flyway_schema_history SET script = 'V1__recipes.sql', checksum = 42");

    assertUnusable("belongs to another program", url);
  }

  @Test
  void aDatabaseOfAnotherProgramStopsTheStartAndGetsNoTables() throws SQLException {
    url = newDatabase();
    run("CREATE TABLE other (no integer)");
    assertUnusable("belongs to another program", url);
    try (var connection = raw();
        var tables =
            connection.getMetaData().getTables(null, "public", "%", new String[] {"TABLE"})) {
      assertTrue(tables.next());
      assertEquals("other", tables.getString("TABLE_NAME"));
      assertFalse(tables.next());
    }
  }

  @Test
  void nodesThatStartAtOnceMakeTheSchemaOnce() {
    url = newDatabase();
    AtOnce.run(
        3,
        i ->
            () -> {
              open(url, 2, TIMEOUT).close();
              return true;
            });
    open(url, 2, TIMEOUT).close();
  }

  // What goes wrong while it runs.

  private void assertRefused(Code code, String cure, Executable request) {
    var start = System.nanoTime();
    var problem = assertThrows(Problem.class, request);
    var took = Duration.ofNanos(System.nanoTime() - start);
    assertEquals(code, problem.code(), problem.getMessage());
    assertEquals(503, problem.code().status());
    assertTrue(problem.retryAfter().isPresent());
    assertTrue(problem.getMessage().contains(cure), problem.getMessage());
    assertTrue(took.compareTo(Duration.ofSeconds(10)) < 0, "it took " + took);
  }

  private void assertUnavailable(String cure, Executable request) {
    assertRefused(Code.ERR_STORAGE_UNAVAILABLE, cure, request);
    assertTrue(log.lines().stream().anyMatch(it -> it.contains(cure)), "the operator is not told");
  }

  private void assertEverythingIsUnavailable(String cure) {
    assertUnavailable(cure, () -> register("phone"));
    assertUnavailable(cure, () -> tokens.ofUser(alice));
    assertUnavailable(cure, () -> tokens.userTokens(app.backEnd(), "alice"));
    assertUnavailable(cure, () -> accounts.logout(alice));
    assertUnavailable(cure, () -> storage.database().check());
  }

  private void assertAllIsWell() {
    register("phone");
    assertEquals(List.of("phone"), listed(alice));
    assertEquals("alice", accounts.signedIn(alice).user().uid());
    storage.database().check();
  }

  @Test
  void aServerThatIsAwayIsSaidToBeAndIsFoundWhenItIsBack() {
    register("before");
    tap.cut();
    assertEverythingIsUnavailable("No PostgreSQL primary can be reached");

    tap.mend();
    assertEquals(List.of("before"), listed(alice));
    assertAllIsWell();
  }

  @Test
  void aServerThatSaysNothingAnyMoreIsWaitedForOnlySoLong() {
    register("before");
    tap.freeze();
    assertRefused(
        Code.ERR_STORAGE_UNAVAILABLE,
        "No PostgreSQL",
        () -> tokens.userTokens(app.backEnd(), "alice"));
    assertRefused(Code.ERR_STORAGE_UNAVAILABLE, "No PostgreSQL", () -> register("phone"));

    tap.mend();
    tap.hangUp();
    assertAllIsWell();
  }

  @Test
  void aWholeTableMayTakeLongerThanACallerWouldWait() {
    Database.Work<Boolean> slow = tx -> tx.one("SELECT pg_sleep(2.5)", row -> true).isPresent();
    assertRefused(
        Code.ERR_STORAGE_UNAVAILABLE,
        "No PostgreSQL",
        () -> storage.database().read("reading slowly", slow));
    assertTrue(storage.database().readLong("reading slowly", Database.WHOLE_TABLE, slow));
    // The connection that was patient is no longer.
    assertRefused(
        Code.ERR_STORAGE_UNAVAILABLE,
        "No PostgreSQL",
        () -> storage.database().read("reading slowly", slow));
  }

  @Test
  void connectionsThatBreakBetweenRequestsAreNoticedByNobody() {
    for (int i = 0; i < 3; i++) {
      tap.hangUp();
      register("phone" + i);
      tap.hangUp();
      assertEquals(List.of("phone" + i), listed(alice));
    }
  }

  @Test
  void aServerThatEndsEveryConnectionIsConnectedToAgain() {
    register("phone");
    run(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
            + " AND pid <> pg_backend_pid()");
    assertAllIsWell();
  }

  @ParameterizedTest
  @EnumSource
  void aCommitWhoseAnswerIsLostIsNeitherDeniedNorRepeated(Tap.Loss loss) {
    register("old");
    tap.lose(loss);
    assertRefused(
        Code.ERR_STORAGE_UNAVAILABLE,
        "The change may or may not have been stored. A registration or a deletion is safe to send"
            + " again",
        () -> register("new"));

    var stored = loss == Tap.Loss.COMMIT_ARRIVES ? "new" : "old";
    await(() -> listed(alice).equals(List.of(stored)));
    var lines = tokens.userTokens(app.backEnd(), "alice").history().size();
    assertEquals(loss == Tap.Loss.COMMIT_ARRIVES ? 3 : 1, lines);

    register("new");
    assertEquals(List.of("new"), listed(alice));
    assertEquals(3, tokens.userTokens(app.backEnd(), "alice").history().size());
  }

  @Test
  void aLogoutWhoseAnswerIsLostMayBeAskedForAgain() {
    register("phone");
    tap.lose(Tap.Loss.COMMIT_ARRIVES);
    assertRefused(Code.ERR_STORAGE_UNAVAILABLE, "may or may not", () -> accounts.logout(alice));
    await(() -> tokens.userTokens(app.backEnd(), "alice").tokens().isEmpty());
  }

  private static void await(Callable<Boolean> condition) {
    try {
      while (!condition.call()) {
        Thread.onSpinWait();
      }
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void whenEveryConnectionIsInUseOthersAreToldToComeBack() throws Exception {
    storage.close();
    open(2);
    var held = new CountDownLatch(2);
    var release = new CountDownLatch(1);
    var readers =
        List.of(1, 2).stream()
            .map(
                i ->
                    Thread.startVirtualThread(
                        () ->
                            storage
                                .database()
                                .read(
                                    "holding a connection",
                                    tx -> {
                                      held.countDown();
                                      uninterrupted(release);
                                      return true;
                                    })))
            .toList();
    held.await();
    assertRefused(Code.ERR_BUSY, "nothing was changed", () -> accounts.logout(alice));
    assertRefused(Code.ERR_BUSY, "nothing was changed", () -> register("phone"));

    release.countDown();
    for (var reader : readers) {
      reader.join();
    }
    assertAllIsWell();
  }

  private static void uninterrupted(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aUserWhoIsLockedForTooLongHoldsUpNobodyElse() throws SQLException {
    try (var other = raw()) {
      other.setAutoCommit(false);
      try (var lock = other.createStatement()) {
        lock.execute("SELECT 1 FROM app_user WHERE uid = 'alice' FOR UPDATE");
      }
      assertRefused(Code.ERR_BUSY, "nothing was changed", () -> register("phone"));
      assertRefused(Code.ERR_BUSY, "nothing was changed", () -> accounts.logout(alice));
      register(bob, StoreContract.fcm("bobs"));
      assertEquals(List.of("bobs"), listed(bob));
      assertEquals(List.of(), listed(alice));
      other.rollback();
    }
    assertAllIsWell();
  }

  @Test
  void aRegistrationThatPostgresCannotTakeFailsAloneInItsBatch() throws SQLException {
    storage.close();
    open(4, Duration.ofSeconds(20));
    var value = StoreContract.fcm("bad").value();
    var bad = new NewToken(value, null, null, "a NUL \0 in the middle", null);
    var refused = new AtomicInteger();
    var all = new ArrayList<Thread>();
    try (var other = raw();
        var watch = raw()) {
      other.setAutoCommit(false);
      try (var lock = other.createStatement()) {
        lock.execute("SELECT 1 FROM app_user FOR UPDATE");
      }
      for (int i = 0; i < 10; i++) {
        all.add(Thread.startVirtualThread(() -> register(bob, StoreContract.fcm("bobs"))));
        all.add(
            Thread.startVirtualThread(
                () -> {
                  assertThrows(StorageException.class, () -> register(alice, bad));
                  refused.incrementAndGet();
                }));
      }
      await(() -> isAnyoneWaitingForALock(watch) && all.stream().allMatch(it -> waits(it)));
      other.rollback();
    }
    await(() -> all.stream().noneMatch(Thread::isAlive));
    assertEquals(10, refused.get());
    assertEquals(List.of("bobs"), listed(bob));
    assertEquals(List.of(), listed(alice));
  }

  @Test
  void aTokenThatCannotBeReadFailsNobodyElse() throws SQLException {
    storage.close();
    open(8, Duration.ofSeconds(20));
    register("phone");
    register(bob, StoreContract.fcm("bobs"));
    var served = new AtomicInteger();
    var failed = new AtomicInteger();
    var all = new ArrayList<Thread>();
    try (var other = raw();
        var watch = raw();
        var statement = other.createStatement()) {
      statement.execute("UPDATE push_token SET push_platform = 'abacus' WHERE value = 'phone'");
      other.setAutoCommit(false);
      statement.execute("LOCK TABLE push_token IN ACCESS EXCLUSIVE MODE");
      for (int i = 0; i < 10; i++) {
        all.add(counted(served, () -> listed(bob)));
        all.add(counted(served, () -> register(bob, StoreContract.fcm("bobs"))));
        all.add(counted(failed, () -> assertUnreadable(() -> listed(alice))));
        all.add(counted(failed, () -> assertUnreadable(() -> delete(alice))));
      }
      await(() -> isAnyoneWaitingForALock(watch) && all.stream().allMatch(it -> waits(it)));
      other.rollback();
    }
    await(() -> all.stream().noneMatch(Thread::isAlive));
    assertEquals(20, served.get());
    assertEquals(20, failed.get());
  }

  private static Thread counted(AtomicInteger done, Runnable work) {
    return Thread.startVirtualThread(
        () -> {
          work.run();
          done.incrementAndGet();
        });
  }

  private void delete(Caller.Device device) {
    tokens.delete(new RequestedSession.Own(device), TokenScope.SESSION);
  }

  private static void assertUnreadable(Executable call) {
    assertThrows(NoSuchElementException.class, call);
  }

  @Test
  void whatKeepsAWholeBatchWaitingDoesNotKeepItsMembersOneByOne() throws Exception {
    var refused = new CopyOnWriteArrayList<Problem>();
    var all = new ArrayList<Thread>();
    try (var other = raw()) {
      other.setAutoCommit(false);
      try (var lock = other.createStatement()) {
        lock.execute("LOCK TABLE push_token IN ACCESS EXCLUSIVE MODE");
      }
      for (int i = 0; i < 40; i++) {
        all.add(
            Thread.startVirtualThread(
                () -> refused.add(assertThrows(Problem.class, () -> register("phone")))));
      }
      for (var one : all) {
        one.join();
      }
      other.rollback();
    }
    assertEquals(40, refused.size());
    assertTrue(refused.stream().allMatch(it -> it.code() == Code.ERR_BUSY), refused.toString());
    assertTrue(
        refused.stream().anyMatch(it -> it.getMessage().contains("too slow")), refused.toString());
    assertAllIsWell();
  }

  @Test
  void aStandbyThatIsAwayLeavesNothingHangingOnTheServer(@TempDir Path folder) throws Exception {
    var data = Files.createDirectory(folder.resolve("data"));
    try (var own = PostgresServer.start(data, PostgresServer.freePort(), Map.of());
        var watch = own.connect()) {
      storage.close();
      url = "postgresql://postgres@127.0.0.1:" + own.port() + "/postgres";
      open(4);
      app = Tenant.create(storage.apps(), "demo", TokenPolicy.EXCLUSIVE);
      alice = login("alice");
      bob = login("bob");
      require("nobody", own);
      assertRefused(
          Code.ERR_STORAGE_UNAVAILABLE,
          "The change may or may not have been stored",
          () -> register("phone"));
      assertEquals(0, count(watch, "wait_event = 'SyncRep'"));
      assertEquals(List.of("phone"), listed(alice));
      require("", own);
      assertAllIsWell();
      storage.close();
    }
  }

  /// The whole server waits for this standby from now on.
  private static void require(String standby, PostgresServer server) throws SQLException {
    try (var connection = server.connect();
        var statement = connection.createStatement()) {
      statement.execute("ALTER SYSTEM SET synchronous_standby_names = '" + standby + "'");
      statement.execute("SELECT pg_reload_conf()");
    }
    await(
        () -> {
          try (var connection = server.connect();
              var statement = connection.createStatement();
              var row = statement.executeQuery("SHOW synchronous_standby_names")) {
            row.next();
            return standby.equals(row.getString(1));
          }
        });
  }

  private static boolean waits(Thread thread) {
    return thread.getState() == Thread.State.WAITING;
  }

  private static boolean isAnyoneWaitingForALock(Connection connection) throws SQLException {
    return count(connection, "wait_event_type = 'Lock'") > 0;
  }

  private static int count(Connection connection, String condition) throws SQLException {
    try (var statement = connection.createStatement();
        var row =
            statement.executeQuery(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND "
                    + condition)) {
      row.next();
      return row.getInt(1);
    }
  }

  @Test
  void aRightThatIsTakenAwayIsNamedAndItsReturnNoticed() {
    run("DROP ROLE IF EXISTS tenant");
    run("CREATE ROLE tenant LOGIN");
    run("GRANT ALL ON ALL TABLES IN SCHEMA public TO tenant");
    storage.close();
    url = url.replace(credentials() + "@", "tenant@");
    open(2);
    assertAllIsWell();

    url = url.replace("tenant@", "postgres@");
    run("REVOKE ALL ON push_token FROM tenant");
    assertUnavailable("lacks a right", () -> register("other"));
    assertUnavailable(
        "lacks a right", () -> tokens.delete(new RequestedSession.Own(alice), TokenScope.USER));
    run("GRANT ALL ON push_token TO tenant");
    assertAllIsWell();
  }

  @Test
  void tablesThatAreGoneAreSaidToBe() {
    run("DROP TABLE token_event");
    assertUnavailable("The tables of Rollcall are gone", () -> register("phone"));
  }
}
