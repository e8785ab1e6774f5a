package dev.rollcall.storage.webhook;

import dev.rollcall.account.App;
import dev.rollcall.account.Caller;
import dev.rollcall.problem.Problem;
import dev.rollcall.storage.engine.Database;
import dev.rollcall.storage.engine.Tx;
import dev.rollcall.storage.rows.AppRows;
import dev.rollcall.storage.rows.CallerCheck;
import dev.rollcall.storage.rows.WebhookEventRows;
import dev.rollcall.storage.rows.WebhookRows;
import dev.rollcall.webhook.Event;
import dev.rollcall.webhook.Webhook;
import dev.rollcall.webhook.WebhookStore;
import dev.rollcall.webhook.Webhooks;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Webhooks and their events in SQL.
public final class SqlWebhookStore implements WebhookStore {
  private static final int AT_ONCE = 2_000;

  private final Database db;

  public SqlWebhookStore(Database db) {
    this.db = db;
  }

  @Override
  public Put put(Caller.BackEnd caller, Draft draft, int most, Instant now) {
    return db.write(
        "setting a webhook",
        tx -> {
          var app = CallerCheck.app(tx, caller);
          AppRows.lock(tx, app.number());
          var before = WebhookRows.byId(tx, app.number(), draft.id());
          if (before.isEmpty()) {
            requireRoom(tx, app, most);
            WebhookRows.insert(tx, app.number(), draft, now);
          } else {
            WebhookRows.update(tx, before.get().number(), draft, now);
          }
          return new Put(
              WebhookRows.byId(tx, app.number(), draft.id()).orElseThrow(),
              before.isEmpty() || draft.rotate());
        });
  }

  private static void requireRoom(Tx tx, App app, int most) throws SQLException {
    if (WebhookRows.count(tx, app.number()) >= most) {
      throw Webhooks.tooMany();
    }
  }

  @Override
  public List<Webhook> list(Caller.BackEnd caller) {
    return db.read(
        "listing webhooks", tx -> WebhookRows.ofApp(tx, CallerCheck.app(tx, caller).number()));
  }

  @Override
  public Optional<Webhook> find(Caller.BackEnd caller, String id) {
    return db.read(
        "reading a webhook", tx -> WebhookRows.byId(tx, CallerCheck.app(tx, caller).number(), id));
  }

  @Override
  public boolean delete(Caller.BackEnd caller, String id) {
    var deleted =
        db.write(
            "deleting a webhook",
            tx -> {
              var webhook = WebhookRows.byId(tx, CallerCheck.app(tx, caller).number(), id);
              if (webhook.isPresent()) {
                WebhookRows.delete(tx, webhook.get().number());
              }
              return webhook;
            });
    deleted.ifPresent(webhook -> deleteEventsOrSkip(webhook.number()));
    return deleted.isPresent();
  }

  @Override
  public List<Target> due(Instant now) {
    return db.readSingleStatement(
        "looking for events that are due", tx -> WebhookRows.due(tx, now));
  }

  @Override
  public List<Claimed> claim(long webhook, int most, Instant lease, Instant now) {
    return db.write("leasing events", tx -> WebhookEventRows.claim(tx, webhook, most, lease, now));
  }

  @Override
  public void delivered(long webhook, Event event) {
    db.write(
        "noting that an event was sent",
        tx -> {
          // Lock order: the webhook before its events.
          WebhookRows.recordSuccess(tx, webhook);
          return WebhookEventRows.delete(tx, webhook, event);
        });
  }

  @Override
  public void retryLater(long webhook, Event event, Instant due, Instant now) {
    db.write(
        "noting that an event was not sent",
        tx -> {
          WebhookRows.recordFailure(tx, webhook, now);
          return WebhookEventRows.delay(tx, webhook, event, due);
        });
  }

  @Override
  public void postpone(long webhook, Event event, Instant due) {
    db.write(
        "noting that an event could not be sent",
        tx -> WebhookEventRows.delay(tx, webhook, event, due));
  }

  @Override
  public void drop(long webhook, Event event, Instant now) {
    db.write(
        "dropping an event",
        tx -> {
          WebhookRows.lock(tx, webhook);
          WebhookRows.recordFailure(tx, webhook, now);
          int deleted = WebhookEventRows.delete(tx, webhook, event);
          WebhookRows.drop(tx, webhook, deleted);
          return deleted;
        });
  }

  @Override
  public boolean disable(WebhookStore.Target target, boolean failing, String reason, Instant now) {
    boolean disabled =
        db.write(
            "disabling a webhook", tx -> WebhookRows.disable(tx, target, failing, reason, now));
    if (disabled) {
      deleteEventsOrSkip(target.number());
    }
    return disabled;
  }

  private void deleteEventsOrSkip(long webhook) {
    try {
      deleteEvents(webhook);
    } catch (Problem away) {
      // The webhook is deleted or disabled. The hourly sweep deletes the rest of its events.
    }
  }

  private void deleteEvents(long webhook) {
    db.writeInParts("deleting events of a webhook", AT_ONCE, tx -> deleteSome(tx, webhook));
  }

  private static int deleteSome(Tx tx, long webhook) throws SQLException {
    WebhookRows.lock(tx, webhook);
    if (WebhookRows.isEnabled(tx, webhook)) {
      // Another transaction has enabled it in the meantime.
      return 0;
    }
    int deleted = WebhookEventRows.deleteSome(tx, webhook, AT_ONCE);
    WebhookRows.drop(tx, webhook, deleted);
    return deleted;
  }

  @Override
  public void dropOld(Instant before, Instant now) {
    var webhooks =
        db.read("looking for old events", tx -> WebhookEventRows.webhooksWithOld(tx, before, now));
    for (var webhook : webhooks) {
      db.writeInParts("dropping events", AT_ONCE, tx -> dropSome(tx, webhook, before, now));
    }
  }

  private static int dropSome(Tx tx, long webhook, Instant before, Instant now)
      throws SQLException {
    WebhookRows.lock(tx, webhook);
    int deleted = WebhookEventRows.deleteOld(tx, webhook, before, now, AT_ONCE);
    WebhookRows.drop(tx, webhook, deleted);
    return deleted;
  }

  @Override
  public int deleteOrphans() {
    return db.writeInParts(
        "deleting events of webhooks that are gone",
        AT_ONCE,
        tx -> WebhookEventRows.deleteOrphans(tx, AT_ONCE));
  }
}
