package dev.rollcall.transfer;

/// Nothing can be taken over this way. The message is for whoever asked, and says what to do.
public final class TransferException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public TransferException(String message) {
    super(message);
  }

  public TransferException(String message, Throwable cause) {
    super(message, cause);
  }
}
