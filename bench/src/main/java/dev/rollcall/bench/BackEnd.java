package dev.rollcall.bench;

import dev.rollcall.json.JsonObject;
import dev.rollcall.message.Message;
import dev.rollcall.message.Message.Kind;
import dev.rollcall.provider.sender.ProviderType;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.Objects;

/// Calls the server as the back end of an app does.
final class BackEnd {
  static final String PROVIDER = "bench";

  private static final String TITLE = "A message";
  private static final String BODY = "Somebody wrote to you: shall we meet at seven?";
  private static final Map<String, String> DATA = Map.of("conversation", "c-1000001");

  /// What became of a notification.
  record Progress(long users, long accepted, boolean done) {}

  private final HttpClient client = HttpClient.newHttpClient();
  private final URI server;
  private final String app;

  BackEnd(Options options) {
    this.server = URI.create("http://127.0.0.1:" + options.number("port"));
    this.app = options.text("app");
  }

  /// What everybody is sent.
  static Message message() {
    return Message.of(Kind.ALERT).title(TITLE).body(BODY).data(DATA).build();
  }

  /// What is to be posted to send it. `to` is as in the API.
  static String notification(JsonObject to) {
    return JsonObject.of("to", to, "title", TITLE, "body", BODY, "data", DATA).text();
  }

  /// Sets the provider that all goes through; `perSecond` is 0 for no limit.
  void setProvider(ProviderType type, JsonObject credentials, int perSecond)
      throws IOException, InterruptedException {
    var setting =
        JsonObject.of("type", type.wireName(), "perSecond", perSecond).mergedWith(credentials);
    call("PUT", "/v1/providers/" + PROVIDER, BodyPublishers.ofString(setting.text()));
  }

  /// Answers the id of the notification.
  String send(String notification) throws IOException, InterruptedException {
    return call("POST", "/v1/notifications", BodyPublishers.ofString(notification))
        .string("id")
        .orElseThrow();
  }

  void cancel(String id) throws IOException, InterruptedException {
    call("DELETE", "/v1/notifications/" + id, BodyPublishers.noBody());
  }

  Progress progress(String id) throws IOException, InterruptedException {
    var report = call("GET", "/v1/notifications/" + id + "?limit=1", BodyPublishers.noBody());
    return new Progress(
        number(report, "users"),
        number(report.object("counts"), "accepted"),
        report.string("state").orElseThrow().equals("done"));
  }

  private static long number(JsonObject json, String name) {
    return ((Number) Objects.requireNonNull(json.fields().get(name))).longValue();
  }

  private JsonObject call(String method, String path, BodyPublisher body)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(server.resolve(path))
            .version(HttpClient.Version.HTTP_1_1)
            .header("appId", app)
            .header("apiKey", Corpus.API_KEY.value())
            .header("Content-Type", "application/json")
            .method(method, body)
            .build();
    var answer = client.send(request, BodyHandlers.ofString());
    if (answer.statusCode() >= 300) {
      throw new IOException(method + " " + path + ": " + answer.statusCode() + " " + answer.body());
    }
    return JsonObject.parse(answer.body()).orElseThrow().object("data");
  }
}
