package dev.rollcall.preference;

import dev.rollcall.http.Body;
import dev.rollcall.http.Request;
import dev.rollcall.http.Response;
import dev.rollcall.http.Route;
import dev.rollcall.preference.Peer.Kind;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/// The mute routes of the `push-notification` extension, for the caller's own user. Older
/// documentation has the same routes under `v1`.
public final class MuteRoutes {
  private static final String SETTINGS = "user-settings";

  private final UserPreferences preferences;

  public MuteRoutes(UserPreferences preferences) {
    this.preferences = preferences;
  }

  public List<Route> routes() {
    return Stream.of("/v2", "/v1")
        .flatMap(
            version ->
                Stream.of(
                    Route.plain("POST", version + "/mute-chat", it -> mute(it, Topic.CHAT)),
                    Route.plain("POST", version + "/mute-calls", it -> mute(it, Topic.CALL)),
                    Route.plain("POST", version + "/unmute-chat", it -> unmute(it, Topic.CHAT)),
                    Route.plain("POST", version + "/unmute-calls", it -> unmute(it, Topic.CALL)),
                    Route.plain("POST", version + "/" + SETTINGS, this::set),
                    Route.plain("GET", version + "/" + SETTINGS, this::settings)))
        .toList();
  }

  private Response mute(Request request, Topic topic) {
    var whose = UserRefReader.own(request);
    var body = request.body();
    long until =
        body.millis("timeInMS")
            // One of the vendor's examples spells the field this way.
            .or(() -> body.millis("timeinMS"))
            .orElseThrow(() -> body.problem("timeInMS", "is missing; send when the mute ends"));
    preferences.mute(
        whose, peers(body).stream().map(peer -> new Mute(topic, peer, until)).toList());
    return Response.success();
  }

  private Response unmute(Request request, Topic topic) {
    var whose = UserRefReader.own(request);
    preferences.unmute(whose, topic, peers(request.body()));
    return Response.success();
  }

  private static List<Peer> peers(Body body) {
    var peers = new ArrayList<Peer>();
    for (var kind : Kind.values()) {
      var key = kind.wireName() + "s";
      for (var id : body.strings(key).orElse(List.of())) {
        peers.add(PeerReader.read(body, key, kind, id));
      }
    }
    if (peers.isEmpty()) {
      throw body.problem("uids", "and guids are both missing or empty; send whom it is about");
    }
    return peers;
  }

  private Response set(Request request) {
    var whose = UserRefReader.own(request);
    var body = required(request.body(), SETTINGS);
    var on = EnumSet.noneOf(Switch.class);
    for (var topic : Topic.values()) {
      var part = required(body, topic.wireName());
      for (var it : Switch.of(topic)) {
        if (required(part, it)) {
          on.add(it);
        }
      }
    }
    var dnd = body.bool("dnd").orElseThrow(() -> missing(body, "dnd"));
    preferences.set(whose, dnd, on);
    return Response.success();
  }

  private static Body required(Body body, String key) {
    return body.object(key).orElseThrow(() -> missing(body, key));
  }

  private static boolean required(Body body, Switch which) {
    return body.bool(which.key()).orElseThrow(() -> missing(body, which.key()));
  }

  private static RuntimeException missing(Body body, String key) {
    return body.problem(key, "is missing; send every setting");
  }

  private Response settings(Request request) {
    var state = preferences.state(UserRefReader.own(request));
    var json = new LinkedHashMap<String, Object>();
    json.put("dnd", state.preferences().dnd());
    for (var topic : Topic.values()) {
      var part = switches(topic, state.preferences().shown());
      for (var kind : Kind.values()) {
        part.put("muted_" + kind.wireName() + "s", muted(state.mutes(), topic, kind));
      }
      json.put(topic.wireName(), part);
    }
    return Response.data(Map.of(SETTINGS, json));
  }

  private static Map<String, Object> switches(Topic topic, Set<Switch> on) {
    var json = new LinkedHashMap<String, Object>();
    Switch.of(topic).forEach(it -> json.put(it.key(), on.contains(it)));
    return json;
  }

  private static Map<String, Long> muted(List<Mute> mutes, Topic topic, Kind kind) {
    var until = new TreeMap<String, Long>();
    mutes.stream()
        .filter(it -> it.topic() == topic && it.peer().kind() == kind)
        .forEach(it -> until.put(it.peer().id(), it.until()));
    return until;
  }
}
