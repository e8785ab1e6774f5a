package dev.rollcall.sdk;

import dev.rollcall.account.Credentials;
import dev.rollcall.account.Platform;
import dev.rollcall.http.Request;
import dev.rollcall.http.Response;
import dev.rollcall.http.Route;
import dev.rollcall.token.Channel;
import dev.rollcall.token.NewToken;
import dev.rollcall.token.SentAlong;
import dev.rollcall.token.TokenBody;
import dev.rollcall.token.TokenStore.RequestedSession;
import dev.rollcall.token.TokenStore.TokenScope;
import dev.rollcall.token.Tokens;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;

/// The routes of the `push-notification` extension, which the SDKs call with `callExtension`.
public final class ExtensionRoutes {
  /// A key of the body, with the channel of the token that it holds.
  private record Key(String name, Channel channel) {}

  private static final List<Key> KEYS =
      List.of(
          new Key("fcmToken", Channel.FCM),
          new Key("apnsToken", Channel.APNS),
          new Key("voipToken", Channel.APNS_VOIP));

  private final Tokens tokens;

  public ExtensionRoutes(Tokens tokens) {
    this.tokens = tokens;
  }

  public List<Route> routes() {
    return List.of(
        Route.plain("POST", "/v2/tokens", this::register),
        Route.plain("GET", "/v2/tokens", this::list),
        Route.plain("DELETE", "/v2/tokens", this::delete),
        Route.plain("GET", "/v1/registration", this::registration));
  }

  private Response register(Request request) {
    var caller = Credentials.device(request);
    var along = new SentAlong();
    var wanted = read(request, along);
    return TokenBody.registered(
        tokens.register(new RequestedSession.Own(caller), wanted), along.ignored());
  }

  private static List<NewToken> read(Request request, SentAlong along) {
    var body = request.body();
    var all = new ArrayList<NewToken>();
    for (var key : KEYS) {
      along
          .readToken(key.name(), () -> TokenBody.read(body, key.name(), key.channel()))
          .map(NewToken::of)
          .map(token -> token.withPlatform(TokenBody.platform(request, key.channel()).orElse(null)))
          .ifPresent(all::add);
    }
    TokenBody.webPush(body, along)
        .map(it -> NewToken.of(it.endpoint(), it.keys()))
        .ifPresent(all::add);
    if (all.isEmpty()) {
      throw along.noToken("fcmToken, apnsToken, voipToken or webPush");
    }
    var installation = TokenBody.installation(body, along);
    return all.stream()
        .map(token -> token.withInstallation(installation).withIgnored(along.ignored()))
        .toList();
  }

  private Response list(Request request) {
    var lists = new LinkedHashMap<String, List<String>>();
    for (var platform : Platform.values()) {
      lists.put(platform.wireName(), new ArrayList<>());
    }
    for (var token : tokens.ofUser(Credentials.device(request))) {
      Objects.requireNonNull(lists.get(token.platform().wireName())).add(token.value().text());
    }
    return Response.data(lists);
  }

  private Response registration(Request request) {
    return Response.data(TokenBody.json(tokens.revision(Credentials.device(request))));
  }

  private Response delete(Request request) {
    var caller = Credentials.device(request);
    var all = request.body().bool("all").orElse(false);
    tokens.delete(new RequestedSession.Own(caller), all ? TokenScope.USER : TokenScope.SESSION);
    return Response.success();
  }
}
