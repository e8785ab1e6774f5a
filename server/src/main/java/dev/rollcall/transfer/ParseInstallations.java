package dev.rollcall.transfer;

import dev.rollcall.account.Platform;
import dev.rollcall.token.Channel;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The objects of Parse Server's class `_Installation`, as its API returns them or as MongoDB
/// stores them.
///
/// The user is a pointer or a text in `userField`, or by default in `user` or `userId`.
record ParseInstallations(Intake intake, Optional<String> userField) {
  private static final Set<String> FCM = Set.of("fcm", "gcm");
  private static final Pattern DIGITS = Pattern.compile("\\d{1,15}");

  ForeignToken read(JsonNode installation) {
    var type = text(installation, "deviceType").orElse("").toLowerCase(Locale.ROOT);
    var platform = platform(type);
    return new ForeignToken(
        intake.app(),
        intake.id(userField.orElse("user or userId"), uid(installation).orElse(null)),
        ForeignToken.token(
            channel(platform, pushType(installation)),
            "deviceToken",
            text(installation, "deviceToken").orElse(null)),
        platform,
        detail(installation, "installationId").orElse(null),
        detail(installation, "timeZone").orElse(null),
        seenAt(installation));
  }

  private static Platform platform(String type) {
    return switch (type) {
      case "ios" -> Platform.IOS;
      case "android" -> Platform.ANDROID;
      case "web", "js" -> Platform.WEB;
      default ->
          throw new RecordRejectedException(
              RecordRejectedException.NO_CHANNEL,
              "deviceType '" + type + "' is none of ios, android, web and js");
    };
  }

  // Parse sends to an iPhone through APNs unless the installation says otherwise.
  private static Channel channel(Platform platform, String pushType) {
    return platform == Platform.IOS && !FCM.contains(pushType) ? Channel.APNS : Channel.FCM;
  }

  private Optional<String> uid(JsonNode installation) {
    return userField
        .map(Stream::of)
        .orElseGet(() -> Stream.of("user", "userId"))
        .flatMap(field -> Stream.of(installation.path(field), installation.path("_p_" + field)))
        .flatMap(user -> uidOf(user).stream())
        .findFirst();
  }

  // A pointer is {"__type":"Pointer","className":"_User","objectId":"…"}, or "_User$…" in MongoDB.
  private static Optional<String> uidOf(JsonNode user) {
    var id = user.isObject() ? user.path("objectId") : user;
    return id.isString() || id.isNumber()
        ? Optional.of(id.asString().replaceFirst("^_User\\$", "")).filter(it -> !it.isBlank())
        : Optional.empty();
  }

  private static String pushType(JsonNode installation) {
    return detail(installation, "pushType").orElse("").strip().toLowerCase(Locale.ROOT);
  }

  /// A field without which the token is as good; empty if it is not understood.
  private static Optional<String> detail(JsonNode installation, String field) {
    return installation.path(field).stringValueOpt();
  }

  private static Optional<String> text(JsonNode installation, String field) {
    var value = installation.path(field);
    if (value.isMissingNode() || value.isNull()) {
      return Optional.empty();
    }
    if (!value.isString()) {
      throw new RecordRejectedException(
          RecordRejectedException.MALFORMED, field + " is not a string");
    }
    return Optional.of(value.asString());
  }

  private static @Nullable Long seenAt(JsonNode installation) {
    var api = installation.path("updatedAt");
    var time = api.isMissingNode() ? installation.path("_updated_at") : api;
    if (time.isMissingNode() || time.isNull()) {
      return null;
    }
    var bare = bare(time).asString("");
    return DIGITS.matcher(bare).matches() ? Long.parseLong(bare) : Times.date("updatedAt", bare);
  }

  // {"__type":"Date","iso":"…"}, {"$date":"…"} or {"$date":{"$numberLong":"…"}}
  private static JsonNode bare(JsonNode time) {
    return Stream.of("iso", "$date", "$numberLong")
        .filter(time::has)
        .findFirst()
        .map(wrapped -> bare(time.path(wrapped)))
        .orElse(time);
  }
}
