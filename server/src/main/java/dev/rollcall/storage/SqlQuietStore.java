package dev.rollcall.storage;

import dev.rollcall.account.Caller;
import dev.rollcall.quiet.Mute;
import dev.rollcall.quiet.Peer;
import dev.rollcall.quiet.Preferences;
import dev.rollcall.quiet.Quiet;
import dev.rollcall.quiet.QuietStore;
import dev.rollcall.quiet.Topic;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.function.UnaryOperator;

/// Mutes and preferences in SQL.
public final class SqlQuietStore implements QuietStore {
  private final Database db;

  public SqlQuietStore(Database db) {
    this.db = db;
  }

  private static long userId(Tx tx, Whose whose, Instant now) throws SQLException {
    return switch (whose) {
      case Whose.Own(Caller.Device caller) -> Access.session(tx, caller, now).userId();
      case Whose.Named(Caller.BackEnd caller, String uid) ->
          Access.userId(tx, Access.app(tx, caller), uid);
    };
  }

  @Override
  public State state(Whose whose, Instant now) {
    return db.read(
        "reading who is muted",
        tx -> {
          long userId = userId(tx, whose, now);
          return new State(QuietRows.preferences(tx, userId), QuietRows.mutes(tx, userId, now));
        });
  }

  @Override
  public Preferences change(Whose whose, UnaryOperator<Preferences> change, Instant now) {
    return db.write(
        "changing preferences",
        tx -> {
          long userId = userId(tx, whose, now);
          var changed = change.apply(QuietRows.preferences(tx, userId));
          QuietRows.put(tx, userId, changed);
          return changed;
        });
  }

  @Override
  public void mute(Whose whose, List<Mute> mutes, int most, Instant now) {
    db.write(
        "muting",
        tx -> {
          long userId = userId(tx, whose, now);
          requireRoom(QuietRows.mutes(tx, userId, now), mutes, most);
          QuietRows.forgetEnded(tx, userId, now);
          for (var mute : mutes) {
            QuietRows.mute(tx, userId, mute);
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
      throw Quiet.tooManyMutes();
    }
  }

  @Override
  public void unmute(Whose whose, Topic topic, List<Peer> peers, Instant now) {
    db.write(
        "unmuting",
        tx -> {
          long userId = userId(tx, whose, now);
          for (var peer : peers) {
            QuietRows.unmute(tx, userId, topic, peer);
          }
          return userId;
        });
  }
}
