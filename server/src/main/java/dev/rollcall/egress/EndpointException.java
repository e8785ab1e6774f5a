package dev.rollcall.egress;

/// An endpoint that we do not call, told in a sentence that shows nothing of our network.
public final class EndpointException extends Exception {
  private static final long serialVersionUID = 1L;

  EndpointException(String message) {
    super(message);
  }
}
