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

/// Removes what has ended by itself: expired sessions, and tokens unseen for too long.
///
/// Nothing depends on when it runs: lists leave out what has ended before it is swept.
public final class Sweeper implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Sweeper.class);
  private static final Duration EVERY = Duration.ofHours(1);
  private static final int BATCH = 200;

  private final Accounts accounts;
  private final Tokens tokens;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("sweeper").factory());

  public Sweeper(Accounts accounts, Tokens tokens) {
    this.accounts = accounts;
    this.tokens = tokens;
  }

  public Sweeper start() {
    timer.scheduleWithFixedDelay(
        this::sweepAndLog, EVERY.toMinutes(), EVERY.toMinutes(), TimeUnit.MINUTES);
    return this;
  }

  private void sweepAndLog() {
    try {
      sweep();
    } catch (RuntimeException | Error e) {
      log.atError().setCause(e).log("sweeping failed; it is tried again in an hour");
    }
  }

  public void sweep() {
    var sessions = all(accounts::endExpired);
    var unseen = all(tokens::forgetUnseen);
    if (sessions + unseen > 0) {
      log.atInfo()
          .addKeyValue("sessions", sessions)
          .addKeyValue("tokens", unseen)
          .log("swept expired sessions and unseen tokens");
    }
  }

  private static int all(IntUnaryOperator batch) {
    int total = 0;
    int last;
    do {
      last = batch.applyAsInt(BATCH);
      total += last;
    } while (last == BATCH);
    return total;
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
