package dev.rollcall.delivery;

import dev.rollcall.account.SessionRef;
import dev.rollcall.account.Uid;
import dev.rollcall.http.Body;
import dev.rollcall.json.JsonObject;
import dev.rollcall.message.Message;
import dev.rollcall.message.Message.Kind;
import dev.rollcall.message.Message.Priority;
import dev.rollcall.message.MessageJson;
import dev.rollcall.message.Target;
import dev.rollcall.problem.Problem;
import dev.rollcall.provider.sender.ProviderType;
import dev.rollcall.token.TokenId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// Reads a message and its target from JSON.
final class NotificationBody {
  /// The default time to live of a call, after which no device starts to ring.
  static final Duration CALL_TTL = Duration.ofMinutes(1);

  /// Several times the limit of any provider, so that each provider can have its own text.
  private static final int MAX_MESSAGE_LENGTH = 32_768;

  private static final int MAX_TEXT_LENGTH = 4_096;
  private static final int MAX_SESSION_LENGTH = 300;
  private static final long MAX_BADGE = Integer.MAX_VALUE;

  private static final List<String> KEYS =
      List.of(
          "to",
          "channel",
          "title",
          "body",
          "data",
          "collapseId",
          "ttl",
          "priority",
          "badge",
          "sound",
          "overrides",
          "context",
          "dryRun");

  private NotificationBody() {}

  /// Refuses unknown keys: with a misspelt `dryRun` the notification would be sent, and with a
  /// misspelt `ttl` it could arrive too late.
  static void requireKnown(Body body) {
    body.requireOnly(KEYS);
  }

  static Target target(Body body) {
    var to =
        body.object("to")
            .orElseThrow(() -> Problem.badField("to", "to is missing; send one of " + TARGETS));
    var targets = new ArrayList<Target>();
    to.strings("uids").map(NotificationBody::users).ifPresent(targets::add);
    to.string("session", MAX_SESSION_LENGTH)
        .map(session -> new Target.OneSession(new SessionRef(session)))
        .ifPresent(targets::add);
    to.string("token").map(id -> new Target.OneToken(TokenId.read(id))).ifPresent(targets::add);
    to.bool("all").filter(all -> all).map(all -> new Target.Everyone()).ifPresent(targets::add);
    if (targets.size() != 1) {
      throw Problem.badField("to", "to must name exactly one of " + TARGETS);
    }
    return targets.getFirst();
  }

  private static final String TARGETS =
      "{\"uids\": […]}, {\"session\": …}, {\"token\": …} and {\"all\": true}";

  private static Target users(List<String> uids) {
    if (uids.isEmpty() || uids.size() > Target.MAX_USERS) {
      throw Problem.badField("to.uids", "to.uids must name 1 to " + Target.MAX_USERS + " users");
    }
    return new Target.Users(uids.stream().map(Uid::folded).distinct().toList());
  }

  static Message message(Body body) {
    var kind = word(body, "channel", Kind.values()).orElse(Kind.ALERT);
    var builder =
        Message.of(kind)
            .title(body.string("title", MAX_TEXT_LENGTH).orElse(null))
            .body(body.string("body", MAX_TEXT_LENGTH).orElse(null))
            .data(data(body))
            .collapseId(collapseId(body).orElse(null))
            .ttl(ttl(body, kind))
            .badge(body.wholeNumber("badge", MAX_BADGE).map(Long::intValue).orElse(null))
            .sound(body.string("sound", MAX_TEXT_LENGTH).orElse(null))
            .overrides(overrides(body));
    word(body, "priority", Priority.values()).ifPresent(builder::priority);
    var message = builder.build();
    if (kind == Kind.ALERT && message.title() == null && message.body() == null) {
      throw Problem.badField(
          "title", "title and body are missing; an alert shows at least one of them");
    }
    if (MessageJson.text(message).length() > MAX_MESSAGE_LENGTH) {
      throw Problem.badField(
          "body",
          "The message, with data and overrides, must be at most "
              + MAX_MESSAGE_LENGTH
              + " characters");
    }
    return message;
  }

  private static <E extends Enum<E>> Optional<E> word(Body body, String key, E[] all) {
    return body.string(key)
        .map(
            word ->
                Arrays.stream(all)
                    .filter(one -> one.name().toLowerCase(Locale.ROOT).equals(word))
                    .findFirst()
                    .orElseThrow(
                        () -> Problem.badField(key, key + " must be one of " + words(all))));
  }

  private static String words(Enum<?>[] all) {
    return Arrays.stream(all)
        .map(one -> one.name().toLowerCase(Locale.ROOT))
        .collect(Collectors.joining(", "));
  }

  private static Map<String, String> data(Body body) {
    var data = new LinkedHashMap<String, String>();
    body.object("data")
        .ifPresent(
            object -> {
              for (var key : object.keys()) {
                data.put(
                    key,
                    object
                        .string(key)
                        .orElseThrow(
                            () ->
                                Problem.badField(
                                    "data." + key, "data." + key + " must be a string")));
              }
            });
    return data;
  }

  private static Optional<String> collapseId(Body body) {
    var id = body.string("collapseId");
    if (id.isPresent()
        && id.get().getBytes(StandardCharsets.UTF_8).length > Message.MAX_COLLAPSE_ID_BYTES) {
      throw Problem.badField(
          "collapseId", "collapseId must be at most 64 bytes, which is what APNs takes");
    }
    if (id.isPresent() && id.get().chars().anyMatch(Character::isISOControl)) {
      throw Problem.badField("collapseId", "collapseId must not hold control characters");
    }
    return id.filter(it -> !it.isEmpty());
  }

  private static Duration ttl(Body body, Kind kind) {
    return body.wholeNumber("ttl", Message.MAX_TTL.toSeconds())
        .map(Duration::ofSeconds)
        .orElse(ttl(kind));
  }

  static Duration ttl(Kind kind) {
    return kind == Kind.VOIP ? CALL_TTL : Message.MAX_TTL;
  }

  private static Map<String, JsonObject> overrides(Body body) {
    var overrides = new LinkedHashMap<String, JsonObject>();
    body.object("overrides")
        .ifPresent(
            object -> {
              for (var type : ProviderType.values()) {
                object
                    .object(type.wireName())
                    .flatMap(it -> JsonObject.parse(it.text()))
                    .ifPresent(it -> overrides.put(type.wireName(), it));
              }
              for (var key : object.keys()) {
                if (ProviderType.of(key).isEmpty()) {
                  throw Problem.badField(
                      "overrides", "overrides can be given for " + ProviderType.wireNames(" and "));
                }
              }
            });
    return overrides;
  }
}
