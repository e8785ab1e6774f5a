package dev.rollcall.provider.webpush;

import static dev.rollcall.provider.sender.Verdict.ACCEPTED;
import static dev.rollcall.provider.sender.Verdict.DENIED_FOR_TOKEN;
import static dev.rollcall.provider.sender.Verdict.FAILURE;
import static dev.rollcall.provider.sender.Verdict.GONE;
import static dev.rollcall.provider.sender.Verdict.REFUSED;
import static dev.rollcall.provider.sender.Verdict.SUSPECT;
import static dev.rollcall.provider.sender.Verdict.TOO_MANY;
import static dev.rollcall.provider.sender.Verdict.TOO_MANY_FOR_DEVICE;
import static java.util.Map.entry;

import dev.rollcall.provider.sender.Verdict;
import java.util.Map;

/// The meaning of each status of a push service; no other code is common to all services.
///
/// The sources are https://www.rfc-editor.org/rfc/rfc8030 and
/// https://www.rfc-editor.org/rfc/rfc8292;
/// https://mozilla-services.github.io/autopush-rs/errors.html for 413 and the redirects;
/// https://learn.microsoft.com/en-us/windows/apps/design/shell/tiles-and-notifications/push-request-response-headers
/// for 406; and
/// https://developer.apple.com/documentation/usernotifications/sending-web-push-notifications-in-web-apps-and-browsers
final class WebPushCode {
  static final Map<Integer, Verdict> DOCUMENTED =
      Map.ofEntries(
          entry(200, ACCEPTED),
          entry(201, ACCEPTED),
          entry(202, ACCEPTED),
          entry(204, ACCEPTED),
          // We follow no redirects, and the real push services send none.
          entry(301, SUSPECT),
          entry(307, SUSPECT),
          entry(308, SUSPECT),
          // Our headers are checked before the request is sent, so the subscription or its VAPID
          // key is bad.
          entry(400, SUSPECT),
          entry(401, DENIED_FOR_TOKEN),
          entry(403, DENIED_FOR_TOKEN),
          entry(404, GONE),
          // Microsoft's equivalent of 429.
          entry(406, TOO_MANY_FOR_DEVICE),
          entry(410, GONE),
          entry(413, REFUSED),
          entry(429, TOO_MANY),
          entry(500, FAILURE),
          entry(502, FAILURE),
          entry(503, FAILURE),
          entry(504, FAILURE));

  private WebPushCode() {}

  static Verdict of(int status) {
    return DOCUMENTED.getOrDefault(status, undocumented(status));
  }

  private static Verdict undocumented(int status) {
    if (status >= 500) {
      return FAILURE;
    }
    return status >= 300 && status < 400 ? SUSPECT : REFUSED;
  }
}
