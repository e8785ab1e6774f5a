package dev.rollcall;

import dev.rollcall.account.Accounts;
import dev.rollcall.account.Apps;
import dev.rollcall.account.CredentialCheck;
import dev.rollcall.account.UserRoutes;
import dev.rollcall.config.Config;
import dev.rollcall.delivery.DeadTokenSweeper;
import dev.rollcall.delivery.DeliveryWorker;
import dev.rollcall.delivery.NotificationRoutes;
import dev.rollcall.delivery.Notifications;
import dev.rollcall.egress.GuardedClient;
import dev.rollcall.http.HttpServer;
import dev.rollcall.http.Route;
import dev.rollcall.http.Router;
import dev.rollcall.operate.DeliveryMetrics;
import dev.rollcall.operate.LiveTokens;
import dev.rollcall.operate.Metrics;
import dev.rollcall.operate.OperatorRoutes;
import dev.rollcall.operate.Sweeper;
import dev.rollcall.preference.MuteRoutes;
import dev.rollcall.preference.PreferenceRoutes;
import dev.rollcall.preference.UserPreferences;
import dev.rollcall.provider.ProviderRoutes;
import dev.rollcall.provider.Providers;
import dev.rollcall.sdk.ExtensionRoutes;
import dev.rollcall.sdk.MeRoutes;
import dev.rollcall.start.Certificates;
import dev.rollcall.start.DataFolder;
import dev.rollcall.start.EncryptionKeys;
import dev.rollcall.start.OutboundServices;
import dev.rollcall.start.Ports;
import dev.rollcall.start.PublicHost;
import dev.rollcall.start.StartException;
import dev.rollcall.storage.DatabaseAddress;
import dev.rollcall.storage.Storage;
import dev.rollcall.token.PushTokenRoutes;
import dev.rollcall.token.Tokens;
import dev.rollcall.token.UserTokenRoutes;
import dev.rollcall.webhook.WebhookDispatcher;
import dev.rollcall.webhook.WebhookRoutes;
import dev.rollcall.webhook.Webhooks;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The server: it builds all objects, in reading order, and stops them in reverse.
public final class Server implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Server.class);

  private static final Executor STARTER = Thread::startVirtualThread;

  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final HttpServer http;
  private final Router router;
  private final Apps apps;
  private final Sweeper sweeper;
  private final DeliveryWorker courier;
  private final DeadTokenSweeper keeper;

  private Server(Config config, OutboundServices services, Clock clock) {
    try {
      keep(DataFolder.lock(config.data()));
      if (config.database() instanceof DatabaseAddress.SqliteFile(var file)) {
        keep(DataFolder.lockDatabase(file));
      }
      Ports.require(config.listen());
      var metrics = new Metrics();
      // The web server starts in parallel, because it takes about as long as opening the database
      // and does not depend on it.
      var web =
          CompletableFuture.supplyAsync(
              () ->
                  new HttpServer(
                      config.listen(),
                      Certificates.tls(config.certificate(), config.data()),
                      config.capacity(),
                      config.keepAlive(),
                      metrics),
              STARTER);
      keep(() -> web.exceptionally(e -> null).join());
      var storage = keep(Storage.open(config.database(), metrics::committed)).requireMigrated();
      var accounts = new Accounts(storage.users(), storage.sessions(), config.accounts(), clock);
      var lookups = keep(services.lookups().apply(clock));
      metrics.watchLookups(
          lookups::answered, lookups::timedOut, lookups::refused, lookups::hanging);
      metrics.watchProxy(services.proxy()::failures);
      var webPush = services.webPush(lookups);
      var tokens =
          new Tokens(
              storage.tokens(),
              config.tokens(),
              it -> OutboundServices.require(webPush, it),
              clock);
      metrics.watchSharedNames(tokens::sharedNames);
      var seal = EncryptionKeys.seal(config.encryptionKey(), config.database(), config.data());
      warnIfSealed(config, storage);
      var providers =
          keep(new Providers(storage.providers(), seal, services.vendors(webPush, clock), clock));
      var deliveries = new DeliveryMetrics(storage.deliveries(), metrics, clock);
      var unseen = config.tokens().removal();
      courier =
          keep(new DeliveryWorker(storage.deliveries(), providers, unseen, deliveries, clock))
              .start();
      keeper =
          keep(new DeadTokenSweeper(
                  storage.deliveries(), config.reportRetention(), deliveries::retired, clock))
              .start();
      var notifications =
          new Notifications(storage.deliveries(), providers, unseen, courier::wake, clock);
      var guard = services.webhooks(lookups);
      var webhooks = new Webhooks(storage.webhooks(), guard, seal, clock);
      var receivers = new GuardedClient(guard, services.tls(), WebhookDispatcher.ANSWER_TIMEOUT);
      keep(new WebhookDispatcher(
              storage.webhooks(), receivers, seal, metrics::countWebhookEvent, clock))
          .start();
      var preferences = new UserPreferences(storage.preferences(), clock);
      new LiveTokens(storage.tokens(), metrics, clock);
      apps = new Apps(storage.apps(), clock);
      sweeper = keep(new Sweeper(accounts, tokens)).start();

      http = keep(result(web));
      metrics.watchConnections(http::connections);

      var publicHost = new PublicHost(config.publicHost());
      var routes = new ArrayList<Route>();
      routes.addAll(new ExtensionRoutes(tokens).routes());
      routes.addAll(new MeRoutes(accounts, tokens, publicHost::get).routes());
      routes.addAll(new UserRoutes(accounts).routes());
      routes.addAll(new PushTokenRoutes(tokens).routes());
      routes.addAll(new UserTokenRoutes(tokens).routes());
      routes.addAll(new ProviderRoutes(providers, clock).routes());
      routes.addAll(new NotificationRoutes(notifications).routes());
      routes.addAll(new WebhookRoutes(webhooks).routes());
      routes.addAll(new MuteRoutes(preferences).routes());
      routes.addAll(new PreferenceRoutes(preferences).routes());
      routes.addAll(
          new OperatorRoutes(
                  metrics,
                  () -> {
                    http.requireServing();
                    storage.database().check();
                  })
              .routes());
      router = new Router(routes);
      start(http, router, new CredentialCheck(storage.apps(), storage.sessions(), clock));
      publicHost.listeningOn(http.httpsPort());
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /// Starts the server; returns when it answers requests.
  public static Server start(Config config, Clock clock) {
    var services =
        OutboundServices.real(
            config.pushServices(), config.internalReceivers(), config.outwardProxy());
    return start(config, services, clock);
  }

  public static Server start(Config config, OutboundServices services, Clock clock) {
    return new Server(config, services, clock);
  }

  // Secrets that cannot be decrypted would otherwise be noticed only at the first send.
  private static void warnIfSealed(Config config, Storage storage) {
    if (config.database() instanceof DatabaseAddress.Postgres
        && config.encryptionKey().isEmpty()
        && storage.providers().holdsSecrets()) {
      log.atError()
          .addKeyValue("cure", "set ROLLCALL_ENCRYPTION_KEY to the key they were sealed with")
          .log("credentials and webhooks' secrets cannot be opened, so nothing can be sent");
    }
  }

  private static <T> T result(CompletableFuture<T> work) {
    try {
      return work.join();
    } catch (CompletionException e) {
      throw (RuntimeException) e.getCause();
    }
  }

  private static void start(HttpServer http, Router router, CredentialCheck credentials) {
    http.start(router, credentials);
    // Helidon logs why a port was not available, and continues without it.
    if (http.httpPort() < 0 || http.httpsPort() < 0) {
      throw new StartException("A port was taken while the server started; try again");
    }
  }

  private <T extends AutoCloseable> T keep(T part) {
    parts.push(part);
    return part;
  }

  public int httpPort() {
    return http.httpPort();
  }

  public int httpsPort() {
    return http.httpsPort();
  }

  List<Route> routes() {
    return router.routes();
  }

  public Apps apps() {
    return apps;
  }

  DeliveryWorker courier() {
    return courier;
  }

  DeadTokenSweeper keeper() {
    return keeper;
  }

  Sweeper sweeper() {
    return sweeper;
  }

  /// Prepares for the stop: load balancers find this node unready, and requests are still
  /// answered.
  public void drain() {
    http.drain();
  }

  @Override
  public void close() {
    while (!parts.isEmpty()) {
      var part = parts.pop();
      try {
        part.close();
      } catch (Exception e) {
        log.atWarn()
            .addKeyValue("part", part.getClass().getSimpleName())
            .setCause(e)
            .log("stopping failed");
      }
    }
  }
}
