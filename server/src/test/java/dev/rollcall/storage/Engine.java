package dev.rollcall.storage;

import dev.rollcall.storage.engine.Database;

/// A database that a contract is held against: empty at first.
public interface Engine extends AutoCloseable {
  Storage storage();

  default Database database() {
    return storage().database();
  }

  /// Everything that the engine keeps, as it keeps it; bytes that are no text become some text.
  ///
  /// The database is closed for it.
  String stored();

  @Override
  void close();
}
