package dev.rollcall.transfer;

import dev.rollcall.account.Uid;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Where the records of a file of another system go, and how its ids become uids.
record Intake(String app, String file, UidMap map) {
  private static final int LONGEST_SPELLING = 500;

  /// Reads the id of the user in `field`.
  ForeignId id(String field, @Nullable String raw) {
    var bare = raw == null ? "" : raw.strip();
    var mapped = map.id(bare, file);
    if (mapped.isPresent()) {
      return mapped.get();
    }
    if (bare.isEmpty()) {
      throw new RecordRejectedException(
          RecordRejectedException.OWNER_MISSING, "it belongs to no user: " + field + " is empty");
    }
    if (Cells.isNothing(bare)) {
      throw new RecordRejectedException(
          RecordRejectedException.OWNER_MISSING,
          "it belongs to no user: %s stands for a missing value; if a user has this id, name the uid with --uid-map"
              .formatted(field));
    }
    Cells.requireId(field, bare);
    var uid = Uid.folded(bare);
    var fault = Uid.fault(uid);
    if (fault.isPresent()) {
      throw new RecordRejectedException(
          RecordRejectedException.UID_FORM,
          "%s cannot be a uid: %s; %s; name another uid for it with --uid-map"
              .formatted(field, fault.get(), Uid.RULE));
    }
    return new ForeignId(uid, spelling(field, raw == null ? "" : raw), Set.of(), file);
  }

  // Blanks at the ends are kept, because they may tell two ids apart.
  private static String spelling(String field, String raw) {
    if (raw.length() > LONGEST_SPELLING) {
      throw new RecordRejectedException(
          RecordRejectedException.UID_FORM, field + " has hundreds of blanks at its ends");
    }
    return raw;
  }
}
