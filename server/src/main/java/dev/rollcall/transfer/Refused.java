package dev.rollcall.transfer;

import dev.rollcall.problem.Problem;

/// A record that is not taken. Code and reason end up in the file of rejects.
public final class Refused extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// The record cannot be read, or a field has not the form it must have.
  public static final String MALFORMED = "MALFORMED";

  /// The app or user that the record belongs to is not there.
  public static final String OWNER_MISSING = "OWNER_MISSING";

  /// Something else is there already under the same name, and stays.
  public static final String TAKEN = "TAKEN";

  /// A registration that is there is newer than this one.
  public static final String OUTDATED = "OUTDATED";

  /// The other system says that nothing can be sent to it, or not seen for longer than we keep one.
  public static final String DEAD = "DEAD";

  /// A kind of device that Rollcall has no channel for.
  public static final String NO_CHANNEL = "NO_CHANNEL";

  private final String code;

  public Refused(String code, String reason) {
    super(reason, null, false, false);
    this.code = code;
  }

  static Refused of(Problem problem) {
    return new Refused(problem.code().name(), problem.getMessage());
  }

  public String code() {
    return code;
  }

  public String reason() {
    return String.valueOf(getMessage());
  }
}
