package dev.rollcall.storage.engine;

import java.sql.SQLException;

/// Another transaction came first: this one is rolled back and runs again.
public final class ConflictException extends SQLException {
  /// What PostgreSQL itself says of a transaction that may succeed when it runs again.
  public static final String STATE = "40001";

  private static final long serialVersionUID = 1L;

  public ConflictException(String reason) {
    super(reason, STATE);
  }
}
