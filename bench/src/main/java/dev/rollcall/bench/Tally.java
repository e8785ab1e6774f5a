package dev.rollcall.bench;

import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;

/// Counts the right and the wrong answers of one thread; another thread may look at any time.
final class Tally {
  private static final long MAX_NANOS = 120_000_000_000L;
  private static final int SHOWN = 5;

  private final SingleWriterRecorder recorder = new SingleWriterRecorder(1, MAX_NANOS, 3);
  private volatile int wrong;

  static Histogram histogram() {
    return new Histogram(1, MAX_NANOS, 3);
  }

  void right(long nanos) {
    recorder.recordValue(Math.min(nanos, MAX_NANOS));
  }

  void right(long nanos, int times) {
    recorder.recordValueWithCount(Math.min(nanos, MAX_NANOS), times);
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // Only one thread counts.
  void wrong(String what) {
    if (wrong < SHOWN) {
      System.out.println("WRONG: " + what);
    }
    wrong++;
  }

  /// The latencies since this was last asked.
  Histogram lap() {
    return recorder.getIntervalHistogram();
  }

  int wrong() {
    return wrong;
  }
}
