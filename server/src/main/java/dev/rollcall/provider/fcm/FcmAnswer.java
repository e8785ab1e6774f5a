package dev.rollcall.provider.fcm;

import dev.rollcall.json.JsonObject;
import dev.rollcall.provider.sender.ProviderAnswer;
import dev.rollcall.provider.sender.Verdict;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// The answer of FCM to a send; only its codes are read, never its messages.
///
/// `body` is empty if the answer is not JSON. Then it comes from a server in front of FCM, so it
/// says nothing about the token, the message or the credentials.
record FcmAnswer(int status, Optional<JsonObject> body, Optional<String> retryAfter)
    implements ProviderAnswer {
  private static final String FCM_ERROR = "type.googleapis.com/google.firebase.fcm.v1.FcmError";
  private static final String APNS_ERROR = "type.googleapis.com/google.firebase.fcm.v1.ApnsError";
  private static final String BAD_REQUEST = "type.googleapis.com/google.rpc.BadRequest";

  private static final String QUOTA_FAILURE = "type.googleapis.com/google.rpc.QuotaFailure";
  private static final String ERROR_INFO = "type.googleapis.com/google.rpc.ErrorInfo";
  private static final int TOO_MANY_REQUESTS = 429;

  /// The fields of a request that hold the token.
  private static final Set<String> TARGETS = Set.of("message.token", "message.fid");

  /// Apple's reasons that are about the token behind an FCM token.
  private static final Set<String> APPLE_BLAMES_THE_TOKEN =
      Set.of("BadDeviceToken", "DeviceTokenNotForTopic", "ExpiredToken", "Unregistered");

  static FcmAnswer of(int status, String body, Optional<String> retryAfter) {
    return new FcmAnswer(status, JsonObject.parse(body), retryAfter);
  }

  @Override
  public Verdict verdict() {
    if (status == 200) {
      return name().isPresent() ? Verdict.ACCEPTED : Verdict.FAILURE;
    }
    if (status == TOO_MANY_REQUESTS && blamesTheProject()) {
      return Verdict.TOO_MANY_FOR_PROVIDER;
    }
    if (isInvalidArgument()) {
      return invalidArgument();
    }
    return code()
        .map(FcmCode::verdict)
        .orElseGet(
            () -> body.isPresent() ? FcmCode.ofStatus(status) : FcmCode.ofForeignPage(status));
  }

  private boolean isInvalidArgument() {
    return code()
        .map(code -> code == FcmCode.INVALID_ARGUMENT)
        .orElseGet(() -> error().string("status").filter("INVALID_ARGUMENT"::equals).isPresent());
  }

  // FCM may blame a field, or pass on Apple's reason. If it does neither, it is unknown whether the
  // token or the message is bad.
  private Verdict invalidArgument() {
    var blamed = blamedFields();
    if (!blamed.isEmpty()) {
      return TARGETS.containsAll(blamed) ? Verdict.SUSPECT : Verdict.REFUSED;
    }
    return appleReason()
        .map(reason -> APPLE_BLAMES_THE_TOKEN.contains(reason) ? Verdict.SUSPECT : Verdict.REFUSED)
        .or(() -> code().map(FcmCode::verdict))
        .orElse(Verdict.REFUSED);
  }

  // True if the quota of the project is used up. Otherwise the quota of one device may be used up,
  // because Google uses the same code for both.
  private boolean blamesTheProject() {
    return details(QUOTA_FAILURE)
            .flatMap(detail -> detail.objects("violations").stream())
            .flatMap(violation -> violation.string("subject").stream())
            .anyMatch(subject -> subject.startsWith("project"))
        || details(ERROR_INFO).anyMatch(FcmAnswer::isProjectRate);
  }

  private static boolean isProjectRate(JsonObject info) {
    return info.string("reason").filter("RATE_LIMIT_EXCEEDED"::equals).isPresent()
        && info.object("metadata")
            .string("quota_limit")
            .map(limit -> limit.endsWith("PerProject"))
            .orElse(true);
  }

  private Optional<FcmCode> code() {
    return details(FCM_ERROR)
        .flatMap(detail -> detail.string("errorCode").stream())
        .findFirst()
        .flatMap(FcmCode::of);
  }

  private List<String> blamedFields() {
    return details(BAD_REQUEST)
        .flatMap(detail -> detail.objects("fieldViolations").stream())
        .map(violation -> violation.string("field").orElse(""))
        .toList();
  }

  private Optional<String> appleReason() {
    return details(APNS_ERROR)
        .flatMap(detail -> detail.string("reason").stream())
        .filter(reason -> reason.matches("[A-Za-z]{1,40}"))
        .findFirst();
  }

  private Stream<JsonObject> details(String type) {
    return error().objects("details").stream()
        .filter(detail -> detail.string("@type").filter(type::equals).isPresent());
  }

  private JsonObject error() {
    return body.orElse(JsonObject.EMPTY).object("error");
  }

  private Optional<String> name() {
    return body.flatMap(it -> it.string("name"));
  }

  @Override
  public String receipt() {
    return name().orElse("");
  }

  /// The status with FCM's error code, or else with Google's name of the status. Apple's reason
  /// follows, if FCM passes it on.
  @Override
  public String reason() {
    if (body.isEmpty()) {
      return status + "; the answer is not JSON";
    }
    if (status == 200) {
      return status + "; the answer does not name a message";
    }
    var reason =
        code()
            .map(FcmCode::name)
            .or(() -> error().string("status").filter(word -> word.matches("[A-Z_]{1,40}")))
            .map(word -> status + " " + word)
            .orElse("" + status);
    return reason + appleReason().map(it -> "; APNs: " + it).orElse("");
  }
}
