package dev.rollcall.storage.delivery;

import dev.rollcall.provider.sender.Pace;
import dev.rollcall.provider.sender.ProviderType;
import dev.rollcall.storage.engine.Tx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/// The pace of a provider, which all nodes share.
///
/// Only a provider with a rate is locked. Nodes claim deliveries of other providers concurrently.
final class ProviderPace {
  private static final String PACE =
      "SELECT type, per_second, pace_second, pace_used FROM provider WHERE no = ?";

  private ProviderPace() {}

  /// Empty when the provider is gone.
  static Optional<Pace> read(Tx tx, long provider) throws SQLException {
    var pace = tx.one(PACE, ProviderPace::pace, provider);
    return pace.isPresent() && pace.get().isLimited()
        ? tx.one(PACE + tx.dialect().forUpdate("provider"), ProviderPace::pace, provider)
        : pace;
  }

  private static Pace pace(ResultSet row) throws SQLException {
    var type = ProviderType.of(row.getString(1)).orElseThrow();
    var set = Tx.nullableLong(row, 2);
    return new Pace(set == null ? type.perSecond() : set, row.getLong(3), row.getLong(4));
  }

  static void write(Tx tx, long provider, Pace pace) throws SQLException {
    if (pace.isLimited()) {
      tx.update(
          "UPDATE provider SET pace_second = ?, pace_used = ? WHERE no = ?",
          pace.second(),
          pace.used(),
          provider);
    }
  }
}
