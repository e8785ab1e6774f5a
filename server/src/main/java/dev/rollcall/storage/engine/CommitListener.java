package dev.rollcall.storage.engine;

import java.time.Duration;

/// Receives the number of writes in each transaction, and its duration.
@FunctionalInterface
public interface CommitListener {
  void committed(int writes, Duration took);
}
