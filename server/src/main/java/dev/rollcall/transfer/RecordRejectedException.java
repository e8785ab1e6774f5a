package dev.rollcall.transfer;

import dev.rollcall.problem.Problem;

/// Says why a record is not imported. The code and the reason are written to the reject file.
public final class RecordRejectedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// The record cannot be read, or a field has the wrong form.
  public static final String MALFORMED = "MALFORMED";

  /// The line holds bytes that are no UTF-8.
  public static final String NOT_UTF8 = "NOT_UTF8";

  /// A program has dropped digits of a field, or may have.
  public static final String LOSSY = "LOSSY";

  /// The file is damaged from here on.
  public static final String CUT_OFF = "CUT_OFF";

  /// The id of the user cannot be a uid.
  public static final String UID_FORM = "UID_FORM";

  /// Another id has the same uid, and is imported already.
  public static final String UID_COLLISION = "UID_COLLISION";

  /// The app or user of the record does not exist.
  public static final String OWNER_MISSING = "OWNER_MISSING";

  /// A different object with the same name exists, and is kept.
  public static final String TAKEN = "TAKEN";

  /// The existing registration is newer than this record.
  public static final String OUTDATED = "OUTDATED";

  /// The other system has marked the token as unusable, or the token was not seen for longer than
  /// Rollcall keeps one.
  public static final String DEAD = "DEAD";

  /// Rollcall has no channel for this kind of device.
  public static final String NO_CHANNEL = "NO_CHANNEL";

  private final String code;

  public RecordRejectedException(String code, String reason) {
    super(reason, null, false, false);
    this.code = code;
  }

  static RecordRejectedException of(Problem problem) {
    return new RecordRejectedException(problem.code().name(), problem.getMessage());
  }

  public String code() {
    return code;
  }

  public String reason() {
    return String.valueOf(getMessage());
  }
}
