package dev.rollcall.provider.fcm;

import static dev.rollcall.provider.sender.Verdict.DENIED;
import static dev.rollcall.provider.sender.Verdict.DENIED_FOR_TOKEN;
import static dev.rollcall.provider.sender.Verdict.FAILURE;
import static dev.rollcall.provider.sender.Verdict.GONE;
import static dev.rollcall.provider.sender.Verdict.REFUSED;
import static dev.rollcall.provider.sender.Verdict.STALE_ACCESS_TOKEN;
import static dev.rollcall.provider.sender.Verdict.SUSPECT;
import static dev.rollcall.provider.sender.Verdict.TOO_MANY;

import dev.rollcall.provider.sender.Verdict;
import java.util.Arrays;
import java.util.Optional;

/// The error codes of FCM HTTP v1, as `FcmError` names them, and what each means.
///
/// The source is https://firebase.google.com/docs/reference/fcm/rest/v1/ErrorCode
enum FcmCode {
  UNSPECIFIED_ERROR(500, FAILURE),
  /// If the answer blames another field than the token, the message is bad, see `FcmAnswer`.
  INVALID_ARGUMENT(400, SUSPECT),
  UNREGISTERED(404, GONE),
  /// The token belongs to another Firebase project, and our credentials may be for the wrong
  /// project.
  SENDER_ID_MISMATCH(403, SUSPECT),
  /// The quota of the device. If the answer names the project, see `FcmAnswer`, it is the
  /// project's.
  QUOTA_EXCEEDED(429, TOO_MANY),
  UNAVAILABLE(503, FAILURE),
  INTERNAL(500, FAILURE),
  /// The APNs key or the VAPID key that Google holds for the app is bad; Android needs neither.
  THIRD_PARTY_AUTH_ERROR(401, DENIED_FOR_TOKEN);

  private final int status;
  private final Verdict verdict;

  FcmCode(int status, Verdict verdict) {
    this.status = status;
    this.verdict = verdict;
  }

  static Optional<FcmCode> of(String name) {
    return Arrays.stream(values()).filter(code -> code.name().equals(name)).findFirst();
  }

  /// The documented status of the code.
  int status() {
    return status;
  }

  Verdict verdict() {
    return verdict;
  }

  /// The meaning of a status without any of these codes.
  static Verdict ofStatus(int status) {
    if (status >= 500) {
      return FAILURE;
    }
    return switch (status) {
      case 200 -> Verdict.ACCEPTED;
      case 401 -> STALE_ACCESS_TOKEN;
      // 404 without UNREGISTERED means that the project does not exist.
      case 403, 404 -> DENIED;
      case 429 -> TOO_MANY;
      default -> REFUSED;
    };
  }

  /// The meaning of a status whose body is not JSON. Such a page comes from a server in front of
  /// FCM, which knows neither projects nor tokens.
  static Verdict ofForeignPage(int status) {
    return switch (status) {
      case 403, 404 -> FAILURE;
      default -> ofStatus(status);
    };
  }
}
