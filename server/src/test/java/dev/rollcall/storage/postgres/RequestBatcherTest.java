package dev.rollcall.storage.postgres;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.rollcall.problem.Code;
import dev.rollcall.problem.Problem;
import dev.rollcall.storage.engine.StorageException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Requests are answered in batches, and the failure of one is not the failure of others.
@Timeout(60)
final class RequestBatcherTest {
  private static final Executor CALLERS = Thread::startVirtualThread;
  private static final Duration LONG = Duration.ofSeconds(30);

  private final List<List<Integer>> batches = new CopyOnWriteArrayList<>();
  private final CountDownLatch release = new CountDownLatch(1);
  private final CountDownLatch busy = new CountDownLatch(1);
  private RequestBatcher<Integer, Integer> batcher;

  /// Request 0 keeps its worker busy until it is released, 13 is refused, and 666 fails the batch.
  private List<Supplier<Integer>> serve(List<Integer> requests) {
    batches.add(requests);
    if (requests.contains(0)) {
      busy.countDown();
      uninterrupted(release);
    }
    if (requests.contains(666)) {
      throw new StorageException("serving", new IllegalStateException("broken"));
    }
    return requests.stream().map(RequestBatcherTest::answer).toList();
  }

  private static Supplier<Integer> answer(int request) {
    return () -> {
      if (request == 13) {
        throw new Problem(Code.ERR_BAD_REQUEST, "unlucky");
      }
      return request * 2;
    };
  }

  private static void uninterrupted(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void open(int maxWaiting, int maxBatch, Duration timeout) {
    open(1, new RequestBatcher.Limits(maxWaiting, maxBatch, timeout, Duration.ofMillis(20)));
  }

  private void open(int workers, RequestBatcher.Limits limits) {
    batcher = new RequestBatcher<>("worker", workers, limits, this::serve);
  }

  @AfterEach
  void close() {
    release.countDown();
    batcher.close();
  }

  private CompletableFuture<Integer> asking(int request) {
    return CompletableFuture.supplyAsync(() -> batcher.ask(request), CALLERS);
  }

  /// Keeps the worker busy, so that other requests have to wait.
  private CompletableFuture<Integer> hold() {
    var held = asking(0);
    uninterrupted(busy);
    return held;
  }

  private List<CompletableFuture<Integer>> waiting(int... requests) {
    return IntStream.of(requests)
        .mapToObj(
            request -> {
              var waitingBefore = batcher.waiting();
              var asked = asking(request);
              while (batcher.waiting() == waitingBefore) {
                Thread.onSpinWait();
              }
              return asked;
            })
        .toList();
  }

  private static Throwable failure(CompletableFuture<Integer> asked) {
    return assertThrows(CompletionException.class, asked::join).getCause();
  }

  @Test
  void requestsThatWaitShareABatchAndEachGetsItsOwnAnswer() {
    open(100, 100, LONG);
    var _ = hold();
    var asked = waiting(1, 2, 13, 3);
    release.countDown();

    assertEquals(2, asked.get(0).join());
    assertEquals(4, asked.get(1).join());
    assertEquals("unlucky", failure(asked.get(2)).getMessage());
    assertEquals(6, asked.get(3).join());
    assertEquals(List.of(List.of(0), List.of(1, 2, 13, 3)), batches);
  }

  @Test
  void anotherWorkerStartsWhenEnoughRequestsWait() {
    open(2, new RequestBatcher.Limits(100, 100, LONG, LONG));
    var held = hold();
    var asked = new ArrayList<>(waiting(IntStream.range(100, 115).toArray()));
    asked.add(asking(115));

    asked.forEach(CompletableFuture::join);
    assertFalse(held.isDone());
    assertEquals(
        List.of(List.of(0), IntStream.range(100, 116).boxed().toList()), List.copyOf(batches));
  }

  @Test
  void anotherWorkerStartsWhenARequestHasWaitedForTheStartDelay() {
    open(2, new RequestBatcher.Limits(100, 100, LONG, Duration.ofMillis(20)));
    var held = hold();

    assertEquals(2, batcher.ask(1));
    assertFalse(held.isDone());
  }

  @Test
  void aBatchHasNoMoreRequestsThanAllowed() {
    open(100, 2, LONG);
    var _ = hold();
    var asked = waiting(1, 2, 3);
    release.countDown();

    asked.forEach(CompletableFuture::join);
    assertEquals(List.of(List.of(0), List.of(1, 2), List.of(3)), batches);
  }

  @Test
  void aFailureIsTheAnswerToTheWholeBatchAndTheNextOneIsServed() {
    open(100, 100, LONG);
    var _ = hold();
    var asked = waiting(1, 666);
    release.countDown();

    assertEquals("serving: broken", failure(asked.get(0)).getMessage());
    assertEquals("serving: broken", failure(asked.get(1)).getMessage());
    assertEquals(8, batcher.ask(4));
  }

  @Test
  void whenTooManyRequestsWaitAnotherIsRefused() {
    open(2, 100, LONG);
    var _ = hold();
    waiting(1, 2);

    var refused = assertThrows(Problem.class, () -> batcher.ask(3));
    assertEquals(Code.ERR_BUSY, refused.code());
  }

  @Test
  void aRequestThatTimesOutIsNotServedLater() {
    open(100, 100, Duration.ofMillis(50));
    var held = hold();
    assertEquals(Code.ERR_BUSY, assertThrows(Problem.class, () -> batcher.ask(1)).code());
    release.countDown();

    // The first request was started, so it gets its answer however long that takes.
    assertEquals(0, held.join());
    assertEquals(4, batcher.ask(2));
    assertEquals(List.of(List.of(0), List.of(2)), batches);
  }

  @Test
  void closeServesRequestsThatWaitAndRefusesLaterOnes() {
    open(100, 100, LONG);
    var _ = hold();
    var asked = waiting(1, 2);
    var closing = CompletableFuture.runAsync(batcher::close, CALLERS);
    release.countDown();

    closing.join();
    assertEquals(List.of(2, 4), asked.stream().map(CompletableFuture::join).toList());
    assertEquals(Code.ERR_BUSY, assertThrows(Problem.class, () -> batcher.ask(3)).code());
  }
}
