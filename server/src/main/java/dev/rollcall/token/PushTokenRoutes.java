package dev.rollcall.token;

import dev.rollcall.account.Credentials;
import dev.rollcall.account.Platform;
import dev.rollcall.account.Scope;
import dev.rollcall.account.SessionRef;
import dev.rollcall.account.TimezoneReader;
import dev.rollcall.http.Body;
import dev.rollcall.http.Request;
import dev.rollcall.http.Response;
import dev.rollcall.http.Route;
import dev.rollcall.problem.Problem;
import dev.rollcall.token.PlatformClaim.Basis;
import dev.rollcall.token.TokenStore.Listed;
import dev.rollcall.token.TokenStore.RequestedSession;
import dev.rollcall.token.TokenStore.TokenScope;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// The routes of the newer push-token service. An SDK's `registerPushToken` calls them with an auth
/// token, and a back end calls them with its API key.
public final class PushTokenRoutes {
  private static final String TOKENS = "/notifications/push/v1/tokens";
  private static final int MAX_PROVIDER_LENGTH = 100;
  private static final int LONGEST_WORD = 255;
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  private final Tokens tokens;

  public PushTokenRoutes(Tokens tokens) {
    this.tokens = tokens;
  }

  public List<Route> routes() {
    return List.of(
        Route.versioned("POST", TOKENS, this::register),
        Route.versioned("GET", TOKENS, this::list),
        Route.versioned("DELETE", TOKENS, this::deleteAll),
        Route.versioned("DELETE", TOKENS + "/{pushToken}", this::deleteOne));
  }

  private Response register(Request request) {
    // Credentials are checked for presence first: without them, that is the error to report.
    var body = isBackEnd(request) ? request.body() : deviceBody(request);
    var along = new SentAlong();
    var wanted = read(request, body, along);
    var registered = tokens.register(who(request, body), wanted);
    return TokenBody.registered(registered, along.ignored());
  }

  private static Body deviceBody(Request request) {
    Credentials.device(request);
    return request.body();
  }

  private static List<NewToken> read(Request request, Body body, SentAlong along) {
    var platform = along.read("platform", () -> platform(body));
    var found =
        platform.isPresent()
            ? List.of(token(body, platform.get(), along))
            : tokensOfAnyPlatform(request, body, along);
    var provider = along.read("providerId", () -> provider(body)).orElse(null);
    var zone = along.read("timezone", () -> TimezoneReader.read(body, "timezone")).orElse(null);
    var installation = TokenBody.installation(body, along);
    return found.stream()
        .map(
            token ->
                token
                    .withDetails(provider, zone)
                    .withInstallation(installation)
                    .withIgnored(along.ignored()))
        .toList();
  }

  /// The push platform that the body names; empty if it names none, or names only the platform of
  /// the app.
  private static Optional<PushPlatform> platform(Body body) {
    return body.string("platform")
        .map(String::strip)
        .filter(word -> system(word).isEmpty())
        .map(
            word ->
                PushPlatform.of(word.toLowerCase(Locale.ROOT))
                    .orElseThrow(() -> body.problem("platform", "must be one of " + words())));
  }

  private static Optional<Platform> system(String word) {
    return Arrays.stream(Platform.values())
        .filter(platform -> platform.wireName().equalsIgnoreCase(word))
        .findFirst();
  }

  private static NewToken token(Body body, PushPlatform platform, SentAlong along) {
    return token(body, platform.channel(), along)
        .map(token -> token.withPlatform(new PlatformClaim(platform, Basis.NAMED)))
        .orElseThrow(
            () ->
                TokenBody.missing(
                    platform.tokenKey() + " for the platform " + platform.wireName()));
  }

  private static Optional<NewToken> token(Body body, Channel channel, SentAlong along) {
    if (channel == Channel.WEB_PUSH) {
      return TokenBody.webPush(body, along).map(it -> NewToken.of(it.endpoint(), it.keys()));
    }
    return TokenBody.read(body, channel.tokenKey(), channel).map(NewToken::of);
  }

