package dev.rollcall.transfer;

import dev.rollcall.account.DeviceId;
import dev.rollcall.account.Platform;
import dev.rollcall.account.Timezone;
import dev.rollcall.problem.Problem;
import dev.rollcall.token.Channel;
import dev.rollcall.token.TokenValue;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A push token from another system, of a user of `app`.
///
/// `device` is that system's id of the installation, or null if it cannot name one device. `seenAt`, in epoch milliseconds, is the last
/// time that the installation contacted that system, or null if the file does not say.
public record ForeignToken(
    String app,
    ForeignId id,
    TokenValue value,
    Platform platform,
    @Nullable String device,
    @Nullable String timezone,
    @Nullable Long seenAt)
    implements ImportRecord {

  public ForeignToken {
    Form.matching("app", app, Form.APP_ID);
    if (value.channel() == Channel.WEB_PUSH) {
      throw new RecordRejectedException(
          RecordRejectedException.MALFORMED,
          "a web-push subscription has keys, which this format cannot hold");
    }
    if (value.channel().isApns() && platform != Platform.IOS) {
      throw new RecordRejectedException(
          RecordRejectedException.MALFORMED, "an APNs token is always of the platform ios");
    }
    device = device == null ? null : storable(device).flatMap(DeviceId::plausible).orElse(null);
    timezone = timezone == null ? null : Timezone.read(timezone).orElse(null);
  }

  // PostgreSQL refuses a text with a NUL.
  private static Optional<String> storable(String device) {
    return Optional.of(device).filter(it -> it.indexOf('\0') < 0);
  }

  public String uid() {
    return id.uid();
  }

  /// Reads the token in `field`; refuses blanks, words such as `null`, and rounded numbers.
  static TokenValue token(Channel channel, String field, @Nullable String raw) {
    Cells.requireAllDigits(field, raw);
    try {
      return TokenValue.read(channel, field, raw == null ? "" : raw);
    } catch (Problem problem) {
      throw RecordRejectedException.of(problem);
    }
  }

  @Override
  public String toString() {
    return "Foreign[" + value.masked() + "]";
  }
}
