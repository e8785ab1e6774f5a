package dev.rollcall.transfer;

import java.io.IOException;

/// The compressed data of a file ends early or is damaged; what was read before is intact.
final class DamagedException extends IOException {
  private static final long serialVersionUID = 1L;

  private final String what;

  DamagedException(String what, IOException cause) {
    super(what, cause);
    this.what = what;
  }

  /// What is wrong with the data, as the beginning of a sentence.
  String what() {
    return what;
  }
}
