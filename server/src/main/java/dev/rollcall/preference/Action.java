package dev.rollcall.preference;

import java.util.Arrays;
import java.util.Optional;

/// The kinds of action in a chat that a notification can be about.
public enum Action {
  MESSAGE("message"),
  REPLY("reply"),
  QUOTED_REPLY("quotedReply"),
  REACTION("reaction"),
  MEMBER_LEFT("memberLeft"),
  MEMBER_ADDED("memberAdded"),
  MEMBER_JOINED("memberJoined"),
  MEMBER_KICKED("memberKicked"),
  MEMBER_BANNED("memberBanned"),
  MEMBER_UNBANNED("memberUnbanned"),
  MEMBER_SCOPE_CHANGED("memberScopeChanged");

  private final String wireName;

  Action(String word) {
    this.wireName = word;
  }

  public String wireName() {
    return wireName;
  }

  public static Optional<Action> of(String word) {
    return Arrays.stream(values()).filter(it -> it.wireName.equals(word)).findFirst();
  }

  /// True for actions that concern the members of a group.
  public boolean isOfMembers() {
    return compareTo(MEMBER_LEFT) >= 0;
  }
}
