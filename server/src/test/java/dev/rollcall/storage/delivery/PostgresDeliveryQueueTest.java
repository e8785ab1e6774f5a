package dev.rollcall.storage.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.rollcall.delivery.State;
import dev.rollcall.storage.Engine;
import dev.rollcall.storage.PostgresEngine;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/// The queue of deliveries on PostgreSQL.
final class PostgresDeliveryQueueTest extends DeliveryQueueContract {
  @Override
  protected Engine newEngine(String name) {
    return new PostgresEngine();
  }

  @Test
  void whatIsAcceptedWhileItIsCalledOffStaysAccepted() throws Exception {
    var id = waitingFor("alice");
    var written = new CountDownLatch(1);
    var release = new CountDownLatch(1);
    var accepting =
        Thread.startVirtualThread(
            () ->
                database.write(
                    "accepting",
                    tx -> {
                      tx.update("UPDATE delivery SET state = 'accepted', due_at = NULL");
                      written.countDown();
                      uninterrupted(release);
                      return true;
                    }));
    written.await();
    var cancelling = Thread.startVirtualThread(() -> cancel(id));
    while (!isAnyoneWaitingForALock()) {
      Thread.onSpinWait();
    }
    release.countDown();
    accepting.join();
    cancelling.join();
    assertEquals(Map.of(State.ACCEPTED, 1L), counts(id));
  }

  private static void uninterrupted(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private boolean isAnyoneWaitingForALock() {
    return database.readSingleStatement(
        "looking for locks",
        tx ->
            tx.one(
                    """
                    SELECT 1 FROM pg_stat_activity
                     WHERE datname = current_database() AND wait_event_type = 'Lock'
                    """,
                    row -> true)
                .isPresent());
  }
}
