package dev.rollcall.storage.engine;

import org.jspecify.annotations.Nullable;

/// The database cannot be used as it is. The message is for the operator, and says what to do.
public final class UnusableDatabaseException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public UnusableDatabaseException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
