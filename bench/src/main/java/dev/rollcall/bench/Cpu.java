package dev.rollcall.bench;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/// How much CPU time some processes use, with all that they started.
final class Cpu {
  private final List<Integer> pids;
  private Duration before = Duration.ZERO;
  private Duration used = Duration.ZERO;

  Cpu(List<Integer> pids) {
    this.pids = pids;
  }

  void start() {
    before = total();
  }

  void lap() {
    used = total().minus(before);
  }

  /// From the start to the last lap.
  Duration used() {
    return used;
  }

  private Duration total() {
    return pids.stream()
        .flatMap(pid -> ProcessHandle.of(pid).stream())
        .flatMap(process -> Stream.concat(Stream.of(process), process.descendants()))
        .flatMap(process -> process.info().totalCpuDuration().stream())
        .reduce(Duration.ZERO, Duration::plus);
  }
}
