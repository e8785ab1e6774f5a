package dev.rollcall.transfer;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.rollcall.account.Platform;
import dev.rollcall.account.Scope;
import dev.rollcall.account.TokenPolicy;
import dev.rollcall.token.Channel;
import dev.rollcall.token.PlatformClaim.Basis;
import dev.rollcall.token.PushPlatform;
import dev.rollcall.token.Subscription;
import dev.rollcall.token.TokenEvent;
import dev.rollcall.token.TokenValue;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// One line of an export, with the fields of docs/transfer.md; each record checks its own fields.
///
/// Times are epoch milliseconds. Hashes and session ids are hexadecimal.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
  @JsonSubTypes.Type(name = "rollcall", value = Line.Start.class),
  @JsonSubTypes.Type(name = "app", value = Line.App.class),
  @JsonSubTypes.Type(name = "key", value = Line.Key.class),
  @JsonSubTypes.Type(name = "user", value = Line.User.class),
  @JsonSubTypes.Type(name = "session", value = Line.Session.class),
  @JsonSubTypes.Type(name = "event", value = Line.Event.class),
  @JsonSubTypes.Type(name = "device", value = Line.Device.class),
  @JsonSubTypes.Type(name = "token", value = Line.Token.class),
  @JsonSubTypes.Type(name = "end", value = Line.End.class)
})
@JsonInclude(JsonInclude.Include.NON_NULL)
public sealed interface Line {

  /// The version of the format; other versions are refused.
  int VERSION = 1;

  /// A row of the database, with the app that it belongs to.
  sealed interface Row extends Line, ImportRecord {
    String app();
  }

  /// The first line.
  record Start(int version, long exportedAt) implements Line {}

  /// The last line, with the number of lines of each kind. A file without it is incomplete.
  record End(Map<String, Long> lines) implements Line {
    public End {
      lines = new TreeMap<>(Form.given("lines", lines));
    }
  }

  record App(String app, String region, String policy, long createdAt) implements Row {
    public App {
      Form.matching("app", app, Form.APP_ID);
      Form.matching("region", region, Form.REGION);
      Form.oneOf("policy", policy, TokenPolicy.values(), TokenPolicy::wireName);
    }
  }

  record Key(String app, String scope, String hash, long createdAt) implements Row {
    public Key {
      Form.matching("app", app, Form.APP_ID);
      Form.oneOf("scope", scope, Scope.values(), Scope::wireName);
      Form.matching("hash", hash, Form.HASH);
    }
  }

  record User(
      String app,
      String uid,
      String name,
      @Nullable String avatar,
      @Nullable String link,
      String role,
      @Nullable String statusMessage,
      @Nullable String metadata,
      @Nullable List<String> tags,
      long createdAt,
      long updatedAt,
      @Nullable Long deactivatedAt,
      @Nullable String foreignId,
      @Nullable String foreignOrigin)
      implements Row {
    public User {
      Form.matching("app", app, Form.APP_ID);
      Form.uid(uid);
      Form.text("name", Form.given("name", name));
      Form.text("avatar", avatar);
      Form.text("link", link);
      Form.text("role", Form.given("role", role));
      Form.text("statusMessage", statusMessage);
      Form.object("metadata", metadata);
      Form.lines("tags", tags);
      Form.text("foreignId", foreignId);
      Form.text("foreignOrigin", foreignOrigin);
      if (foreignId != null) {
        Form.given("foreignOrigin", foreignOrigin);
      }
    }
  }

  record Session(
      String app,
      String uid,
      String id,
      String hash,
      @Nullable String platform,
      @Nullable String resource,
      @Nullable String deviceId,
      @Nullable String sdk,
      long createdAt,
      long lastSeen,
      @Nullable Long expiresAt)
      implements Row {
    public Session {
      Form.matching("app", app, Form.APP_ID);
      Form.uid(uid);
      Form.matching("id", id, Form.SESSION_ID);
      Form.matching("hash", hash, Form.HASH_OR_NONE);
      if (platform != null) {
        Form.oneOf("platform", platform, Platform.values(), Platform::wireName);
      }
      Form.text("resource", resource);
      Form.text("deviceId", deviceId);
      Form.text("sdk", sdk);
    }
  }

