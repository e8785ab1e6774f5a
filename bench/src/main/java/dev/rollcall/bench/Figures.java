package dev.rollcall.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;

/// What was measured: printed lap by lap, and summed up from `count` on.
final class Figures {
  private static final OperatingSystemMXBean SYSTEM =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  private final List<Tally> tallies;
  private final Histogram total = Tally.histogram();
  private boolean counting;
  private long lapStart = System.nanoTime();
  private long nanos;
  private long cpuNanos;
  private long cpuAtStart;
  private final List<Cpu> others;

  Figures(List<Tally> tallies) {
    this(tallies, List.of());
  }

  /// The CPU time of other processes is told too.
  Figures(List<Tally> tallies, List<Cpu> others) {
    this.tallies = List.copyOf(tallies);
    this.others = List.copyOf(others);
  }

  /// From here on, laps count.
  void count() {
    counting = true;
    cpuAtStart = SYSTEM.getProcessCpuTime();
    others.forEach(Cpu::start);
  }

  void lap(String name) {
    var lap = Tally.histogram();
    tallies.forEach(tally -> lap.add(tally.lap()));
    long now = System.nanoTime();
    print(name, lap, now - lapStart);
    if (counting) {
      total.add(lap);
      nanos += now - lapStart;
      cpuNanos = SYSTEM.getProcessCpuTime() - cpuAtStart;
      others.forEach(Cpu::lap);
    }
    lapStart = now;
  }

  /// Prints the sum.
  void end() {
    print("total", total, nanos);
    System.out.printf(
        Locale.ROOT, "this process took %.1f µs of CPU per request%n", perRequest(cpuNanos));
  }

  /// Whether anything was asked, and every answer was right.
  boolean good() {
    return wrong() == 0 && total.getTotalCount() > 0;
  }

  int wrong() {
    return tallies.stream().mapToInt(Tally::wrong).sum();
  }

  private void print(String name, Histogram histogram, long took) {
    System.out.printf(
        Locale.ROOT,
        "%-8s %9d requests, %d wrong, %8.0f/s, p50 %6.2f ms, p99 %6.2f ms, p99.9 %7.2f ms,"
            + " max %7.2f ms%n",
        name,
        histogram.getTotalCount(),
        wrong(),
        histogram.getTotalCount() * 1e9 / took,
        millis(histogram, 50),
        millis(histogram, 99),
        millis(histogram, 99.9),
        histogram.getMaxValue() / 1e6);
  }

  /// With tabs between, for the scripts: requests, wrong, seconds, per second, p50, p99, p99.9, max
  /// (milliseconds), and the CPU time per request of this process and of each other (microseconds).
  String line() {
    var figures =
        String.format(
            Locale.ROOT,
            "%d\t%d\t%.3f\t%.1f\t%.2f\t%.2f\t%.2f\t%.2f\t%.2f",
            total.getTotalCount(),
            wrong(),
            nanos / 1e9,
            total.getTotalCount() * 1e9 / nanos,
            millis(total, 50),
            millis(total, 99),
            millis(total, 99.9),
            total.getMaxValue() / 1e6,
            perRequest(cpuNanos));
    return others.stream()
        .map(cpu -> String.format(Locale.ROOT, "\t%.2f", perRequest(cpu.used().toNanos())))
        .collect(Collectors.joining("", figures, "\n"));
  }

  private double perRequest(long nanos) {
    return nanos / 1e3 / total.getTotalCount();
  }

  private static double millis(Histogram histogram, double percentile) {
    return histogram.getValueAtPercentile(percentile) / 1e6;
  }
}
