package dev.rollcall.preference;

import dev.rollcall.preference.Peer.Kind;
import java.util.Arrays;
import java.util.List;

/// A kind of notification for which the newer SDKs let a user choose a level. It is stored by its
/// position, so new values must be added at the end.
public enum Subject {
  GROUP_MESSAGES("groupMessages", Kind.GROUP, Action.MESSAGE, 3),
  GROUP_REPLIES("groupReplies", Kind.GROUP, Action.REPLY, 4),
  GROUP_QUOTED_REPLIES("groupQuotedReplies", Kind.GROUP, Action.QUOTED_REPLY, 4),
  GROUP_REACTIONS("groupReactions", Kind.GROUP, Action.REACTION, 3),
  GROUP_MEMBER_LEFT("groupMemberLeft", Kind.GROUP, Action.MEMBER_LEFT, 2),
  GROUP_MEMBER_ADDED("groupMemberAdded", Kind.GROUP, Action.MEMBER_ADDED, 2),
  GROUP_MEMBER_JOINED("groupMemberJoined", Kind.GROUP, Action.MEMBER_JOINED, 2),
  GROUP_MEMBER_KICKED("groupMemberKicked", Kind.GROUP, Action.MEMBER_KICKED, 2),
  GROUP_MEMBER_BANNED("groupMemberBanned", Kind.GROUP, Action.MEMBER_BANNED, 2),
  GROUP_MEMBER_UNBANNED("groupMemberUnbanned", Kind.GROUP, Action.MEMBER_UNBANNED, 2),
  GROUP_MEMBER_SCOPE_CHANGED("groupMemberScopeChanged", Kind.GROUP, Action.MEMBER_SCOPE_CHANGED, 2),
  ONE_ON_ONE_MESSAGES("oneOnOneMessages", Kind.USER, Action.MESSAGE, 3),
  ONE_ON_ONE_REPLIES("oneOnOneReplies", Kind.USER, Action.REPLY, 4),
  ONE_ON_ONE_QUOTED_REPLIES("oneOnOneQuotedReplies", Kind.USER, Action.QUOTED_REPLY, 4),
  ONE_ON_ONE_REACTIONS("oneOnOneReactions", Kind.USER, Action.REACTION, 3);

  /// The level at which there is no notification.
  public static final int NONE = 1;

  /// The default level.
  public static final int DEFAULT = 2;

  /// The level of written messages at which only a mention of the user causes a notification.
  public static final int MENTIONS = 3;

  private final String key;
  private final Kind kind;
  private final Action action;
  private final int maxLevel;

  Subject(String key, Kind kind, Action action, int most) {
    this.key = key;
    this.kind = kind;
    this.action = action;
    this.maxLevel = most;
  }

  static List<Subject> of(Kind kind) {
    return Arrays.stream(values()).filter(it -> it.kind == kind).toList();
  }

  static Subject of(Context context) {
    return Arrays.stream(values())
        .filter(it -> it.kind == context.from().kind() && it.action == context.action())
        .findFirst()
        .orElseThrow();
  }

  String key() {
    return key;
  }

  /// The greatest level that a user can choose.
  int maxLevel() {
    return maxLevel;
  }

  boolean isOfGroups() {
    return kind == Kind.GROUP;
  }

  boolean isOfMembers() {
    return action.isOfMembers();
  }

  /// True for messages with text, in which a user can be mentioned.
  boolean isWritten() {
    return action.compareTo(Action.QUOTED_REPLY) <= 0;
  }
}
