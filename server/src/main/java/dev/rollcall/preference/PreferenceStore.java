package dev.rollcall.preference;

import dev.rollcall.account.Caller;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.function.UnaryOperator;

/// The database operations on mutes and preferences. Each method is one transaction and
/// authenticates its caller in that transaction.
public interface PreferenceStore {

  /// The user whose preferences are meant: the caller's own user, or one that a back end names.
  sealed interface RequestedUser {
    record Own(Caller.Device caller) implements RequestedUser {}

    record Named(Caller.BackEnd caller, String uid) implements RequestedUser {}
  }

  /// The preferences of a user, the mutes that have not expired, and the time zones that the user's
  /// devices told, the newest first.
  record State(Preferences preferences, List<Mute> mutes, List<String> deviceZones) {
    ZoneId zone() {
      return preferences.zone(deviceZones);
    }
  }

  State state(RequestedUser whose, Instant now);

  /// Changes the stored preferences, or the defaults if none are stored. Returns the result.
  Preferences change(RequestedUser whose, UnaryOperator<Preferences> change, Instant now);

  /// Adds mutes, or changes the end of existing ones. Throws if more than `most` mutes would be in
  /// force.
  void mute(RequestedUser whose, List<Mute> mutes, int most, Instant now);

  void unmute(RequestedUser whose, Topic topic, List<Peer> peers, Instant now);
}
