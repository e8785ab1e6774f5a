package dev.rollcall.storage.delivery;

import dev.rollcall.storage.engine.Tx;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;

/// How many sends a provider may still get in this second, which all nodes share.
///
/// Only a provider with a rate is locked for it: of the others, nodes take on at the same time.
final class ProviderPace {
  /// What Google takes from one project (600,000 a minute), where the operator set nothing.
  private static final String RATE =
      "coalesce(per_second, CASE type WHEN 'fcm' THEN 10000 ELSE 0 END)";

  private static final String PACE =
      "SELECT " + RATE + ", pace_second, pace_used FROM provider WHERE no = ?";

  private record Pace(long perSecond, long second, long used) {}

  private ProviderPace() {}

  static int allowed(Tx tx, long provider, int most, Instant now) throws SQLException {
    var rate = pace(tx, PACE, provider);
    if (rate.isEmpty() || rate.get().perSecond() == 0) {
      return rate.isEmpty() ? 0 : most;
    }
    var pace = tx.locks() ? pace(tx, PACE + " FOR NO KEY UPDATE", provider) : rate;
    return pace.map(it -> left(it, most, now)).orElse(0);
  }

  private static Optional<Pace> pace(Tx tx, String sql, long provider) throws SQLException {
    return tx.one(sql, row -> new Pace(row.getLong(1), row.getLong(2), row.getLong(3)), provider);
  }

  // A node whose clock is behind counts in the second of the one that is ahead.
  private static int left(Pace pace, int most, Instant now) {
    long used = pace.second() >= now.getEpochSecond() ? pace.used() : 0;
    return (int) Math.max(0, Math.min(most, pace.perSecond() - used));
  }

  static void use(Tx tx, long provider, int sends, Instant now) throws SQLException {
    long second = now.getEpochSecond();
    tx.update(
        """
        UPDATE provider
           SET pace_used = CASE WHEN pace_second >= ? THEN pace_used + ? ELSE ? END,
               pace_second = CASE WHEN pace_second >= ? THEN pace_second ELSE ? END
         WHERE no = ? AND
        """
            + RATE
            + " > 0",
        second,
        (long) sends,
        (long) sends,
        second,
        second,
        provider);
  }
}
