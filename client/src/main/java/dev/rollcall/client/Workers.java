package dev.rollcall.client;

import dev.rollcall.client.Rollcall.CallbackListener;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A few threads for tasks whose caller does not wait. They start when there is a task, end soon
/// after the last one, and do not keep the process alive.
final class Workers {
  private static final int MAX_THREADS = 4;
  private static final int MAX_QUEUED = 1_000;
  private static final ThreadPoolExecutor SHARED = pool(1, Integer.MAX_VALUE);

  private final ThreadPoolExecutor pool = pool(MAX_THREADS, MAX_QUEUED);

  private static ThreadPoolExecutor pool(int threads, int queued) {
    var pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            2,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(queued),
            task -> {
              var thread = new Thread(task, "rollcall");
              thread.setDaemon(true);
              return thread;
            });
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  /// Runs a callback on a thread that all clients share, for when a client's own threads take no more
  /// tasks or there is no client.
  static void runShared(Runnable callback) {
    SHARED.execute(callback);
  }

  /// Runs a task and completes the future with its result or its error.
  <T> CompletableFuture<T> future(Callable<T> task) {
    var future = new CompletableFuture<T>();
    run(
        () -> {
          try {
            future.complete(task.call());
          } catch (Throwable e) {
            future.completeExceptionally(typed(e));
          }
        },
        future::completeExceptionally);
    return future;
  }

  /// Runs a task and calls the listener with its result or its error. `callbacks` runs the listener;
  /// if it is null, a thread of the SDK's does.
  <T> void runAndNotify(
      CallbackListener<T> listener, @Nullable Executor callbacks, Callable<? extends T> task) {
    Executor here = callbacks == null ? Runnable::run : callbacks;
    Executor shared = callbacks == null ? Workers::runShared : callbacks;
    run(
        () -> here.execute(outcome(listener, task)),
        e -> shared.execute(() -> listener.onError(e)));
  }

  private static <T> Runnable outcome(CallbackListener<T> listener, Callable<? extends T> task) {
    try {
      var result = task.call();
      return () -> listener.onSuccess(result);
    } catch (Throwable e) {
      return () -> listener.onError(typed(e));
    }
  }

  private static RollcallException typed(Throwable e) {
    return e instanceof RollcallException
        ? (RollcallException) e
        : RollcallException.local(RollcallException.INTERNAL, "An error in the SDK", e);
  }

  /// Runs the task on one of the threads. If none takes it, `refused` is called at once.
  private void run(Runnable task, Consumer<RollcallException> refused) {
    try {
      pool.execute(task);
    } catch (RejectedExecutionException e) {
      refused.accept(
          pool.isShutdown()
              ? RollcallException.local(RollcallException.CLOSED, "The client was closed", e)
              : RollcallException.local(
                  RollcallException.BUSY, "More than " + MAX_QUEUED + " tasks wait", e));
    }
  }

  /// Runs this last task, and accepts no more.
  void close(Runnable last) {
    run(last, refused -> {});
    pool.shutdown();
  }
}
