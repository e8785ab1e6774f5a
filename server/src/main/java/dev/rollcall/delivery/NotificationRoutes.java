package dev.rollcall.delivery;

import dev.rollcall.account.Caller;
import dev.rollcall.account.Credentials;
import dev.rollcall.account.Hash;
import dev.rollcall.account.Scope;
import dev.rollcall.delivery.DeliveryQueue.Accepted;
import dev.rollcall.delivery.Notifications.DryRun;
import dev.rollcall.delivery.Notifications.Plan;
import dev.rollcall.http.Body;
import dev.rollcall.http.Request;
import dev.rollcall.http.Response;
import dev.rollcall.http.Route;
import dev.rollcall.message.ContextJson;
import dev.rollcall.message.Message;
import dev.rollcall.message.NewNotification;
import dev.rollcall.message.NewNotification.IdempotencyKey;
import dev.rollcall.message.Target;
import dev.rollcall.problem.Problem;
import dev.rollcall.provider.sender.Outcome;
import dev.rollcall.provider.sender.Prepared;
import dev.rollcall.token.TokenId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The routes with which back ends send notifications, read their reports and cancel them.
public final class NotificationRoutes {
  private static final String NOTIFICATIONS = "/v1/notifications";
  private static final int MAX_KEY_LENGTH = 255;
  private static final int PAGE = 100;
  private static final int MAX_PAGE = 1_000;
  private static final int MAX_INDEX = Integer.MAX_VALUE;

  private final Notifications notifications;

  public NotificationRoutes(Notifications notifications) {
    this.notifications = notifications;
  }

  public List<Route> routes() {
    return List.of(
        Route.large("POST", NOTIFICATIONS, this::send),
        Route.plain("GET", NOTIFICATIONS + "/{id}", this::report),
        Route.plain("DELETE", NOTIFICATIONS + "/{id}", this::cancel),
        Route.plain("POST", "/v1/tokens/{id}/test", this::test),
        Route.plain("POST", "/v1/tokens/{id}/restore", this::restore));
  }

  private static Caller.BackEnd caller(Request request) {
    return Credentials.backEnd(request, Scope.FULL_ACCESS);
  }

  private Response send(Request request) {
    var caller = caller(request);
    var body = request.body();
    NotificationBody.requireKnown(body);
    var notification =
        new NewNotification(
            NotificationBody.message(body),
            body.object("context").map(ContextJson::read).orElse(null),
            NotificationBody.target(body),
            idempotencyKey(request, body));
    return body.bool("dryRun").orElse(false)
        ? Response.data(json(notifications.dryRun(caller, notification)))
        : accepted(notifications.accept(caller, notification));
  }

  private static Optional<IdempotencyKey> idempotencyKey(Request request, Body body) {
    var key = request.idempotencyKey();
    if (key.isPresent() && key.get().length() > MAX_KEY_LENGTH) {
      throw Problem.badField(
          "Idempotency-Key", "The header 'Idempotency-Key' must be at most 255 characters");
    }
    return key.map(it -> new IdempotencyKey(Hash.of(it), Hash.of(body.text())));
  }

  private static Response accepted(Accepted accepted) {
    var json = new LinkedHashMap<String, Object>();
    json.put("id", accepted.id());
    json.put("repeated", accepted.repeated());
    return Response.accepted(json);
  }

  private Response test(Request request) {
    var caller = caller(request);
    var target = new Target.OneToken(TokenId.read(request.path("id")));
    var body = request.body();
    if (body.bool("dryRun").orElse(false)) {
      throw Problem.badField(
          "dryRun",
          "A test is always sent; for a dry run, POST /v1/notifications with"
              + " {\"to\":{\"token\":…}}");
    }
    var message = body.keys().isEmpty() ? test(kind(target)) : NotificationBody.message(body);
    return accepted(
        notifications.accept(caller, new NewNotification(message, null, target, Optional.empty())));
  }

  private Response restore(Request request) {
    notifications.restore(caller(request), TokenId.read(request.path("id")));
    return Response.success();
  }

  private static Message test(Message.Kind kind) {
    return Message.of(kind)
        .title("Rollcall")
        .body("This is a test.")
        .ttl(NotificationBody.ttl(kind))
        .build();
  }

  // A VoIP token accepts calls only.
  private static Message.Kind kind(Target.OneToken target) {
    return target.token().channel().takesAlerts() ? Message.Kind.ALERT : Message.Kind.VOIP;
  }

  private Response report(Request request) {
    int most = request.number("limit", PAGE, MAX_PAGE);
    int from = request.query("from").isEmpty() ? 0 : request.number("from", 1, MAX_INDEX);
    var report = notifications.report(caller(request), request.path("id"), from, most);
    return Response.data(json(report, most));
  }

  private Response cancel(Request request) {
    notifications.cancel(caller(request), request.path("id"));
    return Response.success();
  }

  private static Map<String, Object> json(Report report, int most) {
    var json = new LinkedHashMap<String, @Nullable Object>();
    long pending = report.counts().getOrDefault(State.PENDING, 0L);
    json.put("id", report.id());
    json.put("state", state(report, pending));
    json.put("createdAt", report.createdAt());
    json.put("expiresAt", report.expiresAt());
    json.put("users", report.users());
    json.put("unknown", report.unknown());
    json.put("silenced", report.silenced());
    json.put("unreachable", report.unreachable());
    var counts = new LinkedHashMap<String, Object>();
    for (var state : State.values()) {
      counts.put(state.wireName(), report.counts().getOrDefault(state, 0L));
    }
    json.put("counts", counts);
    json.put("deliveries", report.lines().stream().map(line -> json(report.id(), line)).toList());
    json.put("next", report.lines().size() < most ? null : report.lines().getLast().index() + 1);
    return json;
  }

  private static String state(Report report, long pending) {
    if (report.cancelled()) {
      return "cancelled";
    }
    return report.searching() || pending > 0 ? "sending" : "done";
  }

  private static Map<String, Object> json(String notification, Report.Line line) {
    var json = new LinkedHashMap<String, @Nullable Object>();
    json.put("id", Delivery.id(notification, line.index()).toString());
    json.put("token", line.token().text());
    json.put("uid", line.uid());
    json.put("channel", line.token().channel().wireName());
    json.put("provider", line.provider());
    json.put("state", line.state().wireName());
    json.put("reason", line.reason());
    json.put("attempts", line.attempts());
    json.put("receipt", line.receipt());
    json.put("changedAt", line.changedAt());
    json.put("dueAt", line.dueAt());
    return json;
  }

  private static Map<String, Object> json(DryRun dryRun) {
    var json = new LinkedHashMap<String, Object>();
    json.put("dryRun", true);
    json.put("users", dryRun.users());
    json.put("unknown", dryRun.unknown());
    json.put("silenced", dryRun.silenced());
    json.put("whole", dryRun.whole());
    json.put("requests", dryRun.plans().stream().map(NotificationRoutes::json).toList());
    return json;
  }

  private static Map<String, Object> json(Plan plan) {
    var json = new LinkedHashMap<String, @Nullable Object>();
    json.put("token", TokenId.of(plan.token()).text());
    json.put("channel", plan.token().channel().wireName());
    json.put("provider", plan.provider().orElse(null));
    switch (plan.prepared()) {
      case Outcome.Refused(var reason) -> json.put("refused", reason);
      case Prepared.Request request -> {
        json.put("method", request.method());
        json.put("url", request.uri().toString());
        json.put("headers", request.headers());
        json.put("body", request.body());
      }
    }
    return json;
  }
}
