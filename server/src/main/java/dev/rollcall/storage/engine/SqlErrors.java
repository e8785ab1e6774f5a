package dev.rollcall.storage.engine;

/// Explains what a database's exception means for the caller.
public interface SqlErrors {

  /// True if the database is unavailable, so that every other statement would fail too.
  boolean concernsAll(Throwable e);

  /// The exception to throw: a `Problem` if the caller can retry, otherwise a `StorageException`.
  RuntimeException of(String what, Throwable e);
}
