package dev.rollcall.problem;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// An error for the caller: a code, a message that says what to do, and details.
///
/// The caller receives the message unchanged, so it must never contain a secret or a push token.
public final class Problem extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Code code;
  private final transient Map<String, Object> details;
  private final @Nullable Duration retryAfter;

  public Problem(Code code, String message) {
    this(code, message, Map.of());
  }

  public Problem(Code code, String message, Map<String, Object> details) {
    this(code, message, details, null, null);
  }

  private Problem(
      Code code,
      String message,
      Map<String, Object> details,
      @Nullable Duration retryAfter,
      @Nullable Throwable cause) {
    super(message, cause, false, cause != null);
    this.code = code;
    this.details = details;
    this.retryAfter = retryAfter;
  }

  /// A problem that a retry after `delay` may solve.
  public static Problem later(
      Code code, String message, Duration delay, @Nullable Throwable cause) {
    return new Problem(code, message, Map.of(), delay, cause);
  }

  /// A request with a mistake in `field`.
  public static Problem badField(String field, String message) {
    return new Problem(Code.ERR_BAD_REQUEST, message, Map.of("field", field));
  }

  public Code code() {
    return code;
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }

  public Map<String, Object> details() {
    return details;
  }

  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }
}
