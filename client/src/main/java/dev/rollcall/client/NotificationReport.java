package dev.rollcall.client;

import java.util.Locale;
import org.json.simple.JSONObject;

/// What became of a notification. It does not change; any thread may read it.
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

  /// Where it stands.
  ///
  /// @return `sending`, `done` or `cancelled`
  public String state() {
    return Json.text(json, "state", "");
  }

  /// How many users were found so far.
  ///
  /// @return the number
  public long users() {
    return Json.number(json, "users", 0);
  }

  /// How many uids belong to no user.
  ///
  /// @return the number
  public long unknown() {
    return Json.number(json, "unknown", 0);
  }

  /// How many users have muted what it is about.
  ///
  /// @return the number
  public long silenced() {
    return Json.number(json, "silenced", 0);
  }

  /// How many users hold no push token that it could go to.
  ///
  /// @return the number
  public long unreachable() {
    return Json.number(json, "unreachable", 0);
  }

  /// How many deliveries are in a state.
  ///
  /// @param state `pending`, `accepted`, `refused`, `token-bad`, `ended`, `expired`, `cancelled` or
  ///     `no-provider`
  /// @return the number; 0 for a state that there is not
  public long count(String state) {
    var counts = Json.object(json, "counts", new JSONObject());
    return Json.number(counts, state.toLowerCase(Locale.ROOT), 0);
  }

  /// All that the server said, with the first hundred deliveries one by one.
  ///
  /// @return a copy
  public JSONObject json() {
    return Json.copy(json);
  }
}
