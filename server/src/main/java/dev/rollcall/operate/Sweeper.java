package dev.rollcall.operate;

import dev.rollcall.account.Accounts;
import dev.rollcall.token.Tokens;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.IntUnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Removes tokens that have shown no sign of life for too long, and expired sessions, once an hour.
///
/// Nothing depends on when it runs, because lists leave out what has expired.
public final class Sweeper implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Sweeper.class);
  private static final Duration EVERY = Duration.ofHours(1);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);
  private static final int SESSIONS = 200;
  private static final int TOKENS = 2_000;

  private final Accounts accounts;
  private final Tokens tokens;
  private final Duration every;
  private volatile boolean closed;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("sweeper").factory());

  public Sweeper(Accounts accounts, Tokens tokens) {
    this(accounts, tokens, EVERY);
  }

  Sweeper(Accounts accounts, Tokens tokens, Duration every) {
    this.accounts = accounts;
    this.tokens = tokens;
    this.every = every;
  }

  public Sweeper start() {
    var _ =
        timer.scheduleWithFixedDelay(
            this::sweepAndLog, every.toMillis(), every.toMillis(), TimeUnit.MILLISECONDS);
    return this;
  }

  private void sweepAndLog() {
    try {
      sweep();
    } catch (RuntimeException | Error e) {
      if (closed) {
        // The sweep did not end in time, and the database was closed under it. The next start
        // continues.
        return;
      }
      log.atError().setCause(e).log("sweeping failed; the next try is in an hour");
    }
  }

  public void sweep() {
    // Tokens go first: a stand-in session ends with its token, whose history then says why.
    var unseen = all(tokens::deleteUnseen, TOKENS);
    var sessions = all(accounts::endExpired, SESSIONS);
    all(tokens::forgetDeviceUses, TOKENS);
    if (sessions + unseen > 0) {
      log.atInfo()
          .addKeyValue("sessions", sessions)
          .addKeyValue("tokens", unseen)
          .log("removed expired sessions and tokens that were not registered again");
    }
  }

  private int all(IntUnaryOperator batch, int most) {
    int total = 0;
    int last;
    do {
      last = batch.applyAsInt(most);
      total += last;
    } while (last == most && !closed);
    return total;
  }

  /// Waits a short time for a running sweep.
  @Override
  public void close() {
    closed = true;
    timer.shutdown();
    try {
      timer.awaitTermination(CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
