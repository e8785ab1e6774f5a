package dev.rollcall.token;

import dev.rollcall.account.Credentials;
import dev.rollcall.account.Scope;
import dev.rollcall.account.SessionRef;
import dev.rollcall.account.TimezoneReader;
import dev.rollcall.http.Body;
import dev.rollcall.http.Request;
import dev.rollcall.http.Response;
import dev.rollcall.http.Route;
import dev.rollcall.problem.Problem;
import dev.rollcall.token.TokenStore.Listed;
import dev.rollcall.token.TokenStore.Reach;
import dev.rollcall.token.TokenStore.Who;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// The routes of the newer push-token service. An SDK's `registerPushToken` calls them with an auth
/// token, and a back end calls them with its API key.
public final class PushTokenRoutes {
  private static final String TOKENS = "/notifications/push/v1/tokens";
  private static final int LONGEST_PROVIDER = 100;
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
    var ignored = new ArrayList<Ignored>();
    var token = read(body).from(TokenBody.installation(body, ignored));
    return TokenBody.registered(tokens.register(who(request, body), List.of(token)), ignored);
  }

  private static Body deviceBody(Request request) {
    Credentials.device(request);
    return request.body();
  }

  private static NewToken read(Body body) {
    var word =
        body.string("platform")
            .orElseThrow(
                () -> Problem.badField("platform", "platform is missing; send one of " + words()));
    var platform =
        PushPlatform.of(word)
            .orElseThrow(() -> Problem.badField("platform", "platform must be one of " + words()));
    if (platform.channel() == Channel.WEB_PUSH) {
      return TokenBody.webPush(body)
          .map(
              it ->
                  NewToken.of(
                      it.endpoint(),
                      it.keys(),
                      provider(body),
                      TimezoneReader.read(body, "timezone").orElse(null)))
          .orElseThrow(() -> TokenBody.missing("webPush for the platform " + word));
    }
    var value =
        TokenBody.read(body, platform.tokenKey(), platform.channel())
            .orElseThrow(
                () -> TokenBody.missing(platform.tokenKey() + " for the platform " + word));
    return new NewToken(
        value, platform, null, provider(body), TimezoneReader.read(body, "timezone").orElse(null));
  }

  private static String provider(Body body) {
    return body.string("providerId", LONGEST_PROVIDER)
        .filter(it -> !it.isBlank())
        .orElse(NewToken.DEFAULT_PROVIDER);
  }

  private static String words() {
    return Arrays.stream(PushPlatform.values())
        .map(PushPlatform::word)
        .collect(Collectors.joining(", "));
  }

  private static boolean isBackEnd(Request request) {
    return request.apiKey().isPresent();
  }

  private static Who who(Request request, Body body) {
    if (!isBackEnd(request)) {
      return new Who.Self(Credentials.device(request));
    }
    var caller = Credentials.backEnd(request, Scope.FULL_ACCESS);
    var session =
        body.string("authToken")
            .orElseThrow(
                () ->
                    Problem.badField(
                        "authToken", "authToken is missing; it names the session to act on"));
    return new Who.Named(caller, new SessionRef(session));
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
    var who = new Who.Named(caller, new SessionRef(session));
    return Response.data(Map.of("pushTokens", json(tokens.list(who, reach(request)))));
  }

  private static Reach reach(Request request) {
    return request.flag("all") ? Reach.USER : Reach.SESSION;
  }

  // The SDK reads `success`, the REST documentation shows `pushTokens`: the answer has both.
  private Response deleteAll(Request request) {
    var who = who(request, request.body());
    return deleted(tokens.delete(who, reach(request)));
  }

  private Response deleteOne(Request request) {
    Credentials.backEnd(request, Scope.FULL_ACCESS);
    return switch (who(request, request.body())) {
      case Who.Named named -> deleted(tokens.delete(named, request.path("pushToken")));
      case Who.Self self -> throw new IllegalStateException("a key was required above");
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
    json.put("platform", token.pushPlatform().word());
    json.put("providerId", token.providerId());
    json.put("createdAt", TIME.format(Instant.ofEpochMilli(token.createdAt())));
    json.put("updatedAt", TIME.format(Instant.ofEpochMilli(token.registeredAt())));
    return json;
  }
}
