package dev.rollcall.storage.engine;

/// The database failed in a way that the caller cannot do anything about; says what was being done.
public final class StorageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public StorageException(String what, Throwable cause) {
    super(what + ": " + cause.getMessage(), cause);
  }
}
