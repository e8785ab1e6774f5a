package dev.rollcall.transfer;

import dev.rollcall.account.Platform;
import dev.rollcall.token.Channel;
import java.util.List;
import java.util.Map;

/// The rows of the plain CSV format: `uid,platform,channel,token`.
record PlainCsv(String app) {
  static final CsvSource.Columns COLUMNS =
      new CsvSource.Columns(List.of("uid", "platform", "channel", "token"), false);

  Foreign read(Map<String, String> row) {
    var channel = Form.oneOf("channel", row.get("channel"), Channel.values(), Channel::word);
    return new Foreign(
        app,
        Foreign.uid("uid", row.get("uid")),
        Foreign.token(channel, "token", row.get("token")),
        Form.oneOf("platform", row.get("platform"), Platform.values(), Platform::word),
        null,
        null,
        null);
  }
}
