package dev.rollcall.egress;

import java.io.IOException;

/// A name that could not be looked up just now, which says nothing about the name.
public final class NoAnswerException extends IOException {
  private static final long serialVersionUID = 1L;

  NoAnswerException(String message) {
    super(message);
  }
}
