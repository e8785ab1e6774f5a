package dev.rollcall.provider.fcm;

import dev.rollcall.json.JsonObject;
import dev.rollcall.provider.sender.ProviderAnswer;
import dev.rollcall.provider.sender.Verdict;
import java.util.Optional;

/// The answer of FCM to a send; only its codes are read, never its messages.
record FcmAnswer(int status, JsonObject body, Optional<String> retryAfter)
    implements ProviderAnswer {
  private static final String FCM_ERROR = "type.googleapis.com/google.firebase.fcm.v1.FcmError";
  private static final String BAD_REQUEST = "type.googleapis.com/google.rpc.BadRequest";

  static FcmAnswer of(int status, String body, Optional<String> retryAfter) {
    return new FcmAnswer(status, JsonObject.parse(body).orElse(JsonObject.EMPTY), retryAfter);
  }

  @Override
  public Verdict verdict() {
    if (status == 200) {
      return Verdict.ACCEPTED;
    }
    return code()
        .map(
            code ->
                code == FcmCode.INVALID_ARGUMENT && blamesAField()
                    ? Verdict.REFUSED
                    : code.verdict())
        .orElseGet(() -> FcmCode.ofStatus(status));
  }

  private Optional<FcmCode> code() {
    return error().objects("details").stream()
        .filter(detail -> detail.string("@type").filter(FCM_ERROR::equals).isPresent())
        .flatMap(detail -> detail.string("errorCode").stream())
        .findFirst()
        .flatMap(FcmCode::of);
  }

  private boolean blamesAField() {
    return error().objects("details").stream()
        .filter(detail -> detail.string("@type").filter(BAD_REQUEST::equals).isPresent())
        .anyMatch(detail -> !detail.objects("fieldViolations").isEmpty());
  }

  private JsonObject error() {
    return body.object("error");
  }

  @Override
  public String receipt() {
    return body.string("name").orElse("");
  }

  /// The status with FCM's error code, or else with Google's name of the status.
  @Override
  public String reason() {
    return code()
        .map(FcmCode::name)
        .or(() -> error().string("status").filter(word -> word.matches("[A-Z_]{1,40}")))
        .map(word -> status + " " + word)
        .orElse("" + status);
  }
}
