package dev.rollcall.storage.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rollcall.problem.Code;
import dev.rollcall.problem.Problem;
import dev.rollcall.storage.engine.Database;
import dev.rollcall.storage.engine.StorageException;
import dev.rollcall.storage.engine.Tx;
import dev.rollcall.storage.token.AtOnce;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Writes that share a transaction without sharing one another's fate.
@Timeout(60)
final class GroupCommitTest {
  private static final Duration LONG = Duration.ofSeconds(30);

  @TempDir Path folder;
  private final List<Integer> batches = new ArrayList<>();
  private final List<Connection> connections = new ArrayList<>();
  private final AtomicInteger done = new AtomicInteger();
  private volatile GroupCommit.Durability disk = () -> {};
  private Connection reader;
  private GroupCommit commits;

  @BeforeEach
  void open() throws SQLException {
    commits = commits(new GroupCommit.Limits(100, 100, LONG));
    reader = connect();
    try (var statement = reader.createStatement()) {
      statement.execute("PRAGMA journal_mode = WAL");
      statement.execute("CREATE TABLE item (name TEXT PRIMARY KEY)");
      statement.execute(
          """
          CREATE TABLE child (
            item TEXT REFERENCES item (name) DEFERRABLE INITIALLY DEFERRED
          )
          """);
    }
  }

  @AfterEach
  void close() throws SQLException {
    commits.close();
    for (var connection : connections) {
      connection.close();
    }
  }

