package dev.rollcall.storage.rows;

import dev.rollcall.provider.accesstoken.AccessTokenName;
import dev.rollcall.provider.accesstoken.AccessTokenStore.Claim;
import dev.rollcall.storage.engine.Tx;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Rows of the access tokens that all nodes share. A node that issues one holds a lease on the row
/// until `lease_until`.
public final class AccessTokenRows {
  /// A time at which no access token was issued.
  private static final long NEVER = -1;

  private AccessTokenRows() {}

  /// Takes the lease if no node holds it and there is no usable access token. A token is not usable
  /// if it has to be renewed, or if it was issued at `refused`, because the provider refused that
  /// one.
  public static boolean lease(
      Tx tx, AccessTokenName name, @Nullable Instant refused, Instant now, Instant lease)
      throws SQLException {
    return tx.update(
            """
            INSERT INTO provider_access_token (provider, name, lease_until) VALUES (?, ?, ?)
            ON CONFLICT (provider, name) DO UPDATE SET lease_until = excluded.lease_until
             WHERE coalesce(provider_access_token.lease_until, 0) <= ?
               AND (provider_access_token.secret IS NULL OR provider_access_token.renew_at <= ?
                 OR provider_access_token.issued_at = ?)
            """,
            name.provider(),
            name.name(),
            lease.toEpochMilli(),
            now.toEpochMilli(),
            now.toEpochMilli(),
            issuedAt(refused))
        == 1;
  }

  private static long issuedAt(@Nullable Instant refused) {
    return refused == null ? NEVER : refused.toEpochMilli();
  }

  /// The usable access token, if there is one.
  public static Optional<Claim.Use> valid(
      Tx tx, AccessTokenName name, @Nullable Instant refused, Instant now) throws SQLException {
    return tx.one(
        """
        SELECT secret, issued_at, renew_at FROM provider_access_token
         WHERE provider = ? AND name = ? AND renew_at > ? AND issued_at <> ?
        """,
        row ->
            new Claim.Use(
                row.getBytes(1),
                Instant.ofEpochMilli(row.getLong(2)),
                Instant.ofEpochMilli(row.getLong(3))),
        name.provider(),
        name.name(),
        now.toEpochMilli(),
        issuedAt(refused));
  }

  /// Stores the access token that was issued under the lease, and releases the lease.
  public static int put(
      Tx tx, AccessTokenName name, Instant lease, byte[] secret, Instant issued, Instant renewAt)
      throws SQLException {
    return tx.update(
        """
        UPDATE provider_access_token
           SET secret = ?, issued_at = ?, renew_at = ?, lease_until = NULL
         WHERE provider = ? AND name = ? AND lease_until = ?
        """,
        secret,
        issued.toEpochMilli(),
        renewAt.toEpochMilli(),
        name.provider(),
        name.name(),
        lease.toEpochMilli());
  }

  /// Releases the lease without an access token.
  public static int release(Tx tx, AccessTokenName name, Instant lease) throws SQLException {
    return tx.update(
        """
        UPDATE provider_access_token SET lease_until = NULL
         WHERE provider = ? AND name = ? AND lease_until = ?
        """,
        name.provider(),
        name.name(),
        lease.toEpochMilli());
  }

  public static void deleteOfProvider(Tx tx, long provider) throws SQLException {
    tx.update("DELETE FROM provider_access_token WHERE provider = ?", provider);
  }
}
