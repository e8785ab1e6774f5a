package dev.rollcall;

import dev.rollcall.RunningServer.TestApp;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/// One request that a test makes. Its answer is held against `docs/openapi.yaml` before the test
/// sees it.
final class Call {
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final String method;
  private final String path;
  private final HttpRequest.Builder request;
  private String body = "";

  Call(int port, String method, String path) {
    this(URI.create("http://localhost:" + port + path), method);
  }

  Call(URI uri, String method) {
    this.method = method;
    this.path = uri.getRawPath();
    this.request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(60));
  }

  Call header(String name, String value) {
    request.header(name, value);
    return this;
  }

  Call backEnd(TestApp app) {
    return header("appId", app.id()).header("apiKey", app.apiKey());
  }

  /// A JSON body, in which single quotes may stand for double ones.
  Call json(String body) {
    return header("Content-Type", "application/json").body(body.replace('\'', '"'));
  }

  Call body(String body) {
    this.body = body;
    return this;
  }

  Answer send() {
    return send(CLIENT);
  }

  Answer send(HttpClient client) {
    var publisher = body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body);
    try {
      var response =
          client.send(request.method(method, publisher).build(), BodyHandlers.ofString());
      var answer = new Answer(response.statusCode(), response.headers(), response.body());
      OpenApi.document().check(method, path, body, answer);
      return answer;
    } catch (IOException e) {
      throw new AssertionError(method + " " + path + " got no answer", e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
