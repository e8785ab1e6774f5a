package dev.rollcall.preference;

import dev.rollcall.account.TimezoneReader;
import dev.rollcall.http.Body;
import dev.rollcall.http.Request;
import dev.rollcall.http.Response;
import dev.rollcall.http.Route;
import dev.rollcall.preference.Peer.Kind;
import dev.rollcall.preference.Week.Day;
import java.time.DayOfWeek;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// The routes of the newer SDKs for preferences and muted conversations. A device uses them for its
/// own user, and a back end with its API key for any user. A muted conversation is stored as a
/// muted chat.
public final class PreferenceRoutes {
  private static final String MUTED = "/mute";
  private static final String TIMEZONE = "/notifications/v1/preferences/timezone";

  // In JSON, these values are the numbers of the SDKs' enumerations.
  private static final int DND_OFF = 1;
  private static final int DND_ON = 2;

  private final UserPreferences preferences;

  public PreferenceRoutes(UserPreferences preferences) {
    this.preferences = preferences;
  }

  /// Each route has two paths: the SDKs use the first, the documentation for back ends has the
  /// second.
  public List<Route> routes() {
    var all =
        Stream.of("/notifications/push/v1/preferences", "/notifications/v1/preferences")
            .flatMap(
                path ->
                    Stream.of(
                        Route.versioned("GET", path, this::read),
                        Route.versioned("PATCH", path, this::change),
                        Route.versioned("DELETE", path, this::reset),
                        Route.versioned("PUT", path + MUTED, this::mute),
                        Route.versioned("DELETE", path + MUTED, this::unmute),
                        Route.versioned("GET", path + MUTED, this::muted)));
    var timezone =
        Stream.of(
            Route.versioned("PATCH", TIMEZONE, this::setTimezone),
            Route.versioned("GET", TIMEZONE, this::timezone));
    return Stream.concat(all, timezone).toList();
  }

  private Response read(Request request) {
    return answer(preferences.state(UserRefReader.ownOrNamed(request)).preferences());
  }

  private Response reset(Request request) {
    return answer(preferences.reset(UserRefReader.ownOrNamed(request)));
  }

  private Response change(Request request) {
    var whose = UserRefReader.ownOrNamed(request);
    return answer(preferences.change(whose, change(request.body())));
  }

  private static Preferences.Change change(Body body) {
    var levels = new EnumMap<Subject, Integer>(Subject.class);
    for (var kind : Kind.values()) {
      body.object(levelsKey(kind)).ifPresent(part -> readLevels(part, kind, levels));
    }
    var mute = body.object("mutePreferences");
    return new Preferences.Change(
        mute.flatMap(it -> it.wholeNumber("dnd", DND_OFF, DND_ON)).map(it -> it == DND_ON),
        levels,
        mute.flatMap(it -> it.object("schedule")).map(PreferenceRoutes::days),
        body.bool("usePrivacyTemplate"));
  }

  private static String levelsKey(Kind kind) {
    return kind.conversation() + "Preferences";
  }

  private static void readLevels(Body body, Kind kind, Map<Subject, Integer> levels) {
    for (var subject : Subject.of(kind)) {
      body.wholeNumber(subject.key(), Subject.NONE, subject.maxLevel())
          .ifPresent(level -> levels.put(subject, level.intValue()));
    }
  }

  /// The days that the body contains; a day that is missing is empty.
  private static List<Optional<Day>> days(Body schedule) {
    return Arrays.stream(DayOfWeek.values())
        .map(day -> schedule.object(key(day)).map(PreferenceRoutes::day))
        .toList();
  }

  private static String key(DayOfWeek day) {
    return day.name().toLowerCase(Locale.ROOT);
  }

  private static Day day(Body body) {
    var dnd = body.bool("dnd").orElse(false);
    return new Day(time(body, "from", Day.FIRST), time(body, "to", Day.LAST), dnd);
  }

