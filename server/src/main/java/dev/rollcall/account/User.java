package dev.rollcall.account;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A person or account of an app. Times are epoch milliseconds.
///
/// `metadata` is the text of a JSON object.
public record User(long id, String uid, Profile profile, long createdAt, long updatedAt) {

  /// The fields that a back end can set.
  public record Profile(
      String name,
      @Nullable String avatar,
      @Nullable String link,
      String role,
      @Nullable String statusMessage,
      @Nullable String metadata,
      List<String> tags) {}
}
