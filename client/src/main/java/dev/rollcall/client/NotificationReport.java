package dev.rollcall.client;

import java.util.Locale;
import org.json.simple.JSONObject;

/// The state of a notification and of its deliveries. Immutable.
public final class NotificationReport {
  private final JSONObject json;

  private NotificationReport(JSONObject json) {
    this.json = json;
  }

  static NotificationReport of(JSONObject json) {
    return new NotificationReport(Json.copy(json));
  }

  /// The id under which it was accepted.
  ///
  /// @return the id
  public String id() {
    return Json.text(json, "id", "");
  }

  /// The state of the notification.
  ///
  /// @return `sending`, `done` or `cancelled`
  public String state() {
    return Json.text(json, "state", "");
  }

  /// The number of users found so far.
  ///
  /// @return the number
  public long users() {
    return Json.number(json, "users", 0);
  }

  /// The number of uids that belong to no user.
  ///
  /// @return the number
  public long unknown() {
    return Json.number(json, "unknown", 0);
  }

  /// The number of users who have muted what it is about.
  ///
  /// @return the number
  public long silenced() {
    return Json.number(json, "silenced", 0);
  }

  /// The number of users without a push token that it can be sent to.
  ///
  /// @return the number
  public long unreachable() {
    return Json.number(json, "unreachable", 0);
  }

  /// The number of deliveries in a state.
  ///
  /// @param state `pending`, `accepted`, `refused`, `token-bad`, `ended`, `expired`, `cancelled` or
  ///     `no-provider`
  /// @return the number; 0 for an unknown state
  public long count(String state) {
    var counts = Json.object(json, "counts", new JSONObject());
    return Json.number(counts, state.toLowerCase(Locale.ROOT), 0);
  }

  /// The whole answer of the server, with the first hundred deliveries.
  ///
  /// @return a copy
  public JSONObject json() {
    return Json.copy(json);
  }
}
