package dev.rollcall.preference;

/// What a notification is about, for comparison with mutes and preferences. `mentioned` and
/// `action` matter only for chats.
public record Context(Topic topic, Peer from, boolean mentioned, Action action) {
  public Context {
    if (action.isOfMembers() && from.kind() != Peer.Kind.GROUP) {
      throw new IllegalArgumentException("only groups have members");
    }
  }

  public static Context message(Peer from) {
    return new Context(Topic.CHAT, from, false, Action.MESSAGE);
  }

  public static Context call(Peer from) {
    return new Context(Topic.CALL, from, false, Action.MESSAGE);
  }
}
