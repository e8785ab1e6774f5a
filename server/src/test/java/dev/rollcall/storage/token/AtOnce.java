package dev.rollcall.storage.token;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/// Runs things at the same moment, each on a virtual thread of its own.
public final class AtOnce {
  private AtOnce() {}

  /// Answers what each of them answered; throws when one of them threw.
  public static <T> List<T> run(int times, IntFunction<Callable<T>> task) {
    return run(IntStream.range(0, times).mapToObj(task).toList());
  }

  public static <T> List<T> run(List<Callable<T>> tasks) {
    var start = new CountDownLatch(1);
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      var running = new ArrayList<Future<T>>();
      for (var task : tasks) {
        running.add(
            executor.submit(
                () -> {
                  start.await();
                  return task.call();
                }));
      }
      start.countDown();
      var answers = new ArrayList<T>();
      for (var one : running) {
        answers.add(one.get());
      }
      return answers;
    } catch (ExecutionException e) {
      throw new AssertionError("one of them failed: " + e.getCause(), e.getCause());
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
