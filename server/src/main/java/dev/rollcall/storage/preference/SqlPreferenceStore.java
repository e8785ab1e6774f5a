package dev.rollcall.storage.preference;

import dev.rollcall.account.Caller;
import dev.rollcall.preference.Mute;
import dev.rollcall.preference.Peer;
import dev.rollcall.preference.PreferenceStore;
import dev.rollcall.preference.Preferences;
import dev.rollcall.preference.Topic;
import dev.rollcall.preference.UserPreferences;
import dev.rollcall.storage.engine.Database;
import dev.rollcall.storage.engine.Tx;
import dev.rollcall.storage.rows.CallerCheck;
import dev.rollcall.storage.rows.PreferenceRows;
import dev.rollcall.storage.rows.TokenRows;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.function.UnaryOperator;

/// Mutes and preferences in SQL.
public final class SqlPreferenceStore implements PreferenceStore {
  private final Database db;

  public SqlPreferenceStore(Database db) {
    this.db = db;
  }

  private static long userId(Tx tx, RequestedUser whose, Instant now) throws SQLException {
    return switch (whose) {
      case RequestedUser.Own(Caller.Device caller) -> CallerCheck.session(tx, caller, now).userId();
      case RequestedUser.Named(Caller.BackEnd caller, String uid) ->
          CallerCheck.userId(tx, CallerCheck.app(tx, caller), uid);
    };
  }

  @Override
  public State state(RequestedUser whose, Instant now) {
    return db.read(
        "reading who is muted",
        tx -> {
          long userId = userId(tx, whose, now);
          return new State(
              PreferenceRows.preferences(tx, userId),
              PreferenceRows.mutes(tx, userId, now),
              TokenRows.zones(tx, List.of(userId), now).getOrDefault(userId, List.of()));
        });
  }

  @Override
  public Preferences change(RequestedUser whose, UnaryOperator<Preferences> change, Instant now) {
    return db.write(
        "changing preferences",
        tx -> {
          long userId = userId(tx, whose, now);
          var changed = change.apply(PreferenceRows.preferences(tx, userId));
          PreferenceRows.put(tx, userId, changed);
          return changed;
        });
  }

  @Override
  public void mute(RequestedUser whose, List<Mute> mutes, int most, Instant now) {
    db.write(
        "muting",
        tx -> {
          long userId = userId(tx, whose, now);
          requireRoom(PreferenceRows.mutes(tx, userId, now), mutes, most);
          PreferenceRows.deleteExpired(tx, userId, now);
          for (var mute : mutes) {
            PreferenceRows.mute(tx, userId, mute);
          }
          return userId;
        });
  }

  private static void requireRoom(List<Mute> kept, List<Mute> more, int most) {
    record Key(Topic topic, Peer peer) {}
    var all = new HashSet<Key>();
    kept.forEach(it -> all.add(new Key(it.topic(), it.peer())));
    more.forEach(it -> all.add(new Key(it.topic(), it.peer())));
    if (all.size() > most) {
      throw UserPreferences.tooManyMutes();
    }
  }

  @Override
  public void unmute(RequestedUser whose, Topic topic, List<Peer> peers, Instant now) {
    db.write(
        "unmuting",
        tx -> {
          long userId = userId(tx, whose, now);
          for (var peer : peers) {
            PreferenceRows.unmute(tx, userId, topic, peer);
          }
          return userId;
        });
  }
}
