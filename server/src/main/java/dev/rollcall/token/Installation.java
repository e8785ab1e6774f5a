package dev.rollcall.token;

import dev.rollcall.account.Hash;
import java.util.HexFormat;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What a client reports about the installation that registers: `keyHash` identifies the phone
/// across sessions and reinstalls, and `sequence` orders the registrations of one session.
///
/// Only the SHA-256 of the device key is stored, so that a reader of the database cannot identify a
/// phone by its key.
public record Installation(@Nullable String keyHash, @Nullable Long sequence) {
  public static final Installation UNKNOWN = new Installation(null, null);

  public static Installation of(@Nullable String deviceKey, @Nullable Long sequence) {
    var hash = deviceKey == null ? null : HexFormat.of().formatHex(Hash.of(deviceKey));
    return new Installation(hash, sequence);
  }

  /// Returns this installation, with its missing values taken from `before`.
  Installation orElse(Installation before) {
    return new Installation(
        keyHash == null ? before.keyHash : keyHash, sequence == null ? before.sequence : sequence);
  }

  Installation withoutKey() {
    return new Installation(null, sequence);
  }

  /// The sequence; it must be known.
  long number() {
    return Objects.requireNonNull(sequence);
  }

  boolean isOlderThan(Installation other) {
    return sequence != null && other.sequence != null && sequence < other.sequence;
  }

  @Override
  public String toString() {
    return "[installation]";
  }
}
