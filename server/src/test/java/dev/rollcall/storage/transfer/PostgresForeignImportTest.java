package dev.rollcall.storage.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rollcall.storage.Engine;
import dev.rollcall.storage.PostgresEngine;
import dev.rollcall.storage.rows.UserLocks;
import dev.rollcall.transfer.Import.Result;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/// Tokens of other systems on PostgreSQL.
final class PostgresForeignImportTest extends ForeignImportContract {
  @Override
  protected Engine newEngine(String name) {
    return new PostgresEngine();
  }

  @Test
  void anImportLocksItsUsersInTheOrderOfTheirIds() throws IOException {
    csv("alice,android,fcm,token-a", "bob,android,fcm,token-b");
    var released = new CountDownLatch(1);
    var holder = lock("alice", released);
    var result = inBackground("bob,android,fcm,token-b2", "alice,android,fcm,token-a2");
    assertTrue(waitsForALock(result));
    // In the order of the file, the import would have locked bob already.
    database.write(
        "locking bob",
        tx -> tx.list("SELECT id FROM app_user WHERE uid = 'bob' FOR UPDATE NOWAIT", row -> true));
    released.countDown();
    holder.join();
    assertEquals(new Result(2, 0, 0), result.join());
  }

  @Test
  void anImportLocksWhoHoldsItsTokens() throws IOException {
    csv("alice,android,fcm,token-a", "bob,android,fcm,token-b");
    var released = new CountDownLatch(1);
    var holder = lock("alice", released);
    var result = inBackground("bob,android,fcm,token-a");
    assertTrue(waitsForALock(result));
    released.countDown();
    holder.join();
    assertEquals(new Result(0, 0, 1), result.join());
  }

  private CompletableFuture<Void> lock(String uid, CountDownLatch released) {
    var locked = new CompletableFuture<Boolean>();
    var holder =
        CompletableFuture.runAsync(
            () ->
                database.write(
                    "holding " + uid,
                    tx -> {
                      long id = tx.count("SELECT id FROM app_user WHERE uid = ?", uid);
                      UserLocks.users(tx, List.of(id));
                      locked.complete(true);
                      await(released);
                      return true;
                    }),
            Thread::startVirtualThread);
    // A holder that fails ends the test.
    CompletableFuture.anyOf(locked, holder).join();
    return holder;
  }

  private CompletableFuture<Result> inBackground(String... rows) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return csv(rows);
          } catch (IOException e) {
            throw new AssertionError(e);
          }
        },
        Thread::startVirtualThread);
  }

  private boolean waitsForALock(CompletableFuture<Result> result) {
    while (!result.isDone()) {
      if (isAnyoneWaitingForALock()) {
        return true;
      }
      Thread.onSpinWait();
    }
    return false;
  }

  private static void await(CountDownLatch latch) {
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
