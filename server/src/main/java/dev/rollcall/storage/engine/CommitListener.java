package dev.rollcall.storage.engine;

import java.time.Duration;

/// Is notified of each transaction: how many writes shared it, and how long it took.
@FunctionalInterface
public interface CommitListener {
  void committed(int writes, Duration took);
}
