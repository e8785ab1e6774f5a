package dev.rollcall.storage.rows;

import dev.rollcall.preference.Context;
import dev.rollcall.preference.Mute;
import dev.rollcall.preference.Peer;
import dev.rollcall.preference.Preferences;
import dev.rollcall.preference.Subject;
import dev.rollcall.preference.Switch;
import dev.rollcall.preference.Topic;
import dev.rollcall.preference.Week;
import dev.rollcall.storage.engine.Tx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Rows of mutes and preferences.
public final class PreferenceRows {
  private static final String COLUMNS =
      "q.dnd, q.switches, q.levels, q.week, q.privacy_template, q.timezone";

  /// The numbers of users that one statement can ask for. There are few sizes, so that few
  /// statements are prepared.
  private static final List<Integer> SIZES = List.of(1, 10, 100, 1_000);

  private static final String SILENCED =
      """
      SELECT u.id, m.until, %s
        FROM app_user u
        LEFT JOIN preference q ON q.user_id = u.id
        LEFT JOIN mute m ON m.user_id = u.id AND m.topic = ? AND m.peer = ? AND m.id = ?
         AND m.until > ?
       WHERE u.app = ? AND (q.user_id IS NOT NULL OR m.user_id IS NOT NULL)
         AND u.id IN (%s)
      """;

  private static final Map<Integer, String> SILENCED_AMONG =
      SIZES.stream()
          .collect(
              Collectors.toUnmodifiableMap(
                  size -> size,
                  size ->
                      SILENCED.formatted(
                          COLUMNS, String.join(", ", Collections.nCopies(size, "?")))));

  private PreferenceRows() {}

  /// The users who must not get a notification with this context now. `userIds` has at most a
  /// thousand.
  public static Set<Long> silenced(
      Tx tx, long app, Collection<Long> userIds, Context context, Instant now) throws SQLException {
    if (userIds.isEmpty()) {
      return Set.of();
    }
    int size = SIZES.stream().filter(it -> it >= userIds.size()).findFirst().orElseThrow();
    var arguments = new ArrayList<Object>();
    arguments.add(context.topic().wireName());
    arguments.add(context.from().kind().wireName());
    arguments.add(context.from().id());
    arguments.add(now.toEpochMilli());
    arguments.add(app);
    arguments.addAll(userIds);
    // The remaining places repeat the last argument.
    arguments.addAll(Collections.nCopies(size - userIds.size(), arguments.getLast()));
    var silenced = new HashSet<Long>();
    var others = new HashMap<Long, Preferences>();
    tx.list(
        Objects.requireNonNull(SILENCED_AMONG.get(size)),
        row -> {
          boolean muted = Tx.nullableLong(row, 2) != null;
          if (muted) {
            silenced.add(row.getLong(1));
          } else {
            others.put(row.getLong(1), preferences(row, 3));
          }
          return true;
        },
        arguments.toArray());
    var zones = deviceZones(tx, others, now);
    others.forEach(
        (userId, preferences) -> {
          if (preferences.silences(context, now, zones.getOrDefault(userId, List.of()))) {
            silenced.add(userId);
          }
        });
    return silenced;
  }

  /// The time zones of the devices of those users whose preferences depend on them.
  private static Map<Long, List<String>> deviceZones(
      Tx tx, Map<Long, Preferences> users, Instant now) throws SQLException {
    var depending =
        users.entrySet().stream()
            .filter(user -> user.getValue().dependsOnDevices())
            .map(Map.Entry::getKey)
            .toList();
    return depending.isEmpty() ? Map.of() : TokenRows.zones(tx, depending, now);
  }

  public static Preferences preferences(Tx tx, long userId) throws SQLException {
    return tx.one(
            "SELECT " + COLUMNS + " FROM preference q WHERE q.user_id = ?",
            row -> preferences(row, 1),
            userId)
        .orElse(Preferences.DEFAULTS);
  }

  /// Reads preferences whose columns start at index `first`.
  private static Preferences preferences(ResultSet row, int first) throws SQLException {
    return new Preferences(
        row.getLong(first) == 1,
        switches(row.getString(first + 1)),
        levels(row.getString(first + 2)),
        Week.parse(row.getString(first + 3)),
        row.getLong(first + 4) == 1,
        row.getString(first + 5));
  }

  private static Set<Switch> switches(String text) {
    var all = Switch.values();
    return IntStream.range(0, Math.min(all.length, text.length()))
        .filter(i -> text.charAt(i) == '1')
        .mapToObj(i -> all[i])
        .collect(Collectors.toSet());
  }

  private static Map<Subject, Integer> levels(String text) {
    var levels = new EnumMap<Subject, Integer>(Subject.class);
    var all = Subject.values();
    for (int i = 0; i < Math.min(all.length, text.length()); i++) {
      levels.put(all[i], text.charAt(i) - '0');
    }
    return levels;
  }

  public static void put(Tx tx, long userId, Preferences preferences) throws SQLException {
    tx.update(
        """
        INSERT INTO preference (user_id, dnd, switches, levels, week, privacy_template, timezone)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (user_id) DO UPDATE SET
          dnd = excluded.dnd, switches = excluded.switches, levels = excluded.levels,
          week = excluded.week, privacy_template = excluded.privacy_template,
          timezone = excluded.timezone
        """,
        userId,
        preferences.dnd() ? 1L : 0L,
        text(preferences.switches()),
        text(preferences.levels()),
        preferences.week().text(),
        preferences.privacyTemplate() ? 1L : 0L,
        preferences.timezone());
  }

  private static String text(Set<Switch> on) {
    return Arrays.stream(Switch.values())
        .map(it -> on.contains(it) ? "1" : "0")
        .collect(Collectors.joining());
  }

  private static String text(Map<Subject, Integer> levels) {
    return Arrays.stream(Subject.values())
        .map(it -> String.valueOf(levels.getOrDefault(it, Subject.DEFAULT)))
        .collect(Collectors.joining());
  }

  public static List<Mute> mutes(Tx tx, long userId, Instant now) throws SQLException {
    return tx.list(
        """
        SELECT topic, peer, id, until FROM mute
         WHERE user_id = ? AND until > ? ORDER BY topic, peer, id
        """,
        row ->
            new Mute(
                Topic.of(row.getString(1)).orElseThrow(),
                new Peer(Peer.Kind.of(row.getString(2)), row.getString(3)),
                row.getLong(4)),
        userId,
        now.toEpochMilli());
  }

  public static void mute(Tx tx, long userId, Mute mute) throws SQLException {
    tx.update(
        """
        INSERT INTO mute (user_id, topic, peer, id, until) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (user_id, topic, peer, id) DO UPDATE SET until = excluded.until
        """,
        userId,
        mute.topic().wireName(),
        mute.peer().kind().wireName(),
        mute.peer().id(),
        mute.until());
  }

  public static void unmute(Tx tx, long userId, Topic topic, Peer peer) throws SQLException {
    tx.update(
        "DELETE FROM mute WHERE user_id = ? AND topic = ? AND peer = ? AND id = ?",
        userId,
        topic.wireName(),
        peer.kind().wireName(),
        peer.id());
  }

  public static void deleteExpired(Tx tx, long userId, Instant now) throws SQLException {
    tx.update("DELETE FROM mute WHERE user_id = ? AND until <= ?", userId, now.toEpochMilli());
  }

  public static void deleteOfUser(Tx tx, long userId) throws SQLException {
    tx.update("DELETE FROM mute WHERE user_id = ?", userId);
    tx.update("DELETE FROM preference WHERE user_id = ?", userId);
  }
}
