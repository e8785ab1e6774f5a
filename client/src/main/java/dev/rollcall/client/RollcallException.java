package dev.rollcall.client;

import java.util.Arrays;
import org.json.simple.JSONObject;
import org.jspecify.annotations.Nullable;

/// The reason why a call failed: a code for programs, a sentence for people, and whether a later try
/// may succeed.
///
/// The code is the server's if the server answered with one (`AUTH_ERR_AUTH_TOKEN_NOT_FOUND`,
/// `TOKEN_BLANK`, …; its OpenAPI document lists them). The SDK uses the same codes for errors that it
/// finds before it sends anything. Other failures have the codes below. No message contains a push
/// token, an auth token or a key.
public final class RollcallException extends Exception {
  private static final long serialVersionUID = 1L;

  /// The connection could not be opened, or it broke.
  public static final String UNREACHABLE = "ERR_UNREACHABLE";

  /// There was no answer in time.
  public static final String TIMEOUT = "ERR_TIMEOUT";

  /// The server's certificate is not trusted, or is not for the host.
  public static final String TLS = "ERR_TLS";

  /// The answer is not from Rollcall: HTML from a proxy, no body, incomplete JSON.
  public static final String UNEXPECTED_ANSWER = "ERR_UNEXPECTED_ANSWER";

  /// The answer is longer than anything that Rollcall sends.
  public static final String ANSWER_TOO_LARGE = "ERR_ANSWER_TOO_LARGE";

  /// Nobody is logged in.
  public static final String NOT_LOGGED_IN = "ERR_NOT_LOGGED_IN";

  /// [Rollcall#init] has not been called.
  public static final String NOT_INITIALISED = "ERR_NOT_INITIALISED";

  /// The calling thread was interrupted; its interrupt flag is set again.
  public static final String INTERRUPTED = "ERR_INTERRUPTED";

  /// The storage failed; see the cause.
  public static final String STORAGE = "ERR_STORAGE";

  /// The client was closed.
  public static final String CLOSED = "ERR_CLOSED";

  /// Too many tasks or requests wait, here or at the server.
  public static final String BUSY = "ERR_BUSY";

  /// An error in the SDK; see the cause.
  public static final String INTERNAL = "ERR_INTERNAL";

  /// An argument is wrong; `field` in the details names it.
  public static final String BAD_REQUEST = "ERR_BAD_REQUEST";

  static final String SUPERSEDED = "ERR_SUPERSEDED";
  static final String SESSION_ENDED = "AUTH_ERR_AUTH_TOKEN_NOT_FOUND";
  static final long UNKNOWN_DELAY = -1;

  private final String code;
  private final transient @Nullable JSONObject details;
  private final int httpStatus;
  private final boolean retryable;
  private final boolean untouched;
  private final long retryAfterMillis;

  private RollcallException(
      String code,
      String message,
      JSONObject details,
      int httpStatus,
      boolean retryable,
      boolean untouched,
      long retryAfterMillis,
      @Nullable Throwable cause) {
    super(message, cause);
    this.code = code;
    this.details = details;
    this.httpStatus = httpStatus;
    this.retryable = retryable;
    this.untouched = untouched;
    this.retryAfterMillis = retryAfterMillis;
  }

  /// An error in an argument, found before anything was sent.
  static RollcallException bad(String code, String field, String message) {
    return new RollcallException(
        code, message, Json.object("field", field), 0, false, true, UNKNOWN_DELAY, null);
  }

  /// A failure on this side.
  static RollcallException local(String code, String message, @Nullable Throwable cause) {
    return new RollcallException(
        code, message, new JSONObject(), 0, false, true, UNKNOWN_DELAY, cause);
  }

  static RollcallException local(String code, String message) {
    return local(code, message, null);
  }

  /// A call without an answer. `untouched` means that the server has not received the request.
  static RollcallException noAnswer(
      String code,
      String message,
      boolean retryable,
      boolean untouched,
      @Nullable Throwable cause) {
    return new RollcallException(
        code, message, new JSONObject(), 0, retryable, untouched, UNKNOWN_DELAY, cause);
  }

  /// A refusal by the server. `untouched` means that the server has changed nothing.
  static RollcallException refused(
      String code,
      String message,
      JSONObject details,
      int httpStatus,
      boolean untouched,
      long retryAfterMillis) {
    return new RollcallException(
        code,
        message,
        details,
        httpStatus,
        isTemporary(httpStatus),
        untouched,
        retryAfterMillis,
        null);
  }

  /// An answer that is not from Rollcall.
  static RollcallException unexpected(String what, int httpStatus, long retryAfterMillis) {
    return new RollcallException(
        UNEXPECTED_ANSWER,
        "The answer with status " + httpStatus + " is not Rollcall's: " + what,
        new JSONObject(),
        httpStatus,
        isTemporary(httpStatus),
        false,
        retryAfterMillis,
        null);
  }

  private static boolean isTemporary(int status) {
    return status == 429 || status == 500 || status == 502 || status == 503 || status == 504;
  }

  /// The error code.
  ///
  /// @return a code of the server or of this class
  public String getCode() {
    return code;
  }

  /// Details for programs, such as `field`, the part of the request that is wrong.
  ///
  /// @return a copy, often empty
  public JSONObject getDetails() {
    return Json.copy(details);
  }

  /// The HTTP status of the answer.
  ///
  /// @return the status, or 0 when there was no answer
  public int getHttpStatus() {
    return httpStatus;
  }

  /// Whether the same call may succeed later. If a retry was safe, the SDK has already tried again.
  ///
  /// @return true for a network failure, a busy server and the like
  public boolean isRetryable() {
    return retryable;
  }

  /// How long the server asks the client to wait before the next try.
  ///
  /// @return milliseconds, or -1 when it did not say
  public long getRetryAfterMillis() {
    return retryAfterMillis;
  }

  /// Whether the server has certainly changed nothing.
  boolean changedNothing() {
    return untouched;
  }

  /// Whether Rollcall itself refused the call, and would refuse it again.
  boolean isPermanentRefusal() {
    return httpStatus != 0 && !retryable && !code.equals(UNEXPECTED_ANSWER);
  }

  /// Whether other requests would most likely fail too at the moment.
  boolean isNetworkFailure() {
    return Arrays.asList(UNREACHABLE, TIMEOUT, TLS, INTERRUPTED).contains(code);
  }

  boolean isSuperseded() {
    return code.equals(SUPERSEDED);
  }

  boolean isSessionEnded() {
    return code.equals(SESSION_ENDED);
  }

  /// The code, the message and the status.
  @Override
  @SuppressWarnings("OverrideThrowableToString") // The message is for people, without the code.
  public String toString() {
    var status = httpStatus == 0 ? "" : " (HTTP " + httpStatus + ")";
    return getClass().getName() + ": " + code + status + ": " + getMessage();
  }
}
