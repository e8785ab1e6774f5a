package dev.rollcall.client;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.json.simple.JSONObject;
import org.jspecify.annotations.Nullable;

/// The push tokens of a user, of all sessions, by the platform of their apps. Immutable.
public final class TokenLists {
  private final List<String> ios;
  private final List<String> web;
  private final List<String> android;

  private TokenLists(List<String> ios, List<String> web, List<String> android) {
    this.ios = ios;
    this.web = web;
    this.android = android;
  }

  static TokenLists of(JSONObject data) {
    return new TokenLists(
        Json.texts(data.get("ios")), Json.texts(data.get("web")), Json.texts(data.get("android")));
  }

  /// Those of iPhones and iPads, APNs and VoIP tokens among them.
  ///
  /// @return a list that cannot be changed, maybe empty
  public List<String> ios() {
    return ios;
  }

  /// Those of browsers.
  ///
  /// @return a list that cannot be changed, maybe empty
  public List<String> web() {
    return web;
  }

  /// Those of Android, and those whose platform is unknown.
  ///
  /// @return a list that cannot be changed, maybe empty
  public List<String> android() {
    return android;
  }

  /// All of them.
  ///
  /// @return a list that cannot be changed, maybe empty
  public List<String> all() {
    var all = new ArrayList<>(ios);
    all.addAll(web);
    all.addAll(android);
    return Collections.unmodifiableList(all);
  }

  /// Compares all fields.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TokenLists
        && ios.equals(((TokenLists) other).ios)
        && web.equals(((TokenLists) other).web)
        && android.equals(((TokenLists) other).android);
  }

  /// Consistent with [#equals].
  @Override
  public int hashCode() {
    return Objects.hash(ios, web, android);
  }

  /// Only the numbers, so that it may be logged.
  @Override
  public String toString() {
    return ios.size() + " ios, " + web.size() + " web, " + android.size() + " android";
  }
}
