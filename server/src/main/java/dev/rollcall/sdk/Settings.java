package dev.rollcall.sdk;

import dev.rollcall.account.App;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// The settings that an SDK receives after login: the hosts for all later requests.
record Settings(Supplier<String> publicHost) {
  private static final String API_VERSION = "v3.0";
  // With a version below 4, the SDKs log in again at every page load.
  private static final int APP_VERSION = 4;

  Map<String, Object> of(App app) {
    var host = publicHost.get();
    return Map.ofEntries(
        Map.entry("REGION", app.region()),
        Map.entry("EXTENSION_DOMAIN", host),
        Map.entry("CHAT_API_VERSION", API_VERSION),
        Map.entry("CLIENT_API_HOST", host),
        Map.entry("ADMIN_API_HOST", host),
        Map.entry("APP_VERSION", APP_VERSION),
        Map.entry("ANALYTICS_PING_DISABLED", true),
        Map.entry("MODE", "DEFAULT"),
        Map.entry(
            "extensions", List.of(Map.of("id", "push-notification", "name", "Push Notifications"))),
        Map.entry("parameters", Map.of()));
  }
}
