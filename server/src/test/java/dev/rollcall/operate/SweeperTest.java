package dev.rollcall.operate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.rollcall.account.Accounts;
import dev.rollcall.problem.Code;
import dev.rollcall.problem.Problem;
import dev.rollcall.storage.account.SqlSessionStore;
import dev.rollcall.storage.account.SqlUserStore;
import dev.rollcall.storage.engine.Database;
import dev.rollcall.storage.sqlite.SqliteDatabase;
import dev.rollcall.storage.token.SqlTokenStore;
import dev.rollcall.token.Registration;
import dev.rollcall.token.Tokens;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/// A stop in the midst of a sweep.
@Timeout(20)
final class SweeperTest {
  @TempDir Path folder;
  private final Logger log = (Logger) LoggerFactory.getLogger(Sweeper.class);
  private final ListAppender<ILoggingEvent> events = new ListAppender<>();
  private final CountDownLatch sweeping = new CountDownLatch(1);
  private final CountDownLatch goOn = new CountDownLatch(1);
  private SqliteDatabase database;

  @BeforeEach
  void open() {
    database = SqliteDatabase.open(folder.resolve("rollcall.db"), (writes, took) -> {});
    events.start();
    log.addAppender(events);
  }

  @AfterEach
  void close() {
    log.detachAppender(events);
    database.close();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void logsNothingFalse(boolean closedUnderIt) throws InterruptedException {
    var held = held(closedUnderIt);
    var accounts =
        new Accounts(
            new SqlUserStore(held),
            new SqlSessionStore(held),
            new Accounts.Limits(Optional.empty(), 100),
            Clock.systemUTC());
    var limits =
        new Tokens.Limits(
            new Registration.Limits(Duration.ofSeconds(10), 100),
            Duration.ofDays(30),
            Duration.ofDays(270),
            1_000,
            512);
    var tokens = new Tokens(new SqlTokenStore(held), limits, endpoint -> {}, Clock.systemUTC());
    var sweeper = new Sweeper(accounts, tokens, Duration.ofMillis(1)).start();
    sweeping.await();

    var closing = Thread.startVirtualThread(sweeper::close);
    while (closing.getState() != Thread.State.TIMED_WAITING) {
      Thread.onSpinWait();
    }
    goOn.countDown();
    closing.join();
    assertEquals(
        List.of(), events.list.stream().filter(it -> it.getLevel() != Level.INFO).toList());
  }

  /// A database in which a read takes until the test goes on.
  private Database held(boolean closes) {
    return (Database)
        Proxy.newProxyInstance(
            Database.class.getClassLoader(),
            new Class<?>[] {Database.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("write")) {
                return method.invoke(database, arguments);
              }
              sweeping.countDown();
              goOn.await();
              if (closes) {
                throw Problem.later(Code.ERR_BUSY, "closed", Duration.ofSeconds(1), null);
              }
              return method.invoke(database, arguments);
            });
  }
}
