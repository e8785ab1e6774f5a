package dev.rollcall.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;

/// Times one round of pushes, with the CPU time it takes of who sends, the double and the database.
final class Pushing {
  private final Options options;
  private final String what;
  private final int sender;
  private final Cpu own;
  private final Cpu doubles;
  private final Cpu database;
  private final long began = System.nanoTime();

  private Pushing(Options options, String what, int sender) {
    this.options = options;
    this.what = what;
    this.sender = sender;
    this.own = new Cpu(List.of(sender));
    this.doubles = new Cpu(options.numbers("double-pid"));
    this.database = new Cpu(options.numbers("database-pid"));
    List.of(own, doubles, database).forEach(Cpu::start);
  }

  /// `sender` is the process that sends.
  static Pushing start(Options options, String what, int sender) {
    return new Pushing(options, what, sender);
  }

  static int self() {
    return (int) ProcessHandle.current().pid();
  }

  /// Prints what came of it, and adds it to the file for the script: the pushes, seconds, pushes a
  /// second, microseconds of CPU of each for a push, and MiB that the sender has had at most.
  void end(int pushes) throws IOException {
    double seconds = (System.nanoTime() - began) / 1e9;
    List.of(own, doubles, database).forEach(Cpu::lap);
    var line =
        String.format(
            Locale.ROOT,
            "%s\t%d\t%.1f\t%.0f\t%.0f\t%.0f\t%.0f\t%d%n",
            what,
            pushes,
            seconds,
            pushes / seconds,
            micros(own, pushes),
            micros(doubles, pushes),
            micros(database, pushes),
            peak(sender));
    System.out.print(line);
    note(options, line);
  }

  static void note(Options options, String line) throws IOException {
    if (options.maybe("out").isPresent()) {
      var file = Path.of(options.text("out"));
      Files.writeString(file, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
  }

  private static double micros(Cpu cpu, int pushes) {
    return cpu.used().toNanos() / 1e3 / pushes;
  }

  /// The most memory that a process has had resident, in MiB.
  static long peak(int pid) throws IOException {
    try (var lines = Files.lines(Path.of("/proc/" + pid + "/status"))) {
      return lines
              .filter(line -> line.startsWith("VmHWM:"))
              .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
              .sum()
          / 1024;
    }
  }
}
