package dev.rollcall.delivery;

/// There is no pass to be had, and this is how the send ends because of it.
public final class PassException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Outcome outcome;

  public PassException(Outcome outcome) {
    super(outcome.reason());
    this.outcome = outcome;
  }

  public PassException(Outcome outcome, Throwable cause) {
    super(outcome.reason(), cause);
    this.outcome = outcome;
  }

  public Outcome outcome() {
    return outcome;
  }
}
