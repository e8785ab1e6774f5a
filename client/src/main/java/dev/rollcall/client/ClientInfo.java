package dev.rollcall.client;

import java.util.Locale;
import java.util.UUID;
import org.json.simple.JSONObject;

/// What an app's client tells the server about itself.
final class ClientInfo {
  private ClientInfo() {}

  static boolean isAndroid() {
    return "Dalvik".equals(System.getProperty("java.vm.name"));
  }

  private static String platform() {
    return isAndroid() ? "ANDROID" : "JAVA";
  }

  /// A new name for a client, under which the server lists its sessions.
  static String resource(long now) {
    var version = RollcallClient.VERSION.replace('.', '_');
    return String.format(Locale.ROOT, "%s-%s-%s-%d", platform(), version, UUID.randomUUID(), now);
  }

  static JSONObject json(String appId, String installation) {
    var app = Json.object("version", "v" + RollcallClient.VERSION);
    Json.put(app, "apiVersion", Endpoints.API_VERSION);
    var info = Json.object("platform", platform());
    Json.put(info, "deviceId", appId + "_" + installation);
    return Json.put(info, "appInfo", app);
  }
}
