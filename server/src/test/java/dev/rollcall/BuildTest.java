package dev.rollcall;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/// The build runs the tests on the JDK it compiles for.
final class BuildTest {
  record Pair(int left, int right) {}

  @Test
  void runsOnTheReleaseItCompilesFor() {
    Object any = new Pair(25, 1);
    assertTrue(any instanceof Pair(int wanted, _) && Runtime.version().feature() >= wanted);
  }
}
