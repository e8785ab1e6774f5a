package dev.rollcall.storage.engine;

/// Tells what a database's exception means for the caller.
public interface SqlErrors {

  /// True when the database is unavailable, so that every other statement would fail too.
  boolean concernsAll(Throwable e);

  /// What to throw: a `Problem` where the caller can try again, else a `StorageException`.
  RuntimeException of(String what, Throwable e);
}
