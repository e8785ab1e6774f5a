package dev.rollcall.egress;

/// An endpoint that the server refuses to call. The message shows nothing of the operator's
/// network.
public final class EndpointException extends Exception {
  private static final long serialVersionUID = 1L;

  EndpointException(String message) {
    super(message);
  }
}
