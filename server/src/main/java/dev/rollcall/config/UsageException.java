package dev.rollcall.config;

/// The command line or the configuration is wrong; the message says what is wrong.
public final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public UsageException(String message) {
    super(message);
  }
}
