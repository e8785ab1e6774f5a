package dev.rollcall.message;

import dev.rollcall.http.Body;
import dev.rollcall.json.JsonObject;
import dev.rollcall.preference.Action;
import dev.rollcall.preference.Context;
import dev.rollcall.preference.Peer;
import dev.rollcall.preference.Topic;
import dev.rollcall.problem.Problem;
import java.util.Arrays;
import java.util.stream.Collectors;

/// The JSON form of a context, in requests and in stored notifications.
public final class ContextJson {
  private static final int MAX_ID_LENGTH = 100;

  private ContextJson() {}

  public static Context read(Body body) {
    var topic =
        body.string("type")
            .flatMap(Topic::of)
            .orElseThrow(() -> bad("context.type", "must be chat or call"));
    var action =
        body.string("action")
            .map(
                word ->
                    Action.of(word)
                        .orElseThrow(() -> bad("context.action", "must be one of " + actions())))
            .orElse(Action.MESSAGE);
    var from = from(body);
    if (action.isOfMembers() && from.kind() != Peer.Kind.GROUP) {
      throw bad("context.action", "is possible in groups only; send context.from.guid");
    }
    return new Context(topic, from, body.bool("mentioned").orElse(false), action);
  }

  private static Peer from(Body body) {
    var from = body.object("from");
    var uid = from.flatMap(it -> it.string("uid", MAX_ID_LENGTH)).map(Peer::user);
    var guid = from.flatMap(it -> it.string("guid", MAX_ID_LENGTH)).map(Peer::group);
    if (uid.isPresent() == guid.isPresent()) {
      throw bad("context.from", "must be {\"uid\": …} or {\"guid\": …}");
    }
    return uid.or(() -> guid).orElseThrow();
  }

  private static String actions() {
    return Arrays.stream(Action.values()).map(Action::wireName).collect(Collectors.joining(", "));
  }

  private static Problem bad(String field, String what) {
    return Problem.badField(field, field + " " + what);
  }

  public static String text(Context context) {
    return JsonObject.of(
            "topic", context.topic().wireName(),
            "kind", context.from().kind().wireName(),
            "id", context.from().id(),
            "mentioned", context.mentioned(),
            "action", context.action().wireName())
        .text();
  }

  public static Context read(String text) {
    var json = JsonObject.parse(text).orElseThrow();
    return new Context(
        json.string("topic").flatMap(Topic::of).orElseThrow(),
        new Peer(
            json.string("kind").map(Peer.Kind::of).orElseThrow(), json.string("id").orElseThrow()),
        Boolean.TRUE.equals(json.fields().get("mentioned")),
        json.string("action").flatMap(Action::of).orElseThrow());
  }
}
