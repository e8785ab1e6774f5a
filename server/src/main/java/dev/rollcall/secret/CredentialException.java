package dev.rollcall.secret;

/// Credentials that cannot work, told in a sentence that holds nothing of them.
public final class CredentialException extends Exception {
  private static final long serialVersionUID = 1L;

  public CredentialException(String message) {
    super(message);
  }

  public CredentialException(String message, Throwable cause) {
    super(message, cause);
  }
}
