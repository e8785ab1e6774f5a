package dev.rollcall;

/// Whoever started the program has to change how. The message says what is wrong.
final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UsageException(String message) {
    super(message);
  }
}
