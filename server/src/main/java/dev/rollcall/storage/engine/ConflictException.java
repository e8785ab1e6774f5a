package dev.rollcall.storage.engine;

import java.sql.SQLException;

/// A conflict with another transaction: this transaction is rolled back and retried.
public final class ConflictException extends SQLException {
  /// PostgreSQL's code for a transaction that may succeed if it is retried.
  public static final String STATE = "40001";

  private static final long serialVersionUID = 1L;

  public ConflictException(String reason) {
    super(reason, STATE);
  }
}
