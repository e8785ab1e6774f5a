package dev.rollcall.delivery;

import dev.rollcall.delivery.verdict.Suspicion;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Removes dead tokens and old notifications, every 30 seconds.
///
/// A dead token is not removed at once. If Rollcall's configuration caused the report, the provider
/// reports many more tokens within the hold time and becomes degraded.
public final class DeadTokenSweeper implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(DeadTokenSweeper.class);
  private static final Duration EVERY = Duration.ofSeconds(30);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

  /// How long complaints about a token and its learned environment are kept after the last one.
  private static final Duration REMEMBERED = Duration.ofDays(90);

  private static final int TOKENS = 200;
  private static final int NOTIFICATIONS = 20;

  private final DeliveryQueue queue;
  private final Duration reportRetention;
  private final IntConsumer retired;
  private final Clock clock;
  private volatile boolean closed;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("dead-token-sweeper").factory());

  /// Reports are kept for `kept`; `retired` receives the number of tokens removed.
  public DeadTokenSweeper(
      DeliveryQueue queue, Duration reportRetention, IntConsumer retired, Clock clock) {
    this.queue = queue;
    this.reportRetention = reportRetention;
    this.retired = retired;
    this.clock = clock;
  }

  public DeadTokenSweeper start() {
    var _ =
        timer.scheduleWithFixedDelay(
            this::sweepAllAndLog, EVERY.toMillis(), EVERY.toMillis(), TimeUnit.MILLISECONDS);
    return this;
  }

  private void sweepAllAndLog() {
    for (Runnable part : List.<Runnable>of(this::retire, this::deleteEnded, this::sweep)) {
      try {
        part.run();
      } catch (RuntimeException | Error e) {
        if (!closed) {
          log.atError()
              .setCause(e)
              .log("removing dead tokens and old notifications failed; retrying");
        }
      }
    }
  }

  public void sweepAll() {
    retire();
    deleteEnded();
    sweep();
  }

  private void retire() {
    var now = clock.instant();
    int gone = 0;
    int last;
    do {
      last = queue.retire(Suspicion.removable(now), TOKENS, now);
      gone += last;
    } while (last == TOKENS && !closed);
    if (gone > 0) {
      retired.accept(gone);
      log.atInfo().addKeyValue("tokens", gone).log("removed dead push tokens");
    }
  }

  private void deleteEnded() {
    while (queue.deleteEnded(clock.instant().minus(reportRetention), NOTIFICATIONS) == NOTIFICATIONS
        && !closed) {
      // Each call removes one batch; continue until a batch is not full.
    }
  }

  private void sweep() {
    var now = clock.instant();
    queue.sweep(now.minus(REMEMBERED), now);
  }

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
