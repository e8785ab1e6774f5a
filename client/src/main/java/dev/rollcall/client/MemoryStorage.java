package dev.rollcall.client;

import org.jspecify.annotations.Nullable;

/// Keeps everything in memory: for tests, and for programs that log in at each start.
public final class MemoryStorage implements Storage {
  private volatile @Nullable String text;

  /// Creates an empty storage.
  public MemoryStorage() {}

  /// Returns the text that was saved last; never fails.
  @Override
  public @Nullable String load() {
    return text;
  }

  /// Keeps the text; never fails.
  @Override
  public void save(String text) {
    this.text = text;
  }
}
