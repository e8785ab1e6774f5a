package dev.rollcall.client;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// A few threads for tasks that somebody does not want to wait for. They come when there is something
/// to do, go soon after, and keep no process alive.
final class Workers {
  private static final int MOST = 4;
  private static final int WAITING = 1_000;
  private static final ThreadPoolExecutor ASIDE = pool(1, Integer.MAX_VALUE);

  private final ThreadPoolExecutor pool;

  Workers() {
    pool = pool(MOST, WAITING);
  }

  private static ThreadPoolExecutor pool(int most, int waiting) {
    var pool =
        new ThreadPoolExecutor(
            most,
            most,
            2,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(waiting),
            task -> {
              var thread = new Thread(task, "rollcall");
              thread.setDaemon(true);
              return thread;
            });
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  /// Runs what is to be said when there are no workers, or none that take more.
  static void aside(Runnable task) {
    ASIDE.execute(task);
  }

  /// Runs the task soon, or says at once why not.
  void run(Runnable task, Consumer<RollcallException> refused) {
    try {
      pool.execute(task);
    } catch (RejectedExecutionException e) {
      refused.accept(
          pool.isShutdown()
              ? RollcallException.local(RollcallException.CLOSED, "The client was closed", e)
              : RollcallException.local(
                  RollcallException.BUSY, "More than " + WAITING + " tasks wait", e));
    }
  }

  /// Takes no more tasks after this last one.
  void close(Runnable last) {
    run(last, refused -> {});
    pool.shutdown();
  }
}
