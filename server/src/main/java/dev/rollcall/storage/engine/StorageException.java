package dev.rollcall.storage.engine;

/// A failure of the database that the caller cannot correct. The message says what was being done.
public final class StorageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public StorageException(String what, Throwable cause) {
    super(what + ": " + cause.getMessage(), cause);
  }
}
