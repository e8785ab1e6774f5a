package dev.rollcall.token;

import dev.rollcall.account.ClientInfoReader;
import dev.rollcall.account.DeviceId;
import dev.rollcall.http.Body;
import dev.rollcall.http.Request;
import dev.rollcall.http.Response;
import dev.rollcall.problem.Code;
import dev.rollcall.problem.Problem;
import dev.rollcall.token.PlatformClaim.Basis;
import dev.rollcall.token.Registration.Superseded;
import dev.rollcall.token.TokenStore.Registered;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Reads registrations from JSON, and writes their results.
public final class TokenBody {
  /// The greatest whole number that a JSON number represents exactly in every language.
  private static final long MAX_SEQUENCE = (1L << 53) - 1;

  private static final Pattern DEVICE_KEY = Pattern.compile("[\\x21-\\x7e]{1,200}");

  private TokenBody() {}

  /// The token under `key`; empty if the key is absent or null.
  public static Optional<TokenValue> read(Body body, String key, Channel channel) {
    if (body.hasNonString(key)) {
      throw new Problem(
          Code.TOKEN_NOT_A_STRING,
          key + " must be a string, not " + body.kind(key),
          Map.of("field", key));
    }
    return body.string(key).map(raw -> TokenValue.read(channel, key, raw));
  }

  /// The endpoint and keys of a browser's push subscription, in the form of its `toJSON()`.
  public record WebPush(TokenValue endpoint, Subscription keys) {}

  /// The subscription under `webPush`; empty if it is absent or null.
  public static Optional<WebPush> webPush(Body body, SentAlong along) {
    var given = body.object("webPush");
    if (given.isEmpty()) {
      return Optional.empty();
    }
    var endpoint = required(given.get(), "webPush.", "endpoint");
    var keys = given.get().object("keys").orElseThrow(() -> missingKey("webPush.keys"));
    return Optional.of(
        new WebPush(
            TokenValue.read(Channel.WEB_PUSH, "webPush.endpoint", endpoint),
            Subscription.read(
                "webPush",
                required(keys, "webPush.keys.", "p256dh"),
                required(keys, "webPush.keys.", "auth"),
                along.read("webPush.applicationServerKey", () -> serverKey(given.get())))));
  }

  private static Optional<String> serverKey(Body webPush) {
    return webPush
        .string("applicationServerKey")
        .map(key -> Subscription.readServerKey("webPush.applicationServerKey", key));
  }

  private static String required(Body body, String prefix, String key) {
    return body.string(key).orElseThrow(() -> missingKey(prefix + key));
  }

  private static Problem missingKey(String field) {
    return Problem.badField(
        field, field + " is missing; send the PushSubscription as its toJSON() gives it");
  }

  public static Problem missing(String keys) {
    return new Problem(Code.TOKEN_MISSING, "The body holds no push token; send " + keys);
  }

  /// What the headers of this request say about the platform of a token in `channel`.
  ///
  /// Only React Native's SDK and apps without an SDK need the guess, and only for FCM: the other
  /// channels exist on one platform each.
  public static Optional<PlatformClaim> platform(Request request, Channel channel) {
    return ClientInfoReader.platformInHeaders(request)
        .map(platform -> PlatformClaim.of(channel, platform, Basis.REPORTED))
        .or(
            () ->
                ClientInfoReader.guess(request)
                    .map(platform -> PlatformClaim.of(channel, platform, Basis.GUESSED)));
  }

  /// What the client reports about its installation; every part is optional. A device key that cannot
  /// name one phone is ignored.
  public static Installation installation(Body body, SentAlong along) {
    var key = along.read("deviceKey", () -> body.string("deviceKey"));
    var flaw = key.flatMap(TokenBody::flaw);
    flaw.ifPresent(reason -> along.ignore("deviceKey", reason));
    return Installation.of(
        flaw.isPresent() ? null : key.orElse(null),
        along.read("sequence", () -> body.wholeNumber("sequence", MAX_SEQUENCE)).orElse(null));
  }

  private static Optional<String> flaw(String deviceKey) {
    return DeviceId.flaw(deviceKey)
        .or(
            () ->
                DEVICE_KEY.matcher(deviceKey).matches()
                    ? Optional.empty()
                    : Optional.of(
                        "A device key has 1 to 200 printable ASCII characters and no spaces"));
  }

  /// `unread` are the fields of the request that were ignored before it was registered.
  public static Response registered(Registered registered, List<Ignored> unread) {
    var ignored = Stream.concat(unread.stream(), registered.ignored().stream()).toList();
    registered.superseded().ifPresent(TokenBody::refuse);
    var data = new LinkedHashMap<String, Object>();
    data.put("success", true);
    data.putAll(json(Revision.of(registered.tokens())));
    putIgnored(data, ignored);
    return Response.data(data);
  }

  /// Adds the ignored fields to an answer, if there are any.
  public static void putIgnored(Map<String, Object> data, List<Ignored> ignored) {
    if (!ignored.isEmpty()) {
      data.put("ignored", ignored);
    }
  }

  private static void refuse(Superseded superseded) {
    throw new Problem(
        Code.ERR_SUPERSEDED,
        "This session has registered another push token with the sequence %d, so nothing was changed; if this one is current, register it again without sequence, or with a greater one"
            .formatted(superseded.sequence()),
        Map.of("field", "sequence", "sequence", superseded.sequence()));
  }

  public static Map<String, Object> json(Optional<Revision> revision) {
    var json = new LinkedHashMap<String, Object>();
    json.put("revision", revision.map(Revision::text).orElse(null));
    return json;
  }
}
