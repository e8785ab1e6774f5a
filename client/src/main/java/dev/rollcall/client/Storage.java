package dev.rollcall.client;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Stores what must survive a restart of the process: who is logged in, what is registered, and the
/// queued logouts. Implement it yourself to use encrypted preferences, for example.
///
/// The text contains the auth token, so no one else may be able to read it. A storage belongs to one
/// client, which calls it from one thread at a time.
public interface Storage {

  /// Reads the text that was saved last.
  ///
  /// @return the text, or null when nothing was ever saved
  /// @throws IOException when there is a text and it cannot be read
  @Nullable String load() throws IOException;

  /// Replaces the text atomically: after a crash, either the old or the new text is there.
  ///
  /// @param text the new text, some kilobytes at most
  /// @throws IOException when it cannot be saved; the old text is then still there
  void save(String text) throws IOException;
}
