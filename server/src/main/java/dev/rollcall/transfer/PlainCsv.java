package dev.rollcall.transfer;

import dev.rollcall.account.Platform;
import dev.rollcall.token.Channel;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The rows of the plain CSV format: `uid,platform,channel,token`.
record PlainCsv(Intake intake) {
  static final CsvSource.Columns COLUMNS =
      new CsvSource.Columns(List.of("uid", "platform", "channel", "token"), false);

  // A web-push subscription has keys, for which there is no column.
  private static final Channel[] CHANNELS = {Channel.FCM, Channel.APNS, Channel.APNS_VOIP};

  ForeignToken read(Map<String, String> row) {
    var channel = Form.oneOf("channel", lowerCase(row.get("channel")), CHANNELS, Channel::wireName);
    return new ForeignToken(
        intake.app(),
        intake.id("uid", row.get("uid")),
        ForeignToken.token(channel, "token", row.get("token")),
        Form.oneOf(
            "platform", lowerCase(row.get("platform")), Platform.values(), Platform::wireName),
        null,
        null,
        null);
  }

  private static @Nullable String lowerCase(@Nullable String text) {
    return text == null ? null : text.strip().toLowerCase(Locale.ROOT);
  }
}
