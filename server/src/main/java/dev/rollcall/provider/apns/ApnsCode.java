package dev.rollcall.provider.apns;

import static dev.rollcall.provider.sender.Verdict.CONNECTION_CLOSED;
import static dev.rollcall.provider.sender.Verdict.DENIED;
import static dev.rollcall.provider.sender.Verdict.DENIED_FOR_ENVIRONMENT;
import static dev.rollcall.provider.sender.Verdict.DENIED_FOR_TOKEN;
import static dev.rollcall.provider.sender.Verdict.FAILURE;
import static dev.rollcall.provider.sender.Verdict.GONE;
import static dev.rollcall.provider.sender.Verdict.REFUSED;
import static dev.rollcall.provider.sender.Verdict.STALE_ACCESS_TOKEN;
import static dev.rollcall.provider.sender.Verdict.SUSPECT;
import static dev.rollcall.provider.sender.Verdict.TOO_MANY_FOR_DEVICE;
import static dev.rollcall.provider.sender.Verdict.TOO_MANY_FOR_PROVIDER;

import dev.rollcall.provider.sender.Verdict;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/// The error reasons of APNs and what each means.
///
/// The source is
/// https://developer.apple.com/documentation/usernotifications/handling-notification-responses-from-apns
enum ApnsCode {
  BAD_COLLAPSE_ID(400, REFUSED),
  /// A valid token in the wrong environment gets this reason too.
  BAD_DEVICE_TOKEN(400, SUSPECT),
  BAD_EXPIRATION_DATE(400, REFUSED),
  BAD_MESSAGE_ID(400, REFUSED),
  BAD_PRIORITY(400, REFUSED),
  BAD_TOPIC(400, DENIED_FOR_TOKEN),
  /// The token is one of another app, or our bundle id is wrong. The circuit breaker handles the
  /// latter.
  DEVICE_TOKEN_NOT_FOR_TOPIC(400, SUSPECT),
  DUPLICATE_HEADERS(400, REFUSED),
  IDLE_TIMEOUT(400, CONNECTION_CLOSED),
  INVALID_PUSH_TYPE(400, REFUSED),
  MISSING_DEVICE_TOKEN(400, REFUSED),
  MISSING_TOPIC(400, DENIED_FOR_TOKEN),
  PAYLOAD_EMPTY(400, REFUSED),
  TOPIC_DISALLOWED(400, DENIED_FOR_TOKEN),
  BAD_CERTIFICATE(403, DENIED),
  BAD_CERTIFICATE_ENVIRONMENT(403, DENIED_FOR_ENVIRONMENT),
  EXPIRED_PROVIDER_TOKEN(403, STALE_ACCESS_TOKEN),
  FORBIDDEN(403, DENIED),
  INVALID_PROVIDER_TOKEN(403, DENIED),
  MISSING_PROVIDER_TOKEN(403, DENIED),
  /// The connection was opened with another key.
  UNRELATED_KEY_ID_IN_TOKEN(403, CONNECTION_CLOSED),
  BAD_ENVIRONMENT_KEY_ID_IN_TOKEN(403, DENIED_FOR_ENVIRONMENT),
  /// The spelling that Apple has been seen to use instead of the documented one.
  BAD_ENVIRONMENT_KEY_IN_TOKEN(403, DENIED_FOR_ENVIRONMENT),
  BAD_PATH(404, REFUSED),
  METHOD_NOT_ALLOWED(405, REFUSED),
  EXPIRED_TOKEN(410, GONE),
  UNREGISTERED(410, GONE),
  PAYLOAD_TOO_LARGE(413, REFUSED),
  TOO_MANY_PROVIDER_TOKEN_UPDATES(429, TOO_MANY_FOR_PROVIDER),
  TOO_MANY_REQUESTS(429, TOO_MANY_FOR_DEVICE),
  INTERNAL_SERVER_ERROR(500, FAILURE),
  SERVICE_UNAVAILABLE(503, FAILURE),
  SHUTDOWN(503, CONNECTION_CLOSED);

  private static final Map<String, ApnsCode> BY_REASON =
      Arrays.stream(values()).collect(Collectors.toMap(ApnsCode::reason, Function.identity()));

  private final int status;
  private final Verdict verdict;

  ApnsCode(int status, Verdict verdict) {
    this.status = status;
    this.verdict = verdict;
  }

  static Optional<ApnsCode> of(String reason) {
    return Optional.ofNullable(BY_REASON.get(reason));
  }

  /// Apple's spelling: `BadDeviceToken`.
  String reason() {
    return Arrays.stream(name().split("_"))
        .map(word -> word.charAt(0) + word.substring(1).toLowerCase(Locale.ROOT))
        .collect(Collectors.joining());
  }

  /// The documented status of the reason.
  int status() {
    return status;
  }

  Verdict verdict() {
    return verdict;
  }

  /// The meaning of a status without a reason, or with a reason that this table does not know yet.
  static Verdict ofStatus(int status) {
    if (status >= 500) {
      return FAILURE;
    }
    return switch (status) {
      case 200 -> Verdict.ACCEPTED;
      case 403 -> DENIED;
      case 410 -> GONE;
      case 429 -> TOO_MANY_FOR_DEVICE;
      default -> REFUSED;
    };
  }
}
