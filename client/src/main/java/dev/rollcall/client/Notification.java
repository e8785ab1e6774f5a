package dev.rollcall.client;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.json.simple.JSONObject;
import org.jspecify.annotations.Nullable;

/// A notification that a back end sends, and its recipients. Each method returns the notification
/// itself. Not thread-safe. The server chooses what is not set.
public final class Notification {
  private final JSONObject json = new JSONObject();

  private Notification(String to, Object value) {
    Json.put(json, "to", Json.object(to, value));
  }

  /// Creates a notification to users.
  ///
  /// @param uids 1 to 10,000 users; an unknown one is counted and is not an error
  /// @return the notification
  public static Notification toUsers(List<String> uids) {
    return new Notification("uids", Json.array(Objects.requireNonNull(uids, "uids")));
  }

  /// Creates a notification to one session.
  ///
  /// @param session its handle or its auth token
  /// @return the notification
  public static Notification toSession(String session) {
    return new Notification("session", Objects.requireNonNull(session, "session"));
  }

  /// Creates a notification to every user of the app.
  ///
  /// @return the notification
  public static Notification toEveryone() {
    return new Notification("all", true);
  }

  /// Sets the kind of notification.
  ///
  /// @param channel `alert` (the default), `voip` for an incoming call, or `background`
  /// @return this
  public Notification channel(String channel) {
    return with("channel", channel);
  }

  /// Sets the title. An alert has a title or a body.
  ///
  /// @param title the title
  /// @return this
  public Notification title(String title) {
    return with("title", title);
  }

  /// Sets the text below the title.
  ///
  /// @param body the text
  /// @return this
  public Notification body(String body) {
    return with("body", body);
  }

  /// Sets additional data for the app.
  ///
  /// @param data names and texts; they are copied
  /// @return this
  public Notification data(Map<String, String> data) {
    var object = new JSONObject();
    Objects.requireNonNull(data, "data").forEach((key, value) -> Json.put(object, key, value));
    Json.put(json, "data", object);
    return this;
  }

  /// Sets the id under which a later notification replaces this one on the device.
  ///
  /// @param id at most 64 bytes
  /// @return this
  public Notification collapseId(String id) {
    return with("collapseId", id);
  }

  /// Sets how long it may be delivered: 28 days by default, or a minute for a call.
  ///
  /// @param seconds at most 2,419,200; 0 to deliver it at once or never
  /// @return this
  public Notification ttl(long seconds) {
    Json.put(json, "ttl", seconds);
    return this;
  }

  /// Sets how urgent it is.
  ///
  /// @param priority `high` or `normal`
  /// @return this
  public Notification priority(String priority) {
    return with("priority", priority);
  }

  /// Sets the number on the app's icon.
  ///
  /// @param badge the number
  /// @return this
  public Notification badge(int badge) {
    Json.put(json, "badge", badge);
    return this;
  }

  /// Sets the sound.
  ///
  /// @param sound its name in the app, or `default`
  /// @return this
  public Notification sound(String sound) {
    return with("sound", sound);
  }

  /// Sets fields in the format of one provider, which add to the rest or replace it.
  ///
  /// @param provider `fcm`, `apns` or `webPush`
  /// @param fields the fields; they are copied
  /// @return this
  public Notification override(String provider, JSONObject fields) {
    var overrides = Json.object(json, "overrides", new JSONObject());
    Json.put(overrides, Objects.requireNonNull(provider, "provider"), Json.copy(fields));
    Json.put(json, "overrides", overrides);
    return this;
  }

  /// Marks it as about a message from a user. Users who have muted that user do not get it.
  ///
  /// @param uid the user
  /// @return this
  public Notification aboutMessageFrom(String uid) {
    return about("chat", "uid", uid);
  }

  /// Marks it as about a message in a group.
  ///
  /// @param guid the group
  /// @return this
  public Notification aboutMessageIn(String guid) {
    return about("chat", "guid", guid);
  }

  /// Marks it as about a call from a user.
  ///
  /// @param uid the user
  /// @return this
  public Notification aboutCallFrom(String uid) {
    return about("call", "uid", uid);
  }

  /// Marks it as about a call in a group.
  ///
  /// @param guid the group
  /// @return this
  public Notification aboutCallIn(String guid) {
    return about("call", "guid", guid);
  }

  private Notification about(String type, String kind, String id) {
    var context = Json.object("type", type);
    Json.put(context, "from", Json.object(kind, Objects.requireNonNull(id, kind)));
    Json.put(json, "context", context);
    return this;
  }

  private Notification with(String key, @Nullable String value) {
    Json.put(json, key, Objects.requireNonNull(value, key));
    return this;
  }

  JSONObject json() {
    return Json.copy(json);
  }
}
