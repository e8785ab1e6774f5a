package dev.rollcall.provider;

import dev.rollcall.account.Credentials;
import dev.rollcall.account.Scope;
import dev.rollcall.http.Body;
import dev.rollcall.http.Request;
import dev.rollcall.http.Response;
import dev.rollcall.http.Route;
import dev.rollcall.json.JsonObject;
import dev.rollcall.problem.Problem;
import dev.rollcall.provider.ProviderStore.Administrator;
import dev.rollcall.provider.ProviderStore.UnsetId;
import dev.rollcall.provider.ProviderStore.UnsetIds;
import dev.rollcall.provider.sender.ProviderType;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The routes with which a back end manages the providers of its app; no answer contains a secret.
public final class ProviderRoutes {
  /// FCM accepts 10,000 a second from a project by default; an operator with a higher quota can set
  /// more.
  static final int MAX_PER_SECOND = 1_000_000;

  private final Providers providers;
  private final Clock clock;

  public ProviderRoutes(Providers providers, Clock clock) {
    this.providers = providers;
    this.clock = clock;
  }

  public List<Route> routes() {
    var one = "/v1/providers/{id}";
    return List.of(
        Route.plain("GET", "/v1/providers", this::list),
        Route.plain("GET", one, this::get),
        Route.plain("PUT", one, this::put),
        Route.plain("DELETE", one, this::delete));
  }

  private static Administrator who(Request request) {
    return new Administrator.BackEnd(Credentials.backEnd(request, Scope.FULL_ACCESS));
  }

  private Response list(Request request) {
    var who = who(request);
    var all = providers.list(who).stream().map(this::json).toList();
    return Response.json(200, Map.of("data", all, "meta", json(providers.unsetIds(who))));
  }

  private Response get(Request request) {
    return Response.data(json(providers.get(who(request), request.path("id"))));
  }

  private Response put(Request request) {
    var who = who(request);
    var check = request.query("check").isEmpty() || request.flag("check");
    var setting = setting(request.body(), check);
    return Response.data(json(providers.put(who, request.path("id"), setting)));
  }

  private static Providers.Setting setting(Body body, boolean check) {
    var type =
        body.string("type")
            .flatMap(ProviderType::of)
            .orElseThrow(
                () -> Problem.badField("type", "type must be " + ProviderType.wireNames(" or ")));
    return new Providers.Setting(
        type,
        JsonObject.parse(body.text()).orElse(JsonObject.EMPTY),
        body.strings("aliases"),
        body.wholeNumber("perSecond", MAX_PER_SECOND).map(Long::intValue),
        check);
  }

  private Response delete(Request request) {
    providers.delete(who(request), request.path("id"));
    return Response.success("The provider was deleted; nothing is sent through it any more");
  }

  private static Map<String, Object> json(UnsetIds unset) {
    return Map.of(
        "unsetProviders", unset.ids().stream().map(ProviderRoutes::json).toList(),
        "more", unset.more());
  }

  private static Map<String, Object> json(UnsetId unset) {
    var json = new LinkedHashMap<String, Object>();
    json.put("providerId", unset.id());
    json.put("type", unset.type().wireName());
    json.put("tokens", unset.tokens());
    return json;
  }

  private Map<String, Object> json(Provider provider) {
    return json(provider, clock.instant());
  }

  /// The public fields of a provider.
  public static Map<String, Object> json(Provider provider, Instant now) {
    var json = new LinkedHashMap<String, Object>();
    json.put("id", provider.id());
    json.put("type", provider.type().wireName());
    json.put("aliases", provider.aliases());
    json.putAll(provider.summary().fields());
    json.put("state", provider.state(now).wireName());
    var pausedUntil = provider.pausedUntil();
    if (pausedUntil != null && pausedUntil.isAfter(now)) {
      json.put("pausedUntil", pausedUntil.toEpochMilli());
    }
    var degradedSince = provider.degradedSince();
    if (degradedSince != null) {
      json.put("degradedSince", degradedSince.toEpochMilli());
    }
    var perSecond = provider.perSecond();
    if (perSecond != null) {
      json.put("perSecond", perSecond);
    }
    json.put("createdAt", provider.createdAt().toEpochMilli());
    json.put("updatedAt", provider.updatedAt().toEpochMilli());
    return json;
  }
}
