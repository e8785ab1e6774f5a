package dev.rollcall.client;

import java.util.Arrays;
import org.json.simple.JSONObject;
import org.jspecify.annotations.Nullable;

/// Says why a call failed: a code for programs, a sentence for people, and whether trying again makes
/// sense.
///
/// The code is the server's own where it answered with one (`AUTH_ERR_AUTH_TOKEN_NOT_FOUND`,
/// `TOKEN_BLANK`, …; its OpenAPI document lists them), also where the mistake was found before
/// anything was sent. What happens on the way has the codes below. No message holds a push token, an
/// auth token or a key.
public final class RollcallException extends Exception {
  private static final long serialVersionUID = 1L;

  /// No connection came about, or it broke.
  public static final String UNREACHABLE = "ERR_UNREACHABLE";

  /// There was no answer in time.
  public static final String TIMEOUT = "ERR_TIMEOUT";

  /// The server's certificate is not trusted, or is not for the host.
  public static final String TLS = "ERR_TLS";

  /// The answer is not one of Rollcall's: HTML from a proxy, no body, half a JSON.
  public static final String UNEXPECTED_ANSWER = "ERR_UNEXPECTED_ANSWER";

  /// The answer is longer than anything that Rollcall sends.
  public static final String ANSWER_TOO_LARGE = "ERR_ANSWER_TOO_LARGE";

  /// Nobody is logged in.
  public static final String NOT_LOGGED_IN = "ERR_NOT_LOGGED_IN";

  /// [Rollcall#init] has not been called.
  public static final String NOT_INITIALISED = "ERR_NOT_INITIALISED";

  /// The calling thread was interrupted; its interrupt flag is set again.
  public static final String INTERRUPTED = "ERR_INTERRUPTED";

  /// The session could not be kept or read; see the cause.
  public static final String STORAGE = "ERR_STORAGE";

  /// The client was closed.
  public static final String CLOSED = "ERR_CLOSED";

  /// Too much is waiting, here or at the server.
  public static final String BUSY = "ERR_BUSY";

  /// A mistake in the SDK; see the cause.
  public static final String INTERNAL = "ERR_INTERNAL";

  /// Something in the call itself is wrong; `field` in the details names it.
  public static final String BAD_REQUEST = "ERR_BAD_REQUEST";

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

  /// A mistake in the call, found before anything was sent.
  static RollcallException bad(String code, String field, String message) {
    return new RollcallException(
        code, message, Json.object("field", field), 0, false, true, UNKNOWN_DELAY, null);
  }

  /// Something that went wrong on this side.
  static RollcallException local(String code, String message, @Nullable Throwable cause) {
    return new RollcallException(
        code, message, new JSONObject(), 0, false, true, UNKNOWN_DELAY, cause);
  }

  static RollcallException local(String code, String message) {
    return local(code, message, null);
  }

  /// No answer. `untouched` says that the server cannot have got the request.
  static RollcallException noAnswer(
      String code,
      String message,
      boolean retryable,
      boolean untouched,
      @Nullable Throwable cause) {
    return new RollcallException(
        code, message, new JSONObject(), 0, retryable, untouched, UNKNOWN_DELAY, cause);
  }

  /// An answer that says no. `untouched` says that the server has changed nothing.
  static RollcallException refused(
      String code,
      String message,
      JSONObject details,
      int httpStatus,
      boolean untouched,
      long retryAfterMillis) {
    return new RollcallException(
        code, message, details, httpStatus, mayPass(httpStatus), untouched, retryAfterMillis, null);
  }

  /// An answer that is none of Rollcall's.
  static RollcallException unexpected(String what, int httpStatus, long retryAfterMillis) {
    return new RollcallException(
        UNEXPECTED_ANSWER,
        "The answer with status " + httpStatus + " is not Rollcall's: " + what,
        new JSONObject(),
        httpStatus,
        mayPass(httpStatus),
        false,
        retryAfterMillis,
        null);
  }

  private static boolean mayPass(int status) {
    return status == 429 || status == 500 || status == 502 || status == 503 || status == 504;
  }

  /// What went wrong, for programs.
  ///
  /// @return a code of the server's or of this class
  public String getCode() {
    return code;
  }

  /// Facts for programs, such as `field`, the part of the request that is at fault.
  ///
  /// @return a copy, often empty
  public JSONObject getDetails() {
    return Json.copy(details);
  }

  /// The status that the server answered with.
  ///
  /// @return the HTTP status, or 0 when there was no answer
  public int getHttpStatus() {
    return httpStatus;
  }

  /// Whether the same call may well succeed later. The SDK has then already tried what is safe to
  /// try.
  ///
  /// @return true for a broken network, a busy server and the like
  public boolean isRetryable() {
    return retryable;
  }

  /// How long the server asks to wait before the next try.
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

  boolean isSessionEnded() {
    return code.equals(SESSION_ENDED);
  }

  /// The code, the message and the status.
  @Override
  public String toString() {
    var status = httpStatus == 0 ? "" : " (HTTP " + httpStatus + ")";
    return getClass().getName() + ": " + code + status + ": " + getMessage();
  }
}