  /// All tokens of a body that does not name their platform. The key of a token shows its channel.
  private static List<NewToken> tokensOfAnyPlatform(Request request, Body body, SentAlong along) {
    var found = new ArrayList<NewToken>();
    for (var channel : Channel.values()) {
      var claim = claim(request, body, channel).orElse(null);
      along
          .readToken(channel.tokenKey(), () -> token(body, channel, along))
          .map(token -> token.withPlatform(claim))
          .ifPresent(found::add);
    }
    if (found.isEmpty()) {
      throw along.noToken("platform, and fcmToken, deviceToken, voipToken or webPush");
    }
    return found;
  }

  private static Optional<PlatformClaim> claim(Request request, Body body, Channel channel) {
    return body.lenientString("platform", LONGEST_WORD)
        .map(String::strip)
        .flatMap(PushTokenRoutes::system)
        .map(platform -> PlatformClaim.of(channel, platform, Basis.REPORTED))
        // The headers of a back end say nothing about the device.
        .or(() -> isBackEnd(request) ? Optional.empty() : TokenBody.platform(request, channel));
  }

  /// The provider id that the body names. A blank id names none.
  private static Optional<String> provider(Body body) {
    var id =
        body.string("providerId", MAX_PROVIDER_LENGTH)
            .map(String::strip)
            .filter(it -> !it.isEmpty());
    if (id.isPresent() && id.get().codePoints().anyMatch(Character::isISOControl)) {
      throw body.problem("providerId", "must not hold a control character");
    }
    return id;
  }

  private static String words() {
    return Arrays.stream(PushPlatform.values())
        .map(PushPlatform::wireName)
        .collect(Collectors.joining(", "));
  }

  private static boolean isBackEnd(Request request) {
    return request.apiKey().isPresent();
  }

  private static RequestedSession who(Request request, Body body) {
    if (!isBackEnd(request)) {
      return new RequestedSession.Own(Credentials.device(request));
    }
    var caller = Credentials.backEnd(request, Scope.FULL_ACCESS);
    var session =
        body.string("authToken")
            .orElseThrow(
                () ->
                    Problem.badField(
                        "authToken", "authToken is missing; it names the session to act on"));
    return new RequestedSession.Named(caller, new SessionRef(session));
  }

  private Response list(Request request) {
    var caller = Credentials.backEnd(request, Scope.FULL_ACCESS);
    var session =
        request
            .query("authToken")
            .orElseThrow(
                () ->
                    Problem.badField(
                        "authToken", "authToken is missing in the query; it names the session"));
    var who = new RequestedSession.Named(caller, new SessionRef(session));
    return Response.data(Map.of("pushTokens", json(tokens.list(who, reach(request)))));
  }

  private static TokenScope reach(Request request) {
    return request.flag("all") ? TokenScope.USER : TokenScope.SESSION;
  }

  // The SDK reads `success`, the REST documentation shows `pushTokens`: the answer has both.
  private Response deleteAll(Request request) {
    var who = who(request, request.body());
    return deleted(tokens.delete(who, reach(request)));
  }

  private Response deleteOne(Request request) {
    Credentials.backEnd(request, Scope.FULL_ACCESS);
    return switch (who(request, request.body())) {
      case RequestedSession.Named named -> deleted(tokens.delete(named, request.path("pushToken")));
      case RequestedSession.Own self -> throw new IllegalStateException("a key was required above");
    };
  }

  private static Response deleted(List<Listed> gone) {
    return Response.data(Map.of("success", true, "pushTokens", json(gone)));
  }

  private static List<Map<String, Object>> json(List<Listed> tokens) {
    return tokens.stream().map(PushTokenRoutes::json).toList();
  }

  private static Map<String, Object> json(Listed listed) {
    var token = listed.token();
    var json = new LinkedHashMap<String, Object>();
    json.put("uid", listed.uid());
    json.put("authToken", listed.session());
    json.put("pushToken", token.value().text());
    json.put("pushTokenType", "chat");
    json.put("platform", token.pushPlatform().wireName());
    json.put("providerId", token.providerId());
    json.put("createdAt", TIME.format(Instant.ofEpochMilli(token.createdAt())));
    json.put("updatedAt", TIME.format(Instant.ofEpochMilli(token.registeredAt())));
    return json;
  }
}
