package dev.rollcall.client;

import org.jspecify.annotations.Nullable;

/// Keeps everything for as long as the object lives: for tests, and for programs that log in at each
/// start.
public final class MemoryStorage implements Storage {
  private volatile @Nullable String text;

  /// Makes an empty one.
  public MemoryStorage() {}

  /// Reads what was saved last; never fails.
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
