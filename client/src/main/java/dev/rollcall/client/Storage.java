package dev.rollcall.client;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Keeps what has to outlive the process: who is logged in, what is registered, and which logouts the
/// server has not heard of yet. Write your own to keep it in encrypted preferences, say.
///
/// The text holds the auth token, so it must be readable by nobody else. It is only ever called by one
/// thread at a time, and by one client: never share it between two.
public interface Storage {

  /// Reads what was saved last.
  ///
  /// @return the text, or null when nothing was ever saved
  /// @throws IOException when it is there and cannot be read
  @Nullable String load() throws IOException;

  /// Keeps the text in place of the one before, wholly or not at all, so that either is there after a
  /// crash.
  ///
  /// @param text what to keep, some kilobytes at most
  /// @throws IOException when it cannot be kept; the one before is then still there
  void save(String text) throws IOException;
}