  private Connection connect() throws SQLException {
    var connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("items.db"));
    connections.add(connection);
    try (var statement = connection.createStatement()) {
      statement.execute("PRAGMA foreign_keys = ON");
    }
    return connection;
  }

  private GroupCommit commits(GroupCommit.Limits limits) throws SQLException {
    return new GroupCommit(
        new Tx(connect(), SqliteDialect.INSTANCE),
        limits,
        new SqliteErrors(),
        () -> disk.force(),
        (writes, took) -> batches.add(writes),
        done::addAndGet);
  }

  private void use(GroupCommit.Limits limits) throws SQLException {
    commits.close();
    commits = commits(limits);
  }

  private static int insert(Tx tx, String name) throws SQLException {
    return tx.update("INSERT INTO item VALUES (?)", name);
  }

  private List<String> items() throws SQLException {
    try (var statement = reader.createStatement();
        var rows = statement.executeQuery("SELECT name FROM item ORDER BY name")) {
      var all = new ArrayList<String>();
      while (rows.next()) {
        all.add(rows.getString(1));
      }
      return all;
    }
  }

  /// A write that someone asked for, and its answer.
  private final class Asked {
    private final CompletableFuture<@Nullable Object> answer = new CompletableFuture<>();
    private final Thread thread;

    Asked(Database.Work<?> work) {
      thread =
          Thread.startVirtualThread(
              () -> {
                try {
                  answer.complete(commits.write("testing", work));
                } catch (RuntimeException e) {
                  answer.completeExceptionally(e);
                }
              });
    }

    /// Returns once it stands in the queue or runs, unanswered.
    Asked waits() {
      while (thread.getState() != Thread.State.TIMED_WAITING && !answer.isDone()) {
        Thread.onSpinWait();
      }
      assertTrue(!answer.isDone(), "it was answered already");
      return this;
    }

    @Nullable Object answer() {
      return answer.join();
    }

    RuntimeException failure() {
      return (RuntimeException) assertThrows(CompletionException.class, answer::join).getCause();
    }
  }

  /// Keeps the writer busy until it is released, so that what comes meanwhile has to wait.
  private final class Hold {
    private final CountDownLatch release = new CountDownLatch(1);
    private final Asked asked;

    Hold() {
      var holding = new CountDownLatch(1);
      asked =
          new Asked(
              tx -> {
                holding.countDown();
                await(release);
                return "held";
              });
      await(holding);
    }

    void release() {
      release.countDown();
      assertEquals("held", asked.answer());
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private List<Asked> inserts(int from, int to) {
    return IntStream.range(from, to)
        .mapToObj(i -> new Asked(tx -> insert(tx, "i" + i)).waits())
        .toList();
  }

  private static List<String> names(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> "i" + i).sorted().toList();
  }

  @Test
  void whatWaitsSharesOneTransaction() throws SQLException {
    var hold = new Hold();
    var waiting = inserts(0, 50);
    hold.release();

    waiting.forEach(it -> assertEquals(1, it.answer()));
    assertEquals(List.of(1, 50), batches);
    assertEquals(names(0, 50), items());
  }

  @Test
  void noBatchIsLargerThanItsLimit() throws SQLException {
    use(new GroupCommit.Limits(100, 20, LONG));
    var hold = new Hold();
    var waiting = inserts(0, 50);
    hold.release();

    waiting.forEach(Asked::answer);
    assertEquals(List.of(1, 20, 20, 10), batches);
    assertEquals(names(0, 50), items());
  }

  @Test
  void anAnswerIsGivenAfterTheCommitAndNotBefore() throws SQLException {
    var hold = new Hold();
    var first = new Asked(tx -> insert(tx, "first")).waits();
    var running = new CountDownLatch(1);
    var release = new CountDownLatch(1);
    var second =
        new Asked(
            tx -> {
              running.countDown();
              await(release);
              return insert(tx, "second");
            });
    second.waits();
    hold.release();
    await(running);

    first.waits();
    assertEquals(List.of(), items());
    release.countDown();
    first.answer();
    assertEquals(List.of("first", "second"), items());
    assertEquals(1, second.answer());
  }

  @Test
  void anAnswerIsGivenAfterTheDiskHasItAndNotBefore() throws SQLException {
    var forcing = new CountDownLatch(1);
    var release = new CountDownLatch(1);
    disk =
        () -> {
          forcing.countDown();
          await(release);
        };
    var first = new Asked(tx -> insert(tx, "first"));
    await(forcing);

    first.waits();
    assertEquals(List.of("first"), items(), "it is committed, though not durable");
    release.countDown();
    assertEquals(1, first.answer());
  }

  @Test
  void whileTheDiskIsBusyTheNextTransactionsRunAndOneForceServesThemAll() throws SQLException {
    var forces = new AtomicInteger();
    var forcing = new CountDownLatch(1);
    var release = new CountDownLatch(1);
    disk =
        () -> {
          forces.incrementAndGet();
          forcing.countDown();
          await(release);
        };
    var first = new Asked(tx -> insert(tx, "first"));
    await(forcing);
    var ran = new CountDownLatch(3);
    var later =
        IntStream.range(0, 3)
            .mapToObj(
                i ->
                    new Asked(
                        tx -> {
                          ran.countDown();
                          return insert(tx, "i" + i);
                        }))
            .toList();
    await(ran);

    first.waits();
    later.forEach(Asked::waits);
    while (done.get() < 4) {
      Thread.onSpinWait();
    }
    release.countDown();
    later.forEach(it -> assertEquals(1, it.answer()));
    assertEquals(1, first.answer());
    assertEquals(2, forces.get());
  }

  @Test
  void whenTheDiskFailsNothingIsAcknowledgedAnyMore() {
    disk =
        () -> {
          throw new IOException("no such luck");
        };
    var unsure = (Problem) new Asked(tx -> insert(tx, "first")).failure();
    assertEquals(Code.ERR_STORAGE_UNAVAILABLE, unsure.code());
    assertTrue(unsure.getMessage().contains("may or may not have been stored"));
    assertTrue(unsure.retryAfter().isPresent());

    // That it works again proves nothing about what was lost meanwhile.
    disk = () -> {};
    var later =
        assertThrows(Problem.class, () -> commits.write("testing", tx -> insert(tx, "later")));
    assertEquals(Code.ERR_STORAGE_UNAVAILABLE, later.code());
  }

  @Test
  void aWriteThatFailsDoesNotFailItsNeighbours() throws SQLException {
    commits.write("testing", tx -> insert(tx, "taken"));
    var hold = new Hold();
    var before = inserts(0, 10);
    var failsInSql =
        new Asked(
                tx -> {
                  insert(tx, "half");
                  return insert(tx, "taken");
                })
            .waits();
    var failsInJava =
        new Asked(
                tx -> {
                  insert(tx, "half");
                  throw new IllegalStateException("a mistake");
                })
            .waits();
    var after = inserts(10, 20);
    hold.release();

    Stream.concat(before.stream(), after.stream()).forEach(it -> assertEquals(1, it.answer()));
    assertInstanceOf(StorageException.class, failsInSql.failure());
    assertInstanceOf(SQLException.class, failsInSql.failure().getCause());
    assertTrue(failsInSql.failure().getMessage().startsWith("testing"));
    assertInstanceOf(IllegalStateException.class, failsInJava.failure().getCause());
    assertEquals(Stream.concat(names(0, 20).stream(), Stream.of("taken")).toList(), items());
  }

  @Test
  void aWriteThatFailsOnlyAtTheCommitDoesNotFailItsNeighbours() throws SQLException {
    var hold = new Hold();
    var before = inserts(0, 3);
    var orphan = new Asked(tx -> tx.update("INSERT INTO child VALUES ('nobody')")).waits();
    var after = inserts(3, 6);
    hold.release();

    Stream.concat(before.stream(), after.stream()).forEach(it -> assertEquals(1, it.answer()));
    assertInstanceOf(StorageException.class, orphan.failure());
    assertEquals(names(0, 6), items());
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 11})
  void aPageThatCannotBeReadFailsOnlyTheWriteThatNeedsIt(int code) throws SQLException {
    var hold = new Hold();
    var before = inserts(0, 3);
    var touches = new Asked(tx -> fail(tx, code)).waits();
    var after = inserts(3, 6);
    hold.release();

    Stream.concat(before.stream(), after.stream()).forEach(it -> assertEquals(1, it.answer()));
    assertEquals(Code.ERR_STORAGE_UNAVAILABLE, ((Problem) touches.failure()).code());
    assertEquals(names(0, 6), items());
  }

  @ParameterizedTest
  @ValueSource(ints = {5, 8, 13, 14, 26})
  void aDatabaseThatIsAwayFailsAllThatWaitAtOnce(int code) throws SQLException {
    var hold = new Hold();
    var before = inserts(0, 3);
    var touches = new Asked(tx -> fail(tx, code)).waits();
    var after = inserts(3, 6);
    hold.release();

    Stream.of(before.stream(), Stream.of(touches), after.stream())
        .flatMap(it -> it)
        .forEach(it -> assertEquals(Code.ERR_STORAGE_UNAVAILABLE, ((Problem) it.failure()).code()));
    assertEquals(List.of(), items());
  }

  private static int fail(Tx tx, int code) throws SQLException {
    insert(tx, "half");
    throw new SQLException("result code " + code, null, code);
  }

  @Test
  void aWriteThatFailsAloneLeavesTheWriterWorking() throws SQLException {
    for (int i = 0; i < 3; i++) {
      assertThrows(
          StorageException.class,
          () -> commits.write("testing", tx -> tx.update("INSERT INTO nowhere VALUES (1)")));
    }
    commits.write("testing", tx -> insert(tx, "next"));
    assertEquals(List.of("next"), items());
  }

  @Test
  void anErrorInAWriteFailsItAndNotTheWriter() throws Exception {
    var broken =
        new Asked(
            tx -> {
              insert(tx, "half");
              throw new StackOverflowError();
            });

    var error =
        assertThrows(ExecutionException.class, () -> broken.answer.get(5, TimeUnit.SECONDS));
    assertInstanceOf(StackOverflowError.class, error.getCause().getCause());
    commits.write("testing", tx -> insert(tx, "next"));
    assertEquals(List.of("next"), items());
  }

  @Test
  void aProblemBeforeAWriteIsAnAnswerThatDisturbsNobody() throws SQLException {
    var hold = new Hold();
    var before = inserts(0, 5);
    var refused =
        new Asked(
                tx -> {
                  throw new Problem(Code.ERR_UID_NOT_FOUND, "nobody");
                })
            .waits();
    var after = inserts(5, 10);
    hold.release();

    Stream.concat(before.stream(), after.stream()).forEach(it -> assertEquals(1, it.answer()));
    assertEquals(Code.ERR_UID_NOT_FOUND, ((Problem) refused.failure()).code());
    assertEquals(List.of(1, 11), batches);
    assertEquals(names(0, 10), items());
  }

  @Test
  void aProblemAfterAWriteTakesItBack() throws SQLException {
    var hold = new Hold();
    var before = inserts(0, 5);
    var refused =
        new Asked(
                tx -> {
                  insert(tx, "half");
                  throw new Problem(Code.ERR_BAD_REQUEST, "too late");
                })
            .waits();
    var after = inserts(5, 10);
    hold.release();

    Stream.concat(before.stream(), after.stream()).forEach(it -> assertEquals(1, it.answer()));
    assertEquals(Code.ERR_BAD_REQUEST, ((Problem) refused.failure()).code());
    assertEquals(names(0, 10), items());
  }

  @Test
  void aWriteThatGaveUpNeverHappens() throws SQLException {
    use(new GroupCommit.Limits(100, 100, Duration.ofMillis(50)));
    var hold = new Hold();
    var late = new Asked(tx -> insert(tx, "late"));

    var problem = (Problem) late.failure();
    assertEquals(Code.ERR_BUSY, problem.code());
    assertTrue(problem.retryAfter().isPresent());

    hold.release();
    commits.write("testing", tx -> insert(tx, "next"));
    assertEquals(List.of("next"), items());
  }

  @Test
  void whatAlreadyRunsIsWaitedForHoweverLongItTakes() throws SQLException {
    use(new GroupCommit.Limits(100, 100, Duration.ofMillis(20)));
    var hold = new Hold();
    new Asked(tx -> insert(tx, "late")).failure();

    // By now the one that holds the writer is over its time, too.
    hold.release();
    assertEquals(List.of(), items());
  }

  @Test
  void whenTooManyWaitTheNextIsToldToComeBackAtOnce() throws SQLException {
    use(new GroupCommit.Limits(2, 100, LONG));
    var hold = new Hold();
    var waiting = inserts(0, 2);

    var problem =
        assertThrows(Problem.class, () -> commits.write("testing", tx -> insert(tx, "more")));
    assertEquals(Code.ERR_BUSY, problem.code());
    assertTrue(problem.retryAfter().isPresent());

    hold.release();
    waiting.forEach(Asked::answer);
    assertEquals(names(0, 2), items());
  }

  @Test
  void closingAnswersWhatWaitsAndRefusesWhatComesLater() throws Exception {
    var hold = new Hold();
    var waiting = inserts(0, 5);
    var closing = Thread.startVirtualThread(commits::close);
    while (closing.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    var tooLate =
        assertThrows(Problem.class, () -> commits.write("testing", tx -> insert(tx, "late")));
    assertEquals(Code.ERR_BUSY, tooLate.code());

    hold.release();
    closing.join();
    waiting.forEach(it -> assertEquals(1, it.answer()));
    assertEquals(names(0, 5), items());
  }

  @Test
  void manyWritersAtOnceAllSeeTheirWrites() throws SQLException {
    use(new GroupCommit.Limits(1_000, 100, LONG));
    var found =
        AtOnce.run(
            500,
            i ->
                () -> {
                  commits.write("testing", tx -> insert(tx, "i" + i));
                  return commits.write("testing", tx -> find(tx, "i" + i)).orElseThrow();
                });

    assertEquals(IntStream.range(0, 500).mapToObj(i -> "i" + i).toList(), found);
    assertEquals(names(0, 500), items());
    assertTrue(batches.size() < 1_000, "every write had a transaction of its own");
  }

  private static Optional<String> find(Tx tx, String name) throws SQLException {
    return tx.one("SELECT name FROM item WHERE name = ?", row -> row.getString(1), name);
  }

  @Test
  void aWriteMayAnswerNothing() {
    assertNull(commits.write("testing", tx -> null));
  }
}
