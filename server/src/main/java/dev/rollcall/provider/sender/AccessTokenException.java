package dev.rollcall.provider.sender;

/// No access token could be obtained; `outcome` is how the send ends because of it.
public final class AccessTokenException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Outcome outcome;

  public AccessTokenException(Outcome outcome) {
    super(outcome.reason());
    this.outcome = outcome;
  }

  public AccessTokenException(Outcome outcome, Throwable cause) {
    super(outcome.reason(), cause);
    this.outcome = outcome;
  }

  public Outcome outcome() {
    return outcome;
  }
}
