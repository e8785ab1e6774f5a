package dev.rollcall.preference;

import dev.rollcall.preference.Peer.Kind;
import java.util.Arrays;
import java.util.List;

/// What the newer SDKs let a user choose a level for. Stored by position: new ones come last.
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

  /// The lowest level: no notification.
  public static final int NONE = 1;

  /// The level that nobody chose.
  public static final int USUAL = 2;

  /// The level of what is written, at which only a mention of the user counts.
  public static final int MENTIONS = 3;

  private final String key;
  private final Kind kind;
  private final Action action;
  private final int most;

  Subject(String key, Kind kind, Action action, int most) {
    this.key = key;
    this.kind = kind;
    this.action = action;
    this.most = most;
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

  /// The greatest level that can be chosen.
  int most() {
    return most;
  }

  boolean isOfGroups() {
    return kind == Kind.GROUP;
  }

  boolean isOfMembers() {
    return action.isOfMembers();
  }

  /// True for what has words in it, in which somebody can be mentioned.
  boolean isWritten() {
    return action.compareTo(Action.QUOTED_REPLY) <= 0;
  }
}
