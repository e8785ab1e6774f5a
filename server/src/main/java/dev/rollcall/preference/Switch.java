package dev.rollcall.preference;

import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/// A setting of the extension that suppresses some notifications. It is stored by its position, so
/// new values must be added at the end.
public enum Switch {
  ONLY_MENTIONS(Topic.CHAT, "allow_only_mentions", Subject::isWritten, Subject.MENTIONS),
  GROUP_ACTIONS(Topic.CHAT, "mute_group_actions", Subject::isOfMembers, Subject.NONE),
  GROUP_CHATS(Topic.CHAT, "mute_all_guids", Subject::isOfGroups, Subject.NONE),
  USER_CHATS(Topic.CHAT, "mute_all_uids", subject -> !subject.isOfGroups(), Subject.NONE),
  GROUP_CALLS(Topic.CALL, "mute_all_guids", subject -> false, Subject.NONE),
  USER_CALLS(Topic.CALL, "mute_all_uids", subject -> false, Subject.NONE);

  private final Topic topic;
  private final String key;

  @SuppressWarnings("ImmutableEnumChecker") // Stream.toList() makes a list that cannot be changed.
  private final List<Subject> covered;

  private final int level;

  Switch(Topic topic, String key, Predicate<Subject> covers, int level) {
    this.topic = topic;
    this.key = key;
    this.covered = Arrays.stream(Subject.values()).filter(covers).toList();
    this.level = level;
  }

  static List<Switch> of(Topic topic) {
    return Arrays.stream(values()).filter(it -> it.topic == topic).toList();
  }

  String key() {
    return key;
  }

  /// The subjects whose level is limited to `level` while this is on.
  List<Subject> covered() {
    return covered;
  }

  int level() {
    return level;
  }

  boolean allows(Subject subject, int wanted) {
    return !covered.contains(subject) || wanted == Subject.NONE || wanted == level;
  }
}
