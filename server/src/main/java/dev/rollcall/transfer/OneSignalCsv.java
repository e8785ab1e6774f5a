package dev.rollcall.transfer;

import dev.rollcall.account.Platform;
import dev.rollcall.token.Channel;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The rows of OneSignal's CSV export.
///
/// The user is in it only if the export was requested with `external_user_id` among its
/// `extra_fields`.
record OneSignalCsv(Intake intake) {
  static final CsvSource.Columns COLUMNS =
      new CsvSource.Columns(
          List.of("id", "identifier", "device_type", "last_active", "external_user_id"), true);

  private static final String IOS = "0";
  private static final String ANDROID = "1";

  ForeignToken read(Map<String, String> row) {
    var platform = platform(row.get("device_type"));
    requireAlive(row);
    return new ForeignToken(
        intake.app(),
        intake.id("external_user_id", row.get("external_user_id")),
        ForeignToken.token(
            platform == Platform.IOS ? Channel.APNS : Channel.FCM,
            "identifier",
            row.get("identifier")),
        platform,
        Cells.given(row.get("id")),
        Cells.given(row.get("timezone_id")),
        Times.seconds("last_active", row.get("last_active")));
  }

  private static Platform platform(@Nullable String type) {
    return switch (Cells.withoutPoint(type)) {
      case IOS -> Platform.IOS;
      case ANDROID -> Platform.ANDROID;
      default ->
          throw new RecordRejectedException(
              RecordRejectedException.NO_CHANNEL,
              "device_type " + type + " is neither iOS (0) nor Android (1)");
    };
  }

  private static void requireAlive(Map<String, String> row) {
    if (Cells.truth("invalid_identifier", row.get("invalid_identifier"))) {
      throw new RecordRejectedException(
          RecordRejectedException.DEAD, "OneSignal has marked it: invalid_identifier");
    }
    var types = Cells.withoutPoint(row.get("notification_types"));
    if (types.startsWith("-") || types.equals("0")) {
      throw new RecordRejectedException(
          RecordRejectedException.DEAD, "the user is not subscribed: notification_types " + types);
    }
  }
}
