package dev.rollcall.preference;

import dev.rollcall.account.Uid;
import java.util.Arrays;
import java.util.Optional;

/// The other side of a conversation: a user or a group. Uids are compared in their stored form.
public record Peer(Kind kind, String id) {

  /// The extension says `uids` and `guids`; the newer SDKs say `oneOnOne` and `group`.
  public enum Kind {
    USER("uid", "oneOnOne"),
    GROUP("guid", "group");

    private final String wireName;
    private final String conversation;

    Kind(String word, String conversation) {
      this.wireName = word;
      this.conversation = conversation;
    }

    public String wireName() {
      return wireName;
    }

    /// The name of a conversation with such a peer.
    public String conversation() {
      return conversation;
    }

    public static Kind of(String word) {
      return Arrays.stream(values())
          .filter(it -> it.wireName.equals(word))
          .findFirst()
          .orElseThrow();
    }

    public static Optional<Kind> ofConversation(String word) {
      return Arrays.stream(values()).filter(it -> it.conversation.equals(word)).findFirst();
    }
  }

  public Peer {
    id = kind == Kind.USER ? Uid.folded(id) : id;
  }

  public static Peer user(String uid) {
    return new Peer(Kind.USER, uid);
  }

  public static Peer group(String guid) {
    return new Peer(Kind.GROUP, guid);
  }
}
