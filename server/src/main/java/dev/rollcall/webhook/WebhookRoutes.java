package dev.rollcall.webhook;

import dev.rollcall.account.Caller;
import dev.rollcall.account.Credentials;
import dev.rollcall.account.Scope;
import dev.rollcall.http.Body;
import dev.rollcall.http.Request;
import dev.rollcall.http.Response;
import dev.rollcall.http.Route;
import dev.rollcall.problem.Problem;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The routes with which a back end manages its webhooks.
public final class WebhookRoutes {
  private static final String WEBHOOKS = "/v1/webhooks";
  private static final String ONE = WEBHOOKS + "/{id}";

  private final Webhooks webhooks;

  public WebhookRoutes(Webhooks webhooks) {
    this.webhooks = webhooks;
  }

  public List<Route> routes() {
    return List.of(
        Route.plain("GET", WEBHOOKS, this::list),
        Route.plain("GET", ONE, this::read),
        Route.plain("PUT", ONE, this::put),
        Route.plain("DELETE", ONE, this::delete));
  }

  private static Caller.BackEnd backEnd(Request request) {
    return Credentials.backEnd(request, Scope.FULL_ACCESS);
  }

  private Response list(Request request) {
    var all = webhooks.list(backEnd(request)).stream().map(WebhookRoutes::json).toList();
    return Response.data(Map.of("webhooks", all));
  }

  private Response read(Request request) {
    return Response.data(json(webhooks.find(backEnd(request), request.path("id"))));
  }

  private Response put(Request request) {
    var caller = backEnd(request);
    var body = request.body();
    var url =
        body.string("url").orElseThrow(() -> body.problem("url", "is missing; send where to call"));
    var rotate = body.bool("rotateSecret").orElse(false);
    var saved = webhooks.put(caller, request.path("id"), url, events(body), rotate);
    var json = json(saved.webhook());
    saved.secret().ifPresent(secret -> json.put("secret", secret.text()));
    return Response.data(json);
  }

  private static Set<EventType> events(Body body) {
    var events = EnumSet.noneOf(EventType.class);
    for (var word : body.strings("events").orElse(List.of())) {
      events.add(EventType.of(word).orElseThrow(WebhookRoutes::unknown));
    }
    return events.isEmpty() ? EnumSet.allOf(EventType.class) : events;
  }

  private static Problem unknown() {
    var known = Arrays.stream(EventType.values()).map(EventType::wireName).toList();
    return Problem.badField("events", "events may hold " + String.join(", ", known));
  }

  private Response delete(Request request) {
    webhooks.delete(backEnd(request), request.path("id"));
    return Response.success();
  }

  private static Map<String, Object> json(Webhook webhook) {
    var json = new LinkedHashMap<String, Object>();
    json.put("id", webhook.id());
    json.put("url", webhook.url());
    json.put("events", webhook.events().stream().sorted().map(EventType::wireName).toList());
    json.put("createdAt", webhook.createdAt());
    json.put("updatedAt", webhook.updatedAt());
    json.put("dropped", webhook.dropped());
    var failingSince = webhook.failingSince();
    if (failingSince != null) {
      json.put("failingSince", failingSince);
    }
    var disabled = webhook.disabled();
    if (disabled != null) {
      json.put("disabledAt", disabled.at());
      json.put("disabledBecause", disabled.reason());
    }
    return json;
  }
}
