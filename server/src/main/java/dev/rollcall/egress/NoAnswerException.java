package dev.rollcall.egress;

import java.io.IOException;

/// A look-up that failed this time, which says nothing about whether the name exists.
public final class NoAnswerException extends IOException {
  private static final long serialVersionUID = 1L;

  NoAnswerException(String message) {
    super(message);
  }
}
