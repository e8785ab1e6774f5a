package dev.rollcall.transfer;

import dev.rollcall.account.Platform;
import dev.rollcall.token.Channel;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The rows of OneSignal's CSV export.
///
/// The user is in it only if the export was requested with `external_user_id` among its
/// `extra_fields`.
record OneSignalCsv(String app) {
  static final CsvSource.Columns COLUMNS =
      new CsvSource.Columns(
          List.of("id", "identifier", "device_type", "last_active", "external_user_id"), true);

  private static final String IOS = "0";
  private static final String ANDROID = "1";
  private static final Set<String> TRUE = Set.of("t", "true", "1");

  Foreign read(Map<String, String> row) {
    var platform = platform(row.get("device_type"));
    requireAlive(row);
    return new Foreign(
        app,
        Foreign.uid("external_user_id", row.get("external_user_id")),
        Foreign.token(
            platform == Platform.IOS ? Channel.APNS : Channel.FCM,
            "identifier",
            row.get("identifier")),
        platform,
        given(row.get("id")),
        given(row.get("timezone_id")),
        Times.seconds("last_active", row.get("last_active")));
  }

  private static Platform platform(@Nullable String type) {
    return switch (type == null ? "" : type) {
      case IOS -> Platform.IOS;
      case ANDROID -> Platform.ANDROID;
      default ->
          throw new Refused(
              Refused.NO_CHANNEL, "device_type " + type + " is neither iOS (0) nor Android (1)");
    };
  }

  private static void requireAlive(Map<String, String> row) {
    if (TRUE.contains(row.getOrDefault("invalid_identifier", ""))) {
      throw new Refused(Refused.DEAD, "OneSignal has marked it: invalid_identifier");
    }
    var types = row.getOrDefault("notification_types", "");
    if (types.startsWith("-") || types.equals("0")) {
      throw new Refused(Refused.DEAD, "the user is not subscribed: notification_types " + types);
    }
  }

  private static @Nullable String given(@Nullable String text) {
    return text == null || text.isBlank() ? null : text;
  }
}