  /// A line of a user's history; `no` counts from 1 for each user.
  record Event(
      String app,
      String uid,
      long no,
      long at,
      String event,
      String channel,
      String token,
      String session,
      String actor,
      String reason)
      implements Row {
    public Event {
      Form.matching("app", app, Form.APP_ID);
      Form.uid(uid);
      Form.oneOf("event", event, TokenEvent.Kind.values(), TokenEvent.Kind::wireName);
      Form.oneOf("channel", channel, Channel.values(), Channel::wireName);
      Form.text("token", Form.given("token", token));
      Form.matching("session", session, Form.SESSION_ID);
      Form.text("actor", Form.given("actor", actor));
      Form.text("reason", Form.given("reason", reason));
    }
  }

  /// The use of a device id or a device key under which several sessions registered; `uid` is the
  /// user who registered last.
  ///
  /// The traces name no users, because an import may not have read those yet. It counts all traces
  /// as this user's.
  record Device(
      String app,
      String uid,
      String hash,
      String validIn,
      long sharedUntil,
      long changedAt,
      @Nullable List<Trace> traces)
      implements Row {
    private static final String APP = "app";
    private static final String USER = "user";

    /// A push token that was registered under the name, as a part of its hash.
    public record Trace(long at, String token) {
      public Trace {
        Form.matching("token", token, Form.TRACE);
      }
    }

    public Device {
      Form.matching("app", app, Form.APP_ID);
      Form.uid(uid);
      Form.matching("hash", hash, Form.HASH);
      Form.oneOf("validIn", validIn, new String[] {APP, USER}, Function.identity());
      for (var trace : traces == null ? List.<Trace>of() : traces) {
        Form.given("traces", trace);
      }
    }

    /// The word for a name of this `owner`, as in `DeviceName`.
    public static String validIn(long owner) {
      return owner == 0 ? APP : USER;
    }

    /// The owner of the name if `userId` is the user.
    public long owner(long userId) {
      return validIn.equals(APP) ? 0 : userId;
    }
  }

  record Token(
      String app,
      String uid,
      String session,
      String channel,
      String value,
      String pushPlatform,
      String provider,
      @Nullable String timezone,
      @Nullable String deviceKey,
      @Nullable Long sequence,
      @Nullable String subscription,
      @Nullable String platformBasis,
      long createdAt,
      long registeredAt,
      @Nullable Long acceptedAt,
      @Nullable Long failedAt,
      @Nullable String failure)
      implements Row {
    public Token {
      Form.matching("app", app, Form.APP_ID);
      Form.uid(uid);
      Form.matching("session", session, Form.SESSION_ID);
      Form.oneOf("channel", channel, Channel.values(), Channel::wireName);
      var platform =
          Form.oneOf("pushPlatform", pushPlatform, PushPlatform.values(), PushPlatform::wireName);
      if (!platform.channel().wireName().equals(channel)) {
        throw new RecordRejectedException(
            RecordRejectedException.MALFORMED, "pushPlatform belongs to another channel");
      }
      if (platformBasis != null) {
        Form.oneOf("platformBasis", platformBasis, Basis.values(), Basis::wireName);
      }
      value = TokenValue.read(Channel.of(channel), "value", Form.given("value", value)).text();
      Form.text("provider", Form.given("provider", provider));
      Form.text("timezone", timezone);
      Form.text("failure", failure);
      if (deviceKey != null) {
        Form.matching("deviceKey", deviceKey, Form.HASH);
      }
      if (platform.channel() == Channel.WEB_PUSH) {
        Form.matching("subscription", Form.given("subscription", subscription), Form.SUBSCRIPTION);
      } else if (subscription != null) {
        throw new RecordRejectedException(
            RecordRejectedException.MALFORMED, "subscription belongs to another channel");
      }
    }

    public @Nullable Subscription keys() {
      return subscription == null ? null : Subscription.of(subscription);
    }

    /// The basis of the platform. A file that leaves it out has named the push platform.
    public Basis basis() {
      return platformBasis == null ? Basis.NAMED : Basis.of(platformBasis);
    }

    public TokenValue tokenValue() {
      return new TokenValue(Channel.of(channel), value);
    }

    @Override
    public String toString() {
      return "Token[" + tokenValue().masked() + "]";
    }
  }

  static String id(long session) {
    return HexFormat.of().toHexDigits(session);
  }

  static long id(String session) {
    return HexFormat.fromHexDigitsToLong(session);
  }

  static String hash(byte[] hash) {
    return HexFormat.of().formatHex(hash);
  }

  static byte[] hash(String hash) {
    return HexFormat.of().parseHex(hash);
  }
}
