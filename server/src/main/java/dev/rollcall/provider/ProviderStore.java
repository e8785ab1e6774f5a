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

/// What providers ask of a database. Each method is one transaction, and lets its caller in.
public interface ProviderStore extends AccessTokenStore {

  /// Who speaks of the providers of an app.
  sealed interface Who {
    /// A back end, with the API key.
    record BackEnd(Caller.BackEnd caller) implements Who {}

    /// Whoever can run the program on its data; no key is needed for it.
    record Operator(String appId) implements Who {}
  }

  /// A provider with its credentials as they are kept.
  record Sealed(Provider provider, byte[] credentials) {}

  /// An app, and the provider in it that was asked for, if it is there.
  record Found(App app, Optional<Sealed> provider) {}

  /// What is to be kept of a provider that somebody sets.
  record Wanted(
      String id,
      ProviderType type,
      byte[] credentials,
      JsonObject summary,
      @Nullable Integer perSecond) {}

  /// Whether there is anything sealed, of a provider or a webhook of whatever app.
  boolean holdsSecrets();

  Found find(Who who, String id);

  List<Provider> list(Who who);

  /// Sets a provider in place of the one with the version `former`, which is 0 for none. Empty, and
  /// nothing is changed, when somebody else came first.
  Optional<Provider> put(Who who, Wanted wanted, long former, Instant now);

  /// False when there is none.
  boolean delete(Who who, String id);

  List<Provider> ofApp(long app);

  Optional<Sealed> byNo(long no);
}
