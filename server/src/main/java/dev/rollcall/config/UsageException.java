package dev.rollcall.config;

/// Whoever started the program has to change how. The message says what is wrong.
public final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public UsageException(String message) {
    super(message);
  }
}
