package dev.rollcall.preference;

import dev.rollcall.account.Caller;
import java.time.Instant;
import java.util.List;
import java.util.function.UnaryOperator;

/// What muting asks of a database. Each method is one transaction, and checks its caller in it.
public interface PreferenceStore {

  /// Whose peace is meant: that of the caller's user, or of the one that a back end names.
  sealed interface Whose {
    record Own(Caller.Device caller) implements Whose {}

    record Named(Caller.BackEnd caller, String uid) implements Whose {}
  }

  /// All that keeps a user's devices quiet, without mutes that have ended.
  record State(Preferences preferences, List<Mute> mutes) {}

  State state(Whose whose, Instant now);

  /// Changes the preferences, from the usual ones where none are kept; answers what they are then.
  Preferences change(Whose whose, UnaryOperator<Preferences> change, Instant now);

  /// Adds mutes, or sets those that there are to another end; refuses when more than `most` would be
  /// in force.
  void mute(Whose whose, List<Mute> mutes, int most, Instant now);

  void unmute(Whose whose, Topic topic, List<Peer> peers, Instant now);
}
