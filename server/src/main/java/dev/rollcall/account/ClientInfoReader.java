package dev.rollcall.account;

import dev.rollcall.http.Body;
import dev.rollcall.http.Request;
import java.util.Optional;

/// Reads what an SDK reports about itself, in the body of a login and in the headers of every
/// request.
public final class ClientInfoReader {
  private static final int MAX_LENGTH = 255;

  private ClientInfoReader() {}

  public static ClientInfo read(Request request, Body body) {
    var resource = request.resource().map(ClientInfoReader::cut);
    var sdk = request.sdk().map(ClientInfoReader::cut).or(() -> version(body));
    return new ClientInfo(
        platform(request, body).orElse(null),
        resource.orElse(null),
        deviceId(body).flatMap(DeviceId::plausible).orElse(null),
        sdk.orElse(null));
  }

  /// Why the `deviceId` in the body is ignored; empty if it is not, or if there is none.
  public static Optional<String> deviceIdFlaw(Body body) {
    return deviceId(body).flatMap(DeviceId::flaw);
  }

  private static Optional<String> deviceId(Body body) {
    return body.lenientString("deviceId", MAX_LENGTH);
  }

  private static Optional<Platform> platform(Request request, Body body) {
    return platformInHeaders(request)
        .or(() -> body.lenientString("platform", MAX_LENGTH).flatMap(Platform::guess));
  }

  /// The platform that this request comes from, if its headers show it.
  public static Optional<Platform> platformInHeaders(Request request) {
    return request
        .resource()
        .flatMap(Platform::guess)
        .or(() -> request.sdk().flatMap(Platform::guess));
  }

  /// The platform that the `User-Agent` of a native app suggests.
  public static Optional<Platform> guess(Request request) {
    return request.userAgent().flatMap(Platform::ofNativeApp);
  }

  private static Optional<String> version(Body body) {
    return body.has("appInfo") && !body.kind("appInfo").equals("an object")
        ? Optional.empty()
        : body.object("appInfo").flatMap(info -> info.lenientString("version", MAX_LENGTH));
  }

  private static String cut(String text) {
    return text.substring(0, Math.min(MAX_LENGTH, text.length()));
  }
}
