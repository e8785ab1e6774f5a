package dev.rollcall.provider;

import dev.rollcall.account.App;
import dev.rollcall.account.Caller;
import dev.rollcall.json.JsonObject;
import dev.rollcall.provider.accesstoken.AccessTokenStore;
import dev.rollcall.provider.sender.ProviderType;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The database operations on providers; each is one transaction and checks its caller.
public interface ProviderStore extends AccessTokenStore {

  /// Who reads or changes the providers of an app.
  sealed interface Administrator {
    /// A back end, with the API key.
    record BackEnd(Caller.BackEnd caller) implements Administrator {}

    /// An operator who runs the program on its data; no key is needed.
    record Operator(String appId) implements Administrator {}
  }

  /// A provider with its encrypted credentials.
  record EncryptedProvider(Provider provider, byte[] credentials) {}

  /// An app, and the requested provider in it, if it exists.
  record Found(App app, Optional<EncryptedProvider> provider) {}

  /// The values to store for a provider.
  record Wanted(
      String id,
      List<String> aliases,
      ProviderType type,
      byte[] credentials,
      JsonObject summary,
      @Nullable Integer perSecond) {}

  /// Whether the database holds any encrypted secret, of a provider or a webhook of any app.
  boolean holdsSecrets();

  Found find(Administrator who, String id);

  List<Provider> list(Administrator who);

  /// A provider id that push tokens name although no provider of the type has it, with the number of
  /// these tokens, counted up to {@link #MOST_COUNTED}.
  record UnsetId(ProviderType type, String id, long tokens) {}

  /// Some unset ids, those of most tokens first; `more` is true if there may be others.
  record UnsetIds(List<UnsetId> ids, boolean more) {}

  long MOST_COUNTED = 1_000;

  UnsetIds unsetIds(Administrator who);

  /// Stores a provider if its current version is `former`, where 0 means that none exists. Empty,
  /// and nothing is changed, if the version differs.
  Optional<Provider> put(Administrator who, Wanted wanted, long former, Instant now);

  /// False if there is no such provider.
  boolean delete(Administrator who, String id);

  List<Provider> ofApp(long app);

  Optional<EncryptedProvider> byNumber(long no);
}
