package dev.rollcall.provider.fcm;

import static dev.rollcall.provider.sender.Verdict.DENIED;
import static dev.rollcall.provider.sender.Verdict.DENIED_FOR_TOKEN;
import static dev.rollcall.provider.sender.Verdict.FAILURE;
import static dev.rollcall.provider.sender.Verdict.GONE;
import static dev.rollcall.provider.sender.Verdict.REFUSED;
import static dev.rollcall.provider.sender.Verdict.STALE_PASS;
import static dev.rollcall.provider.sender.Verdict.SUSPECT;
import static dev.rollcall.provider.sender.Verdict.TOO_MANY;

import dev.rollcall.provider.sender.Verdict;
import java.util.Arrays;
import java.util.Optional;

/// The error codes of FCM HTTP v1, as its `FcmError` names them.
///
/// The source is https://firebase.google.com/docs/reference/fcm/rest/v1/ErrorCode
enum FcmCode {
  UNSPECIFIED_ERROR(500, FAILURE),
  /// Where a field is blamed it is the message, see `FcmAnswer`; where none is, it may be the token.
  INVALID_ARGUMENT(400, SUSPECT),
  UNREGISTERED(404, GONE),
  /// The token belongs to another Firebase project, which may be the right one.
  SENDER_ID_MISMATCH(403, SUSPECT),
  QUOTA_EXCEEDED(429, TOO_MANY),
  UNAVAILABLE(503, FAILURE),
  INTERNAL(500, FAILURE),
  /// The APNs key or the VAPID key that Google holds for the app is bad, which Android does not need.
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

  /// The status that the code is documented to travel under.
  int status() {
    return status;
  }

  Verdict verdict() {
    return verdict;
  }

  /// What a status means that comes without any of the codes, from Google's front doors.
  static Verdict ofStatus(int status) {
    if (status >= 500) {
      return FAILURE;
    }
    return switch (status) {
      case 200 -> Verdict.ACCEPTED;
      case 401 -> STALE_PASS;
      // 404 without UNREGISTERED is a project that is not there.
      case 403, 404 -> DENIED;
      case 429 -> TOO_MANY;
      default -> REFUSED;
    };
  }
}
