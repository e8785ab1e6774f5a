package dev.rollcall.storage;

import dev.rollcall.account.AppStore;
import dev.rollcall.account.SessionStore;
import dev.rollcall.account.UserStore;
import dev.rollcall.delivery.DeliveryQueue;
import dev.rollcall.preference.PreferenceStore;
import dev.rollcall.provider.ProviderStore;
import dev.rollcall.storage.account.SqlAppStore;
import dev.rollcall.storage.account.SqlSessionStore;
import dev.rollcall.storage.account.SqlUserStore;
import dev.rollcall.storage.delivery.PostgresDeliveryQueue;
import dev.rollcall.storage.delivery.SqlDeliveryQueue;
import dev.rollcall.storage.delivery.SqlProviderStore;
import dev.rollcall.storage.engine.CommitListener;
import dev.rollcall.storage.engine.Database;
import dev.rollcall.storage.engine.UnusableDatabaseException;
import dev.rollcall.storage.postgres.PostgresDatabase;
import dev.rollcall.storage.preference.SqlPreferenceStore;
import dev.rollcall.storage.sqlite.SqliteDatabase;
import dev.rollcall.storage.sqlite.SqliteLibrary;
import dev.rollcall.storage.token.PostgresTokenStore;
import dev.rollcall.storage.token.SqlTokenStore;
import dev.rollcall.storage.transfer.SqlTransferStore;
import dev.rollcall.storage.transfer.SqliteToPostgres;
import dev.rollcall.storage.webhook.SqlWebhookStore;
import dev.rollcall.token.TokenStore;
import dev.rollcall.transfer.Progress;
import dev.rollcall.transfer.TransferStore;
import dev.rollcall.webhook.WebhookStore;
import java.io.IOException;
import java.nio.file.Path;

/// An open database, and the stores on it.
public record Storage(
    Database database,
    AppStore apps,
    UserStore users,
    SessionStore sessions,
    TokenStore tokens,
    ProviderStore providers,
    DeliveryQueue deliveries,
    PreferenceStore preferences,
    WebhookStore webhooks,
    TransferStore transfers)
    implements AutoCloseable {

  /// Opens the database, creates a file that does not exist, and brings the schema up to date.
  public static Storage open(DatabaseAddress address, CommitListener listener) {
    return switch (address) {
      case DatabaseAddress.SqliteFile(var path) -> {
        var database = SqliteDatabase.open(path, listener);
        yield of(database, new SqlTokenStore(database), new SqlDeliveryQueue(database));
      }
      case DatabaseAddress.Postgres(var url, var connections) ->
          of(PostgresDatabase.open(url, connections, listener, PostgresDatabase.TIMEOUT));
    };
  }

  public static Storage of(PostgresDatabase database) {
    return of(database, new PostgresTokenStore(database), new PostgresDeliveryQueue(database));
  }

  private static Storage of(Database database, TokenStore tokens, DeliveryQueue deliveries) {
    return new Storage(
        database,
        new SqlAppStore(database),
        new SqlUserStore(database),
        new SqlSessionStore(database),
        tokens,
        new SqlProviderStore(database),
        deliveries,
        new SqlPreferenceStore(database),
        new SqlWebhookStore(database),
        new SqlTransferStore(database));
  }

  /// Refuses a database if a move into it is not finished.
  public Storage requireMigrated() {
    transfers
        .migrationSource()
        .ifPresent(
            from -> {
              close();
              throw new UnusableDatabaseException(
                  "The migration of "
                      + from
                      + " into this database has not finished; run './rollcall migrate'"
                      + " again, or empty the database",
                  null);
            });
    return this;
  }

  /// Moves all data of this SQLite database into an empty PostgreSQL database. Nobody may change
  /// this one in the meantime. `name` identifies it, so that an interrupted move can continue.
  public void migrateTo(Storage target, String name, Progress progress) {
    new SqliteToPostgres(database, name, target.database, progress).run();
  }

  /// Unpacks the native library of SQLite into a folder, where a later start finds it.
  public static void unpackSqlite(Path folder) throws IOException {
    SqliteLibrary.unpackTo(folder);
  }

  @Override
  public void close() {
    database.close();
  }
}
