package dev.rollcall.token;

import dev.rollcall.account.Credentials;
import dev.rollcall.account.Scope;
import dev.rollcall.http.Request;
import dev.rollcall.http.Response;
import dev.rollcall.http.Route;
import dev.rollcall.token.TokenStore.Listed;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The operator's view of a user: push tokens and their history. Tokens are masked; times are epoch
/// milliseconds.
public final class UserTokenRoutes {
  private final Tokens tokens;

  public UserTokenRoutes(Tokens tokens) {
    this.tokens = tokens;
  }

  public List<Route> routes() {
    return List.of(Route.plain("GET", "/v1/users/{uid}/tokens", this::list));
  }

  private Response list(Request request) {
    var caller = Credentials.backEnd(request, Scope.FULL_ACCESS);
    var uid = request.path("uid");
    var userTokens = tokens.userTokens(caller, uid);
    var json = new LinkedHashMap<String, Object>();
    json.put(
        "tokens", userTokens.tokens().stream().map(it -> json(it, userTokens.suspects())).toList());
    json.put("history", userTokens.history().stream().map(UserTokenRoutes::json).toList());
    return Response.data(json);
  }

  private Map<String, @Nullable Object> json(Listed listed, Set<TokenId> suspects) {
    var token = listed.token();
    var id = TokenId.of(token);
    var json = new LinkedHashMap<String, @Nullable Object>();
    json.put("id", id.text());
    json.put("state", suspects.contains(id) ? "suspect" : "active");
    json.put("session", listed.session());
    json.put("channel", token.channel().wireName());
    json.put("platform", token.platform().wireName());
    json.put("pushPlatform", token.pushPlatform().wireName());
    json.put("providerId", token.providerId());
    json.put("token", token.value().masked());
    json.put("createdAt", token.createdAt());
    json.put("registeredAt", token.registeredAt());
    json.put("stale", tokens.isStale(token));
    json.put("lastAcceptedAt", token.pushes().acceptedAt());
    json.put("lastFailedAt", token.pushes().failedAt());
    json.put("lastFailure", token.pushes().failure());
    json.put("neverWorked", token.pushes().neverWorked());
    return json;
  }

  private static Map<String, Object> json(TokenEvent event) {
    var json = new LinkedHashMap<String, Object>();
    json.put("at", event.at());
    json.put("event", event.kind().wireName());
    json.put("channel", event.channel().wireName());
    json.put("token", event.token());
    json.put("session", event.session());
    json.put("by", event.actor());
    json.put("why", event.reason());
    return json;
  }
}
