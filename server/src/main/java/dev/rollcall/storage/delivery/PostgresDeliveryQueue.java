package dev.rollcall.storage.delivery;

import dev.rollcall.delivery.Delivery;
import dev.rollcall.delivery.Transition;
import dev.rollcall.delivery.verdict.Evidence;
import dev.rollcall.storage.engine.Tx;
import dev.rollcall.storage.postgres.PostgresDatabase;
import dev.rollcall.storage.postgres.RequestBatcher;
import dev.rollcall.storage.rows.DeliveryTransitions;
import dev.rollcall.storage.rows.DeliveryTransitions.Ended;
import dev.rollcall.storage.rows.PushResultRows;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// The queue in PostgreSQL. Attempts without evidence that end at the same time share a
/// transaction. Everything else is as in {@link SqlDeliveryQueue}.
public final class PostgresDeliveryQueue extends SqlDeliveryQueue {
  private static final int WORKERS = 2;

  /// An attempt that ended, and what it showed about the token, if that is to be recorded.
  private record Finished(Ended ended, Optional<PushResultRows.Shown> shown) {}

  private final PostgresDatabase db;
  private final RequestBatcher<Finished, Boolean> transitions;

  public PostgresDeliveryQueue(PostgresDatabase db) {
    super(db);
    this.db = db;
    this.transitions = db.batcher("deliveries", WORKERS, this::finishAll);
  }

  @Override
  public void finish(
      Delivery delivery,
      Transition transition,
      List<Evidence> evidence,
      long version,
      Duration unseen,
      Instant now) {
    if (evidence.isEmpty()) {
      var ended = new Ended(delivery, transition, now);
      transitions.ask(new Finished(ended, PushResultRows.shownBy(ended, unseen)));
    } else {
      super.finish(delivery, transition, evidence, version, unseen, now);
    }
  }

  private List<Supplier<Boolean>> finishAll(List<Finished> all) {
    db.write("recording the ends of deliveries", all.size(), tx -> finish(tx, all));
    return all.stream().<Supplier<Boolean>>map(it -> () -> true).toList();
  }

  private static int finish(Tx tx, List<Finished> all) throws SQLException {
    DeliveryTransitions.end(tx, all.stream().map(Finished::ended).toList());
    PushResultRows.record(tx, all.stream().flatMap(it -> it.shown().stream()).toList());
    return all.size();
  }
}
