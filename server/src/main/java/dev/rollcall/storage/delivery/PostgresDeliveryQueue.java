package dev.rollcall.storage.delivery;

import dev.rollcall.delivery.Delivery;
import dev.rollcall.delivery.Transition;
import dev.rollcall.delivery.verdict.Evidence;
import dev.rollcall.storage.engine.Tx;
import dev.rollcall.storage.postgres.PostgresDatabase;
import dev.rollcall.storage.postgres.RequestBatcher;
import dev.rollcall.storage.rows.DeliveryTransitions;
import dev.rollcall.storage.rows.DeliveryTransitions.Ended;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;

/// The queue in PostgreSQL. Deliveries that end at the same time share a transaction; all else is as
/// in {@link SqlDeliveryQueue}.
public final class PostgresDeliveryQueue extends SqlDeliveryQueue {
  private static final int WORKERS = 2;

  private final PostgresDatabase db;
  private final RequestBatcher<Ended, Boolean> transitions;

  public PostgresDeliveryQueue(PostgresDatabase db) {
    super(db);
    this.db = db;
    this.transitions = db.batcher("deliveries", WORKERS, this::endAll);
  }

  @Override
  public void finish(
      Delivery delivery,
      Transition transition,
      List<Evidence> evidence,
      long version,
      Instant now) {
    if (evidence.isEmpty()) {
      transitions.ask(new Ended(delivery, transition, now));
    } else {
      super.finish(delivery, transition, evidence, version, now);
    }
  }

  private List<Supplier<Boolean>> endAll(List<Ended> all) {
    db.write("noting the ends of deliveries", all.size(), tx -> end(tx, all));
    return all.stream().<Supplier<Boolean>>map(it -> () -> true).toList();
  }

  private static int end(Tx tx, List<Ended> all) throws SQLException {
    DeliveryTransitions.end(tx, all);
    return all.size();
  }
}
