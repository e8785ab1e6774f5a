package dev.rollcall.operate;

import dev.rollcall.http.Request;
import dev.rollcall.http.Response;
import dev.rollcall.http.Route;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/// The routes for operators and their tools: liveness, readiness, metrics, and the API description.
public final class OperatorRoutes {

  /// Throws if the server is about to stop, or the database cannot accept a write.
  @FunctionalInterface
  public interface Check {
    void run();
  }

  private static final Response UP = Response.data(Map.of("status", "UP"));

  private final Metrics metrics;
  private final Check readiness;
  private final String openApi;

  public OperatorRoutes(Metrics metrics, Check readiness) {
    this.metrics = metrics;
    this.readiness = readiness;
    this.openApi = resource("/openapi.yaml");
  }

  public List<Route> routes() {
    return List.of(
        Route.plain("GET", "/health/live", request -> UP),
        Route.plain("GET", "/health/ready", this::ready),
        Route.plain("GET", "/metrics", this::metrics),
        Route.plain("GET", "/openapi.yaml", request -> Response.text("application/yaml", openApi)));
  }

  private Response ready(Request request) {
    readiness.run();
    return UP;
  }

  private Response metrics(Request request) {
    return Response.text("text/plain; version=0.0.4; charset=utf-8", metrics.scrape());
  }

  private static String resource(String name) {
    try (var in = OperatorRoutes.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the jar holds no " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("reading " + name, e);
    }
  }
}
