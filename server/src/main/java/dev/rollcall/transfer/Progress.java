package dev.rollcall.transfer;

import java.io.PrintStream;
import java.time.Duration;

/// Prints the progress of a command, every two seconds and at its end.
public final class Progress {
  private static final Duration EVERY = Duration.ofSeconds(2);

  private final PrintStream to;
  private long lastPrinted = System.nanoTime();

  public Progress(PrintStream to) {
    this.to = to;
  }

  public void at(String format, Object... figures) {
    if (System.nanoTime() - lastPrinted >= EVERY.toNanos()) {
      print(format, figures);
    }
  }

  public void print(String format, Object... figures) {
    lastPrinted = System.nanoTime();
    to.printf(format + "%n", figures);
  }
}