  private static int time(Body body, String key, int otherwise) {
    int time = body.wholeNumber(key, Day.LAST).map(Long::intValue).orElse(otherwise);
    if (!Day.isTime(time)) {
      throw body.problem(key, "must be a time of day as a clock shows it, without the colon: 2130");
    }
    return time;
  }

  private static Response answer(Preferences preferences) {
    var json = new LinkedHashMap<String, Object>();
    for (var kind : Kind.values()) {
      json.put(levelsKey(kind), levels(preferences, kind));
    }
    var mute = new LinkedHashMap<String, Object>();
    mute.put("dnd", preferences.dnd() ? DND_ON : DND_OFF);
    mute.put("schedule", schedule(preferences.week()));
    json.put("mutePreferences", mute);
    json.put("usePrivacyTemplate", preferences.privacyTemplate());
    return Response.data(json);
  }

  private static Map<String, Object> levels(Preferences preferences, Kind kind) {
    var json = new LinkedHashMap<String, Object>();
    Subject.of(kind).forEach(it -> json.put(it.key(), preferences.level(it)));
    return json;
  }

  private static Map<String, Object> schedule(Week week) {
    var json = new LinkedHashMap<String, Object>();
    for (var day : DayOfWeek.values()) {
      var hours = week.on(day);
      json.put(key(day), Map.of("from", hours.from(), "to", hours.to(), "dnd", hours.dnd()));
    }
    return json;
  }

  private Response mute(Request request) {
    var whose = UserRefReader.ownOrNamed(request);
    preferences.mute(
        whose,
        conversations(request).stream()
            .map(it -> new Mute(Topic.CHAT, peer(it), until(it)))
            .toList());
    return Response.success();
  }

  private Response unmute(Request request) {
    var whose = UserRefReader.ownOrNamed(request);
    var peers = conversations(request).stream().map(PreferenceRoutes::peer).toList();
    preferences.unmute(whose, Topic.CHAT, peers);
    return Response.success();
  }

  private static List<Body> conversations(Request request) {
    var body = request.body();
    return body.objects("conversations")
        .filter(it -> !it.isEmpty())
        .orElseThrow(
            () -> body.problem("conversations", "is missing or empty; send the conversations"));
  }

  private static Peer peer(Body conversation) {
    var kind =
        conversation
            .string("type")
            .flatMap(Kind::ofConversation)
            .orElseThrow(() -> conversation.problem("type", "must be oneOnOne or group"));
    return conversation
        .string("id")
        .map(id -> PeerReader.read(conversation, "id", kind, id))
        .orElseThrow(() -> conversation.problem("id", "is missing; send a uid or a guid"));
  }

  private static long until(Body conversation) {
    return conversation
        .millis("until")
        .orElseThrow(() -> conversation.problem("until", "is missing; send when the mute ends"));
  }

  private Response muted(Request request) {
    var conversations = new ArrayList<Map<String, Object>>();
    for (var mute : preferences.state(UserRefReader.ownOrNamed(request)).mutes()) {
      if (mute.topic() == Topic.CHAT) {
        var json = new LinkedHashMap<String, Object>();
        json.put("id", mute.peer().id());
        json.put("type", mute.peer().kind().conversation());
        json.put("until", mute.until());
        conversations.add(json);
      }
    }
    return Response.data(Map.of("mutedConversations", conversations));
  }

  private Response setTimezone(Request request) {
    var whose = UserRefReader.ownOrNamed(request);
    var body = request.body();
    var timezone =
        TimezoneReader.read(body, "timezone")
            .orElseThrow(() -> body.problem("timezone", "is missing; send an IANA time zone"));
    return timezone(preferences.setTimezone(whose, timezone).zone(List.of()));
  }

  private Response timezone(Request request) {
    return timezone(preferences.state(UserRefReader.ownOrNamed(request)).zone());
  }

  // The SDKs read `success`, the documentation for back ends has only the time zone.
  private static Response timezone(ZoneId zone) {
    return Response.data(Map.of("success", true, "timezone", zone.getId()));
  }
}
