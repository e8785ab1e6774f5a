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

  Foreign read(Map<String, String> row) {
    var channel = Form.oneOf("channel", word(row.get("channel")), CHANNELS, Channel::word);
    return new Foreign(
        intake.app(),
        intake.id("uid", row.get("uid")),
        Foreign.token(channel, "token", row.get("token")),
        Form.oneOf("platform", word(row.get("platform")), Platform.values(), Platform::word),
        null,
        null,
        null);
  }

  private static @Nullable String word(@Nullable String text) {
    return text == null ? null : text.strip().toLowerCase(Locale.ROOT);
  }
}
