package dev.rollcall.storage.delivery;

import dev.rollcall.delivery.DeliveryQueue;
import dev.rollcall.delivery.Urgency;
import dev.rollcall.provider.sender.Pace;
import dev.rollcall.provider.sender.ProviderType;
import dev.rollcall.storage.engine.Tx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The rate limit and the pause of a provider, which all nodes share.
///
/// Only the row of a provider with a rate limit or a pause is locked. Nodes claim the deliveries of
/// other providers concurrently.
record ProviderPace(Pace pace, @Nullable Instant pausedUntil, boolean callsPaused) {
  private static final String SELECT =
      """
      SELECT type, per_second, pace_second, pace_used, paused_until, calls_paused
        FROM provider WHERE no = ?
      """;

  /// Empty if the provider no longer exists.
  static Optional<ProviderPace> read(Tx tx, long provider) throws SQLException {
    var pace = tx.one(SELECT, ProviderPace::pace, provider);
    return pace.isPresent() && pace.get().isShared()
        ? tx.one(SELECT + tx.dialect().forUpdate("provider"), ProviderPace::pace, provider)
        : pace;
  }

  private static ProviderPace pace(ResultSet row) throws SQLException {
    var type = ProviderType.of(row.getString(1)).orElseThrow();
    var set = Tx.nullableLong(row, 2);
    var pausedUntil = Tx.nullableLong(row, 5);
    return new ProviderPace(
        new Pace(set == null ? type.perSecond() : set, row.getLong(3), row.getLong(4)),
        pausedUntil == null ? null : Instant.ofEpochMilli(pausedUntil),
        row.getInt(6) == 1);
  }

  private boolean isShared() {
    return pace.isLimited() || pausedUntil != null;
  }

  /// True if the pause is over, and no probe has shown yet that the provider accepts messages.
  boolean needsProbe(Instant now) {
    return pausedUntil != null && !pausedUntil.isAfter(now);
  }

  /// How many of `most` deliveries may be claimed now.
  int allows(int most, Instant now) {
    return pace.allows(needsProbe(now) ? 1 : most, now);
  }

  /// Which deliveries may be claimed now, the most urgent first.
  List<Urgency> urgencies(Instant now) {
    if (pausedUntil == null || needsProbe(now)) {
      return Urgency.mostUrgentFirst();
    }
    return callsPaused ? List.of() : Urgency.callsOnly();
  }

  /// Counts these sends. If one of them is the probe after a pause, pauses the provider for the
  /// time that a probe may take.
  void write(Tx tx, long provider, int sends, Instant now) throws SQLException {
    if (pace.isLimited()) {
      var after = pace.after(sends, now);
      tx.update(
          "UPDATE provider SET pace_second = ?, pace_used = ? WHERE no = ?",
          after.second(),
          after.used(),
          provider);
    }
    if (needsProbe(now) && sends > 0) {
      tx.update(
          "UPDATE provider SET paused_until = ? WHERE no = ?",
          now.plus(DeliveryQueue.PROBE).toEpochMilli(),
          provider);
    }
  }
}
