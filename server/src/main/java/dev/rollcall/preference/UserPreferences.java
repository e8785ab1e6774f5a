package dev.rollcall.preference;

import dev.rollcall.preference.PreferenceStore.RequestedUser;
import dev.rollcall.preference.PreferenceStore.State;
import dev.rollcall.problem.Problem;
import java.time.Clock;
import java.util.List;
import java.util.Set;

/// The rules of mutes, do not disturb and the other preferences of a user.
public final class UserPreferences {
  /// How many mutes of one user can be in force at the same time.
  public static final int MAX_MUTES = 1_000;

  private final PreferenceStore store;
  private final Clock clock;

  public UserPreferences(PreferenceStore store, Clock clock) {
    this.store = store;
    this.clock = clock;
  }

  public static Problem tooManyMutes() {
    return Problem.badField(
        "body",
        "A user may mute at most "
            + MAX_MUTES
            + " users and groups at a time; unmute some, or switch all of them off in the"
            + " settings");
  }

  public State state(RequestedUser whose) {
    return store.state(whose, clock.instant());
  }

  public void mute(RequestedUser whose, List<Mute> mutes) {
    store.mute(whose, mutes, MAX_MUTES, clock.instant());
  }

  public void unmute(RequestedUser whose, Topic topic, List<Peer> peers) {
    store.unmute(whose, topic, peers, clock.instant());
  }

  public void set(RequestedUser whose, boolean dnd, Set<Switch> on) {
    store.change(whose, kept -> kept.with(dnd, on), clock.instant());
  }

  public Preferences change(RequestedUser whose, Preferences.Change change) {
    return store.change(whose, kept -> kept.with(change), clock.instant());
  }

  public Preferences reset(RequestedUser whose) {
    return store.change(whose, Preferences::reset, clock.instant());
  }

  public Preferences setTimezone(RequestedUser whose, String timezone) {
    return store.change(whose, kept -> kept.withTimezone(timezone), clock.instant());
  }
}
