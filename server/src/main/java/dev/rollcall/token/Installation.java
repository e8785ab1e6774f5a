package dev.rollcall.token;

import dev.rollcall.account.Hash;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// What a client tells of the installation that registers, where it does: `keyHash` names the phone
/// over sessions and reinstalls, and `sequence` tells which of its registrations is the newer one.
///
/// The key itself would name a phone to whoever reads the database, so only its SHA-256 is kept.
public record Installation(@Nullable String keyHash, @Nullable Long sequence) {
  public static final Installation UNKNOWN = new Installation(null, null);

  public static Installation of(@Nullable String deviceKey, @Nullable Long sequence) {
    var hash = deviceKey == null ? null : HexFormat.of().formatHex(Hash.of(deviceKey));
    return new Installation(hash, sequence);
  }

  /// This, with what it leaves open taken from `before`.
  Installation orElse(Installation before) {
    return new Installation(
        keyHash == null ? before.keyHash : keyHash, sequence == null ? before.sequence : sequence);
  }

  boolean isOlderThan(Installation other) {
    return sequence != null && other.sequence != null && sequence < other.sequence;
  }

  @Override
  public String toString() {
    return "[installation]";
  }
}
